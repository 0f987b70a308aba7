#ifndef INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_SET_LAYOUT_H_
#define INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_SET_LAYOUT_H_

// DescriptorSetLayout: the bindings of one VkDescriptorSetLayout, and the order
// of what is in them. It never changes.
//
// A write or copy of more descriptors than a binding has left goes on in the
// next binding that has any (VkWriteDescriptorSet, "consecutive binding
// updates"). Dynamic offsets are taken by binding number, then array element,
// whatever the order in which the bindings were given.

#include <vulkan/vulkan.h>

#include <cstdint>
#include <vector>

#include "absl/types/optional.h"

namespace incoherent {

struct DescriptorPlace {
  uint32_t binding = 0;
  uint32_t element = 0;

  bool operator==(const DescriptorPlace& other) const {
    return binding == other.binding && element == other.element;
  }
};

class DescriptorSetLayout {
 public:
  struct Binding {
    uint32_t number = 0;
    VkDescriptorType type = VK_DESCRIPTOR_TYPE_SAMPLER;
    // Of an inline uniform block, its bytes.
    uint32_t count = 0;
    VkShaderStageFlags stages = 0;
    // Of all bindings before it: how many dynamic offsets they take.
    uint32_t first_dynamic = 0;

    bool operator==(const Binding& other) const {
      return number == other.number && type == other.type &&
             count == other.count && stages == other.stages;
    }
  };

  explicit DescriptorSetLayout(const VkDescriptorSetLayoutCreateInfo& info);

  // In order of their numbers.
  const std::vector<Binding>& bindings() const { return bindings_; }
  // Null if there is none of that number.
  const Binding* Find(uint32_t number) const;

  // Whether a set may be updated after it was bound.
  bool update_after_bind() const { return update_after_bind_; }
  // How many dynamic offsets vkCmdBindDescriptorSets takes for a set.
  uint32_t dynamic_count() const { return dynamic_count_; }

  // `place`, or where an element past the end of its binding really is; none
  // past the last binding.
  absl::optional<DescriptorPlace> Normalize(DescriptorPlace place) const;

 private:
  std::vector<Binding> bindings_;
  uint32_t dynamic_count_ = 0;
  bool update_after_bind_ = false;
};

bool IsDynamic(VkDescriptorType type);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_SET_LAYOUT_H_
