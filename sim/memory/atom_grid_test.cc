#include "sim/memory/atom_grid.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace incoherent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint64_t kMost = ~uint64_t{0};

std::vector<ByteRange> AtomsOf(const AtomGrid& grid, const ByteRange& range) {
  std::vector<ByteRange> atoms;
  grid.ForEachAtom(range,
                   [&atoms](const ByteRange& atom) { atoms.push_back(atom); });
  return atoms;
}

TEST(PowerOfTwo, IsExactlyOneBit) {
  EXPECT_FALSE(IsPowerOfTwo(0));
  EXPECT_TRUE(IsPowerOfTwo(1));
  EXPECT_TRUE(IsPowerOfTwo(2));
  EXPECT_FALSE(IsPowerOfTwo(3));
  EXPECT_TRUE(IsPowerOfTwo(256));
  EXPECT_FALSE(IsPowerOfTwo(257));
  EXPECT_TRUE(IsPowerOfTwo(uint64_t{1} << 63));
  EXPECT_FALSE(IsPowerOfTwo(kMost));
}

TEST(Multiple, ZeroIsOneOfEverything) {
  EXPECT_TRUE(IsMultipleOf(0, 1));
  EXPECT_TRUE(IsMultipleOf(0, 256));
  EXPECT_TRUE(IsMultipleOf(kMost, 1));
  EXPECT_FALSE(IsMultipleOf(kMost, 2));
  EXPECT_FALSE(IsMultipleOf(63, 64));
  EXPECT_TRUE(IsMultipleOf(128, 64));
}

// One offset on one grid.
struct OffsetRow {
  const char* what;
  uint64_t atom_size, object_size, offset;
  uint64_t down, up;
  bool boundary;
};

class OffsetTest : public testing::TestWithParam<OffsetRow> {};

TEST_P(OffsetTest, IsRounded) {
  const OffsetRow& row = GetParam();
  const AtomGrid grid(row.atom_size, row.object_size);
  EXPECT_EQ(grid.RoundDown(row.offset), row.down);
  EXPECT_EQ(grid.RoundUp(row.offset), row.up);
  EXPECT_EQ(grid.IsBoundary(row.offset), row.boundary);
}

const OffsetRow kOffsetRows[] = {
    {"start", 64, 200, 0, 0, 0, true},
    {"first_byte_of_an_atom", 64, 200, 64, 64, 64, true},
    {"second_byte_of_an_atom", 64, 200, 65, 64, 128, false},
    {"last_byte_of_an_atom", 64, 200, 127, 64, 128, false},
    {"first_byte_of_the_tail", 64, 200, 192, 192, 192, true},
    {"in_the_tail", 64, 200, 193, 192, 200, false},
    {"end_off_the_grid", 64, 200, 200, 192, 200, true},
    {"end_on_the_grid", 64, 256, 256, 256, 256, true},
    {"last_byte_of_a_full_last_atom", 64, 256, 255, 192, 256, false},
    {"object_below_one_atom", 64, 48, 1, 0, 48, false},
    {"end_of_an_object_below_one_atom", 64, 48, 48, 0, 48, true},
    {"atom_of_one_byte", 1, 7, 3, 3, 3, true},
    {"empty_object", 64, 0, 0, 0, 0, true},
    {"top_of_the_numbers", 256, kMost, kMost - 3, kMost - 255, kMost, false},
    {"end_of_the_numbers", 256, kMost, kMost, kMost - 255, kMost, true},
};

INSTANTIATE_TEST_SUITE_P(AtomGrid, OffsetTest, testing::ValuesIn(kOffsetRows),
                         [](const auto& info) {
                           return std::string(info.param.what);
                         });

// One range on one grid, grown and shrunk to atoms.
struct RangeRow {
  const char* what;
  uint64_t atom_size, object_size;
  ByteRange range, outward, inward;
};

class RangeTest : public testing::TestWithParam<RangeRow> {};

TEST_P(RangeTest, IsRoundedOutwardAndInward) {
  const RangeRow& row = GetParam();
  const AtomGrid grid(row.atom_size, row.object_size);
  EXPECT_EQ(grid.Outward(row.range), row.outward);
  EXPECT_EQ(grid.Inward(row.range), row.inward);
}

