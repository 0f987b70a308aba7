// Submission, waiting, and the valid-usage rules of both.

#include "gtest/gtest.h"
#include "sim/device/device_under_test.h"
#include "sim/memory/valid_usage.h"

namespace incoherent {
namespace {

class DeviceSynchronizationTest : public testing::Test {
 protected:
  // Each call reports what it returns.
  void ExpectRule(const absl::Status& status, const char* vuid) {
    EXPECT_EQ(VuidOf(status).value_or(""), vuid) << status;
    ASSERT_FALSE(device.findings().empty());
    EXPECT_EQ(device.findings().back().vuid, vuid);
    EXPECT_EQ(device.findings().back().hazard.kind, HazardKind::kInvalidUsage);
  }
  static void ExpectForEver(const absl::Status& status) {
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  }

  DeviceUnderTest device{kLazy};
  CommandBuffer fill = [this] {
    CommandBuffer commands = device.NewCommandBuffer();
    ExpectOk(commands.Fill({device.local, {0, 4}}, 9));
    return commands;
  }();
};

TEST_F(DeviceSynchronizationTest, LazyWorkWaitsForAWaiter) {
  const FenceId fence = device.Send(fill);
  const FenceId empty = device.Send(device.NewCommandBuffer());
  EXPECT_FALSE(device.IsSignaled(fence));
  EXPECT_EQ(device.DeviceDomain(device.local, 0), Byte{0});
  ExpectOk(device.WaitForFence(fence));
  EXPECT_TRUE(device.IsSignaled(fence));
  EXPECT_FALSE(device.IsSignaled(empty)) << "nobody waited for the later one";
  EXPECT_EQ(device.DeviceDomain(device.local, 0), Byte{9});
}

TEST_F(DeviceSynchronizationTest, EagerWorkDoesNot) {
  DeviceUnderTest eager(kEager);
  EXPECT_TRUE(eager.IsSignaled(eager.Send(eager.NewCommandBuffer())));
}

TEST_F(DeviceSynchronizationTest, ASignaledFenceThatIsPolledOrdersTheHost) {
  DeviceUnderTest eager(kEager);
  CommandBuffer commands = eager.NewCommandBuffer();
  ExpectOk(commands.Fill({eager.coherent, {0, 1}}, 9));
  ExpectOk(commands.PipelineBarrier2({BarrierFrom(kAnyWrite, kHostRead)}));
  EXPECT_TRUE(eager.IsSignaled(eager.Send(commands)));
  EXPECT_EQ(eager.LoadByte(eager.coherent, 0), Byte{9});
  EXPECT_EQ(eager.Messages(), "");
}

TEST_F(DeviceSynchronizationTest, FencesServeOneSubmissionAtATime) {
  const FenceId fence = device.Send(fill);
  ExpectRule(device.Submit(device.queue, {}, fence),
             "VUID-vkQueueSubmit2-fence-04895");
  ExpectRule(device.Submit(device.queue, {}, fence, SubmitForm::kSubmit),
             "VUID-vkQueueSubmit-fence-00064");
  ExpectRule(device.ResetFence(fence), "VUID-vkResetFences-pFences-01123");
  ExpectOk(device.WaitForFence(fence));
  ExpectRule(device.Submit(device.queue, {}, fence),
             "VUID-vkQueueSubmit2-fence-04894");
  ExpectRule(device.Submit(device.queue, {}, fence, SubmitForm::kSubmit),
             "VUID-vkQueueSubmit-fence-00063");
  ExpectOk(device.ResetFence(fence));
  EXPECT_FALSE(device.IsSignaled(fence));
  ExpectForEver(device.WaitForFence(fence));
  ExpectOk(device.Submit(device.queue, {}, fence));
  ExpectOk(device.WaitForFence(fence));
}

TEST_F(DeviceSynchronizationTest, HostIsNoStageToWaitAt) {
  const SemaphoreId timeline = device.AddTimelineSemaphore(1);
  const std::vector<SubmitBatch> batches = {
      {{{timeline, 1, kStageHost}}, {}, {}}};
  ExpectOk(device.Submit(device.queue, batches));
  ExpectRule(
      device.Submit(device.queue, batches, absl::nullopt, SubmitForm::kSubmit),
      "VUID-VkSubmitInfo-pWaitDstStageMask-00078");
}

TEST_F(DeviceSynchronizationTest, ABinaryWaitNeedsItsSignalBefore) {
  const SemaphoreId semaphore = device.AddBinarySemaphore();
  const SubmitBatch wait = {{{semaphore}}, {}, {}};
  const SubmitBatch signal = {{}, {}, {{semaphore}}};
  ExpectOk(device.Submit(device.queue, {signal, wait}));
  ExpectOk(device.WaitIdle());
  ExpectRule(device.Submit(device.queue, {wait}),
             "VUID-vkQueueSubmit2-semaphore-03873");
  ExpectForEver(device.WaitIdle());
  ExpectForEver(device.WaitIdle(device.queue));
  DeviceUnderTest other(kLazy);
  EXPECT_EQ(VuidOf(other.Submit(other.queue,
                                {{{{other.AddBinarySemaphore()}}, {}, {}}},
                                absl::nullopt, SubmitForm::kSubmit))
                .value_or(""),
            "VUID-vkQueueSubmit-pWaitSemaphores-03238");
}

TEST_F(DeviceSynchronizationTest, ABinarySemaphoreIsSignaledOnce) {
  const SemaphoreId semaphore = device.AddBinarySemaphore();
  const SubmitBatch signal = {{}, {}, {{semaphore}}};
  ExpectOk(device.Submit(device.queue, {signal}));
  ExpectRule(device.Submit(device.queue, {signal}),
             "VUID-vkQueueSubmit2-semaphore-03868");
  ExpectRule(
      device.Submit(device.queue, {signal}, absl::nullopt, SubmitForm::kSubmit),
      "VUID-vkQueueSubmit-pSignalSemaphores-00067");
}

TEST_F(DeviceSynchronizationTest, TimelineValuesRise) {
  const SemaphoreId timeline = device.AddTimelineSemaphore(3);
  EXPECT_EQ(device.CounterValue(timeline), 3u);
  ExpectOk(device.SignalSemaphore(timeline, 4));
  ExpectRule(device.SignalSemaphore(timeline, 4),
             "VUID-VkSemaphoreSignalInfo-value-03258");
  ExpectRule(device.Submit(device.queue, {{{}, {}, {{timeline, 4}}}}),
             "VUID-VkSubmitInfo2-semaphore-03882");
  ExpectRule(device.Submit(device.queue, {{{}, {}, {{timeline, 4}}}},
                           absl::nullopt, SubmitForm::kSubmit),
             "VUID-VkSubmitInfo-pSignalSemaphores-03242");
  ExpectOk(device.Submit(device.queue, {{{}, {}, {{timeline, 9}}}}));
  EXPECT_EQ(device.CounterValue(timeline), 4u);
  ExpectOk(device.WaitSemaphore(timeline, 7));
  EXPECT_EQ(device.CounterValue(timeline), 9u);
  ExpectForEver(device.WaitSemaphore(timeline, 10));
}

TEST_F(DeviceSynchronizationTest, TheHostStaysBelowSubmittedSignals) {
  const SemaphoreId timeline = device.AddTimelineSemaphore();
  const SemaphoreId gate = device.AddTimelineSemaphore();
  ExpectOk(device.Submit(device.queue, {{{{gate, 1}}, {}, {{timeline, 5}}}}));
  ExpectOk(device.SignalSemaphore(timeline, 4));
  ExpectRule(device.SignalSemaphore(timeline, 6),
             "VUID-VkSemaphoreSignalInfo-value-03259");
}

TEST_F(DeviceSynchronizationTest, BinarySemaphoresAreNotTheHosts) {
  const SemaphoreId semaphore = device.AddBinarySemaphore();
  ExpectRule(device.WaitSemaphore(semaphore, 1),
             "VUID-VkSemaphoreWaitInfo-pSemaphores-03256");
  ExpectRule(device.SignalSemaphore(semaphore, 1),
             "VUID-VkSemaphoreSignalInfo-semaphore-03257");
}

TEST_F(DeviceSynchronizationTest, HostEventsAreSetBeforeTheSubmit) {
  const EventId event = device.AddEvent();
  CommandBuffer waits = device.NewCommandBuffer();
  ExpectOk(waits.WaitEvents(event, {kStageHost, kStageAllCommands}, {}));
  ExpectOk(device.SetEvent(event));
  device.SendAndWait(waits);
  ExpectOk(device.ResetEvent(event));
  const FenceId fence = device.Send(waits);
  ExpectForEver(device.WaitForFence(fence));
  EXPECT_EQ(device.IsSet(event).value_or(true), false);
  ExpectRule(device.SetEvent(event), "VUID-vkSetEvent-event-09543");
  ExpectOk(device.WaitForFence(fence));
  EXPECT_EQ(device.IsSet(event).value_or(false), true);
}

TEST_F(DeviceSynchronizationTest, DeviceOnlyEventsAreNotTheHosts) {
  const EventId event = device.AddEvent(/*device_only=*/true);
  ExpectRule(device.SetEvent(event), "VUID-vkSetEvent-event-03941");
  ExpectRule(device.ResetEvent(event), "VUID-vkResetEvent-event-03823");
  ExpectRule(device.IsSet(event).status(), "VUID-vkGetEventStatus-event-03940");
}

TEST_F(DeviceSynchronizationTest, QueuesThatWaitForEachOtherAreToldOf) {
  const QueueId other = device.AddQueue();
  const SemaphoreId one = device.AddTimelineSemaphore();
  const SemaphoreId two = device.AddTimelineSemaphore();
  ExpectOk(device.Submit(device.queue, {{{{one, 1}}, {}, {{two, 1}}}}));
  ExpectOk(device.Submit(other, {{{{two, 1}}, {}, {{one, 1}}}}));
  ExpectForEver(device.WaitIdle());
  ExpectForEver(device.WaitSemaphore(two, 1));
}

TEST_F(DeviceSynchronizationTest, AWaitRunsNoMoreThanItMust) {
  bool ran = false;
  const SemaphoreId timeline = device.AddTimelineSemaphore();
  CommandBuffer kernel = device.NewCommandBuffer();
  ExpectOk(kernel.Kernel(
      "k", {{{device.local, {8, 1}}, kShaderWritePoint, Access::kWrite}},
      [&ran](KernelMemory&) { ran = true; }));
  ExpectOk(device.Submit(
      device.queue, {{{}, {&kernel, &fill}, {{timeline, 1, kStageClear}}}}));
  ExpectOk(device.WaitSemaphore(timeline, 1));
  EXPECT_EQ(device.DeviceDomain(device.local, 0), Byte{9});
  EXPECT_FALSE(ran) << "the signal is of another stage";
  ExpectOk(device.WaitIdle());
  EXPECT_TRUE(ran);
}

TEST_F(DeviceSynchronizationTest, OwnershipIsReleasedAndAcquired) {
  const QueueId family0 = device.AddQueue(0);
  const QueueId family1 = device.AddQueue(1);
  const SemaphoreId semaphore = device.AddBinarySemaphore();
  MemoryBarrier transfer = BarrierFrom(kAnyWrite, kAnything);
  transfer.bytes = MemoryRange{device.local, {0, 64}};
  transfer.source_family = 0;
  transfer.destination_family = 1;
  CommandBuffer release = device.NewCommandBuffer();
  ExpectOk(release.Fill({device.local, {0, 1}}, 9));
  ExpectOk(release.PipelineBarrier2({transfer}));
  CommandBuffer acquire = device.NewCommandBuffer();
  ExpectOk(acquire.PipelineBarrier2({transfer}));
  ExpectOk(acquire.Copy({device.local, {0, 1}}, {device.coherent, {0, 1}}));
  ExpectOk(acquire.PipelineBarrier2({BarrierFrom(kAnyWrite, kHostRead)}));
  ExpectOk(device.Submit(family0, {{{}, {&release}, {{semaphore}}}}));
  ExpectOk(device.Submit(family1, {{{{semaphore}}, {&acquire}, {}}}));
  ExpectOk(device.WaitIdle());
  EXPECT_EQ(device.LoadByte(device.coherent, 0), Byte{9});
  EXPECT_EQ(device.Messages(), "");
}

}  // namespace
}  // namespace incoherent
