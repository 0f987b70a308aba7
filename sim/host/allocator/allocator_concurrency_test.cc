// Many threads, one allocator: counts end as they must.

#include <atomic>
#include <functional>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "sim/host/allocator/allocator_under_test.h"

namespace incoherent {
namespace {

constexpr int kThreads = 4;
constexpr int kSteps = 200;

void InThreads(const std::function<void(int)>& act) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(act, i);
  for (std::thread& thread : threads) thread.join();
}

class AllocatorConcurrencyTest : public AllocatorTest {};

// Each thread keeps books of its own maps of allocations that all share.
TEST_F(AllocatorConcurrencyTest, CountsOfSharedAllocationsAgreeInTheEnd) {
  std::vector<Allocation> shared;
  for (int i = 0; i < 4; ++i) shared.push_back(Create(Named("shared")));
  std::vector<std::vector<uint64_t>> maps(kThreads, {0, 0, 0, 0});
  InThreads([&](int thread) {
    std::mt19937 coins(thread);
    for (int step = 0; step < kSteps; ++step) {
      const size_t which = coins() % shared.size();
      uint64_t& mine = maps[thread][which];
      if (mine == 0 || coins() % 2 == 0) {
        const HostPointer pointer = Map(shared[which]);
        ++mine;
        EXPECT_TRUE((pointer + thread).Write({1}).ok());
      } else {
        EXPECT_TRUE(allocator().UnmapMemory(shared[which]).ok());
        --mine;
      }
      EXPECT_GE(Info(shared[which]).map_count, mine);
    }
  });
  for (size_t which = 0; which < shared.size(); ++which) {
    uint64_t sum = 0;
    for (int thread = 0; thread < kThreads; ++thread) {
      sum += maps[thread][which];
    }
    EXPECT_EQ(Info(shared[which]).map_count, sum);
    for (uint64_t i = 0; i < sum; ++i) {
      EXPECT_TRUE(allocator().UnmapMemory(shared[which]).ok());
    }
    EXPECT_FALSE(allocator().UnmapMemory(shared[which]).ok());
  }
  EXPECT_FALSE(IsMapped(shared[0]));
  EXPECT_EQ(device().findings().size(), shared.size());
  for (const Allocation& each : shared) {
    EXPECT_TRUE(allocator().Free(each).ok());
  }
}

// Each thread has allocations of its own, in blocks that all share.
TEST_F(AllocatorConcurrencyTest, AllocationsOfManyThreadsDoNotDisturbAnother) {
  InThreads([&](int thread) {
    std::mt19937 coins(thread);
    std::vector<Allocation> mine;
    for (int step = 0; step < kSteps; ++step) {
      if (mine.size() < 4 || coins() % 2 == 0) {
        mine.push_back(Create(Mapped(Named("mine", 1 + coins() % 200))));
        const uint8_t value = static_cast<uint8_t>(thread);
        const HostPointer pointer = Info(mine.back()).mapped_data;
        EXPECT_TRUE(pointer.Store(value).ok());
        EXPECT_TRUE(allocator().FlushAllocation(mine.back(), 0, 1).ok());
        EXPECT_EQ(*pointer.Load<uint8_t>(), value);
      } else {
        EXPECT_TRUE(allocator().Free(mine.back()).ok());
        mine.pop_back();
      }
    }
    for (const Allocation& each : mine) {
      EXPECT_TRUE(allocator().Free(each).ok());
    }
  });
  EXPECT_THAT(device(), NothingIsMapped());
  EXPECT_EQ(device().LiveMemory().size(), 1);  // the one that is kept
  EXPECT_THAT(device(), HasNoFindings());
}

// A pointer and a Free race: whoever comes late is told, and nothing breaks.
TEST_F(AllocatorConcurrencyTest, UsesAndFreesMayRace) {
  for (int round = 0; round < 50; ++round) {
    const Allocation allocation = Create(Mapped(Dedicated(Named("racy"))));
    const HostPointer pointer = Info(allocation).mapped_data;
    std::atomic<int> frees{0};
    std::atomic<int> uses{0};
    InThreads([&](int thread) {
      if (thread < 2) {
        while (uses < 5) std::this_thread::yield();
        frees += allocator().Free(allocation).ok() ? 1 : 0;
      } else {
        while (pointer.Write({1}).ok()) ++uses;
      }
    });
    EXPECT_EQ(frees, 1);
    EXPECT_FALSE(pointer.Write({1}).ok());
  }
  EXPECT_THAT(device(), HasOnlyFindings({HazardKind::kInvalidUsage}));
}

// on_finding runs inside of a call, and asks which allocation it was.
TEST(AllocatorCallbackTest, InfoAndBytesMayBeAskedInOnFinding) {
  std::unique_ptr<Allocator> allocator;
  Allocation allocation;
  int heard = 0;
  DeviceOptions options = SmallDevice();
  options.on_finding = [&](const DeviceFinding&) {
    EXPECT_EQ(allocator->InfoOf(allocation)->name, "staging");
    EXPECT_EQ(allocator->bytes(allocation)->range.size, 100);
    ++heard;
  };
  Device device(options);
  allocator = std::make_unique<Allocator>(device, SmallBlocks());
  allocation = *allocator->Create(Named("staging"));
  EXPECT_FALSE(allocator->UnmapMemory(allocation).ok());
  EXPECT_FALSE(allocator->FlushAllocation(allocation).ok());
  EXPECT_EQ(heard, 2);
  EXPECT_TRUE(allocator->Free(allocation).ok());
  allocator.reset();  // before the device
}

}  // namespace
}  // namespace incoherent
