#ifndef INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_BYTES_H_
#define INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_BYTES_H_

// DescriptorBytes: where the resources that descriptors name lie in memory.
//
// Nothing is said of a resource that is not known, not bound, or bound to
// memory that the host cannot map; nor of an image without linear tiling. From
// any thread.

#include <vulkan/vulkan.h>

#include <vector>

#include "absl/types/optional.h"
#include "sim/icd/recording/command_recording.h"

namespace incoherent {

class DescriptorBytes {
 public:
  virtual ~DescriptorBytes() = default;

  // `size` may be VK_WHOLE_SIZE; what lies past the buffer's end is left out.
  virtual absl::optional<BoundBytes> OfBuffer(VkBuffer buffer, uint64_t offset,
                                              uint64_t size) const = 0;
  virtual absl::optional<BoundBytes> OfBufferView(VkBufferView view) const = 0;
  virtual std::vector<BoundBytes> OfImageView(VkImageView view) const = 0;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_BYTES_H_
