#include "sim/device/barrier.h"

#include "gtest/gtest.h"
#include "sim/memory/valid_usage.h"

namespace incoherent {
namespace {

constexpr Scope kCopyWrite = {kStageCopy, kAccessTransferWrite};
constexpr Scope kToHost = {kStageHost, kAccessHostRead};
constexpr Scope kNotFromHost = {kStageCopy, kAccessHostWrite};
constexpr Scope kNotToHost = {kStageAllCommands, kAccessHostRead};

enum class Part { kEverything, kBuffer, kImage };

struct Row {
  BarrierCall call;
  Part part;
  Scope source, destination;
  bool transfers;
  const char* vuid;  // empty: valid
};

using Call = BarrierCall;

const Row kRows[] = {
    {Call::kPipelineBarrier2, Part::kEverything, kCopyWrite, kToHost, false,
     ""},
    {Call::kPipelineBarrier2, Part::kEverything, kNotFromHost, kToHost, false,
     "VUID-VkMemoryBarrier2-srcAccessMask-03917"},
    {Call::kPipelineBarrier2, Part::kEverything, kCopyWrite, kNotToHost, false,
     "VUID-VkMemoryBarrier2-dstAccessMask-03916"},
    {Call::kPipelineBarrier2, Part::kBuffer, kCopyWrite, kNotToHost, false,
     "VUID-VkBufferMemoryBarrier2-dstAccessMask-03916"},
    {Call::kPipelineBarrier2, Part::kImage, kNotFromHost, kToHost, false,
     "VUID-VkImageMemoryBarrier2-srcAccessMask-03917"},
    {Call::kPipelineBarrier, Part::kEverything, kNotFromHost, kToHost, false,
     "VUID-vkCmdPipelineBarrier-srcAccessMask-02815"},
    {Call::kPipelineBarrier, Part::kEverything, kCopyWrite, kNotToHost, false,
     "VUID-vkCmdPipelineBarrier-dstAccessMask-02816"},
    {Call::kPipelineBarrier, Part::kBuffer, kNotFromHost, kToHost, false,
     "VUID-vkCmdPipelineBarrier-pBufferMemoryBarriers-02817"},
    {Call::kPipelineBarrier, Part::kBuffer, kCopyWrite, kNotToHost, false,
     "VUID-vkCmdPipelineBarrier-pBufferMemoryBarriers-02818"},
    {Call::kPipelineBarrier, Part::kImage, kNotFromHost, kToHost, false,
     "VUID-vkCmdPipelineBarrier-pImageMemoryBarriers-02819"},
    {Call::kPipelineBarrier, Part::kImage, kCopyWrite, kNotToHost, false,
     "VUID-vkCmdPipelineBarrier-pImageMemoryBarriers-02820"},
    {Call::kWaitEvents, Part::kEverything, kNotFromHost, kToHost, false,
     "VUID-vkCmdWaitEvents-srcAccessMask-02815"},
    {Call::kWaitEvents, Part::kEverything, kCopyWrite, kToHost, false, ""},
    // Ownership.
    {Call::kPipelineBarrier2, Part::kBuffer, kCopyWrite, kCopyWrite, true, ""},
    {Call::kPipelineBarrier2, Part::kBuffer, kCopyWrite, kToHost, true,
     "VUID-VkBufferMemoryBarrier2-srcStageMask-03851"},
    {Call::kPipelineBarrier2, Part::kImage, kCopyWrite, kToHost, true,
     "VUID-VkImageMemoryBarrier2-srcStageMask-03854"},
    {Call::kPipelineBarrier, Part::kBuffer, kCopyWrite, kToHost, true,
     "VUID-vkCmdPipelineBarrier-srcStageMask-09634"},
    {Call::kPipelineBarrier, Part::kImage, kCopyWrite, kToHost, true,
     "VUID-vkCmdPipelineBarrier-srcStageMask-09633"},
    {Call::kWaitEvents, Part::kBuffer, kCopyWrite, kCopyWrite, true,
     "VUID-vkCmdWaitEvents-srcQueueFamilyIndex-02803"},
    // Events and the host.
    {Call::kSetEvent2, Part::kEverything, kCopyWrite, kCopyWrite, false, ""},
    {Call::kSetEvent2, Part::kEverything, kToHost, kCopyWrite, false,
     "VUID-vkCmdSetEvent2-srcStageMask-09391"},
    {Call::kSetEvent2, Part::kEverything, kCopyWrite, kToHost, false,
     "VUID-vkCmdSetEvent2-dstStageMask-09392"},
    {Call::kWaitEvents2, Part::kEverything, kToHost, kCopyWrite, false, ""},
    {Call::kWaitEvents2,
     Part::kEverything,
     {kStageHost | kStageCopy, kAccessHostWrite},
     kCopyWrite,
     false,
     "VUID-vkCmdWaitEvents2-srcStageMask-03842"},
};

TEST(BarrierTest, EachRuleHasItsVuid) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.vuid);
    MemoryBarrier barrier;
    barrier.source = row.source;
    barrier.destination = row.destination;
    if (row.part != Part::kEverything) {
      barrier.bytes = MemoryRange{MemoryId{}, {0, 4}};
    }
    barrier.image = row.part == Part::kImage;
    if (row.transfers) barrier.source_family = 0;
    if (row.transfers) barrier.destination_family = 1;
    const absl::Status status = CheckBarrier(barrier, row.call);
    EXPECT_EQ(VuidOf(status).value_or(""), row.vuid) << status;
    EXPECT_EQ(status.ok(), row.vuid[0] == '\0') << status;
  }
}

TEST(BarrierTest, EventsAreSetAndResetWithoutTheHost) {
  const struct {
    EventCall call;
    const char* vuid;
  } rows[] = {
      {EventCall::kSetEvent, "VUID-vkCmdSetEvent-stageMask-01149"},
      {EventCall::kResetEvent, "VUID-vkCmdResetEvent-stageMask-01153"},
      {EventCall::kResetEvent2, "VUID-vkCmdResetEvent2-stageMask-03830"},
  };
  for (const auto& row : rows) {
    EXPECT_TRUE(CheckEventStages(kStageAllCommands, row.call).ok());
    EXPECT_EQ(VuidOf(CheckEventStages(kStageCopy | kStageHost, row.call))
                  .value_or(""),
              row.vuid);
  }
}

}  // namespace
}  // namespace incoherent
