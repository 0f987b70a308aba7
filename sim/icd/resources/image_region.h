#ifndef INCOHERENT_SIM_ICD_RESOURCES_IMAGE_REGION_H_
#define INCOHERENT_SIM_ICD_RESOURCES_IMAGE_REGION_H_

// Where the texels of a region lie: in a linear image (chapter Resource
// Creation, VkSubresourceLayout) and in a buffer that is copied to or from an
// image (chapter Copy Commands, "Buffer and Image Addressing").

#include <vulkan/vulkan.h>

#include <cstdint>

#include "sim/icd/resources/byte_rows.h"

namespace incoherent {

struct ImageShape {
  VkFormat format = VK_FORMAT_UNDEFINED;
  VkExtent3D extent = {};
  uint32_t mip_levels = 1;
  uint32_t array_layers = 1;
};

// The extent of a mip level of what an aspect names.
VkExtent3D LevelExtent(const ImageShape& image, VkImageAspectFlags aspect,
                       uint32_t mip_level);

// The region's rows in a linear image; `layout` is that of its first layer's
// whole subresource 0. `layers.aspectMask` is one bit.
ByteRows RowsInImage(const ImageShape& image, const VkSubresourceLayout& layout,
                     const VkImageSubresourceLayers& layers,
                     const VkOffset3D& offset, const VkExtent3D& extent);

// The region's rows in the buffer.
ByteRows RowsInBuffer(VkFormat format, const VkBufferImageCopy2& region);

// What an extent in texels of one format is in another, of other block extent:
// what is copied are blocks (VkImageCopy).
VkExtent3D SameBlocks(const VkExtent3D& extent, VkFormat from,
                      VkImageAspectFlags from_aspect, VkFormat to,
                      VkImageAspectFlags to_aspect);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_IMAGE_REGION_H_
