#include "sim/host/allocator/free_room.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"

namespace incoherent {
namespace {

TEST(FreeRoomTest, TakesTheFirstPlaceThatFits) {
  FreeRoom room(256);
  EXPECT_EQ(room.Take(10, 1), uint64_t{0});
  EXPECT_EQ(room.Take(100, 64), uint64_t{64});
  EXPECT_EQ(room.Take(20, 4), uint64_t{12});
  EXPECT_EQ(room.Take(92, 1), uint64_t{164});
  EXPECT_EQ(room.Take(33, 1), absl::nullopt);
  EXPECT_EQ(room.Take(32, 1), uint64_t{32});
}

TEST(FreeRoomTest, IsAllFreeAgainOnceAllIsGivenBack) {
  FreeRoom room(64);
  EXPECT_TRUE(room.IsAllFree());
  room.Take(32, 1);
  room.Take(32, 1);
  EXPECT_FALSE(room.IsAllFree());
  room.GiveBack({0, 32});
  EXPECT_FALSE(room.IsAllFree());
  room.GiveBack({32, 32});
  EXPECT_TRUE(room.IsAllFree());
  EXPECT_EQ(room.Take(64, 64), uint64_t{0});
}

// The first place, by looking at every byte.
absl::optional<uint64_t> FirstPlace(const std::vector<bool>& taken,
                                    uint64_t size, uint64_t alignment) {
  for (uint64_t at = 0; at + size <= taken.size(); at += alignment) {
    bool free = true;
    for (uint64_t byte = at; byte < at + size; ++byte) free &= !taken[byte];
    if (free) return at;
  }
  return absl::nullopt;
}

RC_GTEST_PROP(FreeRoomLaw, AgreesWithALookAtEveryByte, ()) {
  const auto size = *rc::gen::inRange<uint64_t>(1, 100);
  FreeRoom room(size);
  std::vector<bool> taken(size, false);
  std::map<uint64_t, uint64_t> rooms;  // begin to size
  const int steps = *rc::gen::inRange(0, 40);
  for (int step = 0; step < steps; ++step) {
    if (!rooms.empty() && *rc::gen::inRange(0, 3) == 0) {
      const auto given =
          *rc::gen::elementOf(std::vector<std::pair<uint64_t, uint64_t>>(
              rooms.begin(), rooms.end()));
      room.GiveBack({given.first, given.second});
      rooms.erase(given.first);
      std::fill_n(taken.begin() + given.first, given.second, false);
      continue;
    }
    const auto wanted = *rc::gen::inRange<uint64_t>(1, 30);
    const uint64_t alignment = uint64_t{1} << *rc::gen::inRange(0, 6);
    const absl::optional<uint64_t> place = FirstPlace(taken, wanted, alignment);
    RC_ASSERT(room.Take(wanted, alignment) == place);
    if (!place) continue;
    rooms[*place] = wanted;
    std::fill_n(taken.begin() + *place, wanted, true);
  }
  RC_ASSERT(room.IsAllFree() == rooms.empty());
}

}  // namespace
}  // namespace incoherent
