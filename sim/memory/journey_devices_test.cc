// The journey of one payload that several logical devices have imported: each
// has its own device domain, and the way between two of them goes through the
// host domain.

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/memory/journey_under_test.h"

namespace incoherent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr ByteRange kBytes = {0, 4};

// Device 0 has queue_[0] and queue_[1], device 1 has `other_`. All is done to
// one payload, by thread_[0].
class JourneyDevicesTest : public JourneyTest {
 protected:
  // Device 0 imports the payload as the one type, device 1 as the other one.
  void Share(Type first, Type second) {
    Use(first);
    Journey::PayloadInfo info;
    info.size = 250;
    info.atom_size = 64;
    info.non_coherent = first == kNonCoherent || second == kNonCoherent;
    journey_.SetKind(memory_, info);
    map_ = journey_.AddReference(memory_, first == kNonCoherent);
    other_map_ = journey_.AddReference(memory_, second == kNonCoherent);
  }

  void SubmitOther() {
    journey_.BeginSubmission(other_, journey_.Submit(thread_[0], second_));
  }
  void ReadOther(ByteRange range = kBytes) {
    journey_.DeviceAccess(other_, kCopyRead, memory_, range, Access::kRead,
                          ++operation_);
  }
  void WriteOther(ByteRange range = kBytes) {
    journey_.DeviceAccess(other_, kCopyWrite, memory_, range, Access::kWrite,
                          ++operation_);
  }
  void BarrierOther(Scope source, Scope destination) {
    journey_.Dependency(other_, source, destination, absl::nullopt);
  }
  void WaitOther() {
    journey_.HostWait(thread_[0], journey_.Signal(other_, kStageAllCommands));
  }
  // Device 0 writes in operation 1; then everything on the way to device 1 but
  // its submit, or what is left of it.
  void Send(bool barrier = true, bool wait = true) {
    Submit();
    Write(kCopyWrite, kBytes);
    if (barrier) Barrier(kFromDevice, kToHost);
    if (wait) WaitFence();
  }

  const Journey::DeviceId second_ = journey_.AddDevice();
  const Journey::QueueId other_ = journey_.AddQueue(second_);
  Journey::ReferenceId other_map_ = 0;
};

TEST_F(JourneyDevicesTest, QueuesAreOfTheDeviceTheyWereAddedTo) {
  EXPECT_EQ(journey_.DeviceOf(queue_[0]), 0u);
  EXPECT_EQ(journey_.DeviceOf(other_), second_);
  EXPECT_NE(second_, 0u);
}

// --- From one device to the other, whatever the types: the two device domains
// know nothing of the host's caches.

class JourneyDevicesTypeTest
    : public JourneyDevicesTest,
      public testing::WithParamInterface<std::pair<bool, bool>> {
 protected:
  void Share() {
    JourneyDevicesTest::Share(GetParam().first ? kNonCoherent : kCoherent,
                              GetParam().second ? kNonCoherent : kCoherent);
  }
};

TEST_P(JourneyDevicesTypeTest, AllStepsTakeAWriteToTheOtherDevice) {
  Share();
  Send();
  SubmitOther();
  ReadOther();
  EXPECT_THAT(Hazards(), IsEmpty());
}

TEST_P(JourneyDevicesTypeTest, AndBackAgain) {
  Share();
  Send();
  SubmitOther();
  WriteOther();
  BarrierOther(kFromDevice, kToHost);
  WaitOther();
  Submit();
  Read(kCopyRead, kBytes);
  EXPECT_THAT(Hazards(), IsEmpty());
}

TEST_P(JourneyDevicesTypeTest, WithoutTheBarrierItStaysOnTheFirst) {
  Share();
  Send(/*barrier=*/false);
  SubmitOther();
  ReadOther();
  EXPECT_THAT(Hazards(), ElementsAre("missing-host-barrier [0, 4) 1 -> 2: "
                                     "host-read-barrier"));
}

TEST_P(JourneyDevicesTypeTest, WithoutTheBarrierAWriteOnTopIsFoundToo) {
  Share();
  Send(/*barrier=*/false);
  SubmitOther();
  WriteOther();
  EXPECT_THAT(Hazards(), ElementsAre("missing-host-barrier [0, 4) 1 -> 2: "
                                     "host-read-barrier"));
}

