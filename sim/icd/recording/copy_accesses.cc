#include "sim/icd/recording/copy_accesses.h"

#include <algorithm>

#include "sim/icd/resources/image_region.h"

namespace incoherent {
namespace {

constexpr AccessPoint kCopyRead = {kStageCopy, kAccessTransferRead};
constexpr AccessPoint kCopyWrite = {kStageCopy, kAccessTransferWrite};
constexpr AccessPoint kBlitRead = {kStageBlit, kAccessTransferRead};
constexpr AccessPoint kBlitWrite = {kStageBlit, kAccessTransferWrite};
constexpr AccessPoint kResolveRead = {kStageResolve, kAccessTransferRead};
constexpr AccessPoint kResolveWrite = {kStageResolve, kAccessTransferWrite};

// The region's bytes in the buffer.
ResourceBytes BufferSide(const ResourceTable& resources, VkBuffer buffer,
                         VkImage image, const VkBufferImageCopy2& region) {
  return resources.BytesOf(buffer,
                           RowsInBuffer(resources.FormatOf(image), region));
}

ResourceBytes ImageSide(const ResourceTable& resources, VkImage image,
                        const VkBufferImageCopy2& region) {
  return resources.BytesOf(image, region.imageSubresource, region.imageOffset,
                           region.imageExtent);
}

// A blit's region is given by two corners, in any order.
struct Corners {
  VkOffset3D offset;
  VkExtent3D extent;
};

Corners BetweenCorners(const VkOffset3D (&corners)[2]) {
  const auto length = [](int32_t a, int32_t b) {
    return static_cast<uint32_t>(std::max<int64_t>(a, b) -
                                 std::min<int64_t>(a, b));
  };
  const VkOffset3D& a = corners[0];
  const VkOffset3D& b = corners[1];
  return {{std::min(a.x, b.x), std::min(a.y, b.y), std::min(a.z, b.z)},
          {length(a.x, b.x), length(a.y, b.y), length(a.z, b.z)}};
}

bool SameExtent(const VkExtent3D& a, const VkExtent3D& b) {
  return a.width == b.width && a.height == b.height && a.depth == b.depth;
}

}  // namespace

void RecordCopy(CommandBufferState& state, const VkCopyBufferInfo2& info) {
  const ResourceTable& resources = state.resources();
  for (uint32_t i = 0; i < info.regionCount; ++i) {
    const VkBufferCopy2& region = info.pRegions[i];
    state.Read(kCopyRead, resources.BytesOf(info.srcBuffer, region.srcOffset,
                                            region.size));
  }
  for (uint32_t i = 0; i < info.regionCount; ++i) {
    const VkBufferCopy2& region = info.pRegions[i];
    state.Write(kCopyWrite, resources.BytesOf(info.dstBuffer, region.dstOffset,
                                              region.size));
  }
}

void RecordCopy(CommandBufferState& state, const VkCopyImageInfo2& info) {
  const ResourceTable& resources = state.resources();
  for (uint32_t i = 0; i < info.regionCount; ++i) {
    const VkImageCopy2& region = info.pRegions[i];
    state.Read(kCopyRead,
               resources.BytesOf(info.srcImage, region.srcSubresource,
                                 region.srcOffset, region.extent));
  }
  const VkFormat from = resources.FormatOf(info.srcImage);
  const VkFormat to = resources.FormatOf(info.dstImage);
  for (uint32_t i = 0; i < info.regionCount; ++i) {
    const VkImageCopy2& region = info.pRegions[i];
    VkExtent3D extent =
        SameBlocks(region.extent, from, region.srcSubresource.aspectMask, to,
                   region.dstSubresource.aspectMask);
    // Slices may be copied to layers, and layers to slices.
    VkImageSubresourceLayers layers = region.dstSubresource;
    if (layers.layerCount < region.extent.depth) {
      layers.layerCount = region.extent.depth;
    }
    if (region.srcSubresource.layerCount != VK_REMAINING_ARRAY_LAYERS) {
      extent.depth = std::max(extent.depth, region.srcSubresource.layerCount);
    }
    state.Write(kCopyWrite, resources.BytesOf(info.dstImage, layers,
                                              region.dstOffset, extent));
  }
}

void RecordCopy(CommandBufferState& state,
                const VkCopyBufferToImageInfo2& info) {
  const ResourceTable& resources = state.resources();
  for (uint32_t i = 0; i < info.regionCount; ++i) {
    state.Read(kCopyRead, BufferSide(resources, info.srcBuffer, info.dstImage,
                                     info.pRegions[i]));
  }
  for (uint32_t i = 0; i < info.regionCount; ++i) {
    state.Write(kCopyWrite,
                ImageSide(resources, info.dstImage, info.pRegions[i]));
  }
}

void RecordCopy(CommandBufferState& state,
                const VkCopyImageToBufferInfo2& info) {
  const ResourceTable& resources = state.resources();
  for (uint32_t i = 0; i < info.regionCount; ++i) {
    state.Read(kCopyRead,
               ImageSide(resources, info.srcImage, info.pRegions[i]));
  }
  for (uint32_t i = 0; i < info.regionCount; ++i) {
    state.Write(kCopyWrite, BufferSide(resources, info.dstBuffer, info.srcImage,
                                       info.pRegions[i]));
  }
}

void RecordBlit(CommandBufferState& state, const VkBlitImageInfo2& info) {
  const ResourceTable& resources = state.resources();
  for (uint32_t i = 0; i < info.regionCount; ++i) {
    const VkImageBlit2& region = info.pRegions[i];
    const Corners from = BetweenCorners(region.srcOffsets);
    ResourceBytes bytes = resources.BytesOf(
        info.srcImage, region.srcSubresource, from.offset, from.extent);
    if (!SameExtent(from.extent, BetweenCorners(region.dstOffsets).extent)) {
      bytes.MakeUncertain();
    }
    state.Read(kBlitRead, bytes);
  }
  for (uint32_t i = 0; i < info.regionCount; ++i) {
    const VkImageBlit2& region = info.pRegions[i];
    const Corners to = BetweenCorners(region.dstOffsets);
    state.Write(kBlitWrite,
                resources.BytesOf(info.dstImage, region.dstSubresource,
                                  to.offset, to.extent));
  }
}

void RecordResolve(CommandBufferState& state, const VkResolveImageInfo2& info) {
  const ResourceTable& resources = state.resources();
  for (uint32_t i = 0; i < info.regionCount; ++i) {
    const VkImageResolve2& region = info.pRegions[i];
    state.Read(kResolveRead,
               resources.BytesOf(info.srcImage, region.srcSubresource,
                                 region.srcOffset, region.extent));
  }
  for (uint32_t i = 0; i < info.regionCount; ++i) {
    const VkImageResolve2& region = info.pRegions[i];
    state.Write(kResolveWrite,
                resources.BytesOf(info.dstImage, region.dstSubresource,
                                  region.dstOffset, region.extent));
  }
}

}  // namespace incoherent
