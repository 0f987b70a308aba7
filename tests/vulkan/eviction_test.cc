// What the host cache does on its own: INCOHERENT_EVICTION.

#include <set>
#include <string>

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/same_bytes.h"
#include "tests/vulkan/vulkan_app.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

constexpr VkDeviceSize kSize = 16384;
const Bytes kOld = Numbered(kSize, 1);
const Bytes kNew = Numbered(kSize, 2);

class EvictionTest : public VulkanTest {
 protected:
  // What the device sees of a write that was not flushed.
  static Bytes UnflushedUpload(const std::string& policy) {
    VulkanApp app(WithEviction(policy));
    AppMemory m(app, kSize);
    Write(MapInStep(app, m, kOld), kNew);
    return app.DeviceBytes(m);
  }

  // What the host sees of a device write that was not invalidated.
  static Bytes StaleReadback(const std::string& policy) {
    VulkanApp app(WithEviction(policy));
    AppMemory m(app, kSize);
    const uint8_t* p = MapInStep(app, m, kOld);
    app.DeviceWrite(m, 0, kNew);
    return Read(p, kSize);
  }

  // How many atoms of `seen` are new; all others must be old.
  static size_t CountNewAtoms(const Bytes& seen) {
    constexpr size_t kAtom = 256;
    size_t count = 0;
    for (size_t at = 0; at < kSize; at += kAtom) {
      const Bytes atom = Slice(seen, at, kAtom);
      const bool is_new = atom == Slice(kNew, at, kAtom);
      EXPECT_TRUE(is_new || atom == Slice(kOld, at, kAtom)) << "at " << at;
      count += is_new;
    }
    return count;
  }
};

TEST_F(EvictionTest, LazyIsTheDefault) {
  EXPECT_THAT(UnflushedUpload(""), SameBytes(kOld));
  EXPECT_THAT(UnflushedUpload("lazy"), SameBytes(kOld));
  EXPECT_THAT(StaleReadback("lazy"), SameBytes(kOld));
}

TEST_F(EvictionTest, EagerLooksCoherent) {
  EXPECT_THAT(UnflushedUpload("eager"), SameBytes(kNew));
  EXPECT_THAT(StaleReadback("eager"), SameBytes(kNew));
}

TEST_F(EvictionTest, EagerKeepsTheProfilesTypes) {
  VulkanApp app(WithEviction("eager"));
  const uint32_t type = app.TypeOf(MemoryKind::kNonCoherent);
  EXPECT_EQ(app.FlagsOf(type) & VK_MEMORY_PROPERTY_HOST_COHERENT_BIT, 0u);
}

TEST_F(EvictionTest, EagerStillReportsInvalidUsage) {
  VulkanApp app(WithEviction("eager"));
  AppMemory m(app, kSize);
  m.Map();
  m.Flush(1, 256);
  EXPECT_EQ(Findings().size(), 1u);
}

TEST_F(EvictionTest, RandomUploadIsOldOrNewByAtom) {
  for (const char* policy : {"random", "random:1", "random:2", "random:3"}) {
    const size_t count = CountNewAtoms(UnflushedUpload(policy));
    EXPECT_GT(count, 0u) << policy;
    EXPECT_LT(count, kSize / 256) << policy;
  }
}

TEST_F(EvictionTest, RandomReadbackIsOldOrNewByAtom) {
  for (const char* policy : {"random:1", "random:2", "random:3"}) {
    const size_t count = CountNewAtoms(StaleReadback(policy));
    EXPECT_GT(count, 0u) << policy;
    EXPECT_LE(count, kSize / 256) << policy;
  }
}

TEST_F(EvictionTest, TheSameSeedGivesTheSameRun) {
  for (const char* policy : {"random", "random:1", "random:99"}) {
    EXPECT_EQ(UnflushedUpload(policy), UnflushedUpload(policy)) << policy;
    EXPECT_EQ(StaleReadback(policy), StaleReadback(policy)) << policy;
  }
  EXPECT_EQ(UnflushedUpload("random"), UnflushedUpload("random:0"));
}

TEST_F(EvictionTest, OtherSeedsGiveOtherRuns) {
  std::set<Bytes> runs;
  for (int seed = 0; seed < 10; ++seed) {
    runs.insert(UnflushedUpload("random:" + std::to_string(seed)));
  }
  EXPECT_EQ(runs.size(), 10u);
}

TEST_F(EvictionTest, SeveralMemoriesAreStillTheSameRun) {
  const auto run = [] {
    VulkanApp app(WithEviction("random:7"));
    AppMemory a(app, kSize);
    AppMemory b(app, kSize);
    AppMemory c(app, kSize);
    for (AppMemory* m : {&a, &b, &c}) Write(MapInStep(app, *m, kOld), kNew);
    Bytes seen = app.DeviceBytes(a);
    for (AppMemory* m : {&b, &c}) {
      const Bytes more = app.DeviceBytes(*m);
      seen.insert(seen.end(), more.begin(), more.end());
    }
    return seen;
  };
  EXPECT_EQ(run(), run());
}

