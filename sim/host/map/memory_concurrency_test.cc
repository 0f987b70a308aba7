// Several threads, one device. Flush and invalidate of one object may run at
// once; map, unmap and free of one object are each thread's own here.

#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "incoherent/memory.h"
#include "incoherent/testing.h"

namespace incoherent {
namespace {

using Types = SmallDeviceTypes;

constexpr int kThreads = 4;
constexpr int kRounds = 50;

void RunOnThreads(const std::function<void(uint8_t)>& work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back(work, static_cast<uint8_t>(i));
  }
  for (std::thread& thread : threads) thread.join();
}

class MemoryConcurrencyTest : public DeviceTest {
 protected:
  void ExpectUploaded(const Memory& staging, const ByteRange& bytes,
                      uint8_t value, const Memory& target) {
    EXPECT_TRUE(RunCopy(staging.bytes(bytes), target.bytes(bytes)).ok());
    for (const uint8_t byte : DeviceBytes(target.bytes(bytes))) {
      EXPECT_EQ(byte, value);
    }
  }
};

TEST_F(MemoryConcurrencyTest, EachThreadHasItsOwnObjects) {
  RunOnThreads([this](uint8_t which) {
    for (int round = 0; round < kRounds; ++round) {
      Memory staging = *Memory::Allocate(device(), Types::kNonCoherent, 256);
      Memory target = *Memory::Allocate(device(), Types::kDeviceLocal, 256);
      const HostPointer pointer = *staging.Map();
      EXPECT_TRUE(pointer.Write(std::vector<uint8_t>(64, which)).ok());
      EXPECT_TRUE(staging.Flush({0, 64}).ok());
      ExpectUploaded(staging, {0, 64}, which, target);
    }
  });
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(MemoryConcurrencyTest, ThreadsFlushTheirAtomsOfOneObject) {
  Memory staging = *Memory::Allocate(device(), Types::kNonCoherent, 256);
  Memory target = *Memory::Allocate(device(), Types::kDeviceLocal, 256);
  const HostPointer pointer = *staging.Map();
  RunOnThreads([&](uint8_t which) {
    const ByteRange atom = {uint64_t{64} * which, 64};
    for (int round = 0; round < kRounds; ++round) {
      const std::vector<uint8_t> bytes(64, static_cast<uint8_t>(round));
      EXPECT_TRUE((pointer + atom.offset).Write(bytes).ok());
      EXPECT_TRUE(staging.Flush(atom).ok());
    }
  });
  ExpectUploaded(staging, {0, 256}, kRounds - 1, target);
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(MemoryConcurrencyTest, FindingsOfAllThreadsAreKept) {
  RunOnThreads([this](uint8_t) {
    for (int round = 0; round < kRounds; ++round) {
      Memory memory = *Memory::Allocate(device(), Types::kNonCoherent, 256);
      EXPECT_FALSE(memory.Unmap().ok());
    }
  });
  EXPECT_EQ(device().findings().size(), size_t{kThreads} * kRounds);
}

}  // namespace
}  // namespace incoherent
