// Host domains that are less than strict, and what is asked of a journey.

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/memory/journey_under_test.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ReportedDomainTest : public JourneyTest {
 protected:
  ReportedDomainTest() : JourneyTest(Journey::HostDomain::kReport) {}
};

class MergedDomainTest : public JourneyTest {
 protected:
  MergedDomainTest() : JourneyTest(Journey::HostDomain::kMerged) {}
};

TEST_F(ReportedDomainTest, BothMissingStepsAreTold) {
  Use(kNonCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  WaitFence();
  Load({0, 4});
  EXPECT_THAT(Hazards(),
              ElementsAre("missing-host-barrier [0, 4) 1 -> 2: "
                          "host-read-barrier",
                          "stale-host-read [0, 4) 1 -> 2: invalidate"));
}

TEST_F(ReportedDomainTest, AnInvalidateHelpsWithoutTheBarrier) {
  Use(kNonCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  WaitFence();
  Invalidate({0, 64});
  Load({0, 4});
  EXPECT_THAT(Hazards(), ElementsAre("missing-host-barrier [0, 4) 1 -> 3: "
                                     "host-read-barrier"));
}

TEST_F(ReportedDomainTest, TheWaitIsNotForgiven) {
  Use(kNonCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  Invalidate({0, 64});
  Load({0, 4});
  EXPECT_EQ(hazards_.back().kind, HazardKind::kInFlightAccess);
}

TEST_F(ReportedDomainTest, ANeighbourIsSafeOnceInvalidated) {
  Use(kNonCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  WaitFence();
  Invalidate({0, 64});
  Store({8, 4});
  EXPECT_THAT(Hazards(), IsEmpty());
}

TEST_F(MergedDomainTest, NobodyMindsTheBarrier) {
  Use(kCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  WaitFence();
  Load({0, 4});
  Store({0, 4});
  EXPECT_THAT(Hazards(), IsEmpty());
}

TEST_F(MergedDomainTest, TheInvalidateIsStillNeeded) {
  Use(kNonCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  WaitFence();
  Load({0, 4});
  EXPECT_THAT(Hazards(),
              ElementsAre("stale-host-read [0, 4) 1 -> 2: invalidate"));
}

TEST_F(JourneyTest, UnreadableUntilEveryStepIsDone) {
  Use(kNonCoherent);
  Submit();
  Write(kCopyWrite, {10, 20});
  Barrier(kFromDevice, kToHost);
  const ByteRange written = {10, 20};
  EXPECT_THAT(journey_.Unreadable(thread_[0], map_), ElementsAre(written));
  WaitFence();
  EXPECT_THAT(journey_.Unreadable(thread_[0], map_), ElementsAre(written));
  Invalidate({0, 64});
  EXPECT_THAT(journey_.Unreadable(thread_[0], map_), IsEmpty());
}

TEST_F(MergedDomainTest, UnreadableUntilTheWait) {
  Use(kCoherent);
  Submit();
  Write(kCopyWrite, {10, 20});
  const ByteRange written = {10, 20};
  EXPECT_THAT(journey_.Unreadable(thread_[0], map_), ElementsAre(written));
  WaitFence();
  EXPECT_THAT(journey_.Unreadable(thread_[0], map_), IsEmpty());
}

TEST_F(ReportedDomainTest, WhatABarrierDidNotCarryIsNotAvailable) {
  Use(kCoherent);
  Submit();
  Write(kCopyWrite, {0, 64});
  Barrier(kFromDevice, kToHost, ByteRange{0, 32});
  WaitFence();
  const ByteRange left = {32, 32};
  EXPECT_THAT(journey_.NotHostAvailable(thread_[0], memory_),
              ElementsAre(left));
  EXPECT_THAT(journey_.Unreadable(thread_[0], map_), ElementsAre(left));
}

TEST_F(JourneyTest, FlushedBytesAreSound) {
  Use(kNonCoherent);
  EXPECT_FALSE(journey_.HoldsFlushedBytes(memory_, {0, 250}));
  Store({0, 8});
  EXPECT_FALSE(journey_.HoldsFlushedBytes(memory_, {0, 250}));
  Flush({0, 64});
  EXPECT_TRUE(journey_.HoldsFlushedBytes(memory_, {0, 250}));
  EXPECT_FALSE(journey_.HoldsFlushedBytes(memory_, {64, 64}));
}

TEST_F(JourneyTest, ALaterWriteTakesBytesFromTheEarlierOne) {
  Use(kNonCoherent);
  Submit();
  Write(kCopyWrite, {0, 64});
  WaitFence();
  Store({8, 8});
  const ByteRange before = {4, 4}, behind = {16, 16};
  EXPECT_THAT(journey_.LastWrittenBy(memory_, {4, 28}, 1),
              ElementsAre(before, behind));
  EXPECT_THAT(journey_.LastWrittenBy(memory_, {8, 8}, 1), IsEmpty());
}

TEST_F(JourneyTest, AMomentIsWaitedForByAnyLaterWait) {
  Use(kCoherent);
  Submit();
  const Journey::Moment first = journey_.Signal(queue_[0], kStageAllCommands);
  EXPECT_FALSE(journey_.HasWaitedFor(thread_[0], first));
  WaitFence();
  EXPECT_TRUE(journey_.HasWaitedFor(thread_[0], first));
}

TEST_F(JourneyTest, ARemovedPayloadIsOutOfEverything) {
  Use(kNonCoherent);
  Store({0, 4});
  Submit();
  journey_.RemovePayload(memory_);
  Read(kCopyRead, {0, 4});
  Barrier(kFromDevice, kToHost, ByteRange{0, 4});
  Barrier(kFromDevice, kToHost);
  Submit();
  WaitFence();
  EXPECT_THAT(Hazards(), IsEmpty());
  EXPECT_EQ(journey_.RunCount(memory_), 0u);
  EXPECT_THAT(journey_.Unreadable(thread_[0], map_), IsEmpty());
}

TEST_F(JourneyTest, AReusedPayloadBeginsAnew) {
  Use(kNonCoherent);
  Store({0, 4});
  journey_.RemovePayload(memory_, /*reuse=*/true);
  const Journey::PayloadId first = memory_;
  Use(kCoherent);
  EXPECT_EQ(memory_, first);
  Submit();
  Read(kCopyRead, {0, 4});
  EXPECT_THAT(Hazards(), IsEmpty());
}

}  // namespace
}  // namespace incoherent
