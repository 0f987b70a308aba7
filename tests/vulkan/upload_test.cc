// Data from the host to the device, through memory that is not coherent.

#include <cstring>

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/same_bytes.h"
#include "tests/vulkan/vulkan_app.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

constexpr VkDeviceSize kSize = 4096;
const Bytes kOld = Numbered(kSize, 1);
const Bytes kNew = Numbered(kSize, 2);

class UploadTest : public VulkanTest {};

TEST_F(UploadTest, WithoutFlushIsLost) {
  VulkanApp app;
  AppMemory m(app, kSize);
  Write(MapInStep(app, m, kOld), kNew);
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(kOld));
}

// https://github.com/KhronosGroup/MoltenVK/issues/1101: the whole size must
// mean the whole size.
TEST_F(UploadTest, WithFlushArrives) {
  VulkanApp app;
  AppMemory m(app, kSize);
  Write(MapInStep(app, m, kOld), kNew);
  m.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(kNew));
}

TEST_F(UploadTest, OfFreshMemoryArrives) {
  VulkanApp app;
  AppMemory m(app, kSize);
  Write(m.Map(), kNew);
  m.Flush(0, kSize);
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(kNew));
}

TEST_F(UploadTest, ToCoherentMemoryNeedsNoFlush) {
  VulkanApp app;
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  Write(m.Map(), kNew);
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(kNew));
}

TEST_F(UploadTest, FlushOfCoherentMemoryIsAllowed) {
  VulkanApp app;
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  Write(m.Map(), kNew);
  m.Flush(0, VK_WHOLE_SIZE);
  m.Invalidate(0, VK_WHOLE_SIZE);
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(kNew));
}

TEST_F(UploadTest, FlushAfterSubmitServesTheNextSubmission) {
  VulkanApp app;
  AppMemory m(app, kSize);
  AppMemory seen(app, kSize, MemoryKind::kCoherent);
  uint8_t* p = MapInStep(app, m, kOld);
  Write(p, kNew);
  const auto copy = [&](Commands& rec) {
    rec.Copy(m, 0, seen, 0, kSize);
    rec.BarrierToHost();
  };
  app.Wait(app.Submit(copy));
  m.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Read(seen.Map(), kSize), SameBytes(kOld));
  seen.Unmap();
  app.Run(copy);
  EXPECT_THAT(Read(seen.Map(), kSize), SameBytes(kNew));
}

TEST_F(UploadTest, TheFrameThatForgetsIsTheFrameThatIsLost) {
  VulkanApp app;
  AppMemory m(app, kSize);
  uint8_t* p = m.Map();
  constexpr uint8_t kForgetful = 3;
  for (uint8_t frame = 1; frame <= 5; ++frame) {
    Write(p, Numbered(kSize, frame));
    if (frame != kForgetful) m.Flush(0, VK_WHOLE_SIZE);
    const uint8_t seen = frame == kForgetful ? frame - 1 : frame;
    EXPECT_THAT(app.DeviceBytes(m), SameBytes(Numbered(kSize, seen)))
        << "frame " << +frame;
  }
}

TEST_F(UploadTest, UnmapIsNoFlush) {
  VulkanApp app;
  AppMemory m(app, kSize);
  Write(MapInStep(app, m, kOld), kNew);
  m.Unmap();
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(kOld));
}

TEST_F(UploadTest, NothingIsLostBetweenUnmapAndMap) {
  VulkanApp app;
  AppMemory m(app, kSize);
  Write(MapInStep(app, m, kOld), kNew);
  m.Unmap();
  uint8_t* p = m.Map();
  EXPECT_THAT(Read(p, kSize), SameBytes(kNew));
  m.Flush(0, VK_WHOLE_SIZE);
  m.Unmap();
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(kNew));
}

TEST_F(UploadTest, FreeIsNoFlush) {
  VulkanApp app;
  AppMemory kept(app, kSize);
  const uint8_t* p = MapInStep(app, kept, kOld);
  {
    AppMemory freed(app, kSize);
    Write(freed.Map(), kNew);
  }
  EXPECT_THAT(app.DeviceBytes(kept), SameBytes(kOld));
  EXPECT_THAT(Read(p, kSize), SameBytes(kOld));
}

