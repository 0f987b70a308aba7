#include "sim/icd/resources/format_blocks.h"

#include <vulkan/vulkan_format_traits.hpp>

namespace incoherent {
namespace {

FormatBlocks BlocksOfColor(VkFormat format, VkImageAspectFlags aspect) {
  auto of = static_cast<vk::Format>(format);
  // What the traits do not know, they do not forgive to be asked about.
  if (vk::componentCount(of) == 0) return FormatBlocks();
  if (vk::planeCount(of) > 1) {
    const auto plane = static_cast<uint8_t>(PlaneOfAspect(aspect));
    if (plane < vk::planeCount(of)) of = vk::planeCompatibleFormat(of, plane);
  }
  FormatBlocks blocks;
  blocks.bytes = vk::blockSize(of);
  const auto extent = vk::blockExtent(of);
  blocks.width = extent[0];
  blocks.height = extent[1];
  blocks.depth = extent[2];
  return blocks;
}

}  // namespace

FormatBlocks BlocksInBuffer(VkFormat format, VkImageAspectFlags aspect) {
  if (aspect == VK_IMAGE_ASPECT_STENCIL_BIT) return {1, 1, 1, 1};
  if (aspect == VK_IMAGE_ASPECT_DEPTH_BIT) {
    const bool two_bytes =
        format == VK_FORMAT_D16_UNORM || format == VK_FORMAT_D16_UNORM_S8_UINT;
    return {two_bytes ? 2u : 4u, 1, 1, 1};
  }
  return BlocksOfColor(format, aspect);
}

FormatBlocks BlocksInImage(VkFormat format, VkImageAspectFlags aspect) {
  // Drivers keep the two together, or apart; the larger covers both.
  if (format == VK_FORMAT_D32_SFLOAT_S8_UINT) return {8, 1, 1, 1};
  if (format == VK_FORMAT_D16_UNORM_S8_UINT) return {4, 1, 1, 1};
  return BlocksOfColor(format, aspect);
}

uint32_t PlaneCount(VkFormat format) {
  return vk::planeCount(static_cast<vk::Format>(format));
}

uint32_t PlaneOfAspect(VkImageAspectFlags aspect) {
  if (aspect == VK_IMAGE_ASPECT_PLANE_1_BIT) return 1;
  if (aspect == VK_IMAGE_ASPECT_PLANE_2_BIT) return 2;
  return 0;
}

VkExtent3D PlaneExtent(VkFormat format, uint32_t plane,
                       const VkExtent3D& image) {
  const auto of = static_cast<vk::Format>(format);
  if (plane >= vk::planeCount(of)) return image;
  const auto index = static_cast<uint8_t>(plane);
  return {image.width / vk::planeWidthDivisor(of, index),
          image.height / vk::planeHeightDivisor(of, index), image.depth};
}

bool IsDepthOrStencil(VkFormat format) {
  switch (format) {
    case VK_FORMAT_D16_UNORM:
    case VK_FORMAT_X8_D24_UNORM_PACK32:
    case VK_FORMAT_D32_SFLOAT:
    case VK_FORMAT_S8_UINT:
    case VK_FORMAT_D16_UNORM_S8_UINT:
    case VK_FORMAT_D24_UNORM_S8_UINT:
    case VK_FORMAT_D32_SFLOAT_S8_UINT:
      return true;
    default:
      return false;
  }
}

}  // namespace incoherent
