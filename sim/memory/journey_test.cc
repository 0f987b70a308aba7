// Pending work, shared atoms, other references, device order, and the cost.

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/memory/journey_under_test.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// --- In flight.

TEST_F(JourneyTest, HostReadOfAPendingWrite) {
  Use(kCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  Barrier(kFromDevice, kToHost);
  Load({2, 4});
  EXPECT_THAT(Hazards(), ElementsAre("in-flight-access [2, 4) 1 -> 2: wait"));
}

TEST_F(JourneyTest, HostReadsWhatPendingWorkOnlyReads) {
  Use(kNonCoherent);
  Submit();
  Read(kCopyRead, {0, 4});
  Load({0, 4});
  EXPECT_THAT(Hazards(), IsEmpty());
}

TEST_F(JourneyTest, HostWriteUnderAPendingRead) {
  Use(kCoherent);
  Submit();
  Read(kCopyRead, {0, 4});
  Store({2, 4});
  EXPECT_THAT(Hazards(), ElementsAre("in-flight-access [2, 4) 1 -> 2: wait"));
}

TEST_F(JourneyTest, DisjointBytesOfCoherentMemoryMayBeUsedAtOnce) {
  Use(kCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  Store({4, 4});
  Load({8, 4});
  EXPECT_THAT(Hazards(), IsEmpty());
}

TEST_F(JourneyTest, SharedAtomsOfNonCoherentMemoryMayNot) {
  Use(kNonCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  Read(kCopyRead, {70, 2});
  Store({8, 4});
  Store({64, 4});
  Load({12, 4});
  EXPECT_THAT(Hazards(), ElementsAre("in-flight-access [0, 4) 1 -> 3: wait",
                                     "in-flight-access* [70, 72) 2 -> 4: wait",
                                     "in-flight-access* [0, 4) 1 -> 5: wait"));
}

TEST_F(JourneyTest, AWaitForAnotherQueueOrdersNothing) {
  Use(kCoherent);
  Submit(0);
  Submit(1);
  Read(kCopyRead, {0, 4}, /*queue=*/0);
  WaitFence(/*queue=*/1);
  Store({0, 4});
  EXPECT_THAT(Hazards(), ElementsAre("in-flight-access [0, 4) 1 -> 2: wait"));
}

TEST_F(JourneyTest, DeviceOverwritesWhatTheHostOnlyRead) {
  Use(kNonCoherent);
  Load({0, 4});
  Submit();
  Write(kCopyWrite, {0, 4});
  EXPECT_THAT(Hazards(), IsEmpty());
}

// --- Atoms.

TEST_F(JourneyTest, InvalidateOverDirtyBytesDiscardsThem) {
  Use(kNonCoherent);
  Store({8, 4});
  Invalidate({0, 64});
  Load({8, 4});
  EXPECT_THAT(Hazards(),
              ElementsAre("discarded-host-write [8, 12) 1 -> 2: flush"));
}

TEST_F(JourneyTest, DeviceWriteIntoADirtyAtom) {
  Use(kNonCoherent);
  Store({8, 4});
  Submit();
  Write(kCopyWrite, {10, 6});
  Write(kCopyWrite, {64, 4});
  EXPECT_THAT(Hazards(), ElementsAre("atom-clobber [8, 12) 1 -> 2: flush"));
}

TEST_F(JourneyTest, PartialStoreOverAnUnseenNeighbour) {
  Use(kNonCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  Barrier(kFromDevice, kToHost);
  WaitFence();
  Store({8, 4});
  EXPECT_THAT(Hazards(), ElementsAre("atom-clobber [0, 4) 1 -> 2: invalidate"));
  hazards_.clear();
  Flush({0, 64});
  Invalidate({0, 64});
  Store({12, 4});
  EXPECT_THAT(Hazards(), IsEmpty());
}

TEST_F(JourneyTest, AByteGrainedWriteBackClobbersOnlyByTheLetter) {
  Use(kNonCoherent, /*whole_atoms=*/false);
  Submit();
  Write(kCopyWrite, {0, 4});
  WaitFence();
  Store({8, 4});
  EXPECT_THAT(Hazards(),
              ElementsAre("atom-clobber* [0, 4) 1 -> 2: host-read-barrier"));
}

TEST_F(JourneyTest, TailAtomEndsWithTheObject) {
  Use(kNonCoherent);
  Store({249, 1});
  Submit();
  Write(kCopyWrite, {192, 1});
  EXPECT_THAT(Hazards(), ElementsAre("atom-clobber [249, 250) 1 -> 2: flush"));
}

// --- Other references.

TEST_F(JourneyTest, AFreshMappingDoesNotSeeOrFlushWhatTheOldOneWrote) {
  Use(kNonCoherent);
  Store({0, 4});
  map_ = journey_.AddReference(memory_);
  Load({0, 4});
  Flush({0, 64});
  Submit();
  Read(kCopyRead, {0, 4});
  EXPECT_THAT(Hazards(), ElementsAre("lost-host-write [0, 4) 1 -> 2: flush",
                                     "useless-sync [0, 64) 0 -> 3: none",
                                     "lost-host-write [0, 4) 1 -> 4: flush"));
}

TEST_F(JourneyTest, AnotherPointerSeesAfterFlushAndInvalidate) {
  Use(kNonCoherent);
  Store({0, 4});
  Flush({0, 64});
  map_ = journey_.AddReference(memory_);
  Load({0, 4});
  Invalidate({0, 64});
  Load({0, 4});
  EXPECT_THAT(Hazards(),
              ElementsAre("stale-host-read [0, 4) 1 -> 3: invalidate"));
}

// --- On the device.

TEST_F(JourneyTest, DeviceAccessesNeedABarrier) {
  Use(kCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  Read(kShaderRead, {0, 4});
  EXPECT_THAT(
      Hazards(),
      ElementsAre("missing-device-barrier [0, 4) 1 -> 2: device-barrier"));
}

TEST_F(JourneyTest, ABarrierMustNameTheReadersAccess) {
  Use(kCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  Barrier({kStageCopy, kAccessTransferWrite},
          {kStageComputeShader, kAccessUniformRead});
  Read(kShaderRead, {0, 4});
  Barrier({kStageCopy, kAccessTransferWrite},
          {kStageComputeShader, kAccessShaderRead});
  Read(kShaderRead, {0, 4});
  EXPECT_THAT(
      Hazards(),
      ElementsAre("missing-device-barrier [0, 4) 1 -> 2: device-barrier"));
}

TEST_F(JourneyTest, WriteAfterReadNeedsOnlyExecutionOrder) {
  Use(kCoherent);
  Submit();
  Read(kCopyRead, {0, 4});
  Barrier({kStageCopy, kAccessNone}, {kStageComputeShader, kAccessNone});
  Write(kShaderWrite, {0, 4});
  EXPECT_THAT(Hazards(), IsEmpty());
  Read(kCopyRead, {8, 4});
  Write(kShaderWrite, {8, 4});
  EXPECT_THAT(
      Hazards(),
      ElementsAre("missing-device-barrier [8, 12) 3 -> 4: device-barrier"));
}

TEST_F(JourneyTest, WriteAfterWriteNeedsAvailability) {
  Use(kCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  Barrier({kStageCopy, kAccessNone}, {kStageComputeShader, kAccessNone});
  Write(kShaderWrite, {0, 4});
  EXPECT_THAT(
      Hazards(),
      ElementsAre("missing-device-barrier [0, 4) 1 -> 2: device-barrier"));
}

TEST_F(JourneyTest, QueuesNeedASemaphore) {
  Use(kCoherent);
  Submit(0);
  Submit(1);
  Write(kCopyWrite, {0, 4}, /*queue=*/0);
  const Journey::Moment signaled =
      journey_.Signal(queue_[0], kStageAllCommands);
  Read(kCopyRead, {0, 4}, /*queue=*/1);
  journey_.Wait(queue_[1], signaled, kStageCopy, /*by_host=*/false);
  Read(kCopyRead, {0, 4}, /*queue=*/1);
  EXPECT_THAT(Hazards(),
              ElementsAre("missing-device-barrier [0, 4) 1 -> 2: semaphore"));
}

TEST_F(JourneyTest, AnEventOrdersWhatPrecedesItsSet) {
  Use(kCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  const Journey::Moment set = journey_.SetEvent(queue_[0], kStageCopy);
  Write(kCopyWrite, {8, 4});
  journey_.WaitEvent(queue_[0], set, {kStageCopy, kAccessTransferWrite},
                     {kStageComputeShader, kAccessShaderStorageRead}, {});
  Read(kShaderRead, {0, 12});
  EXPECT_THAT(
      Hazards(),
      ElementsAre("missing-device-barrier [8, 12) 2 -> 3: device-barrier"));
}

TEST_F(JourneyTest, ALaterSubmissionSeesWhatTheHostWaitedFor) {
  Use(kCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  WaitFence();
  Submit();
  Read(kShaderRead, {0, 4});
  EXPECT_THAT(Hazards(), IsEmpty());
}

TEST_F(JourneyTest, ALaterSubmissionAloneOrdersNothing) {
  Use(kCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  Submit();
  Read(kShaderRead, {0, 4});
  EXPECT_THAT(
      Hazards(),
      ElementsAre("missing-device-barrier [0, 4) 1 -> 2: device-barrier"));
}

// --- Lint, and what it costs.

TEST_F(JourneyTest, SyncOfCoherentMemoryIsUseless) {
  Use(kCoherent);
  Store({0, 4});
  Flush({0, 64});
  Invalidate({0, 64});
  EXPECT_THAT(Hazards(), ElementsAre("useless-sync [0, 64) 0 -> 2: none",
                                     "useless-sync [0, 64) 0 -> 3: none"));
}

TEST_F(JourneyTest, AGigabyteCostsWhatItsRangesCost) {
  Journey::PayloadInfo info;
  info.size = uint64_t{1} << 30;
  info.atom_size = 64;
  info.non_coherent = true;
  memory_ = journey_.AddPayload(info);
  map_ = journey_.AddReference(memory_);
  for (uint64_t i = 0; i < 10; ++i) Store({i << 20, 1 << 10});
  EXPECT_EQ(journey_.RunCount(memory_), 20u);
  Flush({0, info.size});
  Submit();
  Read(kCopyRead, {0, info.size});
  EXPECT_THAT(Hazards(), IsEmpty());
  EXPECT_EQ(journey_.RunCount(memory_), 20u);
  Store({0, info.size});
  EXPECT_EQ(journey_.RunCount(memory_), 1u);
}

}  // namespace
}  // namespace incoherent
