#include "sim/icd/trap/access_trap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "sim/icd/trap/trapped_region_under_test.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr uint64_t kPage = TrappedRegion::kPage;

using AccessTrapTest = TrapFixture;

TEST_F(AccessTrapTest, NothingIsTrappedWhereNothingIsGuarded) {
  EXPECT_EQ(Load<uint32_t>(8), Expected<uint32_t>(8));
  EXPECT_THAT(Take(), IsEmpty());
  GuardAll();
  region_.trap().Guard({});
  At<uint32_t>(8) = 1;
  EXPECT_THAT(Take(), IsEmpty());
}

TEST_F(AccessTrapTest, OtherBytesOfAGuardedPageAreSeenButInnocent) {
  region_.trap().Guard({{64, 64}, {8192, 1}});
  EXPECT_EQ(Load<uint32_t>(60), Expected<uint32_t>(60));
  EXPECT_EQ(Load<uint32_t>(62), Expected<uint32_t>(62));
  EXPECT_EQ(Load<uint8_t>(128), Expected<uint8_t>(128));
  EXPECT_EQ(Load<uint8_t>(4096), Expected<uint8_t>(4096));  // another page
  EXPECT_EQ(Load<uint8_t>(8192), Expected<uint8_t>(8192));
  const std::vector<TrappedAccess> seen = Take();
  ASSERT_THAT(seen, ElementsAre(Reads(60, 4), Reads(62, 4), Reads(128, 1),
                                Reads(8192, 1)));
  EXPECT_FALSE(seen[0].is_guilty);
  EXPECT_TRUE(seen[1].is_guilty);
  EXPECT_FALSE(seen[2].is_guilty);
  EXPECT_TRUE(seen[3].is_guilty);
  EXPECT_EQ(seen[0].depth, 1);
}

TEST_F(AccessTrapTest, GuiltyPatienceEnds) {
  GuardAll();
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(Load<uint8_t>(i), Expected<uint8_t>(i));
  std::vector<TrappedAccess> seen = Take();
  ASSERT_EQ(seen.size(), static_cast<size_t>(AccessTrap::kGuiltyPatience));
  EXPECT_TRUE(seen.back().gave_up);
  EXPECT_FALSE(seen.front().gave_up);
  EXPECT_TRUE(region_.IsOpen(0));
  GuardAll();  // the same bytes again: it begins anew
  EXPECT_FALSE(region_.IsOpen(0));
  Load<uint8_t>(0);
  EXPECT_THAT(Take(), ElementsAre(Reads(0, 1)));
}

TEST_F(AccessTrapTest, InnocentPatienceEnds) {
  region_.trap().Guard({{0, 1}});
  for (int i = 0; i < 500; ++i) Load<uint8_t>(100 + i);
  const std::vector<TrappedAccess> seen = Take();
  ASSERT_EQ(seen.size(), static_cast<size_t>(AccessTrap::kInnocentPatience));
  EXPECT_TRUE(seen.back().gave_up);
  Load<uint8_t>(0);
  EXPECT_THAT(Take(), IsEmpty());
  region_.trap().Guard({{1, 1}});  // other bytes
  Load<uint8_t>(1);
  EXPECT_EQ(Take().size(), 1u);
}

TEST_F(AccessTrapTest, GuardOpensAndClosesWhatChanged) {
  const auto open = [&] {
    std::string pages;
    for (int page = 0; page < 8; ++page) {
      pages += region_.IsOpen(page) ? 'o' : '.';
    }
    return pages;
  };
  EXPECT_EQ(open(), "oooooooo");
  region_.trap().Guard({{kPage - 1, 2}, {5 * kPage, 1}});
  EXPECT_EQ(open(), "..ooo.oo");
  region_.trap().Guard({{0, 3 * kPage}, {7 * kPage, kPage}});
  EXPECT_EQ(open(), "...oooo.");
  region_.trap().Guard({{kPage, 1}, {2 * kPage, 6 * kPage}});
  EXPECT_EQ(open(), "o.......");
  region_.trap().Guard({});
  EXPECT_EQ(open(), "oooooooo");
}

TEST_F(AccessTrapTest, TheEndOfAWatchOpensThePages) {
  GuardAll();
  AccessTrap moved = std::move(region_.trap());
  EXPECT_FALSE(region_.trap().is_watching());
  Load<uint8_t>(9);
  EXPECT_THAT(moved.Take(), ElementsAre(Reads(9, 1)));
  Load<uint8_t>(9);
  EXPECT_TRUE(AccessTrap::HasTrapped());
  moved = AccessTrap();
  EXPECT_FALSE(AccessTrap::HasTrapped());
  EXPECT_TRUE(region_.IsOpen(0));
}

TEST_F(AccessTrapTest, RegionsAreLimitedAndReused) {
  std::vector<AccessTrap> traps;
  absl::StatusOr<AccessTrap> trap = AccessTrap::Watch({region_.view(), 1});
  while (trap.ok()) {
    ASSERT_LT(traps.size(), 5000u);
    traps.push_back(*std::move(trap));
    trap = AccessTrap::Watch({region_.view(), 1});
  }
  EXPECT_EQ(trap.status().code(), absl::StatusCode::kResourceExhausted);
  traps.pop_back();
  EXPECT_TRUE(AccessTrap::Watch({region_.view(), 1}).ok());
}

