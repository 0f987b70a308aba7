#include "sim/memory/payload_bytes.h"

#include <ostream>
#include <vector>

#include "gtest/gtest.h"

namespace incoherent {

void PrintTo(const Byte& byte, std::ostream* out) {
  if (byte.undefined) {
    *out << "undefined";
  } else {
    *out << int{byte.value};
  }
}

namespace {

constexpr Byte kOld{1}, kNew{2}, kNewer{3};
constexpr Byte kUndefined = Byte::Undefined();
constexpr ByteRange kAll{0, 8};
constexpr ByteRange kFirstAtom{0, 4};

// Eight bytes in two atoms of four; every byte everywhere is kOld at first.
class PayloadBytesTest : public testing::Test {
 private:
  std::vector<uint8_t> host_ = std::vector<uint8_t>(8, 1);
  std::vector<uint8_t> device_ = std::vector<uint8_t>(8, 1);
  std::vector<uint8_t> marks_ = std::vector<uint8_t>(8, 0);
  std::vector<uint8_t> view_ = std::vector<uint8_t>(8, 1);
  std::vector<uint8_t> view_marks_ = std::vector<uint8_t>(8, 0);

 protected:
  PayloadBytes payload{
      {absl::MakeSpan(host_), absl::MakeSpan(device_), absl::MakeSpan(marks_)},
      /*merged=*/false};
  PayloadBytes merged{
      {absl::MakeSpan(host_), absl::MakeSpan(device_), absl::MakeSpan(marks_)},
      /*merged=*/true};
  HostLines lines{{absl::MakeSpan(view_), absl::MakeSpan(view_marks_)},
                  payload,
                  AtomGrid(4, 8),
                  WriteBack::kWholeAtom};
  HostLines by_byte{{absl::MakeSpan(view_), absl::MakeSpan(view_marks_)},
                    payload,
                    AtomGrid(4, 8),
                    WriteBack::kDirtyBytes};

