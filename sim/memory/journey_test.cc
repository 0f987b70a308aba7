#include "sim/memory/journey.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr AccessPoint kCopyRead = {kStageCopy, kAccessTransferRead};
constexpr AccessPoint kCopyWrite = {kStageCopy, kAccessTransferWrite};
constexpr AccessPoint kShaderRead = {kStageComputeShader,
                                     kAccessShaderStorageRead};
constexpr AccessPoint kShaderWrite = {kStageComputeShader,
                                      kAccessShaderStorageWrite};
constexpr Scope kFromDevice = {kStageAllCommands, kAccessMemoryWrite};
constexpr Scope kToHost = {kStageHost, kAccessHostRead};
constexpr Scope kFromHost = {kStageHost, kAccessHostWrite};
constexpr Scope kToDevice = {kStageAllCommands,
                             kAccessMemoryRead | kAccessMemoryWrite};

// Two host threads and two queues on one object of four atoms.
class JourneyTest : public ::testing::Test {
 protected:
  enum Type { kNonCoherent, kCoherent, kDeviceCoherent };

  void Use(Type type, bool whole_atoms = true) {
    Journey::PayloadInfo info;
    info.size = 250;
    info.atom_size = 64;
    info.non_coherent = type == kNonCoherent;
    info.device_coherent = type == kDeviceCoherent;
    info.whole_atoms = whole_atoms;
    memory_ = journey_.AddPayload(info);
    map_ = journey_.AddReference(memory_);
  }

  // One operation each, numbered from 1.
  void Store(ByteRange range, int thread = 0) {
    journey_.HostWrite(thread_[thread], map_, range, ++operation_);
  }
  void Load(ByteRange range, int thread = 0) {
    journey_.HostRead(thread_[thread], map_, range, ++operation_);
  }
  void Flush(ByteRange range, int thread = 0) {
    journey_.Flush(thread_[thread], map_, range, ++operation_);
  }
  void Invalidate(ByteRange range) {
    journey_.Invalidate(thread_[0], map_, range, ++operation_);
  }
  void Submit(int queue = 0, int thread = 0) {
    journey_.BeginSubmission(queue_[queue], journey_.Submit(thread_[thread]));
  }
  void Read(const AccessPoint& point, ByteRange range, int queue = 0) {
    journey_.DeviceAccess(queue_[queue], point, memory_, range, Access::kRead,
                          ++operation_);
  }
  void Write(const AccessPoint& point, ByteRange range, int queue = 0) {
    journey_.DeviceAccess(queue_[queue], point, memory_, range, Access::kWrite,
                          ++operation_);
  }
  void Barrier(Scope source, Scope destination,
               absl::optional<ByteRange> range = {}) {
    absl::optional<PayloadRange> where;
    if (range) where = PayloadRange{memory_, *range};
    journey_.Dependency(queue_[0], source, destination, where);
  }
  void WaitFence(int queue = 0) {
    journey_.HostWait(thread_[0],
                      journey_.Signal(queue_[queue], kStageAllCommands));
  }

  // "lost-host-write [0, 4) 1 -> 2: flush", a star if by the letter only.
  std::vector<std::string> Hazards() const {
    std::vector<std::string> lines;
    for (const Hazard& hazard : hazards_) {
      lines.push_back(absl::StrCat(
          HazardKindName(hazard.kind), hazard.by_the_letter ? "* [" : " [",
          hazard.range.offset, ", ", hazard.range.end(), ") ", hazard.earlier,
          " -> ", hazard.later, ": ", MissingStepName(hazard.missing)));
    }
    return lines;
  }

  std::vector<Hazard> hazards_;
  Journey journey_{[this](const Hazard& hazard) { hazards_.push_back(hazard); },
                   Journey::Options{/*report_useless_sync=*/true}};
  Journey::ThreadId thread_[2] = {journey_.AddThread(), journey_.AddThread()};
  Journey::QueueId queue_[2] = {journey_.AddQueue(), journey_.AddQueue()};
  Journey::PayloadId memory_ = 0;
  Journey::ReferenceId map_ = 0;
  OperationId operation_ = 0;
};

// --- From the host to the device.

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

// --- From the device to the host.

