#include "sim/icd/resources/resource_table.h"

#include <gtest/gtest.h>

namespace incoherent {
namespace {

constexpr Journey::PayloadId kPayload = 7;
constexpr VkImageAspectFlags kColor = VK_IMAGE_ASPECT_COLOR_BIT;
constexpr VkImageSubresourceRange kWholeImage = {
    kColor, 0, VK_REMAINING_MIP_LEVELS, 0, VK_REMAINING_ARRAY_LAYERS};

template <typename Handle>
Handle Make(uint64_t value) {
  return reinterpret_cast<Handle>(value);
}

const VkBuffer kBuffer = Make<VkBuffer>(0x10);
const VkImage kImage = Make<VkImage>(0x20);

VkBufferCreateInfo BufferOf(uint64_t size) {
  VkBufferCreateInfo info = {};
  info.size = size;
  return info;
}

VkImageCreateInfo ImageOf(VkFormat format, VkExtent3D extent,
                          VkImageTiling tiling) {
  VkImageCreateInfo info = {};
  info.format = format;
  info.extent = extent;
  info.mipLevels = 1;
  info.arrayLayers = 1;
  info.tiling = tiling;
  return info;
}

// Rows of 64 bytes; planes a kilobyte apart.
VkSubresourceLayout Layout(VkImage, const VkImageSubresource& subresource) {
  VkSubresourceLayout layout = {};
  if (subresource.aspectMask == VK_IMAGE_ASPECT_PLANE_1_BIT) {
    layout.offset = 1024;
  }
  layout.offset += subresource.mipLevel * 512;
  layout.rowPitch = 64;
  layout.arrayPitch = 4096;
  return layout;
}

class ResourceTableTest : public testing::Test {
 protected:
  void AddBuffer(uint64_t size, uint64_t offset, uint64_t memory_size = 4096) {
    resources_.AddBuffer(kBuffer, BufferOf(size));
    resources_.BindBuffer(kBuffer, BoundMemory{kPayload, memory_size}, offset);
  }
  void AddImage(const VkImageCreateInfo& info, uint64_t offset) {
    resources_.AddImage(kImage, info);
    resources_.BindImage(kImage,
                         {BoundMemory{kPayload, 1 << 20}, offset, 2048, 0});
  }

