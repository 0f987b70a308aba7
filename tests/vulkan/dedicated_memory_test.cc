// Dedicated allocations: memory for one buffer or image.

#include <memory>

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/same_bytes.h"
#include "tests/vulkan/vulkan_app.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;

constexpr char kCommand[] = "vkAllocateMemory";
constexpr VkDeviceSize kSize = 4096;

class DedicatedMemoryTest : public VulkanTest {
 protected:
  DedicatedMemoryTest() {
    VkBufferCreateInfo buffer = {VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
    buffer.size = kSize;
    buffer.usage =
        VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT;
    Require(vkCreateBuffer(app_.device(), &buffer, nullptr, &buffer_),
            "vkCreateBuffer");
    VkImageCreateInfo image = {VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO};
    image.imageType = VK_IMAGE_TYPE_2D;
    image.format = VK_FORMAT_R8G8B8A8_UNORM;
    image.extent = {64, 64, 1};
    image.mipLevels = 1;
    image.arrayLayers = 1;
    image.samples = VK_SAMPLE_COUNT_1_BIT;
    image.usage = VK_IMAGE_USAGE_TRANSFER_DST_BIT;
    Require(vkCreateImage(app_.device(), &image, nullptr, &image_),
            "vkCreateImage");
  }
  ~DedicatedMemoryTest() override {
    vkDestroyBuffer(app_.device(), buffer_, nullptr);
    vkDestroyImage(app_.device(), image_, nullptr);
    vkFreeMemory(app_.device(), memory_, nullptr);
  }

  VkResult Allocate(VkDeviceSize size) {
    return TryAllocate(
        app_, {size, app_.TypeOf(MemoryKind::kNonCoherent), &dedicated_, 0},
        &memory_);
  }
  VkDeviceSize ImageSize() const {
    VkMemoryRequirements requirements;
    vkGetImageMemoryRequirements(app_.device(), image_, &requirements);
    return requirements.size;
  }

  VulkanApp app_;
  VkBuffer buffer_ = VK_NULL_HANDLE;
  VkImage image_ = VK_NULL_HANDLE;
  VkDeviceMemory memory_ = VK_NULL_HANDLE;
  VkMemoryDedicatedAllocateInfo dedicated_ = {
      VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO};
};

TEST_F(DedicatedMemoryTest, BufferIsUploaded) {
  dedicated_.buffer = buffer_;
  ASSERT_EQ(Allocate(kSize), VK_SUCCESS);
  Require(vkBindBufferMemory(app_.device(), buffer_, memory_, 0),
          "vkBindBufferMemory");
  void* p = nullptr;
  Require(vkMapMemory(app_.device(), memory_, 0, VK_WHOLE_SIZE, 0, &p),
          "vkMapMemory");
  Write(static_cast<uint8_t*>(p), Numbered(kSize, 1));
  const VkMappedMemoryRange range = {VK_STRUCTURE_TYPE_MAPPED_MEMORY_RANGE,
                                     nullptr, memory_, 0, kSize};
  Require(vkFlushMappedMemoryRanges(app_.device(), 1, &range), "flush");
  AppMemory seen(app_, kSize, MemoryKind::kCoherent);
  app_.Run([&](Commands& rec) {
    const VkBufferCopy all = {0, 0, kSize};
    vkCmdCopyBuffer(rec.handle(), buffer_, seen.buffer(), 1, &all);
    rec.BarrierToHost();
  });
  EXPECT_THAT(Read(seen.Map(), kSize), SameBytes(Numbered(kSize, 1)));
}

TEST_F(DedicatedMemoryTest, ImageIsBound) {
  dedicated_.image = image_;
  ASSERT_EQ(Allocate(ImageSize()), VK_SUCCESS);
  EXPECT_EQ(vkBindImageMemory(app_.device(), image_, memory_, 0), VK_SUCCESS);
}

TEST_F(DedicatedMemoryTest, BothABufferAndAnImage) {
  dedicated_.buffer = buffer_;
  dedicated_.image = image_;
  EXPECT_EQ(Allocate(ImageSize()), VK_SUCCESS);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(
                  kCommand, "VUID-VkMemoryDedicatedAllocateInfo-image-01432")));
}

TEST_F(DedicatedMemoryTest, SmallerThanTheBuffer) {
  dedicated_.buffer = buffer_;
  EXPECT_EQ(Allocate(kSize - 1), VK_SUCCESS);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(
                  kCommand, "VUID-VkMemoryDedicatedAllocateInfo-buffer-02965",
                  "0xfff is below the 0x1000")));
}

TEST_F(DedicatedMemoryTest, SmallerThanTheImage) {
  dedicated_.image = image_;
  EXPECT_EQ(Allocate(ImageSize() - 1), VK_SUCCESS);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(
                  kCommand, "VUID-VkMemoryDedicatedAllocateInfo-image-02964")));
}

}  // namespace
}  // namespace incoherent
