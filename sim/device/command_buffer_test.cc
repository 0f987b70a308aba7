#include "sim/device/command_buffer.h"

#include "gtest/gtest.h"
#include "sim/device/device_under_test.h"
#include "sim/memory/valid_usage.h"

namespace incoherent {
namespace {

class CommandBufferTest : public testing::Test {
 protected:
  void ExpectRefused(const absl::Status& status) {
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_EQ(VuidOf(status), absl::nullopt);
    EXPECT_TRUE(commands.commands().empty());
    EXPECT_EQ(device.Kinds(), std::set<std::string>{"invalid-usage"});
  }
  DeviceUnderTest device{kLazy};
  CommandBuffer commands = device.NewCommandBuffer();
  const MemoryRange bytes = {device.local, {0, 4}};
};

TEST_F(CommandBufferTest, CommandsAreSubmittedAnyNumberOfTimes) {
  const MemoryId memory = device.local;
  ExpectOk(commands.Kernel(
      "increment",
      {{{memory, {0, 4}}, kShaderReadPoint, Access::kRead},
       {{memory, {0, 4}}, kShaderWritePoint, Access::kWrite}},
      [memory](KernelMemory& kernel) {
        kernel.Store<uint32_t>(memory, 0, kernel.Load<uint32_t>(memory, 0) + 1);
      }));
  ExpectOk(commands.PipelineBarrier2({BarrierFrom(kAnyWrite, kAnything)}));
  for (int i = 0; i < 300; ++i) device.SendAndWait(commands);
  EXPECT_EQ(device.DeviceDomain(memory, 0), Byte{300 % 256});
  EXPECT_EQ(device.DeviceDomain(memory, 1), Byte{300 / 256});
  EXPECT_EQ(device.Messages(), "");
}

TEST_F(CommandBufferTest, FillUpdateAndCopyWriteTheirBytes) {
  ExpectOk(commands.Fill({device.local, {0, 8}}, 1));
  ExpectOk(commands.PipelineBarrier2({BarrierFrom(kAnyWrite, kAnything)}));
  ExpectOk(commands.Update(device.local, 2, {5, 6}));
  ExpectOk(commands.PipelineBarrier2({BarrierFrom(kAnyWrite, kAnything)}));
  ExpectOk(commands.Copy({device.local, {1, 3}}, {device.local, {10, 3}}));
  device.SendAndWait(commands);
  const uint8_t expected[] = {1, 1, 5, 6, 1, 1, 1, 1, 0, 0, 1, 5, 6, 0};
  for (uint64_t at = 0; at < sizeof(expected); ++at) {
    EXPECT_EQ(device.DeviceDomain(device.local, at), Byte{expected[at]}) << at;
  }
  EXPECT_EQ(device.Messages(), "");
}

TEST_F(CommandBufferTest, CopiesCarryUndefinedContents) {
  device.StoreByte(device.staging, 0, 1);
  ExpectOk(device.Invalidate(device.staging));  // and so makes it undefined
  ExpectOk(commands.Copy({device.staging, {0, 2}}, {device.local, {0, 2}}));
  device.SendAndWait(commands);
  EXPECT_EQ(device.DeviceDomain(device.local, 0), Byte::Undefined());
  EXPECT_EQ(device.DeviceDomain(device.local, 1), Byte{0});
}

TEST_F(CommandBufferTest, BytesBeyondTheObjectAreRefused) {
  ExpectRefused(commands.Fill({device.local, {60, 5}}, 1));
  ExpectRefused(commands.Fill({device.local, {0, 0}}, 1));
  ExpectRefused(commands.Fill({device.local, {8, ~uint64_t{0}}}, 1));
  ExpectRefused(commands.Fill({MemoryId{99}, {0, 1}}, 1));
  ExpectRefused(commands.Update(device.local, 63, {1, 2}));
  MemoryBarrier barrier;
  barrier.bytes = MemoryRange{device.local, {64, 1}};
  ExpectRefused(commands.PipelineBarrier2({barrier}));
}

TEST_F(CommandBufferTest, CopiesNeedTwoAlikeRangesApart) {
  ExpectRefused(commands.Copy(bytes, {device.local, {8, 5}}));
  ExpectRefused(commands.Copy(bytes, {device.local, {3, 4}}));
  ExpectOk(commands.Copy(bytes, {device.local, {4, 4}}));
}

TEST_F(CommandBufferTest, KernelsDeclarePointsOfThePipeline) {
  const auto nothing = [](KernelMemory&) {};
  const auto declare = [&](const AccessPoint& point, Access access) {
    return commands.Kernel("k", {{bytes, point, access}}, nothing);
  };
  ExpectRefused(commands.Kernel("k", {}, nothing));
  ExpectRefused(declare({kStageHost, kAccessHostRead}, Access::kRead));
  ExpectRefused(
      declare({kStageAllCommands, kAccessShaderStorageRead}, Access::kRead));
  ExpectRefused(
      declare({kStageComputeShader, kAccessShaderRead}, Access::kRead));
  ExpectRefused(
      declare({kStageComputeShader, kAccessTransferRead}, Access::kRead));
  ExpectRefused(declare(kShaderReadPoint, Access::kWrite));
  ExpectRefused(declare(kShaderWritePoint, Access::kRead));
  ExpectOk(declare(kShaderWritePoint, Access::kWrite));
}

TEST_F(CommandBufferTest, AKernelThatTouchesWhatItDidNotDeclareIsToldOf) {
  const MemoryId memory = device.local;
  ExpectOk(commands.Kernel(
      "stray", {{bytes, kShaderWritePoint, Access::kWrite}},
      [memory](KernelMemory& kernel) { kernel.Store<uint8_t>(memory, 5, 1); }));
  device.SendAndWait(commands);
  EXPECT_EQ(device.Messages(),
            "invalid-usage: kernel stray: writes byte 5 of memory 0 without "
            "having declared it\n");
  EXPECT_EQ(device.DeviceDomain(memory, 5), Byte{0});
}

TEST_F(CommandBufferTest, ABrokenRuleIsToldAndTheCommandRecorded) {
  const EventId event = device.AddEvent();
  const MemoryBarrier to_host = BarrierFrom(kAnyWrite, kHostRead);
  const MemoryBarrier not_to_host =
      BarrierFrom(kAnyWrite, {kStageAllCommands, kAccessHostRead});
  const struct {
    absl::Status status;
    const char* vuid;
  } rows[] = {
      {commands.PipelineBarrier2({not_to_host}),
       "VUID-VkMemoryBarrier2-dstAccessMask-03916"},
      {commands.PipelineBarrier({kStageAllCommands, kStageAllCommands},
                                {not_to_host}),
       "VUID-vkCmdPipelineBarrier-dstAccessMask-02816"},
      {commands.SetEvent2(event, {to_host}),
       "VUID-vkCmdSetEvent2-dstStageMask-09392"},
      {commands.SetEvent(event, kStageHost),
       "VUID-vkCmdSetEvent-stageMask-01149"},
      {commands.ResetEvent(event, kStageHost),
       "VUID-vkCmdResetEvent-stageMask-01153"},
      {commands.ResetEvent2(event, kStageHost),
       "VUID-vkCmdResetEvent2-stageMask-03830"},
      {commands.WaitEvents(event, {kStageCopy, kStageCopy}, {not_to_host}),
       "VUID-vkCmdWaitEvents-dstAccessMask-02816"},
      {commands.WaitEvents2(
           event, {BarrierFrom({kStageHost | kStageCopy, 0}, kAnything)}),
       "VUID-vkCmdWaitEvents2-srcStageMask-03842"},
  };
  size_t told = 0;
  for (const auto& row : rows) {
    EXPECT_EQ(VuidOf(row.status).value_or(""), row.vuid) << row.status;
    ASSERT_LT(told, device.findings().size());
    EXPECT_EQ(device.findings()[told++].vuid, row.vuid);
  }
  EXPECT_EQ(commands.commands().size(), told);
}

TEST_F(CommandBufferTest, LegacyStagesAreThoseOfTheCall) {
  ExpectOk(commands.Fill({device.coherent, {0, 1}}, 9));
  MemoryBarrier accesses;
  accesses.source.accesses = kAccessTransferWrite;
  accesses.destination.accesses = kAccessHostRead;
  ExpectOk(
      commands.PipelineBarrier({kStageAllTransfer, kStageHost}, {accesses}));
  device.SendAndWait(commands);
  EXPECT_EQ(device.LoadByte(device.coherent, 0), Byte{9});
  EXPECT_EQ(device.Messages(), "");
}

// Legacy events can make writes available to the host, the newer ones not.
TEST_F(CommandBufferTest, ALegacyEventReachesTheHost) {
  const EventId event = device.AddEvent();
  MemoryBarrier accesses;
  accesses.source.accesses = kAccessTransferWrite;
  accesses.destination.accesses = kAccessHostRead;
  ExpectOk(commands.Fill({device.coherent, {0, 1}}, 9));
  ExpectOk(commands.SetEvent(event, kStageAllTransfer));
  ExpectOk(
      commands.WaitEvents(event, {kStageAllTransfer, kStageHost}, {accesses}));
  ExpectOk(commands.ResetEvent(event, kStageAllCommands));
  device.SendAndWait(commands);
  EXPECT_EQ(device.LoadByte(device.coherent, 0), Byte{9});
  EXPECT_EQ(device.Messages(), "");
}

}  // namespace
}  // namespace incoherent
