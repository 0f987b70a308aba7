#include "sim/icd/resources/descriptor_set_layout.h"

#include <algorithm>

#include "sim/icd/chain.h"

namespace incoherent {
namespace {

bool HasUpdateAfterBind(const VkDescriptorSetLayoutCreateInfo& info) {
  const auto* flags = FindInChain<VkDescriptorSetLayoutBindingFlagsCreateInfo>(
      info.pNext,
      VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_BINDING_FLAGS_CREATE_INFO);
  if (flags == nullptr) return false;
  return std::any_of(
      flags->pBindingFlags, flags->pBindingFlags + flags->bindingCount,
      [](VkDescriptorBindingFlags binding) {
        return (binding & VK_DESCRIPTOR_BINDING_UPDATE_AFTER_BIND_BIT) != 0;
      });
}

bool ByNumber(const DescriptorSetLayout::Binding& binding, uint32_t number) {
  return binding.number < number;
}

}  // namespace

bool IsDynamic(VkDescriptorType type) {
  return type == VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER_DYNAMIC ||
         type == VK_DESCRIPTOR_TYPE_STORAGE_BUFFER_DYNAMIC;
}

DescriptorSetLayout::DescriptorSetLayout(
    const VkDescriptorSetLayoutCreateInfo& info)
    : update_after_bind_(HasUpdateAfterBind(info)) {
  for (uint32_t i = 0; i < info.bindingCount; ++i) {
    const VkDescriptorSetLayoutBinding& given = info.pBindings[i];
    bindings_.push_back({given.binding, given.descriptorType,
                         given.descriptorCount, given.stageFlags});
  }
  std::sort(
      bindings_.begin(), bindings_.end(),
      [](const Binding& a, const Binding& b) { return a.number < b.number; });
  for (Binding& binding : bindings_) {
    binding.first_dynamic = dynamic_count_;
    if (IsDynamic(binding.type)) dynamic_count_ += binding.count;
  }
}

const DescriptorSetLayout::Binding* DescriptorSetLayout::Find(
    uint32_t number) const {
  const auto found =
      std::lower_bound(bindings_.begin(), bindings_.end(), number, ByNumber);
  if (found == bindings_.end() || found->number != number) return nullptr;
  return &*found;
}

absl::optional<DescriptorPlace> DescriptorSetLayout::Normalize(
    DescriptorPlace place) const {
  auto at = std::lower_bound(bindings_.begin(), bindings_.end(), place.binding,
                             ByNumber);
  if (at == bindings_.end() || at->number != place.binding) {
    return absl::nullopt;
  }
  for (; at != bindings_.end(); ++at) {
    if (place.element < at->count) {
      return DescriptorPlace{at->number, place.element};
    }
    place.element -= at->count;
  }
  return absl::nullopt;
}

}  // namespace incoherent
