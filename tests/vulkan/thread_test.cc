// Commands that may run at once, on several threads.

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/same_bytes.h"
#include "tests/vulkan/vulkan_app.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

constexpr int kThreads = 4;
constexpr int kRounds = 200;
constexpr VkDeviceSize kAtoms = 64;

// Runs body(0) .. body(kThreads - 1) at once.
void InParallel(const std::function<void(int)>& body) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(body, i);
  for (std::thread& thread : threads) thread.join();
}

class ThreadTest : public VulkanTest {
 protected:
  // The offsets of a thread's own atoms: every kThreads-th one.
  static std::vector<VkDeviceSize> AtomsOf(int thread, VkDeviceSize atom) {
    std::vector<VkDeviceSize> offsets;
    for (VkDeviceSize i = thread; i < kAtoms; i += kThreads) {
      offsets.push_back(i * atom);
    }
    return offsets;
  }

  static Bytes RoundValue(VkDeviceSize atom, int thread, int round) {
    return Numbered(atom, static_cast<uint8_t>(thread * 61 + round));
  }

  // All of the memory after each thread's last round.
  static Bytes AfterAllRounds(VkDeviceSize atom) {
    Bytes bytes(kAtoms * atom);
    for (int thread = 0; thread < kThreads; ++thread) {
      for (VkDeviceSize at : AtomsOf(thread, atom)) {
        bytes = Patched(bytes, at, RoundValue(atom, thread, kRounds));
      }
    }
    return bytes;
  }
};

TEST_F(ThreadTest, FlushesOfDisjointAtoms) {
  VulkanApp app(WithProfile("arm-mali-g78"));
  const VkDeviceSize atom = app.atom();
  AppMemory m(app, kAtoms * atom);
  uint8_t* p = m.Map();
  InParallel([&](int thread) {
    for (int round = 1; round <= kRounds; ++round) {
      for (VkDeviceSize at : AtomsOf(thread, atom)) {
        Write(p + at, RoundValue(atom, thread, round));
        m.Flush(at, atom);
      }
    }
  });
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(AfterAllRounds(atom)));
}

// A whole-size flush by one thread takes along what the others have stored so
// far, but loses nothing that they store meanwhile.
TEST_F(ThreadTest, WholeFlushesWhileOthersStore) {
  VulkanApp app(WithProfile("arm-mali-g78"));
  const VkDeviceSize atom = app.atom();
  AppMemory m(app, kAtoms * atom);
  uint8_t* p = m.Map();
  InParallel([&](int thread) {
    for (int round = 1; round <= kRounds; ++round) {
      for (VkDeviceSize at : AtomsOf(thread, atom)) {
        Write(p + at, RoundValue(atom, thread, round));
      }
      m.Flush(0, VK_WHOLE_SIZE);
    }
  });
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(AfterAllRounds(atom)));
  EXPECT_THAT(Read(p, m.size()), SameBytes(AfterAllRounds(atom)));
}

TEST_F(ThreadTest, InvalidatesOfDisjointAtoms) {
  VulkanApp app(WithProfile("arm-mali-g78"));
  const VkDeviceSize atom = app.atom();
  AppMemory m(app, kAtoms * atom);
  const uint8_t* p = m.Map();
  for (int round = 1; round <= 20; ++round) {
    const Bytes fresh = Numbered(m.size(), static_cast<uint8_t>(round));
    app.DeviceWrite(m, 0, fresh);
    std::atomic<int> wrong{0};
    InParallel([&](int thread) {
      for (VkDeviceSize at : AtomsOf(thread, atom)) {
        m.Invalidate(at, atom);
        wrong += Read(p + at, atom) != Slice(fresh, at, atom);
      }
    });
    EXPECT_EQ(wrong, 0) << "round " << round;
  }
}

// Even atoms are written by the host and flushed, odd ones by the device and
// invalidated, at once.
TEST_F(ThreadTest, FlushesAndInvalidatesOfDisjointAtoms) {
  VulkanApp app(WithProfile("arm-mali-g78"));
  const VkDeviceSize atom = app.atom();
  AppMemory m(app, kAtoms * atom);
  const Bytes from_device = Numbered(m.size(), 9);
  uint8_t* p = MapInStep(app, m, Numbered(m.size(), 8));
  app.DeviceWrite(m, 0, from_device);
  InParallel([&](int thread) {
    for (VkDeviceSize at : AtomsOf(thread, atom)) {
      if (thread % 2 == 1) {
        m.Invalidate(at, atom);
        continue;
      }
      Write(p + at, RoundValue(atom, thread, kRounds));
      m.Flush(at, atom);
    }
  });
  Bytes expected = AfterAllRounds(atom);
  for (VkDeviceSize i = 1; i < kAtoms; i += 2) {
    expected = Patched(expected, i * atom, Slice(from_device, i * atom, atom));
  }
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(expected));
  EXPECT_THAT(Read(p, m.size()), SameBytes(expected));
}

