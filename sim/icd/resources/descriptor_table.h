#ifndef INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_TABLE_H_
#define INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_TABLE_H_

// DescriptorTable: the live descriptor sets, layouts and update templates of
// one device.
//
// A handle that is not known changes nothing. Descriptors that are kept in a
// buffer (VK_EXT_descriptor_buffer) are not seen.
//
// Threads: any number at once, as far as Vulkan allows the commands.

#include <vulkan/vulkan.h>

#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "sim/icd/resources/descriptor_set.h"
#include "sim/icd/resources/descriptor_set_layout.h"
#include "sim/icd/resources/descriptor_write.h"
#include "sim/icd/resources/shared_handle_table.h"

namespace incoherent {

// The set layouts of a VkPipelineLayout; null for one that is not known.
using PipelineLayout = std::vector<std::shared_ptr<const DescriptorSetLayout>>;

class DescriptorTable {
 public:
  void AddSetLayout(VkDescriptorSetLayout layout,
                    const VkDescriptorSetLayoutCreateInfo& info);
  void RemoveSetLayout(VkDescriptorSetLayout layout);

  void AddPipelineLayout(VkPipelineLayout layout,
                         const VkPipelineLayoutCreateInfo& info);
  void RemovePipelineLayout(VkPipelineLayout layout);
  // Null if it is not known.
  std::shared_ptr<const PipelineLayout> FindPipelineLayout(
      VkPipelineLayout layout) const;

  void AddTemplate(VkDescriptorUpdateTemplate handle,
                   const VkDescriptorUpdateTemplateCreateInfo& info);
  void RemoveTemplate(VkDescriptorUpdateTemplate handle);
  std::shared_ptr<const DescriptorTemplate> FindTemplate(
      VkDescriptorUpdateTemplate handle) const;

  // vkAllocateDescriptorSets; `sets` are as many as the info says.
  void AddSets(const VkDescriptorSetAllocateInfo& info,
               const VkDescriptorSet* sets);
  void RemoveSets(VkDescriptorPool pool,
                  absl::Span<const VkDescriptorSet> sets);
  // The pool is reset or destroyed.
  void RemoveSetsOf(VkDescriptorPool pool);
  std::shared_ptr<DescriptorSet> FindSet(VkDescriptorSet set) const;

  // vkUpdateDescriptorSets: all writes, then all copies.
  void Update(absl::Span<const VkWriteDescriptorSet> writes,
              absl::Span<const VkCopyDescriptorSet> copies);

 private:
  SharedHandleTable<VkDescriptorSetLayout, const DescriptorSetLayout>
      set_layouts_;
  SharedHandleTable<VkPipelineLayout, const PipelineLayout> pipeline_layouts_;
  SharedHandleTable<VkDescriptorUpdateTemplate, const DescriptorTemplate>
      templates_;
  SharedHandleTable<VkDescriptorSet, DescriptorSet> sets_;

  absl::Mutex pools_mutex_;
  absl::flat_hash_map<VkDescriptorPool, absl::flat_hash_set<VkDescriptorSet>>
      pools_ ABSL_GUARDED_BY(pools_mutex_);
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_TABLE_H_
