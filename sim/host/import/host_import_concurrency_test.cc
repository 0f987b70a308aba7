// Several threads, two devices, one host. Threads use pages together, each its
// own atoms; imports and frees of a HostPages are one thread's.

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "incoherent/host_import.h"
#include "incoherent/testing.h"

namespace incoherent {
namespace {

using Types = SmallDeviceTypes;

constexpr int kThreads = 4;
constexpr int kRounds = 30;
constexpr uint64_t kPage = 4096;

template <typename Result>
void ExpectOk(const Result& result) {
  EXPECT_TRUE(result.ok());
}

void RunOnThreads(const std::function<void(uint8_t)>& work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back(work, static_cast<uint8_t>(i));
  }
  for (std::thread& thread : threads) thread.join();
}

class HostImportConcurrencyTest : public testing::Test {
 protected:
  struct Gpu {
    explicit Gpu(const std::shared_ptr<Host>& host)
        : device(OptionsOn(host)), queue(device.AddQueue()) {}

    static DeviceOptions OptionsOn(const std::shared_ptr<Host>& host) {
      DeviceOptions options = SmallDevice();
      options.host = host;
      return options;
    }
    void FillAndWait(const Memory& memory, const ByteRange& range,
                     uint8_t value) {
      CommandBuffer commands = device.NewCommandBuffer();
      ExpectOk(commands.Fill(memory.bytes(range), value));
      ExpectOk(commands.PipelineBarrier2({ToHostBarrier()}));
      const FenceId fence = device.AddFence();
      ExpectOk(device.Submit(queue, {{{}, {&commands}, {}}}, fence));
      ExpectOk(device.WaitForFence(fence));
    }

    Device device;
    QueueId queue;
  };

  Memory Import(Gpu& gpu, const HostPages& pages, uint32_t type) {
    return *ImportHostPointer(gpu.device,
                              {pages.pointer(), pages.size(), type});
  }

  std::shared_ptr<Host> host_ = std::make_shared<Host>(HostOptions());
  Gpu first_{host_}, second_{host_};
};

TEST_F(HostImportConcurrencyTest, EachThreadImportsItsOwnPages) {
  RunOnThreads([this](uint8_t which) {
    Gpu& gpu = which % 2 == 0 ? first_ : second_;
    for (int round = 0; round < kRounds; ++round) {
      HostPages pages = *HostPages::Create(host_, {kPage});
      ExpectOk(pages.pointer().Write({which}));
      Memory memory = Import(gpu, pages, Types::kNonCoherent);
      const HostPointer alias = *pages.MapAgain();
      EXPECT_EQ(*memory.Map()->Load<uint8_t>(), which);
      gpu.FillAndWait(memory, {64, 4}, which);
      ExpectOk(pages.InvalidateCache());
      EXPECT_EQ(*(alias + 64).Load<uint8_t>(), which);
      ExpectOk(memory.Free());
      ExpectOk(pages.Free());
    }
  });
  EXPECT_THAT(*host_, HasNoFindings());
}

TEST_F(HostImportConcurrencyTest, ThreadsShareThePagesOfTwoDevices) {
  HostPages pages = *HostPages::Create(host_, {kPage});
  const std::array<Memory, 2> memories = {
      Import(first_, pages, Types::kNonCoherent),
      Import(second_, pages, Types::kNonCoherent)};
  RunOnThreads([&](uint8_t which) {
    const ByteRange atom = {uint64_t{64} * which, 64};
    Gpu& gpu = which % 2 == 0 ? first_ : second_;
    for (int round = 0; round < kRounds; ++round) {
      const auto value = static_cast<uint8_t>(round + 1);
      gpu.FillAndWait(memories[which % 2], atom, value);
      ExpectOk(pages.InvalidateCache(atom));
      const auto bytes = (pages.pointer() + atom.offset).Read(64);
      EXPECT_EQ(*bytes, std::vector<uint8_t>(64, value));
      ExpectOk((pages.pointer() + atom.offset).Write({0}));
      ExpectOk(pages.CleanCache(atom));
    }
  });
  EXPECT_THAT(*host_, HasNoFindings());
}

TEST_F(HostImportConcurrencyTest, FindingsOfAllThreadsAreKept) {
  HostPages pages = *HostPages::Create(host_, {kPage});
  Memory memory = Import(first_, pages, Types::kCoherent);
  RunOnThreads([&](uint8_t) {
    for (int round = 0; round < kRounds; ++round) {
      EXPECT_FALSE((pages.pointer() + kPage).Write({1}).ok());
    }
  });
  EXPECT_EQ(host_->findings().size(), size_t{kThreads} * kRounds);
  EXPECT_EQ(first_.device.findings().size(), size_t{kThreads} * kRounds);
}

}  // namespace
}  // namespace incoherent
