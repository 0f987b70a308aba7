// Data from the device to the host, through memory that is not coherent.

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/counter_kernel.h"
#include "tests/vulkan/same_bytes.h"
#include "tests/vulkan/vulkan_app.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

constexpr VkDeviceSize kSize = 4096;
const Bytes kOld = Numbered(kSize, 1);
const Bytes kNew = Numbered(kSize, 2);

class ReadbackTest : public VulkanTest {};

TEST_F(ReadbackTest, WithoutInvalidateIsStale) {
  VulkanApp app;
  AppMemory m(app, kSize);
  const uint8_t* p = MapInStep(app, m, kOld);
  app.DeviceWrite(m, 0, kNew);
  EXPECT_THAT(Read(p, kSize), SameBytes(kOld));
}

TEST_F(ReadbackTest, WithInvalidateIsFresh) {
  VulkanApp app;
  AppMemory m(app, kSize);
  const uint8_t* p = MapInStep(app, m, kOld);
  app.DeviceWrite(m, 0, kNew);
  m.Invalidate(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Read(p, kSize), SameBytes(kNew));
}

TEST_F(ReadbackTest, OfCoherentMemoryNeedsNoInvalidate) {
  VulkanApp app;
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  const uint8_t* p = m.Map();
  app.DeviceWrite(m, 0, kNew);
  EXPECT_THAT(Read(p, kSize), SameBytes(kNew));
}

TEST_F(ReadbackTest, FirstMapDoesNotInvalidate) {
  VulkanApp app;
  AppMemory m(app, kSize);
  app.DeviceWrite(m, 0, kNew);
  const uint8_t* p = m.Map();
  EXPECT_THAT(Read(p, kSize), ::testing::Not(SameBytes(kNew)));
  m.Invalidate(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Read(p, kSize), SameBytes(kNew));
}

TEST_F(ReadbackTest, MapAgainDoesNotInvalidate) {
  VulkanApp app;
  AppMemory m(app, kSize);
  MapInStep(app, m, kOld);
  m.Unmap();
  app.DeviceWrite(m, 0, kNew);
  EXPECT_THAT(Read(m.Map(), kSize), SameBytes(kOld));
}

TEST_F(ReadbackTest, InvalidateBeforeTheWaitDoesNotCount) {
  VulkanApp app;
  AppMemory m(app, kSize);
  const uint8_t* p = MapInStep(app, m, kOld);
  m.Invalidate(0, VK_WHOLE_SIZE);
  app.DeviceWrite(m, 0, kNew);
  EXPECT_THAT(Read(p, kSize), SameBytes(kOld));
}

TEST_F(ReadbackTest, FlushIsNoInvalidate) {
  VulkanApp app;
  AppMemory m(app, kSize);
  const uint8_t* p = MapInStep(app, m, kOld);
  app.DeviceWrite(m, 0, kNew);
  m.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Read(p, kSize), SameBytes(kOld));
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(kNew)) << "nothing was dirty";
}

TEST_F(ReadbackTest, InvalidateOfAPartFreshensItsAtoms) {
  VulkanApp app(WithProfile("arm-mali-g78"));
  ASSERT_EQ(app.atom(), 64u);
  AppMemory m(app, kSize);
  const uint8_t* p = MapInStep(app, m, kOld);
  app.DeviceWrite(m, 0, kNew);
  m.Invalidate(128, 192);
  EXPECT_THAT(Read(p, kSize),
              SameBytes(Patched(kOld, 128, Slice(kNew, 128, 192))));
}

TEST_F(ReadbackTest, InvalidateOfTheWrongMemory) {
  VulkanApp app;
  AppMemory predicate(app, kSize);
  AppMemory result(app, kSize);
  MapInStep(app, predicate, kOld);
  const uint8_t* p = MapInStep(app, result, kOld);
  app.DeviceWrite(result, 0, kNew);
  predicate.Invalidate(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Read(p, kSize), SameBytes(kOld));
}

TEST_F(ReadbackTest, OneCallInvalidatesRangesOfSeveralMemories) {
  VulkanApp app;
  AppMemory a(app, kSize);
  AppMemory b(app, kSize);
  const uint8_t* in_a = MapInStep(app, a, kOld);
  const uint8_t* in_b = MapInStep(app, b, kOld);
  app.DeviceWrite(a, 0, kNew);
  app.DeviceWrite(b, 0, kNew);
  const VkMappedMemoryRange ranges[] = {a.Range(256, 256),
                                        b.Range(0, VK_WHOLE_SIZE)};
  Require(vkInvalidateMappedMemoryRanges(app.device(), 2, ranges),
          "vkInvalidateMappedMemoryRanges");
  EXPECT_THAT(Read(in_a, kSize),
              SameBytes(Patched(kOld, 256, Slice(kNew, 256, 256))));
  EXPECT_THAT(Read(in_b, kSize), SameBytes(kNew));
}

TEST_F(ReadbackTest, InvalidateDiscardsWhatWasNotFlushed) {
  VulkanApp app;
  AppMemory m(app, kSize);
  uint8_t* p = MapInStep(app, m, kOld);
  Write(p, kNew);
  m.Invalidate(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Read(p, kSize), SameBytes(kOld));
  m.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(kOld));
}

TEST_F(ReadbackTest, InvalidateOfOtherAtomsDiscardsNothing) {
  VulkanApp app;
  AppMemory m(app, kSize);
  uint8_t* p = MapInStep(app, m, kOld);
  Write(p, kNew);
  m.Invalidate(2048, 2048);
  m.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(app.DeviceBytes(m),
              SameBytes(Patched(kNew, 2048, Slice(kOld, 2048, 2048))));
}

TEST_F(ReadbackTest, InvalidateOfWhatWasFlushedKeepsIt) {
  VulkanApp app;
  AppMemory m(app, kSize);
  uint8_t* p = MapInStep(app, m, kOld);
  Write(p, kNew);
  m.Flush(0, VK_WHOLE_SIZE);
  m.Invalidate(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Read(p, kSize), SameBytes(kNew));
}

// Host and device take turns at the same bytes, each with all that it takes.
TEST_F(ReadbackTest, PingPong) {
  VulkanApp app;
  AppMemory m(app, kSize);
  CounterKernel counters(app, m);
  auto* counts = reinterpret_cast<uint32_t*>(m.Map());
  for (uint32_t i = 0; i < kSize / 4; ++i) counts[i] = i;
  for (uint32_t round = 1; round <= 10; ++round) {
    m.Flush(0, VK_WHOLE_SIZE);
    app.Run([&](Commands& rec) {
      counters.Dispatch(rec);
      rec.BarrierToHost();
    });
    m.Invalidate(0, VK_WHOLE_SIZE);
    for (uint32_t i = 0; i < kSize / 4; ++i) {
      ASSERT_EQ(counts[i], i + 2 * round - 1) << "round " << round;
      ++counts[i];
    }
  }
}

// What the host reads of an unflushed write through the same mapping is its
// own, whatever the device does to other atoms.
TEST_F(ReadbackTest, TheHostSeesItsOwnWrites) {
  VulkanApp app;
  AppMemory m(app, kSize);
  uint8_t* p = MapInStep(app, m, kOld);
  Write(p, Slice(kNew, 0, 2048));
  app.DeviceWrite(m, 2048, Slice(kNew, 2048, 2048));
  EXPECT_THAT(Read(p, 2048), SameBytes(Slice(kNew, 0, 2048)));
  m.Invalidate(2048, 2048);
  EXPECT_THAT(Read(p, kSize), SameBytes(kNew));
}

}  // namespace
}  // namespace incoherent
