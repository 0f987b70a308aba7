#include "sim/memory/submission_order.h"

#include <vector>

#include "gtest/gtest.h"

namespace incoherent {
namespace {

constexpr AccessPoint kRead = {kStageCopy, kAccessTransferRead};
constexpr AccessPoint kWrite = {kStageCopy, kAccessTransferWrite};
constexpr Scope kFromDevice = {kStageAllCommands, kAccessMemoryWrite};
constexpr Scope kToDevice = {kStageAllCommands,
                             kAccessMemoryRead | kAccessMemoryWrite};
constexpr Scope kToHost = {kStageHost, kAccessHostRead};
constexpr Scope kFromHost = {kStageHost, kAccessHostWrite};
constexpr ByteRange kBytes = {0, 4};

using Operations = std::vector<DeviceOperation>;

// One coherent buffer, one host thread, two queues. Operation ids: 1 and 2 are
// the device's, 3 and 4 the host's.
class SubmissionOrderTest : public testing::Test {
 protected:
  DeviceOperation Reads(OperationId operation = 1) const {
    return DeviceOperation::OfAccess(kRead, Access::kRead, {buffer, kBytes},
                                     operation);
  }
  DeviceOperation Writes(OperationId operation = 1) const {
    return DeviceOperation::OfAccess(kWrite, Access::kWrite, {buffer, kBytes},
                                     operation);
  }
  static DeviceBatch Batch(Operations operations) {
    return {{}, std::move(operations), {}};
  }
  SubmissionOrder::SubmissionId Submit(Journey::QueueId queue,
                                       DeviceBatch batch) {
    return order.Submit(journey, host, queue, {std::move(batch)});
  }
  void HostStore() { journey.HostWrite(host, map, kBytes, 3); }
  void HostLoad() { journey.HostRead(host, map, kBytes, 4); }

  void ExpectSilence() const {
    for (const Hazard& hazard : hazards) {
      ADD_FAILURE() << HazardKindName(hazard.kind) << ", " << hazard.earlier
                    << " then " << hazard.later << ", missing "
                    << MissingStepName(hazard.missing);
    }
  }
  void ExpectOne(HazardKind kind, OperationId earlier, OperationId later) {
    ASSERT_EQ(hazards.size(), 1u);
    EXPECT_EQ(hazards[0].kind, kind) << HazardKindName(hazards[0].kind);
    EXPECT_EQ(hazards[0].earlier, earlier);
    EXPECT_EQ(hazards[0].later, later);
  }

