#include "sim/memory/byte_range.h"

#include <cstdint>
#include <string>

#include "gtest/gtest.h"

namespace incoherent {
namespace {

constexpr uint64_t kMost = ~uint64_t{0};

struct FitsRow {
  const char* what;
  uint64_t offset, size, limit;
  bool fits;
};

class FitsTest : public testing::TestWithParam<FitsRow> {};

TEST_P(FitsTest, NeverWraps) {
  const FitsRow& row = GetParam();
  EXPECT_EQ(Fits(row.offset, row.size, row.limit), row.fits);
}

const FitsRow kFitsRows[] = {
    {"exactly", 0, 64, 64, true},
    {"one_too_many", 0, 65, 64, false},
    {"at_the_end", 32, 32, 64, true},
    {"one_beyond_the_end", 33, 32, 64, false},
    {"nothing_at_the_end", 64, 0, 64, true},
    {"nothing_beyond_the_end", 65, 0, 64, false},
    {"nothing_in_nothing", 0, 0, 0, true},
    {"sum_wraps_to_zero", 64, kMost - 63, 128, false},
    {"sum_wraps_to_a_small_number", 64, kMost - 31, 128, false},
    {"huge_offset", kMost, 1, 64, false},
    {"all_numbers", 0, kMost, kMost, true},
    {"last_number", kMost - 1, 1, kMost, true},
    {"sum_wraps_by_one", kMost, 1, kMost, false},
};

INSTANTIATE_TEST_SUITE_P(ByteRange, FitsTest, testing::ValuesIn(kFitsRows),
                         [](const auto& info) {
                           return std::string(info.param.what);
                         });

TEST(ByteRange, ContainsItsBytesOnly) {
  const ByteRange range{16, 8};
  EXPECT_FALSE(range.Contains(uint64_t{15}));
  EXPECT_TRUE(range.Contains(uint64_t{16}));
  EXPECT_TRUE(range.Contains(uint64_t{23}));
  EXPECT_FALSE(range.Contains(uint64_t{24}));
  EXPECT_FALSE((ByteRange{16, 0}).Contains(uint64_t{16}));
  EXPECT_FALSE((ByteRange{0, 8}).Contains(kMost));
  EXPECT_TRUE((ByteRange{kMost - 1, 1}).Contains(kMost - 1));
}

TEST(ByteRange, ContainsRangesInside) {
  const ByteRange range{16, 8};
  EXPECT_TRUE(range.Contains(ByteRange{16, 8}));
  EXPECT_TRUE(range.Contains(ByteRange{20, 4}));
  EXPECT_FALSE(range.Contains(ByteRange{15, 2}));
  EXPECT_FALSE(range.Contains(ByteRange{23, 2}));
  EXPECT_TRUE(range.Contains(ByteRange{24, 0}));
  EXPECT_FALSE(range.Contains(ByteRange{25, 0}));
}

TEST(ByteRange, BetweenAndEndAgree) {
  const ByteRange range = ByteRange::Between(3, 10);
  EXPECT_EQ(range, (ByteRange{3, 7}));
  EXPECT_NE(range, (ByteRange{3, 8}));
  EXPECT_NE(range, (ByteRange{2, 7}));
  EXPECT_EQ(range.end(), 10u);
  EXPECT_FALSE(range.empty());
  EXPECT_TRUE(ByteRange::Between(3, 3).empty());
}

TEST(ByteRange, IntersectionIsWhatBothHave) {
  EXPECT_EQ(Intersect({0, 10}, {5, 10}), (ByteRange{5, 5}));
  EXPECT_EQ(Intersect({5, 10}, {0, 10}), (ByteRange{5, 5}));
  EXPECT_EQ(Intersect({0, 10}, {2, 3}), (ByteRange{2, 3}));
  EXPECT_EQ(Intersect({0, 5}, {5, 5}), (ByteRange{5, 0}));
  EXPECT_EQ(Intersect({0, 5}, {9, 5}), (ByteRange{9, 0}));
  EXPECT_EQ(Intersect({9, 5}, {0, 5}), (ByteRange{9, 0}));
}

TEST(ByteRange, HullCoversBothAndTheGap) {
  EXPECT_EQ(Hull({0, 5}, {9, 5}), (ByteRange{0, 14}));
  EXPECT_EQ(Hull({9, 5}, {0, 5}), (ByteRange{0, 14}));
  EXPECT_EQ(Hull({0, 14}, {3, 2}), (ByteRange{0, 14}));
}

TEST(ByteRangeDeathTest, CannotEndBeforeItBegins) {
  EXPECT_DEATH(ByteRange::Between(4, 3), "ends before it begins");
}

}  // namespace
}  // namespace incoherent