TEST_P(JourneyDevicesTypeTest, WithoutTheWaitTheTwoDevicesRace) {
  Share();
  Send(/*barrier=*/true, /*wait=*/false);
  SubmitOther();
  ReadOther();
  EXPECT_THAT(Hazards(),
              ElementsAre("missing-device-barrier [0, 4) 1 -> 2: wait"));
}

TEST_P(JourneyDevicesTypeTest, WorkSubmittedBeforeTheWaitDoesNotSeeIt) {
  Share();
  SubmitOther();
  Send();
  ReadOther();
  EXPECT_THAT(Hazards(),
              ElementsAre("missing-device-barrier [0, 4) 1 -> 2: wait"));
}

TEST_P(JourneyDevicesTypeTest, ABarrierToTheDeviceIsNoBarrierToTheHost) {
  Share();
  Submit();
  Write(kCopyWrite, kBytes);
  Barrier(kFromDevice, kToDevice);
  WaitFence();
  SubmitOther();
  ReadOther();
  EXPECT_THAT(Hazards(), ElementsAre("missing-host-barrier [0, 4) 1 -> 2: "
                                     "host-read-barrier"));
}

TEST_P(JourneyDevicesTypeTest, ABarrierOfTheOtherDeviceDoesNotServe) {
  Share();
  Send(/*barrier=*/false);
  SubmitOther();
  BarrierOther(kFromDevice, kToHost);
  BarrierOther(kFromHost, kToDevice);
  ReadOther();
  EXPECT_THAT(Hazards(), ElementsAre("missing-host-barrier [0, 4) 1 -> 2: "
                                     "host-read-barrier"));
}

TEST_P(JourneyDevicesTypeTest, WritingOverAPendingReadOfTheOtherIsFound) {
  Share();
  Submit();
  Read(kCopyRead, kBytes);
  SubmitOther();
  WriteOther();
  EXPECT_THAT(Hazards(),
              ElementsAre("missing-device-barrier [0, 4) 1 -> 2: wait"));
  hazards_.clear();
  WaitFence();
  WaitOther();
  SubmitOther();
  ReadOther();
  EXPECT_THAT(Hazards(), IsEmpty()) << "its own write, waited for";
}

// A submit is for the device that it is made to.
TEST_P(JourneyDevicesTypeTest, AWriteTheHostHandsOnIsForWhoeverIsSubmittedTo) {
  Share();
  Send();
  Submit();  // to the device that has it already
  ReadOther();
  EXPECT_THAT(Hazards(),
              ElementsAre("missing-device-barrier [0, 4) 1 -> 2: wait"));
}

INSTANTIATE_TEST_SUITE_P(
    Types, JourneyDevicesTypeTest,
    testing::Values(std::make_pair(false, false), std::make_pair(false, true),
                    std::make_pair(true, false), std::make_pair(true, true)),
    [](const auto& info) {
      return std::string(info.param.first ? "NonCoherent" : "Coherent") +
             "And" + (info.param.second ? "NonCoherent" : "Coherent");
    });

// --- From the host to both.

TEST_F(JourneyDevicesTest, AHostWriteReachesEachDeviceByItsOwnSubmit) {
  Share(kCoherent, kCoherent);
  Store(kBytes);
  Submit();
  Read(kCopyRead, kBytes);
  SubmitOther();
  ReadOther();
  EXPECT_THAT(Hazards(), IsEmpty());
}

TEST_F(JourneyDevicesTest, OneFlushServesBothDevices) {
  Share(kNonCoherent, kNonCoherent);
  Store(kBytes);
  Flush({0, 64});
  Submit();
  Read(kCopyRead, kBytes);
  SubmitOther();
  ReadOther();
  EXPECT_THAT(Hazards(), IsEmpty());
}

TEST_F(JourneyDevicesTest, AWriteWithoutAFlushIsLostOnBoth) {
  Share(kNonCoherent, kCoherent);
  Store(kBytes);
  Submit();
  Read(kCopyRead, kBytes);
  SubmitOther();
  ReadOther();
  EXPECT_THAT(Hazards(), ElementsAre("lost-host-write [0, 4) 1 -> 2: flush",
                                     "lost-host-write [0, 4) 1 -> 3: flush"));
}