  // The state of one byte of the payload, in one line.
  void ExpectPayload(uint64_t at, Byte host, Byte device, bool host_ahead,
                     bool device_ahead) {
    EXPECT_EQ(payload.HostLoad(at), host) << "host domain, byte " << at;
    EXPECT_EQ(payload.DeviceLoad(at), device) << "device domain, byte " << at;
    EXPECT_EQ(payload.IsHostAhead(at), host_ahead) << at;
    EXPECT_EQ(payload.IsDeviceAhead(at), device_ahead) << at;
  }
  void ExpectView(uint64_t at, Byte view, bool dirty) {
    EXPECT_EQ(lines.Load(at), view) << "view, byte " << at;
    EXPECT_EQ(lines.IsDirty(at), dirty) << at;
  }
};

TEST_F(PayloadBytesTest, AWriteStaysInItsDomainAndIsAheadThere) {
  payload.HostWrite(0, kNew);
  payload.DeviceWrite(1, kNew);
  ExpectPayload(0, kNew, kOld, true, false);
  ExpectPayload(1, kOld, kNew, false, true);
  ExpectPayload(2, kOld, kOld, false, false);
}

TEST_F(PayloadBytesTest, AMoveCarriesWhatIsAheadAndNothingElse) {
  payload.HostWrite(0, kNew);
  payload.DeviceWrite(1, kNew);
  payload.MoveToDevice(kAll);
  ExpectPayload(0, kNew, kNew, false, false);
  ExpectPayload(1, kOld, kNew, false, true);
  payload.HostWrite(0, kNewer);
  payload.MoveToHost(kAll);
  ExpectPayload(0, kNewer, kNew, true, false);
  ExpectPayload(1, kNew, kNew, false, false);
}

TEST_F(PayloadBytesTest, AMoveStaysInItsRange) {
  payload.HostWrite(0, kNew);
  payload.HostWrite(3, kNew);
  payload.MoveToDevice({1, 2});
  payload.MoveToDevice({3, 0});
  ExpectPayload(0, kNew, kOld, true, false);
  ExpectPayload(3, kNew, kOld, true, false);
  payload.MoveToDevice({3, 1});
  ExpectPayload(0, kNew, kOld, true, false);
  ExpectPayload(3, kNew, kNew, false, false);
}

TEST_F(PayloadBytesTest, WhereBothAreAheadTheFirstMoveWins) {
  for (uint64_t at : {0, 1}) {
    payload.HostWrite(at, kNew);
    payload.DeviceWrite(at, kNewer);
    ExpectPayload(at, kNew, kNewer, true, true);
  }
  payload.MoveToDevice({0, 1});
  payload.MoveToHost(kAll);
  ExpectPayload(0, kNew, kNew, false, false);
  ExpectPayload(1, kNewer, kNewer, false, false);
  payload.MoveToDevice(kAll);
  ExpectPayload(1, kNewer, kNewer, false, false);
}

TEST_F(PayloadBytesTest, WritingTheSameValueIsStillAWrite) {
  payload.HostWrite(0, kOld);
  ExpectPayload(0, kOld, kOld, true, false);
}

TEST_F(PayloadBytesTest, FreshMemoryIsUndefinedUntilWritten) {
  payload.HostWrite(0, kNew);
  payload.MakeUndefined({0, 2});
  ExpectPayload(0, kUndefined, kUndefined, false, false);
  ExpectPayload(1, kUndefined, kUndefined, false, false);
  ExpectPayload(2, kOld, kOld, false, false);
  payload.DeviceWrite(0, kNew);
  ExpectPayload(0, kUndefined, kNew, false, true);
  payload.MoveToHost(kAll);
  ExpectPayload(0, kNew, kNew, false, false);
}

TEST_F(PayloadBytesTest, UndefinedContentsMoveLikeAValue) {
  payload.DeviceWrite(0, kUndefined);
  ExpectPayload(0, kOld, kUndefined, false, true);
  payload.MoveToHost(kAll);
  ExpectPayload(0, kUndefined, kUndefined, false, false);
  payload.HostWrite(0, kNew);
  ExpectPayload(0, kNew, kUndefined, true, false);
}

TEST_F(PayloadBytesTest, MergedDomainsAreNeverApart) {
  merged.HostWrite(0, kNew);
  merged.DeviceWrite(1, kNewer);
  ExpectPayload(0, kNew, kNew, false, false);
  ExpectPayload(1, kNewer, kNewer, false, false);
  merged.DeviceWrite(0, kUndefined);
  ExpectPayload(0, kUndefined, kUndefined, false, false);
}

// --- The host's lines, one test for each row of the table.

TEST_F(PayloadBytesTest, AStoreIsInTheViewOnly) {
  lines.Store(0, kNew);
  ExpectView(0, kNew, true);
  ExpectPayload(0, kOld, kOld, false, false);
  lines.Store(0, kNewer);
  ExpectView(0, kNewer, true);
  EXPECT_TRUE(lines.HasDirtyByte(kFirstAtom));
  EXPECT_FALSE(lines.HasDirtyByte({1, 7}));
}

TEST_F(PayloadBytesTest, AStoreOfTheSameValueIsDirtyToo) {
  lines.Store(0, kOld);
  ExpectView(0, kOld, true);
}

TEST_F(PayloadBytesTest, FlushMakesTheHostAheadAndTheByteClean) {
  lines.Store(0, kNew);
  lines.Flush(kFirstAtom);
  ExpectView(0, kNew, false);
  ExpectPayload(0, kNew, kOld, true, false);
  ExpectPayload(1, kOld, kOld, false, false);
}

TEST_F(PayloadBytesTest, FlushOfOneByteTakesItsAtom) {
  lines.Store(0, kNew);
  lines.Store(3, kNew);
  lines.Store(4, kNew);
  lines.Flush({1, 1});
  ExpectView(0, kNew, false);
  ExpectView(3, kNew, false);
  ExpectView(4, kNew, true);
}

TEST_F(PayloadBytesTest, FlushOfACleanAtomDoesNothing) {
  payload.HostWrite(0, kNew);
  payload.DeviceWrite(1, kNew);
  lines.Flush(kAll);
  ExpectView(0, kOld, false);
  ExpectPayload(0, kNew, kOld, true, false);
  ExpectPayload(1, kOld, kNew, false, true);
}

TEST_F(PayloadBytesTest, InvalidateOfACleanByteBringsTheHostDomain) {
  payload.HostWrite(0, kNew);
  payload.DeviceWrite(1, kNew);
  lines.Invalidate({3, 1});
  ExpectView(0, kNew, false);
  ExpectView(1, kOld, false);
  ExpectPayload(1, kOld, kNew, false, true);
}

TEST_F(PayloadBytesTest, InvalidateOfADirtyByteMakesItUndefinedEverywhere) {
  lines.Store(0, kNew);
  payload.HostWrite(1, kNew);
  lines.Invalidate(kFirstAtom);
  ExpectView(0, kUndefined, false);
  ExpectPayload(0, kUndefined, kUndefined, false, false);
  ExpectView(1, kNew, false);
  ExpectPayload(1, kNew, kOld, true, false);
}

TEST_F(PayloadBytesTest, EvictionIsAFlushByItself) {
  lines.Store(0, kNew);
  lines.Evict(kFirstAtom);
  ExpectView(0, kNew, false);
  ExpectPayload(0, kNew, kOld, true, false);
}

TEST_F(PayloadBytesTest, EvictionOfACleanAtomDoesNothing) {
  payload.HostWrite(0, kNew);
  payload.DeviceWrite(1, kNew);
  lines.Evict(kFirstAtom);
  ExpectPayload(0, kNew, kOld, true, false);
  ExpectPayload(1, kOld, kNew, false, true);
}

TEST_F(PayloadBytesTest, RefillBringsCleanBytesAndKeepsDirtyOnes) {
  lines.Store(0, kNewer);
  payload.HostWrite(0, kNew);
  payload.HostWrite(1, kNew);
  EXPECT_FALSE(lines.HasStaleByte({0, 1}));
  EXPECT_TRUE(lines.HasStaleByte({1, 1}));
  lines.Refill(kFirstAtom);
  ExpectView(0, kNewer, true);
  ExpectView(1, kNew, false);
  EXPECT_FALSE(lines.HasStaleByte(kAll));
}

TEST_F(PayloadBytesTest, RefillBringsUndefinedContents) {
  payload.MakeUndefined({0, 1});
  EXPECT_TRUE(lines.HasStaleByte({0, 1}));
  lines.Refill(kFirstAtom);
  ExpectView(0, kUndefined, false);
  lines.Store(0, kNew);
  ExpectView(0, kNew, true);
}

TEST_F(PayloadBytesTest, DiscardTakesOnlyWhatAnUnmapAbandoned) {
  lines.Store(0, kNew);
  lines.Discard(kFirstAtom);
  ExpectView(0, kNew, true);
  EXPECT_FALSE(lines.HasAbandonedByte(kAll));
  lines.Abandon();
  lines.Store(1, kNew);  // through the next mapping
  EXPECT_TRUE(lines.HasAbandonedByte({0, 1}));
  EXPECT_FALSE(lines.HasAbandonedByte({1, 7}));
  lines.Discard(kFirstAtom);
  ExpectView(0, kOld, false);
  ExpectView(1, kNew, true);
  ExpectPayload(0, kOld, kOld, false, false);
}

TEST_F(PayloadBytesTest, AbandonedBytesMayStillBeWrittenBack) {
  lines.Store(0, kNew);
  lines.Abandon();
  lines.Evict(kFirstAtom);
  EXPECT_FALSE(lines.HasAbandonedByte(kAll));
  ExpectView(0, kNew, false);
  ExpectPayload(0, kNew, kOld, true, false);
}

TEST_F(PayloadBytesTest, AStoreOverAnAbandonedByteIsNotAbandoned) {
  lines.Store(0, kNew);
  lines.Abandon();
  lines.Store(0, kNewer);
  EXPECT_FALSE(lines.HasAbandonedByte(kAll));
  lines.Discard(kFirstAtom);
  ExpectView(0, kNewer, true);
}

// --- The clobber rule, and its twin without one.

TEST_F(PayloadBytesTest, AWholeAtomClobbersWhatTheHostHasNotSeen) {
  payload.DeviceWrite(1, kNew);
  payload.MoveToHost(kAll);
  lines.Store(0, kNew);
  lines.Flush(kFirstAtom);
  ExpectPayload(1, kOld, kNew, true, false);
  payload.MoveToDevice(kAll);
  ExpectPayload(1, kOld, kOld, false, false);
}

TEST_F(PayloadBytesTest, AWholeAtomRacesWithWhatIsAheadOnTheDevice) {
  payload.DeviceWrite(1, kNew);
  lines.Store(0, kNew);
  lines.Flush(kFirstAtom);
  ExpectPayload(1, kOld, kNew, true, true);
}

TEST_F(PayloadBytesTest, AWholeAtomLeavesAlikeNeighboursAlone) {
  lines.Store(0, kNew);
  payload.HostWrite(1, kNew);
  lines.Refill(kFirstAtom);
  payload.MoveToDevice(kAll);
  lines.Flush(kFirstAtom);
  ExpectPayload(0, kNew, kOld, true, false);
  ExpectPayload(1, kNew, kNew, false, false);
}

TEST_F(PayloadBytesTest, AWholeAtomStopsAtItsEnd) {
  payload.HostWrite(4, kNew);
  payload.MoveToDevice(kAll);
  lines.Store(3, kNew);
  lines.Flush(kFirstAtom);
  ExpectPayload(4, kNew, kNew, false, false);
}

TEST_F(PayloadBytesTest, DirtyBytesAloneClobberNothing) {
  payload.DeviceWrite(1, kNew);
  payload.HostWrite(2, kNew);
  by_byte.Store(0, kNew);
  by_byte.Flush(kFirstAtom);
  ExpectPayload(0, kNew, kOld, true, false);
  ExpectPayload(1, kOld, kNew, false, true);
  ExpectPayload(2, kNew, kOld, true, false);
  ExpectView(0, kNew, false);
}

TEST_F(PayloadBytesTest, DirtyBytesAloneOverwriteTheirOwnPlace) {
  payload.DeviceWrite(0, kNew);
  payload.MoveToHost(kAll);
  by_byte.Store(0, kNewer);
  by_byte.Evict(kFirstAtom);
  ExpectPayload(0, kNewer, kNew, true, false);
}

TEST(PayloadBytesDeathTest, AllArraysHaveOneSize) {
  std::vector<uint8_t> four(4), five(5);
  EXPECT_DEATH(PayloadBytes({absl::MakeSpan(four), absl::MakeSpan(four),
                             absl::MakeSpan(five)},
                            false),
               "the payload's size");
}

}  // namespace
}  // namespace incoherent
