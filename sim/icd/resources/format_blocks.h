#ifndef INCOHERENT_SIM_ICD_RESOURCES_FORMAT_BLOCKS_H_
#define INCOHERENT_SIM_ICD_RESOURCES_FORMAT_BLOCKS_H_

// FormatBlocks: how texels of a format lie in memory: the block of texels that
// is kept as one, and its bytes (chapter Formats, "Compatible Formats of Planes
// of Multi-Planar Formats" and "Format Compatibility Classes").

#include <vulkan/vulkan.h>

#include <cstdint>

namespace incoherent {

struct FormatBlocks {
  uint32_t bytes = 0;  // 0: a format that is not known
  uint32_t width = 1;  // in texels
  uint32_t height = 1;
  uint32_t depth = 1;
};

// Of a texel in a buffer that is copied to or from the aspect, which for depth
// and stencil is not how a device keeps it (VkBufferImageCopy). `aspect` is one
// bit.
FormatBlocks BlocksInBuffer(VkFormat format, VkImageAspectFlags aspect);

// Of a texel in an image.
FormatBlocks BlocksInImage(VkFormat format, VkImageAspectFlags aspect);

// 1 unless the format is multi-planar.
uint32_t PlaneCount(VkFormat format);

// Which plane an aspect means; 0 for all that is no plane.
uint32_t PlaneOfAspect(VkImageAspectFlags aspect);

// The extent of a plane of an image.
VkExtent3D PlaneExtent(VkFormat format, uint32_t plane,
                       const VkExtent3D& image);

bool IsDepthOrStencil(VkFormat format);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_FORMAT_BLOCKS_H_
