// What HostView promises to threads (see "Threads" in host_view.h).

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/memory/host_view.h"

namespace incoherent {
namespace {

constexpr uint64_t kAtom = 64;
constexpr uint64_t kThreads = 4;
constexpr uint64_t kAtomsPerThread = 3;
constexpr int kRounds = 500;
constexpr uint8_t kStoredFirst = 0xfe;
constexpr uint8_t kStored = 0xff;

struct Memory {
  Memory(uint64_t size, WriteBack write_back)
      : view(size, 0),
        synced(size, 0),
        device(size, 0),
        host({absl::MakeSpan(view), absl::MakeSpan(synced),
              absl::MakeSpan(device)},
             AtomGrid(kAtom, size), write_back) {}
  Memory(const Memory&) = delete;

  std::vector<uint8_t> view, synced, device;
  HostView host;
};

void RunThreads(const std::function<void(uint64_t)>& body) {
  std::vector<std::thread> threads;
  for (uint64_t i = 0; i < kThreads; ++i) threads.emplace_back(body, i);
  for (std::thread& thread : threads) thread.join();
}

// One thread and its own atoms: a host write that is flushed, then a device
// write that is invalidated; nothing but both may be seen.
class Owner {
 public:
  Owner(Memory& memory, const ByteRange& range)
      : memory_(memory), range_(range) {}

  void Round(int round) {
    const uint8_t value = static_cast<uint8_t>(2 * round + 1);
    FillView(value);
    if (memory_.host.Flush(range_) != range_.size) ++mistakes_;
    ExpectAll(memory_.device, value);
    FillDevice(value + 1);
    ExpectAll(memory_.view, value);
    if (memory_.host.Invalidate(range_) != 0) ++mistakes_;
    ExpectAll(memory_.view, value + 1);
  }

  int mistakes() const { return mistakes_; }

 private:
  void FillView(uint8_t value) {
    std::fill_n(memory_.view.begin() + range_.offset, range_.size, value);
  }
  void FillDevice(uint8_t value) {
    std::fill_n(memory_.device.begin() + range_.offset, range_.size, value);
  }
  void ExpectAll(const std::vector<uint8_t>& bytes, uint8_t value) {
    for (uint64_t i = range_.offset; i < range_.end(); ++i) {
      if (bytes[i] != value) ++mistakes_;
    }
  }

  Memory& memory_;
  ByteRange range_;
  int mistakes_ = 0;
};

class DisjointAtomsTest : public testing::TestWithParam<WriteBack> {};

// The last thread's last atom is a tail of 5 bytes.
ByteRange AtomsOf(uint64_t thread, uint64_t size) {
  const uint64_t bytes = kAtomsPerThread * kAtom;
  return ByteRange::Between(thread * bytes,
                            std::min(size, (thread + 1) * bytes));
}

TEST_P(DisjointAtomsTest, ThreadsDoNotDisturbEachOther) {
  constexpr uint64_t kSize = (kThreads * kAtomsPerThread - 1) * kAtom + 5;
  Memory memory(kSize, GetParam());
  std::atomic<int> mistakes{0};
  RunThreads([&](uint64_t thread) {
    Owner owner(memory, AtomsOf(thread, kSize));
    for (int round = 0; round < kRounds; ++round) owner.Round(round);
    mistakes += owner.mistakes();
  });
  EXPECT_EQ(mistakes, 0);
  EXPECT_EQ(memory.view, memory.device);
  EXPECT_EQ(memory.synced, memory.device);
}

// Atoms of all threads interleave, and share the pieces that are compared.
TEST_P(DisjointAtomsTest, NeighbouringAtomsDoNotDisturbEachOther) {
  Memory memory(kThreads * kAtomsPerThread * kAtom, GetParam());
  std::atomic<int> mistakes{0};
  RunThreads([&](uint64_t thread) {
    for (uint64_t i = 0; i < kAtomsPerThread; ++i) {
      const uint64_t atom = i * kThreads + thread;
      Owner owner(memory, {atom * kAtom, kAtom});
      for (int round = 0; round < kRounds; ++round) owner.Round(round);
      mistakes += owner.mistakes();
    }
  });
  EXPECT_EQ(mistakes, 0);
  EXPECT_EQ(memory.view, memory.device);
}

#if defined(__SANITIZE_THREAD__)
constexpr bool kThreadSanitizer = true;
#else
constexpr bool kThreadSanitizer = false;
#endif

// The application stores to each byte of an atom twice, through its pointer,
// while the hardware does `evict` to the atom again and again. By the rules of
// C++ that is a data race, as it is on the mappings of every driver: nothing
// here can make the application's stores atomic.
void StoreDuring(Memory& memory, const std::function<void()>& evict) {
  std::atomic<bool> started{false};
  std::atomic<bool> done{false};
  std::thread hardware([&] {
    while (!done) {
      evict();
      started = true;
    }
  });
  while (!started) std::this_thread::yield();
  volatile uint8_t* const view = memory.view.data();
  for (const uint8_t value : {kStoredFirst, kStored}) {
    for (uint64_t byte = 0; byte < kAtom; ++byte) view[byte] = value;
  }
  done = true;
  hardware.join();
}

TEST_P(DisjointAtomsTest, RefillsUndoNoStore) {
  if (kThreadSanitizer) GTEST_SKIP() << "a data race by design";
  for (int round = 0; round < kRounds; ++round) {
    Memory memory(kAtom, GetParam());
    StoreDuring(memory, [&memory] {
      for (uint8_t& byte : memory.device) byte = (byte + 1) % kStoredFirst;
      memory.host.RefillAtom({0, kAtom});
    });
    ASSERT_THAT(memory.view, testing::Each(kStored));
    EXPECT_TRUE(memory.host.HasDirtyByte({0, kAtom}));
  }
}

TEST_P(DisjointAtomsTest, WriteBacksLoseNoStore) {
  if (kThreadSanitizer) GTEST_SKIP() << "a data race by design";
  for (int round = 0; round < kRounds; ++round) {
    Memory memory(kAtom, GetParam());
    StoreDuring(memory, [&memory] { memory.host.WriteBackAtom({0, kAtom}); });
    memory.host.Flush({0, kAtom});
    ASSERT_THAT(memory.device, testing::Each(kStored));
  }
}

INSTANTIATE_TEST_SUITE_P(HostView, DisjointAtomsTest,
                         testing::Values(WriteBack::kWholeAtom,
                                         WriteBack::kDirtyBytes),
                         [](const auto& info) {
                           return info.param == WriteBack::kWholeAtom
                                      ? "WholeAtom"
                                      : "DirtyBytes";
                         });

}  // namespace
}  // namespace incoherent
