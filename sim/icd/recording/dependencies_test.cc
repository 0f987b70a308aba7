#include "sim/icd/recording/dependencies.h"

#include <gtest/gtest.h>

namespace incoherent {
namespace {

constexpr Journey::PayloadId kPayload = 7;

template <typename Handle>
Handle Make(uint64_t value) {
  return reinterpret_cast<Handle>(value);
}

class DependenciesTest : public testing::Test {
 protected:
  DependenciesTest() {
    VkBufferCreateInfo info = {};
    info.size = 256;
    resources_.AddBuffer(tracked_, info);
    resources_.BindBuffer(tracked_, BoundMemory{kPayload, 4096}, 1024);
    resources_.AddBuffer(untracked_, info);
  }

  VkBuffer tracked_ = Make<VkBuffer>(1);
  VkBuffer untracked_ = Make<VkBuffer>(2);
  ResourceTable resources_{[](VkImage, const VkImageSubresource&) {
    VkSubresourceLayout layout = {};
    layout.rowPitch = 64;
    return layout;
  }};
};

TEST_F(DependenciesTest, AGlobalBarrierIsAboutAllMemory) {
  VkMemoryBarrier2 barrier = {};
  barrier.srcStageMask = VK_PIPELINE_STAGE_2_COPY_BIT;
  barrier.srcAccessMask = VK_ACCESS_2_TRANSFER_WRITE_BIT;
  barrier.dstStageMask = VK_PIPELINE_STAGE_2_HOST_BIT;
  barrier.dstAccessMask = VK_ACCESS_2_HOST_READ_BIT;
  VkDependencyInfo info = {};
  info.memoryBarrierCount = 1;
  info.pMemoryBarriers = &barrier;
  const auto all = DependenciesOf(info, resources_);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_FALSE(all[0].ToPayload().has_value());
  EXPECT_EQ(all[0].source, (Scope{kStageCopy, kAccessTransferWrite}));
  EXPECT_EQ(all[0].destination, (Scope{kStageHost, kAccessHostRead}));
}

TEST_F(DependenciesTest, ABufferBarrierIsAboutItsRange) {
  VkBufferMemoryBarrier2 barrier = {};
  barrier.buffer = tracked_;
  barrier.offset = 64;
  barrier.size = VK_WHOLE_SIZE;
  VkDependencyInfo info = {};
  info.bufferMemoryBarrierCount = 1;
  info.pBufferMemoryBarriers = &barrier;
  const auto all = DependenciesOf(info, resources_);
  ASSERT_EQ(all.size(), 1u);
  ASSERT_TRUE(all[0].ToPayload().has_value());
  EXPECT_EQ(all[0].ToPayload()->payload, kPayload);
  EXPECT_EQ(all[0].ToPayload()->range, (ByteRange{1088, 192}));
}

TEST_F(DependenciesTest, ABarrierOnOtherMemoryOrdersExecutionOnly) {
  VkBufferMemoryBarrier2 buffer = {};
  buffer.buffer = untracked_;
  buffer.size = VK_WHOLE_SIZE;
  VkImageMemoryBarrier2 image = {};
  image.image = Make<VkImage>(3);
  VkDependencyInfo info = {};
  info.bufferMemoryBarrierCount = 1;
  info.pBufferMemoryBarriers = &buffer;
  info.imageMemoryBarrierCount = 1;
  info.pImageMemoryBarriers = &image;
  const auto all = DependenciesOf(info, resources_);
  ASSERT_EQ(all.size(), 2u);
  for (const Dependency& one : all) {
    ASSERT_TRUE(one.ToPayload().has_value());
    EXPECT_TRUE(one.ToPayload()->range.empty());
  }
}

TEST_F(DependenciesTest, LegacyBarriersShareTheirStages) {
  VkMemoryBarrier memory = {};
  memory.srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT;
  VkBufferMemoryBarrier buffer = {};
  buffer.buffer = tracked_;
  buffer.size = 16;
  buffer.dstAccessMask = VK_ACCESS_HOST_READ_BIT;
  const auto all = DependenciesOf(
      {VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_HOST_BIT, 1, &memory,
       1, &buffer, 0, nullptr},
      resources_);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].source, (Scope{kStageAllTransfer, kAccessTransferWrite}));
  EXPECT_EQ(all[0].destination, (Scope{kStageHost, 0}));
  EXPECT_FALSE(all[0].ToPayload().has_value());
  EXPECT_EQ(all[1].source, (Scope{kStageAllTransfer, 0}));
  EXPECT_EQ(all[1].destination, (Scope{kStageHost, kAccessHostRead}));
  EXPECT_EQ(all[1].ToPayload()->range, (ByteRange{1024, 16}));
}

TEST_F(DependenciesTest, ALegacyCallWithoutBarriersOrdersExecution) {
  const auto all = DependenciesOf(
      {VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, 0,
       nullptr, 0, nullptr, 0, nullptr},
      resources_);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].source, (Scope{kStageAllTransfer, 0}));
  EXPECT_EQ(all[0].destination, (Scope{kStageAllCommands, 0}));
  ASSERT_TRUE(all[0].ToPayload().has_value());
  EXPECT_TRUE(all[0].ToPayload()->range.empty());
}

TEST_F(DependenciesTest, ALinearImagesBarrierIsAboutItsSubresources) {
  VkImageCreateInfo info = {};
  info.format = VK_FORMAT_R8_UNORM;
  info.extent = {16, 2, 1};
  info.mipLevels = 1;
  info.arrayLayers = 1;
  info.tiling = VK_IMAGE_TILING_LINEAR;
  const auto image = Make<VkImage>(4);
  resources_.AddImage(image, info);
  resources_.BindImage(image, {BoundMemory{kPayload, 4096}, 512, 128, 0});
  VkImageMemoryBarrier2 barrier = {};
  barrier.image = image;
  barrier.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
  VkDependencyInfo dependency = {};
  dependency.imageMemoryBarrierCount = 1;
  dependency.pImageMemoryBarriers = &barrier;
  const auto all = DependenciesOf(dependency, resources_);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].ToPayload()->range, (ByteRange{512, 64 + 16}));
}

TEST_F(DependenciesTest, SourceStagesAreThoseOfAllBarriers) {
  VkMemoryBarrier2 memory = {};
  memory.srcStageMask = VK_PIPELINE_STAGE_2_COPY_BIT;
  VkBufferMemoryBarrier2 buffer = {};
  buffer.srcStageMask = VK_PIPELINE_STAGE_2_CLEAR_BIT;
  VkImageMemoryBarrier2 image = {};
  image.srcStageMask = VK_PIPELINE_STAGE_2_BLIT_BIT;
  VkDependencyInfo info = {};
  info.memoryBarrierCount = 1;
  info.pMemoryBarriers = &memory;
  info.bufferMemoryBarrierCount = 1;
  info.pBufferMemoryBarriers = &buffer;
  info.imageMemoryBarrierCount = 1;
  info.pImageMemoryBarriers = &image;
  EXPECT_EQ(SourceStages(info), kStageCopy | kStageClear | kStageBlit);
}

}  // namespace
}  // namespace incoherent