  ResourceTable resources_{Layout};
};

TEST_F(ResourceTableTest, ABuffersBytesLieWhereItIsBound) {
  AddBuffer(256, 1024);
  const auto bytes = resources_.BytesOf(kBuffer, 16, 32);
  ASSERT_TRUE(bytes.has_value());
  EXPECT_EQ(bytes->payload, kPayload);
  EXPECT_EQ(bytes->range, (ByteRange{1040, 32}));
  EXPECT_EQ(bytes->type, VK_OBJECT_TYPE_BUFFER);
  EXPECT_EQ(bytes->handle, 0x10u);
}

TEST_F(ResourceTableTest, WholeSizeIsTheRestOfTheBuffer) {
  AddBuffer(256, 1024);
  EXPECT_EQ(resources_.BytesOf(kBuffer, 56, VK_WHOLE_SIZE)->range,
            (ByteRange{1080, 200}));
}

TEST_F(ResourceTableTest, BytesAreCutToTheBufferAndItsMemory) {
  AddBuffer(256, 1024);
  EXPECT_EQ(resources_.BytesOf(kBuffer, 200, 100)->range,
            (ByteRange{1224, 56}));
  EXPECT_FALSE(resources_.BytesOf(kBuffer, 256, 4).has_value());
  EXPECT_FALSE(resources_.BytesOf(kBuffer, ~uint64_t{0}, 4).has_value());
  AddBuffer(256, 1024, /*memory_size=*/1100);
  EXPECT_EQ(resources_.BytesOf(kBuffer, 0, VK_WHOLE_SIZE)->range,
            (ByteRange{1024, 76}));
}

TEST_F(ResourceTableTest, NothingIsKnownOfWhatIsNotTracked) {
  EXPECT_FALSE(resources_.BytesOf(kBuffer, 0, 4).has_value());
  resources_.AddBuffer(kBuffer, BufferOf(256));
  EXPECT_FALSE(resources_.BytesOf(kBuffer, 0, 4).has_value());  // not bound
  resources_.BindBuffer(kBuffer, absl::nullopt, 0);
  EXPECT_FALSE(resources_.BytesOf(kBuffer, 0, 4).has_value());
  resources_.BindBuffer(Make<VkBuffer>(0x99), BoundMemory{kPayload, 64}, 0);
  EXPECT_FALSE(resources_.BytesOf(Make<VkBuffer>(0x99), 0, 4).has_value());
}

TEST_F(ResourceTableTest, AHandleThatComesAgainIsAnotherBuffer) {
  AddBuffer(256, 1024);
  resources_.MarkAddressed(kBuffer);
  resources_.AddBuffer(kBuffer, BufferOf(64));
  EXPECT_FALSE(resources_.BytesOf(kBuffer, 0, 4).has_value());
  resources_.BindBuffer(kBuffer, BoundMemory{kPayload, 4096}, 0);
  EXPECT_TRUE(resources_.AddressedBuffers().empty());
}

TEST_F(ResourceTableTest, WhatIsBoundToTrackedMemoryIsTracked) {
  EXPECT_FALSE(resources_.IsTracked(kBuffer));
  EXPECT_FALSE(resources_.IsTracked(kImage));
  AddBuffer(256, 1024);
  AddImage(ImageOf(VK_FORMAT_R8_UNORM, {8, 4, 1}, VK_IMAGE_TILING_OPTIMAL), 0);
  EXPECT_TRUE(resources_.IsTracked(kBuffer));
  EXPECT_TRUE(resources_.IsTracked(kImage));
}

TEST_F(ResourceTableTest, ADestroyedBufferHasNoBytes) {
  AddBuffer(256, 1024);
  resources_.RemoveBuffer(kBuffer);
  EXPECT_FALSE(resources_.BytesOf(kBuffer, 0, 4).has_value());
}

TEST_F(ResourceTableTest, AddressedBuffersAreThoseAskedFor) {
  AddBuffer(256, 1024);
  EXPECT_TRUE(resources_.AddressedBuffers().empty());
  resources_.MarkAddressed(kBuffer);
  ASSERT_EQ(resources_.AddressedBuffers().size(), 1u);
  EXPECT_EQ(resources_.AddressedBuffers()[0].range, (ByteRange{1024, 256}));
}

TEST_F(ResourceTableTest, ABufferViewIsARangeOfItsBuffer) {
  AddBuffer(256, 1024);
  VkBufferViewCreateInfo info = {};
  info.buffer = kBuffer;
  info.offset = 128;
  info.range = VK_WHOLE_SIZE;
  resources_.AddView(Make<VkBufferView>(0x30), info);
  const auto bytes = resources_.BytesOf(Make<VkBufferView>(0x30));
  ASSERT_TRUE(bytes.has_value());
  EXPECT_EQ(bytes->range, (ByteRange{1152, 128}));
  EXPECT_EQ(bytes->type, VK_OBJECT_TYPE_BUFFER);
}

TEST_F(ResourceTableTest, RowsOfABufferLieWhereItIsBound) {
  AddBuffer(256, 1024);
  const ResourceBytes bytes =
      resources_.BytesOf(kBuffer, ByteRows{0, 16, 3, 100, 1, 0});
  ASSERT_EQ(bytes.certain.size(), 3u);
  EXPECT_EQ(bytes.certain[1].range, (ByteRange{1124, 16}));
  EXPECT_TRUE(bytes.may.empty());
}

TEST_F(ResourceTableTest, ALinearImagesBytesAreItsRows) {
  AddImage(ImageOf(VK_FORMAT_R8G8B8A8_UNORM, {8, 4, 1}, VK_IMAGE_TILING_LINEAR),
           2048);
  const ResourceBytes bytes =
      resources_.BytesOf(kImage, {kColor, 0, 0, 1}, {0, 1, 0}, {8, 2, 1});
  ASSERT_EQ(bytes.certain.size(), 2u);
  EXPECT_EQ(bytes.certain[0].range, (ByteRange{2048 + 64, 32}));
  EXPECT_EQ(bytes.certain[1].range, (ByteRange{2048 + 128, 32}));
  EXPECT_EQ(bytes.certain[0].type, VK_OBJECT_TYPE_IMAGE);
}

TEST_F(ResourceTableTest, ASubresourceIsOneRange) {
  AddImage(ImageOf(VK_FORMAT_R8G8B8A8_UNORM, {8, 4, 1}, VK_IMAGE_TILING_LINEAR),
           2048);
  const auto bytes = resources_.BytesOf(kImage, kWholeImage);
  ASSERT_EQ(bytes.size(), 1u);
  EXPECT_EQ(bytes[0].range, (ByteRange{2048, 3 * 64 + 32}));
}

TEST_F(ResourceTableTest, EachMipLevelHasItsOwn) {
  VkImageCreateInfo info =
      ImageOf(VK_FORMAT_R8_UNORM, {8, 4, 1}, VK_IMAGE_TILING_LINEAR);
  info.mipLevels = 2;
  AddImage(info, 0);
  const auto bytes = resources_.BytesOf(kImage, kWholeImage);
  ASSERT_EQ(bytes.size(), 2u);
  EXPECT_EQ(bytes[0].range, (ByteRange{0, 3 * 64 + 8}));
  EXPECT_EQ(bytes[1].range, (ByteRange{512, 64 + 4}));
}

TEST_F(ResourceTableTest, ColorOfAMultiPlanarImageIsAllPlanes) {
  AddImage(ImageOf(VK_FORMAT_G8_B8R8_2PLANE_420_UNORM, {8, 4, 1},
                   VK_IMAGE_TILING_LINEAR),
           0);
  const auto bytes = resources_.BytesOf(kImage, kWholeImage);
  ASSERT_EQ(bytes.size(), 2u);
  EXPECT_EQ(bytes[0].range, (ByteRange{0, 3 * 64 + 8}));
  EXPECT_EQ(bytes[1].range, (ByteRange{1024, 64 + 8}));
}

TEST_F(ResourceTableTest, PlanesOfADisjointImageAreBoundApart) {
  VkImageCreateInfo info = ImageOf(VK_FORMAT_G8_B8R8_2PLANE_420_UNORM,
                                   {8, 4, 1}, VK_IMAGE_TILING_LINEAR);
  info.flags = VK_IMAGE_CREATE_DISJOINT_BIT;
  resources_.AddImage(kImage, info);
  resources_.BindImage(kImage, {BoundMemory{1, 1 << 20}, 0, 0, /*plane=*/0});
  resources_.BindImage(kImage, {BoundMemory{2, 1 << 20}, 0, 0, /*plane=*/1});
  const auto bytes = resources_.BytesOf(kImage, kWholeImage);
  ASSERT_EQ(bytes.size(), 2u);
  EXPECT_EQ(bytes[0].payload, 1u);
  EXPECT_EQ(bytes[1].payload, 2u);
}

TEST_F(ResourceTableTest, AnOptimalImageHasNoBytes) {
  AddImage(
      ImageOf(VK_FORMAT_R8G8B8A8_UNORM, {8, 4, 1}, VK_IMAGE_TILING_OPTIMAL),
      2048);
  EXPECT_TRUE(resources_.BytesOf(kImage, kWholeImage).empty());
  EXPECT_TRUE(
      resources_.BytesOf(kImage, {kColor, 0, 0, 1}, {0, 0, 0}, {8, 4, 1})
          .empty());
  EXPECT_EQ(resources_.FormatOf(kImage), VK_FORMAT_R8G8B8A8_UNORM);
}

TEST_F(ResourceTableTest, AnImageViewShowsItsRange) {
  AddImage(ImageOf(VK_FORMAT_R8_UNORM, {8, 4, 1}, VK_IMAGE_TILING_LINEAR), 64);
  VkImageViewCreateInfo info = {};
  info.image = kImage;
  info.format = VK_FORMAT_R8_UINT;
  info.subresourceRange = kWholeImage;
  const auto view = Make<VkImageView>(0x40);
  resources_.AddView(view, info);
  ASSERT_EQ(resources_.BytesOf(view).size(), 1u);
  EXPECT_EQ(resources_.BytesOf(view)[0].range, (ByteRange{64, 3 * 64 + 8}));
  EXPECT_EQ(resources_.FormatOf(view), VK_FORMAT_R8_UINT);
  const ResourceBytes area = resources_.BytesOf(view, {{2, 1}, {4, 1}});
  ASSERT_EQ(area.certain.size(), 1u);
  EXPECT_EQ(area.certain[0].range, (ByteRange{64 + 64 + 2, 4}));
  resources_.RemoveView(view);
  EXPECT_TRUE(resources_.BytesOf(view).empty());
}

TEST_F(ResourceTableTest, ResourcesAtNamesWhatIsBoundThere) {
  AddBuffer(256, 1024);
  AddImage(ImageOf(VK_FORMAT_R8_UNORM, {8, 4, 1}, VK_IMAGE_TILING_OPTIMAL),
           1152);
  const auto both = resources_.ResourcesAt(kPayload, {1200, 4});
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[0].type, VK_OBJECT_TYPE_BUFFER);
  EXPECT_EQ(both[0].range, (ByteRange{1024, 256}));
  EXPECT_EQ(both[1].type, VK_OBJECT_TYPE_IMAGE);
  EXPECT_EQ(resources_.ResourcesAt(kPayload, {1024, 4}).size(), 1u);
  EXPECT_TRUE(resources_.ResourcesAt(kPayload, {0, 1024}).empty());
  EXPECT_TRUE(resources_.ResourcesAt(kPayload + 1, {1200, 4}).empty());
}

}  // namespace
}  // namespace incoherent
