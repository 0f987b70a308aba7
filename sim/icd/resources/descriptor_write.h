#ifndef INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_WRITE_H_
#define INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_WRITE_H_

// Reading what an application writes into a descriptor set: a
// VkWriteDescriptorSet, or its data behind an update template.
//
// Descriptors that have no bytes (samplers, acceleration structures) come with
// no handle, so that they still stand in the place of others. An inline uniform
// block is memory of the set itself, which the host cannot map: it gives no
// descriptors.

#include <vulkan/vulkan.h>

#include <vector>

#include "sim/icd/resources/descriptor_set.h"

namespace incoherent {

std::vector<Descriptor> ReadDescriptors(const VkWriteDescriptorSet& write);

// The descriptors of one entry of an update template.
std::vector<Descriptor> ReadDescriptors(
    const VkDescriptorUpdateTemplateEntry& entry, const void* data);

// vkUpdateDescriptorSetWithTemplate and its like.
class DescriptorTemplate {
 public:
  explicit DescriptorTemplate(const VkDescriptorUpdateTemplateCreateInfo& info)
      : entries_(
            info.pDescriptorUpdateEntries,
            info.pDescriptorUpdateEntries + info.descriptorUpdateEntryCount),
        bind_point_(info.pipelineBindPoint) {}

  // Of a template for push descriptors.
  VkPipelineBindPoint bind_point() const { return bind_point_; }

  void Update(DescriptorSet& set, const void* data) const;

 private:
  std::vector<VkDescriptorUpdateTemplateEntry> entries_;
  VkPipelineBindPoint bind_point_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_WRITE_H_
