// VmoSignal, between the parties of one process; between two:
// tests/handles/vmo_program_test.cc.

#include <thread>

#include "sim/host/vmo/vmo_under_test.h"

namespace incoherent {
namespace {

using absl::StatusCode;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::chrono::milliseconds kNoTime{0};
constexpr std::chrono::milliseconds kEnough{60000};

class VmoSignalTest : public testing::Test {
 protected:
  VmoSignalTest()
      : vmo_(MakeVmo(8)),
        producer_(MapAs(vmo_, "producer")),
        consumer_(MapAs(vmo_, "consumer")),
        plain_(*vmo_.Signal(0, SignalOrdering::kNone)),
        ordering_(*vmo_.Signal(1, SignalOrdering::kReleaseAcquire)) {}

  Vmo vmo_;
  Mapping producer_;
  Mapping consumer_;
  VmoSignal plain_;
  VmoSignal ordering_;
};

TEST_F(VmoSignalTest, EachRaiseLetsOneWaitPass) {
  const auto none =
      IsRefusal(StatusCode::kDeadlineExceeded, "ZX_ERR_TIMED_OUT: ");
  EXPECT_THAT(plain_.Wait(consumer_, kNoTime), none);
  ASSERT_TRUE(plain_.Raise(producer_).ok());
  ASSERT_TRUE(plain_.Raise(producer_).ok());
  EXPECT_TRUE(plain_.Wait(consumer_, kNoTime).ok());
  EXPECT_TRUE(plain_.Wait(consumer_, kNoTime).ok());
  EXPECT_THAT(plain_.Wait(consumer_, kNoTime), none);
}

TEST_F(VmoSignalTest, SlotsAreSignalsOfTheirOwn) {
  ASSERT_TRUE(plain_.Raise(producer_).ok());
  EXPECT_FALSE(ordering_.Wait(consumer_, kNoTime).ok());
  EXPECT_TRUE(plain_.Wait(consumer_, kNoTime).ok());
  for (const int slot : {-1, VmoSignal::kSlots}) {
    EXPECT_THAT(
        vmo_.Signal(slot, SignalOrdering::kNone).status(),
        IsRefusal(StatusCode::kInvalidArgument, "ZX_ERR_INVALID_ARGS: "));
  }
}

TEST_F(VmoSignalTest, WithoutOrderingItOrdersNothing) {
  producer_.Write(TestBytes(8, 1));
  ASSERT_TRUE(plain_.Raise(producer_).ok());
  ASSERT_TRUE(plain_.Wait(consumer_, kNoTime).ok());
  EXPECT_THAT(ReadBytes(consumer_, 0, 8), Each(0));
  EXPECT_THAT(MessagesOf(vmo_.findings()),
              ElementsAre(HasSubstr("lost-host-write")));
}

TEST_F(VmoSignalTest, WithOrderingTheExplicitCallsAreOptional) {
  producer_.Write(TestBytes(8, 1));
  ASSERT_TRUE(ordering_.Raise(producer_).ok());
  ASSERT_TRUE(ordering_.Wait(consumer_, kNoTime).ok());
  EXPECT_THAT(ReadBytes(consumer_, 0, 8), Each(1));
  EXPECT_THAT(vmo_.findings(), IsEmpty());
}

TEST_F(VmoSignalTest, WithOrderingOnOneSideTheOtherSideIsMissing) {
  const VmoSignal half = *vmo_.Signal(1, SignalOrdering::kNone);
  producer_.Write(TestBytes(8, 1));
  ASSERT_TRUE(ordering_.Raise(producer_).ok());
  ASSERT_TRUE(half.Wait(consumer_, kNoTime).ok());
  EXPECT_THAT(ReadBytes(consumer_, 0, 8), Each(0));
  EXPECT_THAT(MessagesOf(vmo_.findings()),
              ElementsAre(HasSubstr("missing: AcquireWrites by consumer")));
}

TEST_F(VmoSignalTest, AWaitWakesUpInAnotherThread) {
  std::thread waiter([this] {
    EXPECT_TRUE(ordering_.Wait(consumer_, kEnough).ok());
    EXPECT_THAT(ReadBytes(consumer_, 0, 8), Each(1));
  });
  producer_.Write(TestBytes(8, 1));
  ASSERT_TRUE(ordering_.Raise(producer_).ok());
  waiter.join();
  EXPECT_THAT(vmo_.findings(), IsEmpty());
}

TEST_F(VmoSignalTest, ARaiseUnderALiveSliceIsRefusedIfItReleases) {
  const auto slice = *producer_.Slice({0, 1});
  EXPECT_TRUE(plain_.Raise(producer_).ok());
  EXPECT_THAT(ordering_.Raise(producer_),
              IsRefusal(StatusCode::kFailedPrecondition, "ZX_ERR_BAD_STATE: "));
  EXPECT_FALSE(ordering_.Wait(consumer_, kNoTime).ok()) << "not raised";
  EXPECT_THAT(MessagesOf(vmo_.findings()),
              ElementsAre(HasSubstr("'producer: raise [0, 8)' refused")));
}

TEST_F(VmoSignalTest, AWaitThatIsRefusedTakesNothing) {
  ASSERT_TRUE(ordering_.Raise(producer_).ok());
  {
    const auto slice = *consumer_.SliceMut({0, 1});
    EXPECT_FALSE(ordering_.Wait(consumer_, kNoTime).ok());
  }
  EXPECT_TRUE(ordering_.Wait(consumer_, kNoTime).ok());
  EXPECT_THAT(vmo_.findings(), SizeIs(1));
}

TEST_F(VmoSignalTest, APartySignalsWithTheVmoThatItHasMapped) {
  const Vmo other = MakeVmo(8, "other");
  Mapping stranger = MapAs(other, "stranger");
  const auto refused =
      IsRefusal(StatusCode::kInvalidArgument, "ZX_ERR_INVALID_ARGS: ");
  EXPECT_THAT(plain_.Raise(stranger), refused);
  EXPECT_THAT(plain_.Wait(stranger, kNoTime), refused);
  const Vmo again = *Vmo::Open(vmo_.fd());
  Mapping third = MapAs(again, "third");
  EXPECT_TRUE(plain_.Raise(third).ok());
}

}  // namespace
}  // namespace incoherent