TEST_F(UploadTest, FlushOfTheWrongMemory) {
  VulkanApp app;
  AppMemory vertices(app, kSize);
  AppMemory indices(app, kSize);
  Write(MapInStep(app, vertices, kOld), kNew);
  MapInStep(app, indices, kOld);
  indices.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(app.DeviceBytes(vertices), SameBytes(kOld));
}

TEST_F(UploadTest, OneCallFlushesRangesOfSeveralMemories) {
  VulkanApp app;
  AppMemory vertices(app, kSize);
  AppMemory indices(app, kSize);
  Write(MapInStep(app, vertices, kOld), kNew);
  Write(MapInStep(app, indices, kOld), kNew);
  const VkMappedMemoryRange ranges[] = {vertices.Range(0, 256),
                                        indices.Range(1024, VK_WHOLE_SIZE),
                                        vertices.Range(512, 256)};
  Require(vkFlushMappedMemoryRanges(app.device(), 3, ranges), "flush");
  const Bytes in_vertices = Patched(Patched(kOld, 0, Slice(kNew, 0, 256)), 512,
                                    Slice(kNew, 512, 256));
  EXPECT_THAT(app.DeviceBytes(vertices), SameBytes(in_vertices));
  EXPECT_THAT(app.DeviceBytes(indices),
              SameBytes(Patched(kOld, 1024, Slice(kNew, 1024, kSize - 1024))));
}

TEST_F(UploadTest, ZerosReplaceWhatTheDeviceHad) {
  VulkanApp app;
  AppMemory m(app, kSize);
  app.Run([&](Commands& rec) { rec.Fill(m, 0, kSize, 0xaa); });
  std::memset(m.Map(), 0, kSize);
  m.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(Filled(kSize, 0)));
}

TEST_F(UploadTest, ZerosWithoutFlushDoNot) {
  VulkanApp app;
  AppMemory m(app, kSize);
  app.Run([&](Commands& rec) { rec.Fill(m, 0, kSize, 0xaa); });
  std::memset(m.Map(), 0, kSize);
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(Filled(kSize, 0xaa)));
}

// Whatever the one byte is, it must not look like a byte that was not stored.
TEST_F(UploadTest, AnySingleByteOfFreshMemoryArrives) {
  VulkanApp app;
  for (int value = 0; value < 256; ++value) {
    AppMemory m(app, 256);
    app.Run([&](Commands& rec) { rec.Fill(m, 0, 256, ~value & 0xff); });
    uint8_t* p = m.Map();
    p[77] = static_cast<uint8_t>(value);
    m.Flush(0, VK_WHOLE_SIZE);
    EXPECT_THAT(app.DeviceBytes(m, 77, 1), SameBytes(Bytes{p[77]}));
  }
}

// A write to bytes that the device wrote last needs no invalidate before it.
TEST_F(UploadTest, OverwritingDeviceBytesWithTheValuesOfBefore) {
  VulkanApp app;
  AppMemory m(app, kSize);
  uint8_t* p = m.Map();
  for (int frame = 0; frame < 3; ++frame) {
    std::memset(p, 0, kSize);
    m.Flush(0, VK_WHOLE_SIZE);
    ASSERT_THAT(app.DeviceBytes(m), SameBytes(Filled(kSize, 0)))
        << "frame " << frame;
    app.DeviceWrite(m, 0, kNew);
  }
}

// Who takes the first fitting type, and who the last, meets memory that is not
// coherent under the profile made for that.
TEST_F(UploadTest, FirstFitMeetsNonCoherentMemory) {
  VulkanApp app(WithProfile("strict"));
  const uint32_t type = app.FirstTypeWith(VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT);
  EXPECT_EQ(app.FlagsOf(type) & VK_MEMORY_PROPERTY_HOST_COHERENT_BIT, 0u);
}

TEST_F(UploadTest, LastFitMeetsNonCoherentMemory) {
  VulkanApp app(WithProfile("strict-last"));
  const uint32_t last = app.memory_properties().memoryTypeCount - 1;
  EXPECT_EQ(app.FlagsOf(last) & VK_MEMORY_PROPERTY_HOST_COHERENT_BIT, 0u);
  AppMemory m(app, MemoryRequest{kSize, last, nullptr, 0});
  Write(MapInStep(app, m, kOld), kNew);
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(kOld));
  m.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(kNew));
}

}  // namespace
}  // namespace incoherent