TEST_F(JourneyTest, BarrierWaitAndInvalidateDeliverADeviceWrite) {
  Use(kNonCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  Barrier(kFromDevice, kToHost);
  WaitFence();
  Invalidate({0, 64});
  Load({0, 4});
  EXPECT_THAT(Hazards(), IsEmpty());
}

TEST_F(JourneyTest, WithoutInvalidateTheHostReadIsStale) {
  Use(kNonCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  Barrier(kFromDevice, kToHost);
  WaitFence();
  Load({0, 8});
  EXPECT_THAT(Hazards(),
              ElementsAre("stale-host-read [0, 4) 1 -> 2: invalidate"));
}

TEST_F(JourneyTest, InvalidateBeforeTheWaitDoesNothing) {
  Use(kNonCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  Barrier(kFromDevice, kToHost);
  Invalidate({0, 64});
  WaitFence();
  Load({0, 4});
  EXPECT_THAT(Hazards(),
              ElementsAre("useless-sync [0, 64) 0 -> 2: none",
                          "stale-host-read [0, 4) 1 -> 3: invalidate"));
}

TEST_F(JourneyTest, WithoutHostBarrierEvenCoherentMemoryMayMissIt) {
  Use(kCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  WaitFence();
  Load({0, 4});
  EXPECT_THAT(
      Hazards(),
      ElementsAre("missing-host-barrier [0, 4) 1 -> 2: host-read-barrier"));
}

TEST_F(JourneyTest, HostStageWithoutHostAccessIsNoHostBarrier) {
  Use(kCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  Barrier(kFromDevice, {kStageHost, kAccessNone});
  WaitFence();
  Load({0, 4});
  EXPECT_THAT(
      Hazards(),
      ElementsAre("missing-host-barrier [0, 4) 1 -> 2: host-read-barrier"));
}

TEST_F(JourneyTest, AllCommandsDoNotIncludeHost) {
  Use(kCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  Barrier(kFromDevice, kToDevice);
  WaitFence();
  Load({0, 4});
  EXPECT_THAT(
      Hazards(),
      ElementsAre("missing-host-barrier [0, 4) 1 -> 2: host-read-barrier"));
}

TEST_F(JourneyTest, BarrierBeforeTheLastWriteDoesNotCoverIt) {
  Use(kCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  Barrier(kFromDevice, kToHost);
  Write(kCopyWrite, {8, 4});
  WaitFence();
  Load({0, 12});
  EXPECT_THAT(
      Hazards(),
      ElementsAre("missing-host-barrier [8, 12) 2 -> 3: host-read-barrier"));
}

TEST_F(JourneyTest, BarrierOfTheWrongAccessDoesNotCarryTheWrite) {
  Use(kCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  Barrier({kStageComputeShader, kAccessShaderStorageWrite}, kToHost);
  WaitFence();
  Load({0, 4});
  EXPECT_THAT(
      Hazards(),
      ElementsAre("missing-host-barrier [0, 4) 1 -> 2: host-read-barrier"));
}

TEST_F(JourneyTest, TwoBarriersInAChainCarryItToTheHost) {
  Use(kCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  Barrier({kStageCopy, kAccessTransferWrite},
          {kStageComputeShader, kAccessShaderStorageRead});
  Barrier({kStageComputeShader, kAccessNone}, kToHost);
  WaitFence();
  Load({0, 4});
  EXPECT_THAT(Hazards(), IsEmpty());
}

TEST_F(JourneyTest, TwoBarriersThatDoNotChainDoNotCarryIt) {
  Use(kCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  Barrier({kStageCopy, kAccessTransferWrite},
          {kStageComputeShader, kAccessShaderStorageRead});
  Barrier({kStageBlit, kAccessNone}, kToHost);
  WaitFence();
  Load({0, 4});
  EXPECT_THAT(
      Hazards(),
      ElementsAre("missing-host-barrier [0, 4) 1 -> 2: host-read-barrier"));
}

TEST_F(JourneyTest, DeviceCoherentMemoryNeedsOnlyTheWait) {
  Use(kDeviceCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  WaitFence();
  Load({0, 4});
  EXPECT_THAT(Hazards(), IsEmpty());
}

TEST_F(JourneyTest, HostOverwritesWhatTheDeviceWroteWithoutBarrier) {
  Use(kCoherent);
  Submit();
  Write(kCopyWrite, {0, 4});
  WaitFence();
  Store({0, 2});
  EXPECT_THAT(
      Hazards(),
      ElementsAre("missing-host-barrier [0, 2) 1 -> 2: host-read-barrier"));
}

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
