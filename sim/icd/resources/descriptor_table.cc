#include "sim/icd/resources/descriptor_table.h"

namespace incoherent {

void DescriptorTable::AddSetLayout(
    VkDescriptorSetLayout layout, const VkDescriptorSetLayoutCreateInfo& info) {
  set_layouts_.Insert(layout,
                      std::make_shared<const DescriptorSetLayout>(info));
}

void DescriptorTable::RemoveSetLayout(VkDescriptorSetLayout layout) {
  set_layouts_.Remove(layout);
}

void DescriptorTable::AddPipelineLayout(
    VkPipelineLayout layout, const VkPipelineLayoutCreateInfo& info) {
  auto sets = std::make_shared<PipelineLayout>();
  for (uint32_t i = 0; i < info.setLayoutCount; ++i) {
    sets->push_back(set_layouts_.Find(info.pSetLayouts[i]));
  }
  pipeline_layouts_.Insert(layout, std::move(sets));
}

void DescriptorTable::RemovePipelineLayout(VkPipelineLayout layout) {
  pipeline_layouts_.Remove(layout);
}

std::shared_ptr<const PipelineLayout> DescriptorTable::FindPipelineLayout(
    VkPipelineLayout layout) const {
  return pipeline_layouts_.Find(layout);
}

void DescriptorTable::AddTemplate(
    VkDescriptorUpdateTemplate handle,
    const VkDescriptorUpdateTemplateCreateInfo& info) {
  templates_.Insert(handle, std::make_shared<const DescriptorTemplate>(info));
}

void DescriptorTable::RemoveTemplate(VkDescriptorUpdateTemplate handle) {
  templates_.Remove(handle);
}

std::shared_ptr<const DescriptorTemplate> DescriptorTable::FindTemplate(
    VkDescriptorUpdateTemplate handle) const {
  return templates_.Find(handle);
}

void DescriptorTable::AddSets(const VkDescriptorSetAllocateInfo& info,
                              const VkDescriptorSet* sets) {
  absl::MutexLock lock(&pools_mutex_);
  absl::flat_hash_set<VkDescriptorSet>& of_pool = pools_[info.descriptorPool];
  for (uint32_t i = 0; i < info.descriptorSetCount; ++i) {
    std::shared_ptr<const DescriptorSetLayout> layout =
        set_layouts_.Find(info.pSetLayouts[i]);
    if (layout == nullptr) continue;
    sets_.Insert(sets[i], std::make_shared<DescriptorSet>(std::move(layout)));
    of_pool.insert(sets[i]);
  }
}

void DescriptorTable::RemoveSets(VkDescriptorPool pool,
                                 absl::Span<const VkDescriptorSet> sets) {
  absl::MutexLock lock(&pools_mutex_);
  const auto of_pool = pools_.find(pool);
  for (VkDescriptorSet set : sets) {
    sets_.Remove(set);
    if (of_pool != pools_.end()) of_pool->second.erase(set);
  }
}

void DescriptorTable::RemoveSetsOf(VkDescriptorPool pool) {
  absl::MutexLock lock(&pools_mutex_);
  const auto of_pool = pools_.find(pool);
  if (of_pool == pools_.end()) return;
  for (VkDescriptorSet set : of_pool->second) sets_.Remove(set);
  pools_.erase(of_pool);
}

std::shared_ptr<DescriptorSet> DescriptorTable::FindSet(
    VkDescriptorSet set) const {
  return sets_.Find(set);
}

void DescriptorTable::Update(absl::Span<const VkWriteDescriptorSet> writes,
                             absl::Span<const VkCopyDescriptorSet> copies) {
  for (const VkWriteDescriptorSet& write : writes) {
    const std::shared_ptr<DescriptorSet> set = FindSet(write.dstSet);
    if (set == nullptr) continue;
    set->Write({write.dstBinding, write.dstArrayElement},
               ReadDescriptors(write));
  }
  for (const VkCopyDescriptorSet& copy : copies) {
    const std::shared_ptr<DescriptorSet> from = FindSet(copy.srcSet);
    const std::shared_ptr<DescriptorSet> to = FindSet(copy.dstSet);
    if (from == nullptr || to == nullptr) continue;
    to->Copy(*from, {copy.srcBinding, copy.srcArrayElement},
             {copy.dstBinding, copy.dstArrayElement}, copy.descriptorCount);
  }
}

}  // namespace incoherent
