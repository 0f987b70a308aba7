#include "sim/memory/address_space.h"

#include <cstdint>
#include <map>
#include <utility>

#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"

namespace incoherent {
namespace {

constexpr uint64_t kBegin = uint64_t{1} << 32;

TEST(AddressSpace, TakesTheLowestRoomThatFits) {
  AddressSpace space(kBegin, 1024);
  EXPECT_EQ(space.Reserve(100, 1), kBegin);
  EXPECT_EQ(space.Reserve(100, 64), kBegin + 128);
  EXPECT_EQ(space.Reserve(28, 4), kBegin + 100);
  EXPECT_EQ(space.ReservedBytes(), 228u);
}

TEST(AddressSpace, PointerMinusOffsetIsAligned) {
  AddressSpace space(kBegin, 4096);
  for (const uint64_t offset : {0u, 1u, 63u, 64u, 100u, 4095u}) {
    const auto pointer = space.Reserve(16, 64, offset);
    ASSERT_TRUE(pointer.has_value()) << offset;
    EXPECT_EQ((*pointer - offset) % 64, 0u) << offset;
  }
}

TEST(AddressSpace, IsFullWhenTheLastByteIsTaken) {
  AddressSpace space(kBegin, 256);
  EXPECT_TRUE(space.Reserve(255, 1).has_value());
  EXPECT_FALSE(space.Reserve(2, 1).has_value());
  EXPECT_TRUE(space.Reserve(1, 1).has_value());
  EXPECT_FALSE(space.Reserve(1, 1).has_value());
}

TEST(AddressSpace, FragmentedRoomIsNoRoom) {
  AddressSpace space(kBegin, 300);
  ASSERT_EQ(space.Reserve(100, 1), kBegin);
  ASSERT_EQ(space.Reserve(100, 1), kBegin + 100);
  ASSERT_EQ(space.Reserve(100, 1), kBegin + 200);
  space.Release(kBegin);
  space.Release(kBegin + 200);
  EXPECT_FALSE(space.Reserve(101, 1).has_value()) << "200 bytes, in two pieces";
  space.Release(kBegin + 100);
  EXPECT_EQ(space.Reserve(300, 1), kBegin);
}

TEST(AddressSpace, RefusesWhatNoAddressCanHold) {
  AddressSpace space(kBegin, 4096);
  EXPECT_FALSE(space.Reserve(0, 1).has_value());
  EXPECT_FALSE(space.Reserve(~uint64_t{0}, 1).has_value());
  EXPECT_FALSE(space.Reserve(1, uint64_t{1} << 63).has_value());
}

// Whatever is reserved is aligned, inside, and nobody else's.
RC_GTEST_PROP(AddressSpaceLaw, RoomIsNeverGivenTwice, ()) {
  constexpr uint64_t kSize = 512;
  AddressSpace space(kBegin, kSize);
  std::map<uint64_t, uint64_t> live;  // begin to size
  const int steps = *rc::gen::inRange(1, 60);
  for (int step = 0; step < steps; ++step) {
    if (!live.empty() && *rc::gen::inRange(0, 3) == 0) {
      const auto some =
          std::next(live.begin(), *rc::gen::inRange<size_t>(0, live.size()));
      space.Release(some->first);
      live.erase(some);
      continue;
    }
    const auto size = *rc::gen::inRange<uint64_t>(1, 80);
    const uint64_t alignment = uint64_t{1} << *rc::gen::inRange(0, 7);
    const auto skew = *rc::gen::inRange<uint64_t>(0, 200);
    const auto address = space.Reserve(size, alignment, skew);
    if (!address) continue;
    RC_ASSERT((*address - skew) % alignment == 0u);
    RC_ASSERT(*address >= kBegin && *address + size <= kBegin + kSize);
    for (const auto& other : live) {
      RC_ASSERT(*address + size <= other.first ||
                other.first + other.second <= *address);
    }
    live.emplace(*address, size);
  }
  uint64_t sum = 0;
  for (const auto& one : live) sum += one.second;
  RC_ASSERT(space.ReservedBytes() == sum);
}

}  // namespace
}  // namespace incoherent
