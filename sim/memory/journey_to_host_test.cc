// What the device wrote, and whether it reaches the host.

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/memory/journey_under_test.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

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

}  // namespace
}  // namespace incoherent