// A correct program gives the same whatever the cache does.
TEST_F(EvictionTest, RandomIsHarmlessToCorrectPrograms) {
  for (int seed = 0; seed < 20; ++seed) {
    VulkanApp app(WithEviction("random:" + std::to_string(seed)));
    AppMemory m(app, kSize);
    uint8_t* p = m.Map();
    for (uint8_t frame = 0; frame < 4; ++frame) {
      Write(p, Numbered(kSize, frame));
      m.Flush(0, VK_WHOLE_SIZE);
      EXPECT_THAT(app.DeviceBytes(m), SameBytes(Numbered(kSize, frame)));
      app.DeviceWrite(m, 0, Numbered(kSize, 100 + frame));
      m.Invalidate(0, VK_WHOLE_SIZE);
      EXPECT_THAT(Read(p, kSize), SameBytes(Numbered(kSize, 100 + frame)));
    }
  }
}

// Between a store and its flush the cache may act, and must not lose the store.
TEST_F(EvictionTest, RandomKeepsWhatIsNotYetFlushed) {
  for (int seed = 0; seed < 20; ++seed) {
    VulkanApp app(WithEviction("random:" + std::to_string(seed)));
    AppMemory m(app, kSize);
    AppMemory other(app, 256);
    app.DeviceWrite(m, 0, kOld);
    uint8_t* p = m.Map();
    Write(p, kNew);
    app.Run([&](Commands& rec) { rec.Fill(other, 0, 256, 0x11); });
    ASSERT_THAT(Read(p, kSize), SameBytes(kNew)) << "seed " << seed;
    m.Flush(0, VK_WHOLE_SIZE);
    ASSERT_THAT(app.DeviceBytes(m), SameBytes(kNew)) << "seed " << seed;
  }
}

// Each opportunity refills about half of what is still stale.
class OpportunityTest : public EvictionTest {
 protected:
  OpportunityTest() : app_(WithEviction("random:3")), m_(app_, kSize) {
    p_ = MapInStep(app_, m_, kOld);
    fence_ = app_.Submit([&](Commands& rec) {
      for (VkDeviceSize at = 0; at < kSize; at += 4) {
        vkCmdUpdateBuffer(rec.handle(), m_.buffer(), at, 4, &kNew[at]);
      }
      rec.BarrierToHost();
    });
  }

  size_t CountFresh() const { return CountNewAtoms(Read(p_, kSize)); }

  // One opportunity has come since the device wrote.
  void ExpectAboutHalf() const {
    EXPECT_GT(CountFresh(), 0u);
    EXPECT_LT(CountFresh(), kSize / 256);
  }

  VulkanApp app_;
  AppMemory m_;
  const uint8_t* p_ = nullptr;
  VkFence fence_ = VK_NULL_HANDLE;
};

TEST_F(OpportunityTest, WaitForFences) {
  app_.Wait(fence_);
  ExpectAboutHalf();
}

TEST_F(OpportunityTest, QueueWaitIdle) {
  Require(vkQueueWaitIdle(app_.queue()), "vkQueueWaitIdle");
  ExpectAboutHalf();
}

TEST_F(OpportunityTest, DeviceWaitIdle) {
  Require(vkDeviceWaitIdle(app_.device()), "vkDeviceWaitIdle");
  ExpectAboutHalf();
}

TEST_F(OpportunityTest, GetFenceStatus) {
  while (vkGetFenceStatus(app_.device(), fence_) != VK_SUCCESS) {
  }
  ExpectAboutHalf();
}

TEST_F(OpportunityTest, QueueSubmit) {
  app_.Wait(fence_);
  const size_t before = CountFresh();
  app_.Submit([](Commands&) {});
  EXPECT_GT(CountFresh(), before);
}

TEST_F(OpportunityTest, QueueSubmit2) {
  app_.Wait(fence_);
  const size_t before = CountFresh();
  Require(vkQueueSubmit2(app_.queue(), 0, nullptr, VK_NULL_HANDLE),
          "vkQueueSubmit2");
  EXPECT_GT(CountFresh(), before);
}

TEST_F(OpportunityTest, WaitSemaphores) {
  app_.Wait(fence_);
  const size_t before = CountFresh();
  const VkSemaphoreTypeCreateInfo type = {
      VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO, nullptr,
      VK_SEMAPHORE_TYPE_TIMELINE, 1};
  const VkSemaphoreCreateInfo info = {VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO,
                                      &type};
  VkSemaphore semaphore = VK_NULL_HANDLE;
  Require(vkCreateSemaphore(app_.device(), &info, nullptr, &semaphore),
          "vkCreateSemaphore");
  const uint64_t value = 1;
  VkSemaphoreWaitInfo wait = {VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO};
  wait.semaphoreCount = 1;
  wait.pSemaphores = &semaphore;
  wait.pValues = &value;
  Require(vkWaitSemaphores(app_.device(), &wait, UINT64_MAX),
          "vkWaitSemaphores");
  EXPECT_GT(CountFresh(), before);
  vkDestroySemaphore(app_.device(), semaphore, nullptr);
}

}  // namespace
}  // namespace incoherent
