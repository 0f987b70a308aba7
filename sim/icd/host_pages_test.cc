#include "sim/icd/host_pages.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

namespace incoherent {
namespace {

constexpr uint64_t kMebibyte = uint64_t{1} << 20;

TEST(HostPages, NoiseIsTheSameForEqualSizesAndNeverRunsOfZeros) {
  const absl::StatusOr<HostPages> a = HostPages::Noise(9 * kMebibyte + 123);
  const absl::StatusOr<HostPages> b = HostPages::Noise(9 * kMebibyte + 123);
  ASSERT_TRUE(a.ok() && b.ok());
  ASSERT_EQ(a->bytes().size(), 9 * kMebibyte + 123);
  EXPECT_TRUE(
      std::equal(a->bytes().begin(), a->bytes().end(), b->bytes().begin()));
  const std::vector<uint8_t> zeros(8, 0);
  EXPECT_EQ(std::search(a->bytes().begin(), a->bytes().end(), zeros.begin(),
                        zeros.end()),
            a->bytes().end());
}

TEST(HostPages, NoiseIsPrivate) {
  absl::StatusOr<HostPages> a = HostPages::Noise(8 * kMebibyte);
  const absl::StatusOr<HostPages> b = HostPages::Noise(8 * kMebibyte);
  ASSERT_TRUE(a.ok() && b.ok());
  const uint8_t before = b->bytes()[5];
  a->bytes()[5] ^= 0xff;
  EXPECT_EQ(b->bytes()[5], before);
  EXPECT_EQ(a->bytes()[4 * kMebibyte + 5], before) << "not even to itself";
}

TEST(HostPages, FilledNoiseEqualsMappedNoise) {
  const absl::StatusOr<HostPages> mapped = HostPages::Noise(5 * kMebibyte + 3);
  absl::StatusOr<HostPages> filled = HostPages::Shareable(5 * kMebibyte + 3);
  ASSERT_TRUE(mapped.ok() && filled.ok());
  FillWithNoise(filled->bytes());
  EXPECT_EQ(std::memcmp(mapped->bytes().data(), filled->bytes().data(),
                        mapped->bytes().size()),
            0);
  for (uint64_t offset : {uint64_t{0}, uint64_t{77}, 4 * kMebibyte + 13}) {
    EXPECT_EQ(HostPages::NoiseAt(offset), mapped->bytes()[offset]);
  }
}

TEST(HostPages, PlacedPagesAreTheSamePages) {
  const uint64_t page = HostPages::PageSize();
  absl::StatusOr<HostPages> pages = HostPages::Shareable(4 * page);
  ASSERT_TRUE(pages.ok());
  EXPECT_TRUE(pages->is_shareable());
  const absl::StatusOr<uint8_t*> anywhere =
      pages->Place({page, 2 * page}, nullptr);
  ASSERT_TRUE(anywhere.ok());
  pages->bytes()[page + 7] = 42;
  EXPECT_EQ((*anywhere)[7], 42);

  const absl::StatusOr<uint8_t*> there = pages->Place({0, page}, *anywhere);
  ASSERT_TRUE(there.ok());
  EXPECT_EQ(*there, *anywhere);
  pages->bytes()[3] = 43;
  EXPECT_EQ((*there)[3], 43);
  EXPECT_TRUE(RemovePlacement(*there, 2 * page, /*reserve=*/false).ok());
}

TEST(HostPages, ReservedAddressesAreNotHandedOut) {
  const uint64_t page = HostPages::PageSize();
  absl::StatusOr<HostPages> pages = HostPages::Shareable(page);
  const absl::StatusOr<uint8_t*> at = pages->Place({0, page}, nullptr);
  ASSERT_TRUE(at.ok());
  ASSERT_TRUE(RemovePlacement(*at, page, /*reserve=*/true).ok());
  void* other = mmap(*at, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  EXPECT_NE(other, *at);
  munmap(other, page);
  munmap(*at, page);
}

TEST(HostPages, RefusesSizesThatNoAddressSpaceHas) {
  EXPECT_FALSE(HostPages::Noise(0).ok());
  EXPECT_FALSE(HostPages::Noise(~uint64_t{0}).ok());
  EXPECT_FALSE(HostPages::Noise(uint64_t{1} << 60).ok());
  EXPECT_FALSE(HostPages::Shareable(~uint64_t{0}).ok());
}

TEST(HostPages, MovesLeaveNothingBehind) {
  absl::StatusOr<HostPages> pages = HostPages::Noise(4096);
  ASSERT_TRUE(pages.ok());
  HostPages taken = *std::move(pages);
  EXPECT_EQ(taken.bytes().size(), 4096u);
  HostPages other;
  EXPECT_TRUE(other.bytes().empty());
  other = std::move(taken);
  EXPECT_EQ(other.bytes().size(), 4096u);
}

}  // namespace
}  // namespace incoherent
