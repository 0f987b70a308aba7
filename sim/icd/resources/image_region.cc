#include "sim/icd/resources/image_region.h"

#include <algorithm>

#include "sim/icd/resources/format_blocks.h"

namespace incoherent {
namespace {

uint64_t BlockCount(uint64_t texels, uint32_t block) {
  return (texels + block - 1) / block;
}

uint64_t AtLeastZero(int32_t offset) {
  return offset < 0 ? 0 : static_cast<uint64_t>(offset);
}

// What stands in for VK_REMAINING_ARRAY_LAYERS in a region.
uint32_t LayerCount(const ImageShape& image,
                    const VkImageSubresourceLayers& layers) {
  if (layers.layerCount != VK_REMAINING_ARRAY_LAYERS) return layers.layerCount;
  return image.array_layers -
         std::min(layers.baseArrayLayer, image.array_layers);
}

}  // namespace

VkExtent3D LevelExtent(const ImageShape& image, VkImageAspectFlags aspect,
                       uint32_t mip_level) {
  const VkExtent3D plane =
      PlaneExtent(image.format, PlaneOfAspect(aspect), image.extent);
  const auto at_level = [mip_level](uint32_t texels) {
    return mip_level < 32 ? std::max(texels >> mip_level, 1u) : 1u;
  };
  return {at_level(plane.width), at_level(plane.height), at_level(plane.depth)};
}

ByteRows RowsInImage(const ImageShape& image, const VkSubresourceLayout& layout,
                     const VkImageSubresourceLayers& layers,
                     const VkOffset3D& offset, const VkExtent3D& extent) {
  const FormatBlocks block = BlocksInImage(image.format, layers.aspectMask);
  const bool deep = image.extent.depth > 1;
  const uint64_t first_slice =
      deep ? AtLeastZero(offset.z) / block.depth : layers.baseArrayLayer;
  ByteRows rows;
  rows.row_bytes = BlockCount(extent.width, block.width) * block.bytes;
  rows.rows = BlockCount(extent.height, block.height);
  rows.row_pitch = layout.rowPitch;
  rows.slices =
      deep ? BlockCount(extent.depth, block.depth) : LayerCount(image, layers);
  rows.slice_pitch = deep ? layout.depthPitch : layout.arrayPitch;
  rows.offset = layout.offset + first_slice * rows.slice_pitch +
                AtLeastZero(offset.y) / block.height * layout.rowPitch +
                AtLeastZero(offset.x) / block.width * block.bytes;
  return rows;
}

ByteRows RowsInBuffer(VkFormat format, const VkBufferImageCopy2& region) {
  const VkImageSubresourceLayers& layers = region.imageSubresource;
  const FormatBlocks block = BlocksInBuffer(format, layers.aspectMask);
  const uint64_t row_length = region.bufferRowLength != 0
                                  ? region.bufferRowLength
                                  : region.imageExtent.width;
  const uint64_t height = region.bufferImageHeight != 0
                              ? region.bufferImageHeight
                              : region.imageExtent.height;
  ByteRows rows;
  rows.offset = region.bufferOffset;
  rows.row_bytes =
      BlockCount(region.imageExtent.width, block.width) * block.bytes;
  rows.rows = BlockCount(region.imageExtent.height, block.height);
  rows.row_pitch = BlockCount(row_length, block.width) * block.bytes;
  // A region has either layers or depth.
  rows.slices =
      BlockCount(region.imageExtent.depth, block.depth) *
      (layers.layerCount == VK_REMAINING_ARRAY_LAYERS ? 1 : layers.layerCount);
  rows.slice_pitch = BlockCount(height, block.height) * rows.row_pitch;
  return rows;
}

VkExtent3D SameBlocks(const VkExtent3D& extent, VkFormat from,
                      VkImageAspectFlags from_aspect, VkFormat to,
                      VkImageAspectFlags to_aspect) {
  const FormatBlocks a = BlocksInImage(from, from_aspect);
  const FormatBlocks b = BlocksInImage(to, to_aspect);
  const auto scale = [](uint32_t texels, uint32_t old_block,
                        uint32_t new_block) {
    if (old_block == new_block) return texels;
    return static_cast<uint32_t>(BlockCount(texels, old_block) * new_block);
  };
  return {scale(extent.width, a.width, b.width),
          scale(extent.height, a.height, b.height),
          scale(extent.depth, a.depth, b.depth)};
}

}  // namespace incoherent