TEST_F(AccessTrapTest, TheStackBeginsAtTheInstruction) {
  GuardAll();
  const auto load = [&]() __attribute__((noinline)) {
    return Load<uint8_t>(1);
  };
  load();
  const std::vector<TrappedAccess> seen = Take();
  ASSERT_EQ(seen.size(), 1u);
  ASSERT_GT(seen[0].depth, 3);
  EXPECT_EQ(seen[0].thread, gettid());
  // The instruction is one of this test's, and so is a caller.
  const auto here = reinterpret_cast<uintptr_t>(__builtin_return_address(0));
  bool has_caller = false;
  for (int i = 1; i < seen[0].depth; ++i) {
    has_caller |= reinterpret_cast<uintptr_t>(seen[0].frames[i]) == here;
  }
  EXPECT_TRUE(has_caller);
}

// Its unwind table points to an address where nothing is.
asm(R"(
  .pushsection .text
  .type load_without_stack, @function
load_without_stack:
  .cfi_startproc
  .cfi_def_cfa rdx, 0
  movzbl (%rdi), %eax
  ret
  .cfi_endproc
  .size load_without_stack, . - load_without_stack
  .popsection
)");
extern "C" int load_without_stack(const uint8_t* bytes, uint64_t, uint64_t cfa);

TEST_F(AccessTrapTest, AStackThatCannotBeReadIsJustTheInstruction) {
  GuardAll();
  EXPECT_EQ(load_without_stack(region_.view() + 3, 0, 4096),
            Expected<uint8_t>(3));
  std::vector<TrappedAccess> seen = Take();
  ASSERT_THAT(seen, ElementsAre(Reads(3, 1)));
  EXPECT_EQ(seen[0].depth, 1);
  // And all is well afterwards.
  EXPECT_EQ(Load<uint8_t>(3), Expected<uint8_t>(3));
  seen = Take();
  ASSERT_THAT(seen, ElementsAre(Reads(3, 1)));
  EXPECT_GT(seen[0].depth, 1);
}

TEST_F(AccessTrapTest, ThreadsMayAllMeetThePage) {
  constexpr int kThreads = 4;
  std::atomic<bool> is_over{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (uint64_t i = 0; i < 20000; ++i) {
        const uint64_t at = (i * 61 + t * 1031) % (region_.size() - 8);
        if (Load<uint32_t>(at) != Expected<uint32_t>(at)) ++wrong;
        uint8_t copy[300];
        const uint64_t from = at % (region_.size() - 300);
        RepMovs(copy, region_.view() + from, sizeof(copy));
        if (copy[299] != TrappedRegion::Pattern(from + 299)) ++wrong;
      }
    });
  }
  std::thread guard([&] {
    for (uint64_t i = 0; !is_over; ++i) {
      if (i % 3 == 0) {
        GuardAll();
      } else {
        region_.trap().Guard({{i % 7 * kPage + 5, 100}});
      }
      for (const TrappedAccess& access : Take()) {
        if (!access.is_read || access.is_write) ++wrong;
      }
      std::this_thread::yield();
    }
  });
  for (std::thread& thread : threads) thread.join();
  is_over = true;
  guard.join();
  EXPECT_EQ(wrong, 0);
  // What Guard() said last holds.
  region_.trap().Guard({{kPage, 1}});
  for (int page = 0; page < 8; ++page) {
    EXPECT_EQ(region_.IsOpen(page), page != 1) << page;
  }
}

TEST_F(AccessTrapTest, WatchesMayEndWhileOthersAccess) {
  std::atomic<bool> is_over{false};
  std::atomic<int> wrong{0};
  std::thread reader([&] {
    for (uint64_t i = 0; !is_over; ++i) {
      const uint64_t at = i * 61 % region_.size();
      if (Load<uint8_t>(at) != Expected<uint8_t>(at)) ++wrong;
    }
  });
  for (int i = 0; i < 300; ++i) {
    region_.trap() = AccessTrap();
    region_.trap() = *AccessTrap::Watch({region_.view(), region_.size()});
    GuardAll();
    std::this_thread::sleep_for(std::chrono::microseconds(i));
  }
  is_over = true;
  reader.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(AccessTrapTest, CostOfAnAccess) {
  constexpr int kRounds = 20;
  const auto start = std::chrono::steady_clock::now();
  int count = 0;
  for (int round = 0; round < kRounds; ++round) {
    GuardAll();
    for (int i = 0; i < 60; ++i) Load<uint8_t>(i * 97);
    count += static_cast<int>(Take().size());
  }
  const std::chrono::duration<double, std::micro> time =
      std::chrono::steady_clock::now() - start;
  EXPECT_EQ(count, kRounds * 60);
  std::printf("%.1f us for each guilty access\n", time.count() / count);
}

}  // namespace
}  // namespace incoherent
