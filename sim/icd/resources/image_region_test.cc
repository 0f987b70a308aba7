#include "sim/icd/resources/image_region.h"

#include <gtest/gtest.h>

#include "sim/icd/resources/format_blocks.h"

namespace incoherent {
namespace {

constexpr VkImageAspectFlags kColor = VK_IMAGE_ASPECT_COLOR_BIT;
constexpr uint64_t kNoLimit = uint64_t{1} << 40;
using Ranges = std::vector<ByteRange>;

VkBufferImageCopy2 Region(uint64_t offset, const VkExtent3D& extent,
                          VkImageAspectFlags aspect = kColor,
                          uint32_t layers = 1) {
  VkBufferImageCopy2 region = {};
  region.bufferOffset = offset;
  region.imageSubresource = {aspect, 0, 0, layers};
  region.imageExtent = extent;
  return region;
}

Ranges InBuffer(VkFormat format, const VkBufferImageCopy2& region) {
  return PiecesOf(RowsInBuffer(format, region), kNoLimit).certain;
}

TEST(RowsInBuffer, TightlyPackedIsOnePiece) {
  EXPECT_EQ(InBuffer(VK_FORMAT_R8G8B8A8_UNORM, Region(256, {8, 4, 1})),
            (Ranges{{256, 128}}));
}

TEST(RowsInBuffer, RowLengthPadsRows) {
  VkBufferImageCopy2 region = Region(0, {8, 3, 1});
  region.bufferRowLength = 64;
  EXPECT_EQ(InBuffer(VK_FORMAT_R8G8B8A8_UNORM, region),
            (Ranges{{0, 32}, {256, 32}, {512, 32}}));
}

TEST(RowsInBuffer, ImageHeightPadsSlicesAndLayers) {
  VkBufferImageCopy2 deep = Region(0, {8, 2, 2});
  deep.bufferImageHeight = 16;
  const Ranges expected = {{0, 16}, {128, 16}};
  EXPECT_EQ(InBuffer(VK_FORMAT_R8_UNORM, deep), expected);
  VkBufferImageCopy2 layered = Region(0, {8, 2, 1}, kColor, /*layers=*/2);
  layered.bufferImageHeight = 16;
  EXPECT_EQ(InBuffer(VK_FORMAT_R8_UNORM, layered), expected);
}

TEST(RowsInBuffer, CompressedRowsAreRowsOfBlocks) {
  VkBufferImageCopy2 region = Region(0, {10, 6, 1});  // 3 by 2 blocks
  region.bufferRowLength = 16;                        // 4 blocks
  region.bufferImageHeight = 8;
  EXPECT_EQ(InBuffer(VK_FORMAT_BC1_RGB_UNORM_BLOCK, region),
            (Ranges{{0, 24}, {32, 24}}));
}

TEST(RowsInBuffer, DepthAndStencilHaveTexelsOfTheirOwn) {
  const VkExtent3D extent = {4, 4, 1};
  const auto size = [&](VkFormat format, VkImageAspectFlags aspect) {
    return InBuffer(format, Region(0, extent, aspect)).at(0).size / 16;
  };
  EXPECT_EQ(size(VK_FORMAT_D16_UNORM_S8_UINT, VK_IMAGE_ASPECT_DEPTH_BIT), 2u);
  EXPECT_EQ(size(VK_FORMAT_D24_UNORM_S8_UINT, VK_IMAGE_ASPECT_DEPTH_BIT), 4u);
  EXPECT_EQ(size(VK_FORMAT_D32_SFLOAT_S8_UINT, VK_IMAGE_ASPECT_DEPTH_BIT), 4u);
  EXPECT_EQ(size(VK_FORMAT_D32_SFLOAT_S8_UINT, VK_IMAGE_ASPECT_STENCIL_BIT),
            1u);
}

TEST(RowsInBuffer, PlanesHaveTheTexelsOfTheirFormat) {
  constexpr VkFormat kNv12 = VK_FORMAT_G8_B8R8_2PLANE_420_UNORM;
  EXPECT_EQ(InBuffer(kNv12, Region(0, {8, 4, 1}, VK_IMAGE_ASPECT_PLANE_0_BIT)),
            (Ranges{{0, 32}}));
  EXPECT_EQ(InBuffer(kNv12, Region(0, {4, 2, 1}, VK_IMAGE_ASPECT_PLANE_1_BIT)),
            (Ranges{{0, 16}}));
}

TEST(RowsInBuffer, AFormatThatIsNotKnownHasNoBytes) {
  EXPECT_TRUE(InBuffer(VK_FORMAT_UNDEFINED, Region(0, {8, 4, 1})).empty());
}

Ranges InImage(const ImageShape& image, const VkSubresourceLayout& layout,
               const VkImageSubresourceLayers& layers, const VkOffset3D& offset,
               const VkExtent3D& extent) {
  return PiecesOf(RowsInImage(image, layout, layers, offset, extent), kNoLimit)
      .certain;
}

TEST(RowsInImage, ARegionStartsAtItsTexel) {
  const ImageShape image = {VK_FORMAT_R8G8B8A8_UNORM, {16, 16, 1}, 1, 1};
  const VkSubresourceLayout layout = {/*offset=*/1000, 0, /*rowPitch=*/128, 0,
                                      0};
  EXPECT_EQ(InImage(image, layout, {kColor, 0, 0, 1}, {2, 3, 0}, {4, 2, 1}),
            (Ranges{{1000 + 3 * 128 + 8, 16}, {1000 + 4 * 128 + 8, 16}}));
}

TEST(RowsInImage, LayersLieAtTheArrayPitch) {
  const ImageShape image = {VK_FORMAT_R8_UNORM, {8, 1, 1}, 1, 4};
  const VkSubresourceLayout layout = {0, 0, 8, /*arrayPitch=*/64, 0};
  EXPECT_EQ(InImage(image, layout, {kColor, 0, 1, 2}, {0, 0, 0}, {8, 1, 1}),
            (Ranges{{64, 8}, {128, 8}}));
  EXPECT_EQ(InImage(image, layout, {kColor, 0, 3, VK_REMAINING_ARRAY_LAYERS},
                    {0, 0, 0}, {8, 1, 1}),
            (Ranges{{192, 8}}));
}

TEST(RowsInImage, SlicesLieAtTheDepthPitch) {
  const ImageShape image = {VK_FORMAT_R8_UNORM, {8, 1, 4}, 1, 1};
  const VkSubresourceLayout layout = {0, 0, 8, 0, /*depthPitch=*/256};
  EXPECT_EQ(InImage(image, layout, {kColor, 0, 0, 1}, {0, 0, 2}, {8, 1, 2}),
            (Ranges{{512, 8}, {768, 8}}));
}

TEST(LevelExtent, HalvesDownToOneTexel) {
  const ImageShape image = {VK_FORMAT_R8_UNORM, {16, 4, 1}, 5, 1};
  EXPECT_EQ(LevelExtent(image, kColor, 1).width, 8u);
  EXPECT_EQ(LevelExtent(image, kColor, 4).width, 1u);
  EXPECT_EQ(LevelExtent(image, kColor, 4).height, 1u);
}

TEST(LevelExtent, OfAPlaneIsThePlanes) {
  const ImageShape image = {
      VK_FORMAT_G8_B8R8_2PLANE_420_UNORM, {16, 8, 1}, 1, 1};
  EXPECT_EQ(LevelExtent(image, VK_IMAGE_ASPECT_PLANE_0_BIT, 0).width, 16u);
  EXPECT_EQ(LevelExtent(image, VK_IMAGE_ASPECT_PLANE_1_BIT, 0).width, 8u);
  EXPECT_EQ(LevelExtent(image, VK_IMAGE_ASPECT_PLANE_1_BIT, 0).height, 4u);
}

TEST(SameBlocks, BlocksAreCopiedToTexels) {
  constexpr VkFormat kBlocks = VK_FORMAT_BC1_RGBA_UNORM_BLOCK;
  constexpr VkFormat kTexels = VK_FORMAT_R16G16B16A16_UINT;
  const VkExtent3D texels =
      SameBlocks({8, 6, 1}, kBlocks, kColor, kTexels, kColor);
  EXPECT_EQ(texels.width, 2u);
  EXPECT_EQ(texels.height, 2u);
  const VkExtent3D blocks =
      SameBlocks({2, 2, 1}, kTexels, kColor, kBlocks, kColor);
  EXPECT_EQ(blocks.width, 8u);
  EXPECT_EQ(blocks.height, 8u);
}

}  // namespace
}  // namespace incoherent
