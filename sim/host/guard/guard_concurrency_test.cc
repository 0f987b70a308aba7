// Guards in several threads. Under TSan this shows data races as well.

#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "incoherent/mapped_memory.h"
#include "incoherent/testing.h"

namespace incoherent {
namespace {

using testing::Each;

constexpr int kThreads = 4;
constexpr uint64_t kShare = 64;  // bytes of each thread: an atom

class GuardConcurrencyTest : public DeviceTest {
 protected:
  MappedMemory Make() {
    return *MappedMemory::Allocate(device(), SmallDeviceTypes::kNonCoherent,
                                   kThreads * kShare);
  }
  static ByteRange ShareOf(int thread) { return {thread * kShare, kShare}; }

  // Calls work(thread) in each of the threads.
  template <typename Work>
  static void InThreads(Work work) {
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&work, thread] { work(thread); });
    }
    for (std::thread& thread : threads) thread.join();
  }
};

TEST_F(GuardConcurrencyTest, DisjointGuardsMayBeUsedAtOnce) {
  const MappedMemory memory = Make();
  InThreads([&](int thread) {
    for (uint8_t round = 1; round <= 20; ++round) {
      auto guard = *memory.ReadWrite<uint32_t[]>(ShareOf(thread));
      for (size_t i = 0; i < guard.size(); ++i) guard[i] = round;
      for (size_t i = 0; i < guard.size(); ++i) guard[i] += 100 * thread;
    }
  });
  const Memory target = *Memory::Allocate(
      device(), SmallDeviceTypes::kDeviceLocal, memory.size());
  ASSERT_TRUE(RunCopy(memory.memory().bytes({0, memory.size()}),
                      target.bytes({0, memory.size()}))
                  .ok());
  for (int thread = 0; thread < kThreads; ++thread) {
    const auto bytes = DeviceBytes(target.bytes(ShareOf(thread)));
    for (size_t at = 0; at < kShare; ++at) {
      const uint32_t value = 20 + 100 * thread;
      EXPECT_EQ(bytes[at], value >> 8 * (at % 4) & 0xff);
    }
  }
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(GuardConcurrencyTest, OfGuardsThatOverlapOneAtATimeIsOpen) {
  const MappedMemory memory = Make();
  std::atomic<int> holders{0}, opened{0}, refused{0};
  InThreads([&](int) {
    for (int round = 0; round < 50; ++round) {
      auto guard = memory.Write<uint8_t[]>({0, 16});
      if (!guard.ok()) {
        ++refused;
        continue;
      }
      EXPECT_EQ(++holders, 1);
      (*guard)[3] = 1;
      --holders;
      ++opened;
      EXPECT_TRUE(guard->Close().ok());
    }
  });
  EXPECT_EQ(opened + refused, kThreads * 50);
  EXPECT_GE(opened, 1);
  EXPECT_EQ(device().findings().size(), static_cast<size_t>(refused));
}

TEST_F(GuardConcurrencyTest, OneGuardMayBeUsedByThreads) {
  const MappedMemory memory = Make();
  auto guard = *memory.ReadWrite<uint8_t[]>({0, kThreads * kShare});
  InThreads([&](int thread) {
    for (uint64_t i = 0; i < kShare; ++i) guard[thread * kShare + i] = 5;
  });
  std::vector<uint8_t> bytes(kThreads * kShare);
  ASSERT_TRUE(guard.CopyTo(absl::MakeSpan(bytes)).ok());
  EXPECT_THAT(bytes, Each(5));
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(GuardConcurrencyTest, AGuardIsUsedAndClosedWhereItWasMovedTo) {
  const MappedMemory memory = Make();
  auto guard = *memory.Write<uint8_t[]>(ShareOf(0));
  std::thread([guard = std::move(guard)]() mutable {
    guard[0] = 9;
    EXPECT_TRUE(guard.Close().ok());
  }).join();
  EXPECT_EQ((*memory.Read<uint8_t[]>({0, 1}))[0], 9);
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(GuardConcurrencyTest, MemoryIsUsedAndFreedWhereItWasMovedTo) {
  MappedMemory memory = Make();
  std::thread([memory = std::move(memory)]() mutable {
    (*memory.Write<uint8_t[]>({0, 1}))[0] = 9;
    const MappedMemory last = std::move(memory);
    EXPECT_EQ((*last.Read<uint8_t[]>({0, 1}))[0], 9);
  }).join();
  EXPECT_THAT(device(), NothingIsLive());
  EXPECT_THAT(device(), HasNoFindings());
}

// Whichever comes first, nobody touches memory that is freed.
TEST_F(GuardConcurrencyTest, MemoryMayEndWhileAnotherThreadUsesAGuard) {
  absl::optional<MappedMemory> memory = Make();
  auto guard = *memory->ReadWrite<uint8_t[]>({0, 16});
  guard[0] = 1;
  std::thread user([guard = std::move(guard)]() mutable {
    for (int i = 0; i < 100; ++i) guard[0] += 1;
    guard.Close().IgnoreError();
  });
  memory.reset();
  user.join();
  EXPECT_THAT(device(), NothingIsLive());
  for (const DeviceFinding& finding : device().findings()) {
    EXPECT_EQ(finding.hazard.kind, HazardKind::kInvalidUsage);
  }
}

}  // namespace
}  // namespace incoherent
