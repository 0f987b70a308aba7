// What the host wrote, and whether it reaches the device.

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/memory/journey_under_test.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(JourneyTest, FlushAndSubmitDeliverAHostWrite) {
  Use(kNonCoherent);
  Store({8, 4});
  Flush({0, 64});
  Submit();
  Read(kShaderRead, {0, 64});
  EXPECT_THAT(Hazards(), IsEmpty());
}

TEST_F(JourneyTest, WithoutFlushTheHostWriteIsLost) {
  Use(kNonCoherent);
  Store({8, 4});
  Submit();
  Read(kShaderRead, {0, 64});
  EXPECT_THAT(Hazards(), ElementsAre("lost-host-write [8, 12) 1 -> 2: flush"));
}

TEST_F(JourneyTest, PartialFlushLosesTheRest) {
  Use(kNonCoherent);
  Store({0, 128});
  Flush({64, 64});
  Submit();
  Read(kCopyRead, {0, 128});
  EXPECT_THAT(Hazards(), ElementsAre("lost-host-write [0, 64) 1 -> 3: flush"));
}

TEST_F(JourneyTest, FlushAfterSubmitIsTooLateForItAndHitsItInFlight) {
  Use(kNonCoherent);
  Store({0, 4});
  Submit();
  Read(kCopyRead, {0, 4});
  Flush({0, 64});
  EXPECT_THAT(Hazards(), ElementsAre("lost-host-write [0, 4) 1 -> 2: flush",
                                     "in-flight-access [0, 4) 2 -> 3: wait"));
  hazards_.clear();
  Submit();
  Read(kCopyRead, {0, 4});
  EXPECT_THAT(Hazards(), IsEmpty()) << "the next submission has it";
}

TEST_F(JourneyTest, CoherentMemoryNeedsNoFlush) {
  Use(kCoherent);
  Store({8, 4});
  Submit();
  Read(kShaderRead, {0, 64});
  EXPECT_THAT(Hazards(), IsEmpty());
}

TEST_F(JourneyTest, AnotherThreadsWriteNeedsOrderBeforeTheSubmit) {
  Use(kNonCoherent);
  Store({0, 1}, /*thread=*/1);
  Flush({0, 64}, /*thread=*/1);
  Submit();
  Read(kCopyRead, {0, 1});
  EXPECT_THAT(Hazards(),
              ElementsAre("lost-host-write [0, 1) 1 -> 3: happens-before"));
}

TEST_F(JourneyTest, PostAndAwaitOrderTwoThreads) {
  Use(kNonCoherent);
  Store({0, 1}, /*thread=*/1);
  Flush({0, 64}, /*thread=*/1);
  journey_.Await(thread_[0], journey_.Post(thread_[1]));
  Submit();
  Read(kCopyRead, {0, 1});
  EXPECT_THAT(Hazards(), IsEmpty());
}

TEST_F(JourneyTest, FlushDoesNotCoverAnUnorderedThreadsWrite) {
  Use(kNonCoherent);
  Store({0, 1}, /*thread=*/1);
  Flush({0, 64}, /*thread=*/0);
  journey_.Await(thread_[0], journey_.Post(thread_[1]));
  Submit();
  Read(kCopyRead, {0, 1});
  EXPECT_THAT(Hazards(), ElementsAre("useless-sync [0, 64) 0 -> 2: none",
                                     "lost-host-write [0, 1) 1 -> 3: flush"));
}

TEST_F(JourneyTest, WaitBeforeSignalNeedsABarrierFromHost) {
  Use(kCoherent);
  const Journey::Moment submitted = journey_.Submit(thread_[0]);
  Store({0, 4});
  const Journey::Moment signaled = journey_.HostSignal(thread_[0]);
  journey_.BeginSubmission(queue_[0], submitted);
  journey_.Wait(queue_[0], signaled, kStageAllCommands, /*by_host=*/true);
  Read(kCopyRead, {0, 4});
  EXPECT_THAT(Hazards(),
              ElementsAre("lost-host-write [0, 4) 1 -> 2: host-write-barrier"));
  hazards_.clear();
  Barrier(kFromHost, kToDevice);
  Read(kCopyRead, {0, 4});
  EXPECT_THAT(Hazards(), IsEmpty());
}

TEST_F(JourneyTest, BarrierFromHostCarriesOnlyItsRange) {
  Use(kCoherent);
  const Journey::Moment submitted = journey_.Submit(thread_[0]);
  Store({0, 8});
  const Journey::Moment signaled = journey_.HostSignal(thread_[0]);
  journey_.BeginSubmission(queue_[0], submitted);
  journey_.Wait(queue_[0], signaled, kStageAllCommands, /*by_host=*/true);
  Barrier(kFromHost, kToDevice, ByteRange{0, 4});
  Read(kCopyRead, {0, 8});
  EXPECT_THAT(Hazards(),
              ElementsAre("lost-host-write [4, 8) 1 -> 2: host-write-barrier"));
}

TEST_F(JourneyTest, SemaphoreTakesAHostWriteToAnotherQueue) {
  Use(kCoherent);
  const Journey::Moment early = journey_.Submit(thread_[0]);
  Store({0, 4});
  Submit(0);
  journey_.BeginSubmission(queue_[1], early);
  journey_.Wait(queue_[1], journey_.Signal(queue_[0], kStageAllCommands),
                kStageAllCommands, /*by_host=*/false);
  Read(kCopyRead, {0, 4}, /*queue=*/1);
  EXPECT_THAT(Hazards(), IsEmpty());
}

}  // namespace
}  // namespace incoherent