const RangeRow kRangeRows[] = {
    {"one_atom", 64, 200, {64, 64}, {64, 64}, {64, 64}},
    {"one_byte", 64, 200, {70, 1}, {64, 64}, {128, 0}},
    {"two_bytes_across_a_border", 64, 200, {63, 2}, {0, 128}, {64, 0}},
    {"all_but_the_ends", 64, 200, {1, 198}, {0, 200}, {64, 128}},
    {"tail_atom", 64, 200, {192, 8}, {192, 8}, {192, 8}},
    {"part_of_the_tail", 64, 200, {192, 7}, {192, 8}, {192, 0}},
    {"end_of_the_tail", 64, 200, {196, 4}, {192, 8}, {200, 0}},
    {"into_the_tail", 64, 200, {130, 70}, {128, 72}, {192, 8}},
    {"empty_on_the_grid", 64, 200, {64, 0}, {64, 0}, {64, 0}},
    {"empty_off_the_grid", 64, 200, {70, 0}, {64, 0}, {128, 0}},
    {"object_below_one_atom", 64, 48, {0, 48}, {0, 48}, {0, 48}},
    {"part_of_a_small_object", 64, 48, {0, 47}, {0, 48}, {0, 0}},
    {"atom_of_one_byte", 1, 7, {2, 3}, {2, 3}, {2, 3}},
};

INSTANTIATE_TEST_SUITE_P(AtomGrid, RangeTest, testing::ValuesIn(kRangeRows),
                         [](const auto& info) {
                           return std::string(info.param.what);
                         });

TEST(AtomGrid, AtomAtEndsWithTheObject) {
  const AtomGrid grid(64, 200);
  EXPECT_EQ(grid.AtomAt(0), (ByteRange{0, 64}));
  EXPECT_EQ(grid.AtomAt(63), (ByteRange{0, 64}));
  EXPECT_EQ(grid.AtomAt(64), (ByteRange{64, 64}));
  EXPECT_EQ(grid.AtomAt(199), (ByteRange{192, 8}));
  EXPECT_EQ(AtomGrid(64, 48).AtomAt(47), (ByteRange{0, 48}));
}

TEST(AtomGrid, VisitsEveryTouchedAtomOnceAndInOrder) {
  const AtomGrid grid(64, 200);
  EXPECT_THAT(AtomsOf(grid, {0, 200}),
              ElementsAre(ByteRange{0, 64}, ByteRange{64, 64},
                          ByteRange{128, 64}, ByteRange{192, 8}));
  EXPECT_THAT(AtomsOf(grid, {63, 2}),
              ElementsAre(ByteRange{0, 64}, ByteRange{64, 64}));
  EXPECT_THAT(AtomsOf(grid, {199, 1}), ElementsAre(ByteRange{192, 8}));
  EXPECT_THAT(AtomsOf(grid, {70, 0}), IsEmpty());
  EXPECT_THAT(AtomsOf(AtomGrid(256, kMost), {kMost - 1, 1}),
              ElementsAre(ByteRange{kMost - 255, 255}));
}

// How many bytes of the range lie in the atom of `byte`.
uint64_t CountInAtom(const ByteRange& range, uint64_t byte, uint64_t atom) {
  uint64_t count = 0;
  for (uint64_t at = range.offset; at < range.end(); ++at) {
    if (at / atom == byte / atom) ++count;
  }
  return count;
}

void ExpectDefinitions(uint64_t atom, uint64_t size, const ByteRange& range) {
  const AtomGrid grid(atom, size);
  for (uint64_t byte = 0; byte < size; ++byte) {
    const uint64_t in_range = CountInAtom(range, byte, atom);
    const uint64_t in_object = CountInAtom({0, size}, byte, atom);
    ASSERT_EQ(grid.Outward(range).Contains(byte), in_range > 0);
    ASSERT_EQ(grid.Inward(range).Contains(byte), in_range == in_object);
  }
}

TEST(AtomGrid, OutwardAndInwardAreAsDefined) {
  for (uint64_t size = 1; size <= 11; ++size) {
    for (uint64_t begin = 0; begin <= size; ++begin) {
      for (uint64_t end = begin; end <= size; ++end) {
        ExpectDefinitions(4, size, {begin, end - begin});
      }
    }
  }
}

TEST(AtomGridDeathTest, RefusesWhatIsNoGrid) {
  EXPECT_DEATH(AtomGrid(0, 64), "power of two");
  EXPECT_DEATH(AtomGrid(48, 64), "power of two");
  EXPECT_DEATH(AtomGrid(64, 200).RoundUp(201), "beyond the object");
}

}  // namespace
}  // namespace incoherent
