#include "sim/memory/host_view.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace incoherent {
namespace {

using testing::Each;
using testing::ElementsAre;

// A host view and its arrays, all bytes 0 and in step.
struct Memory {
  Memory(uint64_t atom_size, uint64_t size,
         WriteBack write_back = WriteBack::kWholeAtom)
      : view(size, 0),
        synced(size, 0),
        device(size, 0),
        host({absl::MakeSpan(view), absl::MakeSpan(synced),
              absl::MakeSpan(device)},
             AtomGrid(atom_size, size), write_back) {}
  Memory(const Memory&) = delete;

  std::vector<uint8_t> view, synced, device;
  HostView host;
};

// -------------------------------- the table of the header, line by line

constexpr ByteRange kAtom = {0, 2};

void DirtyTheAtom(Memory& memory) { memory.host.Store(0, {5}); }
void StaleTheAtom(Memory& memory) { memory.device[1] = 7; }
void Flush(Memory& memory) { memory.host.Flush(kAtom); }
void Invalidate(Memory& memory) { memory.host.Invalidate(kAtom); }
void WriteBackDirty(Memory& memory) { memory.host.WriteBackAtom(kAtom); }
void Refill(Memory& memory) { memory.host.RefillAtom(kAtom); }

// An atom of two bytes. The host writes 5 to the first, the device 7 to the
// second: a dirty, a stale, or a dirty and stale atom. Then one operation.
struct AtomRow {
  const char* what;
  bool dirty, stale;
  void (*operation)(Memory& memory);
  bool dirty_after, stale_after;
  std::vector<uint8_t> view, device;
  WriteBack write_back = WriteBack::kWholeAtom;
};

class AtomTest : public testing::TestWithParam<AtomRow> {};

TEST_P(AtomTest, FollowsTheTable) {
  const AtomRow& row = GetParam();
  Memory memory(2, 2, row.write_back);
  if (row.dirty) DirtyTheAtom(memory);
  if (row.stale) StaleTheAtom(memory);
  EXPECT_EQ(memory.host.HasDirtyByte(kAtom), row.dirty);
  EXPECT_EQ(memory.host.HasStaleByte(kAtom), row.stale);
  row.operation(memory);
  EXPECT_EQ(memory.host.HasDirtyByte(kAtom), row.dirty_after);
  EXPECT_EQ(memory.host.HasStaleByte(kAtom), row.stale_after);
  EXPECT_EQ(memory.view, row.view);
  EXPECT_EQ(memory.device, row.device);
}

constexpr WriteBack kBytes = WriteBack::kDirtyBytes;
const AtomRow kAtomRows[] = {
    {"clean_store", false, false, DirtyTheAtom, true, false, {5, 0}, {0, 0}},
    {"stale_store", false, true, DirtyTheAtom, true, true, {5, 0}, {0, 7}},
    {"dirty_store", true, false, DirtyTheAtom, true, false, {5, 0}, {0, 0}},
    {"both_store", true, true, DirtyTheAtom, true, true, {5, 0}, {0, 7}},
    {"clean_device_store",
     false,
     false,
     StaleTheAtom,
     false,
     true,
     {0, 0},
     {0, 7}},
    {"dirty_device_store",
     true,
     false,
     StaleTheAtom,
     true,
     true,
     {5, 0},
     {0, 7}},
    {"clean_flush", false, false, Flush, false, false, {0, 0}, {0, 0}},
    {"stale_flush", false, true, Flush, false, true, {0, 0}, {0, 7}},
    {"dirty_flush", true, false, Flush, false, false, {5, 0}, {5, 0}},
    // The device's newer byte is clobbered.
    {"both_flush", true, true, Flush, false, false, {5, 0}, {5, 0}},
    {"both_flush_by_byte",
     true,
     true,
     Flush,
     false,
     true,
     {5, 0},
     {5, 7},
     kBytes},
    {"stale_flush_by_byte",
     false,
     true,
     Flush,
     false,
     true,
     {0, 0},
     {0, 7},
     kBytes},
    {"clean_invalidate",
     false,
     false,
     Invalidate,
     false,
     false,
     {0, 0},
     {0, 0}},
    {"stale_invalidate", false, true, Invalidate, false, false, {0, 7}, {0, 7}},
    // The host's write is lost.
    {"dirty_invalidate", true, false, Invalidate, false, false, {0, 0}, {0, 0}},
    {"both_invalidate", true, true, Invalidate, false, false, {0, 7}, {0, 7}},
    {"both_invalidate_by_byte",
     true,
     true,
     Invalidate,
     false,
     false,
     {0, 7},
     {0, 7},
     kBytes},
    {"dirty_write_back",
     true,
     false,
     WriteBackDirty,
     false,
     false,
     {5, 0},
     {5, 0}},
    {"both_write_back",
     true,
     true,
     WriteBackDirty,
     false,
     false,
     {5, 0},
     {5, 0}},
    {"both_write_back_by_byte",
     true,
     true,
     WriteBackDirty,
     false,
     true,
     {5, 0},
     {5, 7},
     kBytes},
    // A refill never undoes a host write.
    {"clean_refill", false, false, Refill, false, false, {0, 0}, {0, 0}},
    {"stale_refill", false, true, Refill, false, false, {0, 7}, {0, 7}},
    {"dirty_refill", true, false, Refill, true, false, {5, 0}, {0, 0}},
    {"both_refill", true, true, Refill, true, false, {5, 7}, {0, 7}},
};

INSTANTIATE_TEST_SUITE_P(HostView, AtomTest, testing::ValuesIn(kAtomRows),
                         [](const auto& info) {
                           return std::string(info.param.what);
                         });

// ---------------------------------------------------- ranges and counts

TEST(HostView, FlushWritesWholeDirtyAtomsOnly) {
  Memory memory(4, 12);
  memory.host.Store(1, {9});
  memory.device = {1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3};
  EXPECT_EQ(memory.host.Flush({0, 12}), 4u);
  EXPECT_THAT(memory.device, ElementsAre(0, 9, 0, 0, 2, 2, 2, 2, 3, 3, 3, 3));
}

TEST(HostView, FlushByByteWritesDirtyBytesOnly) {
  Memory memory(4, 12, WriteBack::kDirtyBytes);
  memory.host.Store(1, {9});
  memory.host.Store(8, {9, 9});
  memory.device = {1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3};
  EXPECT_EQ(memory.host.Flush({0, 12}), 3u);
  EXPECT_THAT(memory.device, ElementsAre(1, 9, 1, 1, 2, 2, 2, 2, 9, 9, 3, 3));
}

TEST(HostView, FlushOfOneByteTakesItsAtom) {
  Memory memory(4, 12);
  memory.host.Store(4, {1, 2, 3, 4, 5});
  EXPECT_EQ(memory.host.Flush({7, 1}), 4u);
  EXPECT_THAT(memory.device, ElementsAre(0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0));
  EXPECT_TRUE(memory.host.HasDirtyByte({8, 1}));
}

TEST(HostView, EmptyRangesDoNothing) {
  Memory memory(4, 12);
  memory.host.Store(4, {1});
  EXPECT_EQ(memory.host.Flush({4, 0}), 0u);
  EXPECT_EQ(memory.host.Flush({6, 0}), 0u);
  EXPECT_EQ(memory.host.Invalidate({4, 0}), 0u);
  EXPECT_EQ(memory.host.Invalidate({12, 0}), 0u);
  EXPECT_THAT(memory.device, Each(0));
  EXPECT_TRUE(memory.host.HasDirtyByte({4, 1}));
}

TEST(HostView, TheTailAtomEndsWithTheObject) {
  Memory memory(4, 6);
  memory.host.Store(5, {1});
  EXPECT_EQ(memory.host.Flush({4, 2}), 2u);
  EXPECT_THAT(memory.device, ElementsAre(0, 0, 0, 0, 0, 1));
  memory.host.Store(4, {2, 2});
  EXPECT_EQ(memory.host.Invalidate({4, 2}), 2u);
  EXPECT_THAT(memory.view, ElementsAre(0, 0, 0, 0, 0, 1));
}

TEST(HostView, AnObjectBelowOneAtomIsOneAtom) {
  Memory memory(64, 3);
  memory.host.Store(0, {1});
  memory.device[2] = 7;
  EXPECT_EQ(memory.host.Flush({0, 3}), 3u);
  EXPECT_THAT(memory.device, ElementsAre(1, 0, 0));
}

TEST(HostView, InvalidateCountsTheDirtyBytesItDiscards) {
  Memory memory(4, 12);
  memory.host.Store(2, {1, 1, 1});
  memory.view[9] = 1;
  EXPECT_EQ(memory.host.Invalidate({0, 8}), 3u);
  EXPECT_EQ(memory.host.Invalidate({0, 8}), 0u);
  EXPECT_EQ(memory.host.Invalidate({8, 4}), 1u);
}

TEST(HostView, RefillLeavesTheByteThatBothSidesWrote) {
  Memory memory(4, 8);
  memory.host.Store(0, {5, 5});
  memory.device[1] = 7;
  memory.device[2] = 7;
  memory.host.RefillAtom({0, 4});
  EXPECT_THAT(memory.view, ElementsAre(5, 5, 7, 0, 0, 0, 0, 0));
  EXPECT_TRUE(memory.host.HasDirtyByte({1, 1}));
}

// ----------------------------------------------------- who stores how

TEST(HostView, AStoreOfTheSameValueIsAWrite) {
  Memory memory(4, 8);
  memory.host.Store(0, {0});
  EXPECT_TRUE(memory.host.HasDirtyByte({0, 1}));
  EXPECT_FALSE(memory.host.HasDirtyByte({1, 7}));
  memory.device[0] = 7;
  memory.host.Flush({0, 4});
  EXPECT_EQ(memory.device[0], 0);
}

TEST(HostView, APointersStoreOfTheSameValueLeavesNoMark) {
  Memory memory(4, 8);
  memory.view[0] = 0;
  memory.device[0] = 7;
  EXPECT_FALSE(memory.host.HasDirtyByte({0, 8}));
  EXPECT_EQ(memory.host.Flush({0, 4}), 0u);
  EXPECT_EQ(memory.device[0], 7);
}

TEST(HostView, APointersStoreIsDirtyUntilFlushed) {
  Memory memory(4, 8);
  memory.view[3] = 5;
  EXPECT_TRUE(memory.host.HasDirtyByte({3, 1}));
  EXPECT_FALSE(memory.host.HasDirtyByte({4, 4}));
  EXPECT_EQ(memory.host.Flush({0, 4}), 4u);
  EXPECT_FALSE(memory.host.HasDirtyByte({0, 8}));
  EXPECT_EQ(memory.device[3], 5);
}

TEST(HostView, LoadsSeeTheViewAndNotTheDevice) {
  Memory memory(4, 8);
  memory.host.Store(2, {1, 2, 3});
  memory.device[5] = 7;
  std::vector<uint8_t> loaded(4);
  memory.host.Load(2, absl::MakeSpan(loaded));
  EXPECT_THAT(loaded, ElementsAre(1, 2, 3, 0));
}

TEST(HostView, StoresAndLoadsOfNothingAreAllowed) {
  Memory memory(4, 8);
  memory.host.Store(8, {});
  memory.host.Load(8, {});
  EXPECT_FALSE(memory.host.HasDirtyByte({0, 8}));
}

// Ranges are compared in pieces of 4096 bytes.
TEST(HostView, LargeRangesReachEveryPiece) {
  constexpr uint64_t kSize = 3 * 4096 + 100;
  Memory memory(256, kSize);
  for (const uint64_t at : {uint64_t{0}, uint64_t{4095}, uint64_t{4096},
                            uint64_t{8192}, kSize - 1}) {
    memory.view[at] = 1;
  }
  EXPECT_EQ(memory.host.Flush({0, kSize}), 4 * 256u + 100u);
  EXPECT_EQ(memory.device, memory.view);
  std::fill(memory.device.begin(), memory.device.end(), 9);
  EXPECT_EQ(memory.host.Invalidate({4000, 5000}), 0u);
  EXPECT_EQ(memory.view[3839], 0);
  EXPECT_EQ(memory.view[3840], 9);
  EXPECT_EQ(memory.view[9215], 9);
  EXPECT_EQ(memory.view[9216], 0);
}

TEST(HostViewDeathTest, RefusesWhatDoesNotFit) {
  Memory memory(4, 8);
  std::vector<uint8_t> out(4);
  EXPECT_DEATH(memory.host.Store(7, {1, 2}), "store outside the object");
  EXPECT_DEATH(memory.host.Load(5, absl::MakeSpan(out)),
               "load outside the object");
  EXPECT_DEATH(HostView({absl::MakeSpan(memory.view), absl::MakeSpan(out),
                         absl::MakeSpan(memory.device)},
                        AtomGrid(4, 8), WriteBack::kWholeAtom),
               "the object's size");
  std::vector<uint8_t> bytes(8192);
  EXPECT_DEATH(HostView({absl::MakeSpan(bytes), absl::MakeSpan(bytes),
                         absl::MakeSpan(bytes)},
                        AtomGrid(8192, 8192), WriteBack::kWholeAtom),
               "at most a piece");
}

// -------------------------------- bytes that an invalidate cannot show

TEST(HostViewTest, WithheldBytesKeepWhatTheyShow) {
  Memory memory(4, 8);
  memory.device = {1, 2, 3, 4, 5, 6, 7, 8};
  const ByteRange withheld[] = {{1, 2}};
  EXPECT_EQ(memory.host.Invalidate({0, 4}, withheld), 0u);
  EXPECT_THAT(memory.view, ElementsAre(1, 0, 0, 4, 0, 0, 0, 0));
  EXPECT_FALSE(memory.host.HasDirtyByte({0, 8}));
  EXPECT_TRUE(memory.host.HasStaleByte({1, 2}));
}

TEST(HostViewTest, WithheldBytesLoseTheHostsWritesAllTheSame) {
  Memory memory(4, 4);
  memory.device = {1, 2, 3, 4};
  memory.host.Store(1, {9});
  const ByteRange withheld[] = {{0, 4}};
  EXPECT_EQ(memory.host.Invalidate({0, 4}, withheld), 1u);
  EXPECT_THAT(memory.view, Each(0));
  EXPECT_FALSE(memory.host.HasDirtyByte({0, 4}));
}

TEST(HostViewTest, RefillKeepsDirtyBytes) {
  Memory memory(4, 8);
  memory.device = {1, 2, 3, 4, 5, 6, 7, 8};
  memory.host.Store(2, {9});
  memory.host.Refill({1, 4});
  EXPECT_THAT(memory.view, ElementsAre(0, 2, 9, 4, 5, 0, 0, 0));
}

TEST(HostViewTest, DirtyRunsAreTheBytesThemselves) {
  Memory memory(4, 8192);
  memory.view[3] = 1;
  memory.view[4095] = 1;
  memory.view[4096] = 1;
  memory.host.MarkStored({100, 2});
  const ByteRange one = {3, 1}, silent = {100, 2}, across = {4095, 2};
  EXPECT_THAT(memory.host.DirtyRuns({0, 8192}),
              ElementsAre(one, silent, across));
  const ByteRange last = {4096, 1};
  EXPECT_THAT(memory.host.DirtyRuns({4096, 10}), ElementsAre(last));
}

}  // namespace
}  // namespace incoherent
