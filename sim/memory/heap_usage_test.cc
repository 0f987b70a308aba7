#include "sim/memory/heap_usage.h"

#include <cstdint>

#include "gtest/gtest.h"

namespace incoherent {
namespace {

const std::vector<MemoryHeap> kHeaps = {{1000, kHeapDeviceLocal}, {500, 0}};

TEST(HeapUsage, StartsEmpty) {
  const HeapUsage usage(kHeaps);
  EXPECT_EQ(usage.UsedBytes(0), 0u);
  EXPECT_EQ(usage.FreeBytes(0), 1000u);
  EXPECT_EQ(usage.FreeBytes(1), 500u);
}

TEST(HeapUsage, CountsEachHeapByItself) {
  HeapUsage usage(kHeaps);
  ASSERT_TRUE(usage.Take(1, 200));
  EXPECT_EQ(usage.UsedBytes(0), 0u);
  EXPECT_EQ(usage.UsedBytes(1), 200u);
  EXPECT_EQ(usage.FreeBytes(1), 300u);
}

TEST(HeapUsage, GivesTheLastByteAndNoMore) {
  HeapUsage usage(kHeaps);
  EXPECT_TRUE(usage.Take(0, 999));
  EXPECT_FALSE(usage.Take(0, 2));
  EXPECT_EQ(usage.FreeBytes(0), 1u);  // a refused taking counts nothing
  EXPECT_TRUE(usage.Take(0, 1));
  EXPECT_FALSE(usage.Take(0, 1));
  EXPECT_TRUE(usage.Take(0, 0));
  EXPECT_FALSE(usage.Take(0, ~uint64_t{0}));
}

TEST(HeapUsage, TakesAgainWhatWasGivenBack) {
  HeapUsage usage(kHeaps);
  ASSERT_TRUE(usage.Take(1, 500));
  usage.GiveBack(1, 200);
  EXPECT_EQ(usage.UsedBytes(1), 300u);
  EXPECT_TRUE(usage.Take(1, 200));
}

TEST(HeapUsage, ImportsAreUsedButTakeNoRoom) {
  HeapUsage usage(kHeaps);
  usage.TakeImport(1, 400);
  EXPECT_EQ(usage.UsedBytes(1), 400u);
  EXPECT_EQ(usage.FreeBytes(1), 500u);
  EXPECT_TRUE(usage.Take(1, 500));
  EXPECT_EQ(usage.UsedBytes(1), 900u);
  usage.GiveBackImport(1, 400);
  EXPECT_EQ(usage.UsedBytes(1), 500u);
}

TEST(HeapUsage, AHeapOfSizeZeroServesImportsOnly) {
  HeapUsage usage({{0, 0}});
  usage.TakeImport(0, 4096);
  EXPECT_EQ(usage.UsedBytes(0), 4096u);
  EXPECT_FALSE(usage.Take(0, 1));
}

TEST(HeapUsage, ImportsMaySumUpToMoreThan64Bits) {
  constexpr uint64_t kHalf = uint64_t{1} << 63;
  HeapUsage usage(kHeaps);
  usage.TakeImport(0, kHalf);
  usage.TakeImport(0, kHalf);
  EXPECT_EQ(usage.UsedBytes(0), ~uint64_t{0});
  usage.GiveBackImport(0, kHalf);
  EXPECT_EQ(usage.UsedBytes(0), kHalf);
}

TEST(HeapUsageDeathTest, NothingIsGivenBackTwice) {
  HeapUsage usage(kHeaps);
  usage.Take(0, 10);
  usage.TakeImport(0, 10);
  EXPECT_DEATH(usage.GiveBack(0, 11), "more given back than taken");
  EXPECT_DEATH(usage.GiveBackImport(0, 11), "more given back than taken");
}

}  // namespace
}  // namespace incoherent
