// What the handles promise to threads.

#include <atomic>
#include <functional>
#include <thread>

#include "sim/host/vmo/vmo_under_test.h"

namespace incoherent {
namespace {

using testing::Each;
using testing::IsEmpty;

constexpr size_t kThreads = 4;
constexpr size_t kShare = 16;
constexpr int kRounds = 100;

void RunThreads(const std::function<void(size_t)>& body) {
  std::vector<std::thread> threads;
  for (size_t i = 0; i < kThreads; ++i) threads.emplace_back(body, i);
  for (std::thread& thread : threads) thread.join();
}

TEST(VmoConcurrencyTest, ThreadsShareOneMapping) {
  const Vmo vmo = MakeVmo(kThreads * kShare);
  Mapping mapping = MapAs(vmo, "all");
  RunThreads([&mapping](size_t thread) {
    for (int round = 1; round <= kRounds; ++round) {
      const TestBytes bytes(kShare, static_cast<uint8_t>(round));
      ASSERT_TRUE(mapping.WriteAt(thread * kShare, bytes).ok());
      ASSERT_EQ(ReadBytes(mapping, thread * kShare, kShare), bytes);
      ASSERT_TRUE(mapping.ReleaseWrites().ok());
      ASSERT_TRUE(mapping.AcquireWrites().ok());
    }
  });
  EXPECT_THAT(ReadBytes(mapping, 0, vmo.size()), Each(kRounds));
  EXPECT_THAT(vmo.findings(), IsEmpty());
}

TEST(VmoConcurrencyTest, ThreadsHaveMutableSlicesOfOneMapping) {
  const Vmo vmo = MakeVmo(kThreads * kShare);
  Mapping mapping = MapAs(vmo, "all");
  RunThreads([&mapping](size_t thread) {
    const SliceBounds bounds = {thread * kShare, (thread + 1) * kShare};
    for (int round = 1; round <= kRounds; ++round) {
      auto slice = mapping.SliceMut(bounds);
      ASSERT_TRUE(slice.ok()) << slice.status();
      ASSERT_EQ(slice->Write(TestBytes(kShare, static_cast<uint8_t>(round))),
                kShare);
      ASSERT_TRUE(slice->ReleaseWrites().ok());
    }
  });
  EXPECT_THAT(ReadBytes(mapping, 0, vmo.size()), Each(kRounds));
  EXPECT_THAT(vmo.findings(), IsEmpty());
}

// Each thread passes a counter on to the next, by a mapping of its own.
TEST(VmoConcurrencyTest, MappingsOfManyThreadsPassAValueOn) {
  const Vmo vmo = MakeVmo(1);
  std::atomic<int> wrong{0};
  RunThreads([&](size_t thread) {
    Mapping mapping = MapAs(vmo, "thread " + std::to_string(thread));
    const int next = static_cast<int>((thread + 1) % kThreads);
    const VmoSignal mine =
        *vmo.Signal(static_cast<int>(thread), SignalOrdering::kReleaseAcquire);
    const VmoSignal theirs = *vmo.Signal(next, SignalOrdering::kReleaseAcquire);
    for (int round = 0; round < 20; ++round) {
      const bool first = thread == 0 && round == 0;
      if (!first && !mine.Wait(mapping, std::chrono::minutes(1)).ok()) ++wrong;
      const uint8_t expected = static_cast<uint8_t>(round * kThreads + thread);
      if (ReadBytes(mapping, 0, 1) != TestBytes{expected}) ++wrong;
      mapping.Write({static_cast<uint8_t>(expected + 1)});
      if (!theirs.Raise(mapping).ok()) ++wrong;
    }
  });
  EXPECT_EQ(wrong, 0);
  EXPECT_THAT(vmo.findings(), IsEmpty());
}

TEST(VmoConcurrencyTest, FindingsMayBeAskedForAtAnyTime) {
  const Vmo vmo = MakeVmo(8);
  std::atomic<bool> done{false};
  std::thread asking([&] {
    size_t most = 0;
    while (!done) {
      const size_t count = vmo.findings().size();
      EXPECT_GE(count, most);
      most = count;
    }
  });
  RunThreads([&vmo](size_t thread) {
    Mapping mapping = MapAs(vmo, std::to_string(thread));
    for (int round = 0; round < 20; ++round) {
      mapping.Write(TestBytes(8, 1));
      ReadBytes(mapping, 0, 8);
    }
  });
  done = true;
  asking.join();
}

}  // namespace
}  // namespace incoherent