  std::vector<Hazard> hazards;
  Journey journey{[this](const Hazard& h) { hazards.push_back(h); }};
  Journey::PayloadId buffer = journey.AddPayload({64});
  Journey::ReferenceId map = journey.AddReference(buffer);
  Journey::ThreadId host = journey.AddThread();
  Journey::QueueId queue = journey.AddQueue();
  Journey::QueueId other = journey.AddQueue();
  SubmissionOrder order;
};

TEST_F(SubmissionOrderTest, AnEmptySubmissionRunsAtOnce) {
  const auto id = order.Submit(journey, host, queue, {});
  EXPECT_TRUE(order.HasRun(id));
  EXPECT_TRUE(order.IsIdle());
  EXPECT_TRUE(order.WaitForFence(journey, host, id));
}

TEST_F(SubmissionOrderTest, NothingIsNothingToWaitFor) {
  EXPECT_TRUE(order.WaitIdle(journey, host));
  EXPECT_TRUE(order.WaitIdle(journey, host, queue));
}

TEST_F(SubmissionOrderTest, ASubmitCarriesWhatTheHostWroteBefore) {
  HostStore();
  Submit(queue, Batch({Reads()}));
  ExpectSilence();
}

TEST_F(SubmissionOrderTest, ReadbackNeedsTheFenceAndTheBarrier) {
  const auto id = Submit(
      queue,
      Batch({Writes(), DeviceOperation::OfDependency(kFromDevice, kToHost)}));
  EXPECT_TRUE(order.WaitForFence(journey, host, id));
  HostLoad();
  ExpectSilence();
}

TEST_F(SubmissionOrderTest, WithoutTheFenceTheHostIsTooEarly) {
  Submit(queue, Batch({Writes(),
                       DeviceOperation::OfDependency(kFromDevice, kToHost)}));
  HostLoad();
  ExpectOne(HazardKind::kInFlightAccess, 1, 4);
}

TEST_F(SubmissionOrderTest, WithoutTheBarrierTheHostReadsTheOldBytes) {
  const auto id = Submit(queue, Batch({Writes()}));
  EXPECT_TRUE(order.WaitForFence(journey, host, id));
  HostLoad();
  ExpectOne(HazardKind::kMissingHostBarrier, 1, 4);
}

TEST_F(SubmissionOrderTest, ABarrierOnOtherBytesIsNone) {
  const auto id = Submit(
      queue, Batch({Writes(),
                    DeviceOperation::OfDependency(
                        kFromDevice, kToHost, PayloadRange{buffer, {4, 60}})}));
  EXPECT_TRUE(order.WaitForFence(journey, host, id));
  HostLoad();
  ExpectOne(HazardKind::kMissingHostBarrier, 1, 4);
}

TEST_F(SubmissionOrderTest, WaitIdleIsAFenceOnEverything) {
  const auto barrier = DeviceOperation::OfDependency(kFromDevice, kToHost);
  Submit(queue, Batch({Writes(), barrier}));
  Submit(queue, Batch({}));
  EXPECT_TRUE(order.WaitIdle(journey, host, other));
  HostLoad();
  ExpectOne(HazardKind::kInFlightAccess, 1, 4);
  hazards.clear();
  EXPECT_TRUE(order.WaitIdle(journey, host, queue));
  HostLoad();
  ExpectSilence();
}

// --- Semaphores.

TEST_F(SubmissionOrderTest, ABinarySemaphoreOrdersTwoQueues) {
  const auto semaphore = order.AddBinarySemaphore();
  const auto reader = Submit(other, {{{semaphore}}, Operations{Reads(2)}, {}});
  EXPECT_FALSE(order.HasRun(reader));
  EXPECT_FALSE(order.WaitForFence(journey, host, reader));
  const auto writer = Submit(queue, {{}, Operations{Writes()}, {{semaphore}}});
  EXPECT_TRUE(order.HasRun(writer));
  EXPECT_TRUE(order.HasRun(reader));
  EXPECT_EQ(order.ValueOf(semaphore), 0u) << "the wait unsignals it";
  ExpectSilence();
}

TEST_F(SubmissionOrderTest, TwoQueuesWithoutASemaphoreRace) {
  Submit(queue, Batch({Writes()}));
  Submit(other, Batch({Reads(2)}));
  ExpectOne(HazardKind::kMissingDeviceBarrier, 1, 2);
}

TEST_F(SubmissionOrderTest, EachSignalOfABinarySemaphoreServesOneWait) {
  const auto semaphore = order.AddBinarySemaphore();
  const DeviceBatch wait = {{{semaphore}}, {}, {}};
  const DeviceBatch signal = {{}, {}, {{semaphore}}};
  const auto first = Submit(other, wait);
  const auto second = Submit(other, wait);
  Submit(queue, signal);
  EXPECT_TRUE(order.HasRun(first));
  EXPECT_FALSE(order.HasRun(second));
  Submit(queue, signal);
  EXPECT_TRUE(order.HasRun(second));
}

TEST_F(SubmissionOrderTest, WhatABatchWaitsForHoldsBackTheQueue) {
  const auto semaphore = order.AddBinarySemaphore();
  Submit(queue, {{{semaphore}}, {}, {}});
  const auto later = Submit(queue, Batch({Writes()}));
  EXPECT_FALSE(order.HasRun(later));
  EXPECT_FALSE(order.IsIdle(queue));
  EXPECT_TRUE(order.IsIdle(other));
  EXPECT_FALSE(order.WaitIdle(journey, host));
  Submit(other, {{}, {}, {{semaphore}}});
  EXPECT_TRUE(order.HasRun(later));
}

TEST_F(SubmissionOrderTest, ABatchWaitsForAllItsSemaphores) {
  const auto one = order.AddBinarySemaphore();
  const auto two = order.AddTimelineSemaphore(0);
  const auto id = Submit(queue, {{{one}, {two, 5}}, {}, {}});
  Submit(other, {{}, {}, {{one}}});
  EXPECT_FALSE(order.HasRun(id));
  EXPECT_EQ(order.ValueOf(one), 1u) << "not consumed by half a wait";
  order.HostSignal(journey, host, two, 4);
  EXPECT_FALSE(order.HasRun(id));
  order.HostSignal(journey, host, two, 7);
  EXPECT_TRUE(order.HasRun(id));
  EXPECT_EQ(order.ValueOf(one), 0u);
  EXPECT_EQ(order.ValueOf(two), 7u);
}

TEST_F(SubmissionOrderTest, ATimelineValueDoesNotFall) {
  const auto timeline = order.AddTimelineSemaphore(3);
  EXPECT_EQ(order.ValueOf(timeline), 3u);
  order.HostSignal(journey, host, timeline, 2);
  EXPECT_EQ(order.ValueOf(timeline), 3u);
  EXPECT_TRUE(order.WaitForValue(journey, host, timeline, 3));
  EXPECT_FALSE(order.WaitForValue(journey, host, timeline, 4));
}

TEST_F(SubmissionOrderTest, TheHostMayWaitForAValue) {
  const auto timeline = order.AddTimelineSemaphore(0);
  const auto barrier = DeviceOperation::OfDependency(kFromDevice, kToHost);
  Submit(queue, {{}, Operations{Writes(), barrier}, {{timeline, 1}}});
  EXPECT_TRUE(order.WaitForValue(journey, host, timeline, 1));
  HostLoad();
  ExpectSilence();
}

TEST_F(SubmissionOrderTest, AWaitLearnsOfTheFirstSignalThatReachedItsValue) {
  const auto timeline = order.AddTimelineSemaphore(0);
  const auto barrier = DeviceOperation::OfDependency(kFromDevice, kToHost);
  Submit(other, {{}, {}, {{timeline, 1}}});
  Submit(queue, {{}, Operations{Writes(), barrier}, {{timeline, 2}}});
  EXPECT_TRUE(order.WaitForValue(journey, host, timeline, 1));
  HostLoad();
  ExpectOne(HazardKind::kInFlightAccess, 1, 4);
  hazards.clear();
  EXPECT_TRUE(order.WaitForValue(journey, host, timeline, 2));
  HostLoad();
  ExpectSilence();
}

// The host writes after the submit; the batch waits for it.
TEST_F(SubmissionOrderTest, WaitBeforeSignalNeedsABarrierFromTheHost) {
  for (const bool with_barrier : {true, false}) {
    SCOPED_TRACE(with_barrier);
    hazards.clear();
    const auto timeline = order.AddTimelineSemaphore(0);
    Operations operations;
    if (with_barrier) {
      operations.push_back(DeviceOperation::OfDependency(kFromHost, kToDevice));
    }
    operations.push_back(Reads());
    const auto id = Submit(queue, {{{timeline, 1}}, operations, {}});
    EXPECT_FALSE(order.HasRun(id));
    HostStore();
    order.HostSignal(journey, host, timeline, 1);
    EXPECT_TRUE(order.HasRun(id));
    EXPECT_TRUE(order.WaitForFence(journey, host, id));
    if (with_barrier) {
      ExpectSilence();
    } else {
      ExpectOne(HazardKind::kLostHostWrite, 3, 1);
    }
  }
}

// --- Events.

TEST_F(SubmissionOrderTest, AnEventIsABarrierInTwoHalves) {
  const auto event = order.AddEvent();
  Submit(queue,
         Batch({Writes(), DeviceOperation::OfSetEvent(event, kStageAllCommands),
                DeviceOperation::OfWaitEvent(event, kFromDevice, kToDevice),
                Reads(2)}));
  EXPECT_TRUE(order.IsSet(event));
  ExpectSilence();
}

TEST_F(SubmissionOrderTest, WhatFollowsTheSetIsNotCovered) {
  const auto event = order.AddEvent();
  Submit(queue,
         Batch({DeviceOperation::OfSetEvent(event, kStageAllCommands), Writes(),
                DeviceOperation::OfWaitEvent(event, kFromDevice, kToDevice),
                Reads(2)}));
  ExpectOne(HazardKind::kMissingDeviceBarrier, 1, 2);
}

TEST_F(SubmissionOrderTest, AnUnsetEventHoldsItsQueueBack) {
  const auto event = order.AddEvent();
  const auto wait = DeviceOperation::OfWaitEvent(event, kFromHost, kToDevice);
  const auto id = Submit(
      queue, Batch({Writes(), wait, DeviceOperation::OfResetEvent(event)}));
  EXPECT_FALSE(order.HasRun(id));
  order.HostSetEvent(journey, host, event);
  EXPECT_TRUE(order.HasRun(id));
  EXPECT_FALSE(order.IsSet(event));
  order.HostSetEvent(journey, host, event);
  EXPECT_TRUE(order.IsSet(event));
  order.HostResetEvent(event);
  EXPECT_FALSE(order.IsSet(event));
}

TEST_F(SubmissionOrderTest, PartOfABatchRunsBeforeAnUnsetEvent) {
  const auto event = order.AddEvent();
  const auto gate = order.AddEvent();
  const auto waits = [](uint32_t id) {
    return DeviceOperation::OfWaitEvent(id, kFromDevice, kToDevice);
  };
  const auto first = Submit(
      other, Batch({waits(gate),
                    DeviceOperation::OfSetEvent(event, kStageAllCommands)}));
  const auto second =
      Submit(queue, Batch({DeviceOperation::OfSetEvent(gate, kStageAllCommands),
                           waits(event)}));
  EXPECT_TRUE(order.HasRun(first));
  EXPECT_TRUE(order.HasRun(second));
}

// --- Copies go their own ways.

TEST_F(SubmissionOrderTest, ACopyContinuesOnItsOwn) {
  const auto timeline = order.AddTimelineSemaphore(0);
  const auto id = Submit(queue, {{{timeline, 1}}, Operations{Reads()}, {}});
  SubmissionOrder fork = order;
  Journey forked = journey;
  HostStore();
  order.HostSignal(journey, host, timeline, 1);
  EXPECT_TRUE(order.HasRun(id));
  ExpectOne(HazardKind::kLostHostWrite, 3, 1);
  EXPECT_FALSE(fork.HasRun(id));
  fork.HostSignal(forked, host, timeline, 1);
  EXPECT_TRUE(fork.HasRun(id));
  EXPECT_EQ(hazards.size(), 1u) << "the copy's host stored nothing";
}

TEST(SubmissionOrderDeathTest, IdsAreOnesThatItGave) {
  SubmissionOrder order;
  Journey journey([](const Hazard&) {});
  EXPECT_DEATH(order.HasRun(0), "no such submission");
  EXPECT_DEATH(order.IsSet(0), "no such event");
  EXPECT_DEATH(order.ValueOf(0), "no such semaphore");
  const auto binary = order.AddBinarySemaphore();
  EXPECT_DEATH(order.WaitForValue(journey, 0, binary, 1), "timeline");
}

TEST_F(SubmissionOrderTest, ASignalFromOutsideLetsWorkRun) {
  const auto acquired = order.AddBinarySemaphore();
  DeviceBatch batch = Batch({Writes()});
  batch.waits.push_back({acquired});
  const auto id = Submit(queue, std::move(batch));
  EXPECT_FALSE(order.HasRun(id));
  EXPECT_TRUE(order.IsWaitingFor(queue, acquired));
  order.SignalFromOutside(journey, acquired, 1);
  EXPECT_TRUE(order.HasRun(id));
  EXPECT_FALSE(order.IsWaitingFor(queue, acquired));
  EXPECT_EQ(order.ValueOf(acquired), 0u) << "waited for";
}

TEST_F(SubmissionOrderTest, WorkTakenAsRunDoesNotWaitAnyMore) {
  const auto never = order.AddBinarySemaphore();
  const auto event = order.AddEvent();
  DeviceBatch first = Batch(
      {DeviceOperation::OfWaitEvent(event, kFromDevice, kToDevice), Writes()});
  first.waits.push_back({never});
  DeviceBatch second =
      Batch({DeviceOperation::OfDependency(kFromDevice, kToHost)});
  second.waits.push_back({never});
  Submit(queue, std::move(first));
  const auto last = Submit(queue, std::move(second));
  order.TakeAsRun(journey, last);
  EXPECT_TRUE(order.HasRun(last));
  EXPECT_TRUE(order.IsIdle(queue));
  EXPECT_FALSE(order.IsKnownTo(journey, host, last));
  EXPECT_TRUE(order.WaitForFence(journey, host, last));
  EXPECT_TRUE(order.IsKnownTo(journey, host, last));
  HostLoad();
  ExpectSilence();
}

TEST_F(SubmissionOrderTest, ForgottenSubmissionsStillOrderTheirQueue) {
  const auto first = Submit(queue, Batch({Writes()}));
  order.Forget(first);
  EXPECT_TRUE(order.WaitIdle(journey, host, queue));
  const auto second = Submit(queue, Batch({Reads(2)}));
  order.Forget(second);
  order.TakeAllAsRun(journey, queue);
  EXPECT_TRUE(order.WaitIdle(journey, host, queue));
}

TEST_F(SubmissionOrderTest, ARemovedSemaphoreStartsAnew) {
  const auto timeline = order.AddTimelineSemaphore(7);
  order.HostSignal(journey, host, timeline, 9);
  order.RemoveSemaphore(timeline);
  const auto again = order.AddTimelineSemaphore(1);
  EXPECT_EQ(order.ValueOf(again), 1u);
  const auto event = order.AddEvent();
  order.HostSetEvent(journey, host, event);
  order.RemoveEvent(event);
  EXPECT_FALSE(order.IsSet(order.AddEvent()));
}

}  // namespace
}  // namespace incoherent
