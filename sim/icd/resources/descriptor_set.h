#ifndef INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_SET_H_
#define INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_SET_H_

// DescriptorSet: what one VkDescriptorSet holds at this moment.
//
// Descriptors are kept as they were written, by handle; what a handle means is
// asked when a command uses it. Updates that lie outside of the layout are the
// application's error and are left out.
//
// Threads: any, as Vulkan allows a set to be updated by several where it was
// created for that.
//
// Example:
//
//   DescriptorSet set(layout);
//   set.Write({/*binding=*/2, /*element=*/0},
//             {{VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, handle, 0, 256}});

#include <vulkan/vulkan.h>

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "sim/icd/resources/descriptor_set_layout.h"

namespace incoherent {

struct Descriptor {
  VkDescriptorType type = VK_DESCRIPTOR_TYPE_SAMPLER;
  uint64_t handle = 0;  // VkBuffer, VkBufferView or VkImageView; 0: none
  uint64_t offset = 0;  // of buffers
  uint64_t range = 0;   // of buffers; may be VK_WHOLE_SIZE
};

class DescriptorSet {
 public:
  // How many elements of an array of descriptors are followed; what lies
  // beyond is not seen. An array without that limit ("bindless") would cost
  // each command that may use it all the descriptors that it does not use.
  static constexpr uint32_t kMostElements = 256;

  explicit DescriptorSet(std::shared_ptr<const DescriptorSetLayout> layout)
      : layout_(std::move(layout)) {}

  const DescriptorSetLayout& layout() const { return *layout_; }

  // Another set that holds the same at this moment.
  std::shared_ptr<DescriptorSet> Clone() const;

  void Write(DescriptorPlace first, absl::Span<const Descriptor> descriptors);
  // vkUpdateDescriptorSets with a copy; `source` may be this set.
  void Copy(const DescriptorSet& source, DescriptorPlace from,
            DescriptorPlace to, uint32_t count);

  // The elements of a binding, from 0 on; those never written have no handle.
  std::vector<Descriptor> Read(uint32_t binding) const;

 private:
  const std::shared_ptr<const DescriptorSetLayout> layout_;
  mutable absl::Mutex mutex_;
  std::map<uint32_t, std::vector<Descriptor>> bindings_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_SET_H_