TEST_F(ThreadTest, EachThreadAllocatesMapsAndFrees) {
  VulkanApp app;
  std::atomic<int> wrong{0};
  InParallel([&](int thread) {
    for (int round = 0; round < kRounds; ++round) {
      AppMemory m(app, 1024 + 64 * thread);
      AppMemory coherent(app, 256, MemoryKind::kCoherent);
      const Bytes value = RoundValue(m.size(), thread, round);
      uint8_t* p = m.Map();
      Write(p, value);
      Write(coherent.Map(), Slice(value, 0, 256));
      m.Flush(0, VK_WHOLE_SIZE);
      m.Invalidate(0, VK_WHOLE_SIZE);
      wrong += Read(p, m.size()) != value;
      m.Unmap();
      wrong += Read(m.Map(), m.size()) != value;
    }
  });
  EXPECT_EQ(wrong, 0);
}

// Each thread has a device of its own, and a profile.
TEST_F(ThreadTest, DevicesOnSeveralThreads) {
  std::vector<std::unique_ptr<VulkanApp>> apps;
  for (int i = 0; i < kThreads; ++i) {
    apps.push_back(std::make_unique<VulkanApp>(
        WithProfile(i % 2 == 0 ? "strict" : "arm-mali-g78")));
  }
  std::atomic<int> wrong{0};
  InParallel([&](int thread) {
    VulkanApp& app = *apps[thread];
    for (int round = 0; round < 20; ++round) {
      AppMemory m(app, 4096);
      const Bytes value = RoundValue(4096, thread, round);
      uint8_t* p = MapInStep(app, m, Numbered(4096, 0xee));
      Write(p, value);
      wrong += app.DeviceBytes(m) != Numbered(4096, 0xee);
      m.Flush(0, VK_WHOLE_SIZE);
      wrong += app.DeviceBytes(m) != value;
    }
  });
  EXPECT_EQ(wrong, 0);
}

TEST_F(ThreadTest, InstancesOnSeveralThreads) {
  IcdEnvironment().Enter();
  std::atomic<int> wrong{0};
  InParallel([&](int) {
    for (int round = 0; round < 10; ++round) {
      const VkInstanceCreateInfo info = {
          VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO};
      VkInstance instance = VK_NULL_HANDLE;
      uint32_t count = 0;
      wrong += vkCreateInstance(&info, nullptr, &instance) != VK_SUCCESS;
      vkEnumeratePhysicalDevices(instance, &count, nullptr);
      wrong += count != 1;
      vkDestroyInstance(instance, nullptr);
    }
  });
  EXPECT_EQ(wrong, 0);
}

// The cache acts on its own at every submission and wait, while other threads
// store and flush: nothing that was flushed is lost.
TEST_F(ThreadTest, RandomEvictionLosesNoFlushedWrite) {
  IcdEnvironment environment = WithProfile("arm-mali-g78");
  environment.eviction = "random:5";
  VulkanApp app(environment);
  const VkDeviceSize atom = app.atom();
  AppMemory m(app, kAtoms * atom);
  AppMemory other(app, 256, MemoryKind::kCoherent);
  uint8_t* p = m.Map();
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  std::thread submitter([&] {
    while (!done) {
      app.Run([&](Commands& rec) { rec.Fill(other, 0, 256, 0x11); });
    }
  });
  InParallel([&](int thread) {
    for (int round = 1; round <= kRounds; ++round) {
      for (VkDeviceSize at : AtomsOf(thread, atom)) {
        const Bytes value = RoundValue(atom, thread, round);
        Write(p + at, value);
        m.Flush(at, atom);
        wrong += Read(p + at, atom) != value;
      }
    }
  });
  done = true;
  submitter.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(AfterAllRounds(atom)));
}

}  // namespace
}  // namespace incoherent