TEST_F(JourneyDevicesTest, AFlushThroughTheOtherMappingDoesNotServe) {
  Share(kNonCoherent, kNonCoherent);
  Store(kBytes);
  journey_.Flush(thread_[0], other_map_, {0, 64}, ++operation_);
  SubmitOther();
  ReadOther();
  EXPECT_THAT(Hazards(), ElementsAre("useless-sync [0, 64) 0 -> 2: none",
                                     "lost-host-write [0, 4) 1 -> 3: flush"));
}

// --- From a device to the host, through whichever mapping.

TEST_F(JourneyDevicesTest, EachMappingIsInvalidatedForItself) {
  Share(kNonCoherent, kNonCoherent);
  Send();
  Invalidate({0, 64});
  Load(kBytes);
  EXPECT_THAT(Hazards(), IsEmpty());
  journey_.HostRead(thread_[0], other_map_, kBytes, ++operation_);
  EXPECT_THAT(Hazards(),
              ElementsAre("stale-host-read [0, 4) 1 -> 4: invalidate"));
}

TEST_F(JourneyDevicesTest, ACoherentMappingOfTheSamePagesNeedsNoInvalidate) {
  Share(kNonCoherent, kCoherent);
  Send();
  journey_.HostRead(thread_[0], other_map_, kBytes, ++operation_);
  EXPECT_THAT(Hazards(), IsEmpty());
  Load(kBytes);
  EXPECT_THAT(Hazards(),
              ElementsAre("stale-host-read [0, 4) 1 -> 3: invalidate"));
}

TEST_F(JourneyDevicesTest, AMappingReadsWhatTheOtherOneFlushed) {
  Share(kNonCoherent, kCoherent);
  Store(kBytes);
  journey_.HostRead(thread_[0], other_map_, kBytes, ++operation_);
  EXPECT_THAT(Hazards(), ElementsAre("lost-host-write [0, 4) 1 -> 2: flush"));
  hazards_.clear();
  Flush({0, 64});
  journey_.HostRead(thread_[0], other_map_, kBytes, ++operation_);
  EXPECT_THAT(Hazards(), IsEmpty());
}

// --- The kind of the payload is that of all its imports.

TEST_F(JourneyDevicesTest, AtomsMatterToADeviceIfTheyDoToAnyImport) {
  Share(kCoherent, kNonCoherent);
  journey_.HostWrite(thread_[0], other_map_, kBytes, ++operation_);
  Submit();
  Write(kCopyWrite, {8, 4});
  EXPECT_THAT(Hazards(), ElementsAre("atom-clobber [0, 4) 1 -> 2: flush"));
}

TEST_F(JourneyDevicesTest, AmongCoherentImportsNeighboursAreFree) {
  Share(kCoherent, kCoherent);
  journey_.HostWrite(thread_[0], other_map_, kBytes, ++operation_);
  Submit();
  Write(kCopyWrite, {8, 4});
  EXPECT_THAT(Hazards(), IsEmpty());
}

TEST_F(JourneyDevicesTest, TheLargestAtomsOfAllImportsCount) {
  Share(kNonCoherent, kNonCoherent);
  Journey::PayloadInfo info;
  info.size = 250;
  info.atom_size = 128;
  info.non_coherent = true;
  journey_.SetKind(memory_, info);
  Store(kBytes);
  Submit();
  Write(kCopyWrite, {100, 4});
  EXPECT_THAT(Hazards(), ElementsAre("atom-clobber [0, 4) 1 -> 2: flush"));
}

TEST_F(JourneyDevicesTest, ACoherentStoreBesideADirtyByteMayBeClobbered) {
  Share(kCoherent, kNonCoherent);
  journey_.HostWrite(thread_[0], other_map_, kBytes, ++operation_);
  Store({8, 4});
  EXPECT_THAT(Hazards(), ElementsAre("atom-clobber [0, 4) 1 -> 2: flush"));
  hazards_.clear();
  journey_.Flush(thread_[0], other_map_, {0, 64}, ++operation_);
  Store({12, 4});
  EXPECT_THAT(Hazards(), IsEmpty());
}

TEST_F(JourneyDevicesTest, AReferenceMayChangeItsKind) {
  Share(kCoherent, kCoherent);
  journey_.SetNonCoherent(map_, true);
  Store(kBytes);
  Submit();
  Read(kCopyRead, kBytes);
  EXPECT_THAT(Hazards(), ElementsAre("lost-host-write [0, 4) 1 -> 2: flush"));
}

}  // namespace
}  // namespace incoherent
