// vkMapMemory and vkUnmapMemory.

#include <memory>
#include <vector>

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/same_bytes.h"
#include "tests/vulkan/vulkan_app.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;

constexpr VkDeviceSize kSize = 4096;
const Bytes kOld = Numbered(kSize, 1);
const Bytes kNew = Numbered(kSize, 2);

class MapMemoryTest : public VulkanTest {
 protected:
  VkResult TryMap(const AppMemory& m, VkDeviceSize offset, VkDeviceSize size,
                  void** data) {
    return vkMapMemory(app_.device(), m.handle(), offset, size, 0, data);
  }

  VulkanApp app_;
  void* data_ = nullptr;
};

TEST_F(MapMemoryTest, SecondMapGivesAPointerThatWorks) {
  AppMemory m(app_, kSize);
  uint8_t* p = MapInStep(app_, m, kOld);
  ASSERT_EQ(TryMap(m, 1024, 256, &data_), VK_SUCCESS);
  EXPECT_THAT(Findings(), ElementsAre(Reports("vkMapMemory",
                                              "VUID-vkMapMemory-memory-00678",
                                              "[0x400, 0x500)")));
  EXPECT_EQ(data_, p + 1024);
  Write(static_cast<uint8_t*>(data_), Slice(kNew, 1024, 256));
  m.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(app_.DeviceBytes(m),
              SameBytes(Patched(kOld, 1024, Slice(kNew, 1024, 256))));
}

TEST_F(MapMemoryTest, SecondMapOfAnotherRangeWidensTheMapping) {
  AppMemory m(app_, kSize);
  app_.DeviceWrite(m, 0, kOld);
  uint8_t* low = m.Map(0, 1024);
  ASSERT_EQ(TryMap(m, 2048, 1024, &data_), VK_SUCCESS);
  EXPECT_THAT(Findings(), ElementsAre(Reports("vkMapMemory",
                                              "VUID-vkMapMemory-memory-"
                                              "00678")));
  m.Invalidate(0, 3072);
  Write(low, Slice(kNew, 0, 1024));
  Write(static_cast<uint8_t*>(data_), Slice(kNew, 2048, 1024));
  m.Flush(0, 1024);
  m.Flush(2048, 1024);
  Bytes expected = Patched(kOld, 0, Slice(kNew, 0, 1024));
  expected = Patched(expected, 2048, Slice(kNew, 2048, 1024));
  EXPECT_THAT(app_.DeviceBytes(m), SameBytes(expected));
}

TEST_F(MapMemoryTest, SecondMapOfCoherentMemory) {
  AppMemory m(app_, kSize, MemoryKind::kCoherent);
  uint8_t* p = m.Map();
  ASSERT_EQ(TryMap(m, 512, 512, &data_), VK_SUCCESS);
  EXPECT_THAT(Findings(), ElementsAre(Reports("vkMapMemory",
                                              "VUID-vkMapMemory-memory-"
                                              "00678")));
  EXPECT_EQ(data_, p + 512);
}

TEST_F(MapMemoryTest, OffsetAtTheEnd) {
  AppMemory m(app_, kSize);
  EXPECT_EQ(TryMap(m, kSize, VK_WHOLE_SIZE, &data_),
            VK_ERROR_MEMORY_MAP_FAILED);
  EXPECT_THAT(Findings(), ElementsAre(Reports("vkMapMemory",
                                              "VUID-vkMapMemory-offset-00679",
                                              "offset 0x1000")));
}

TEST_F(MapMemoryTest, SizeZero) {
  AppMemory m(app_, kSize);
  EXPECT_EQ(TryMap(m, 0, 0, &data_), VK_ERROR_MEMORY_MAP_FAILED);
  EXPECT_THAT(Findings(), ElementsAre(Reports("vkMapMemory",
                                              "VUID-vkMapMemory-size-00680")));
}

TEST_F(MapMemoryTest, SizeBeyondTheEnd) {
  AppMemory m(app_, kSize);
  EXPECT_EQ(TryMap(m, 1024, kSize - 1023, &data_), VK_ERROR_MEMORY_MAP_FAILED);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports("vkMapMemory", "VUID-vkMapMemory-size-00681",
                                  "0xc01 bytes at offset 0x400")));
}

TEST_F(MapMemoryTest, SizeThatWrapsAround) {
  AppMemory m(app_, kSize);
  EXPECT_EQ(TryMap(m, 1024, VK_WHOLE_SIZE - 1023, &data_),
            VK_ERROR_MEMORY_MAP_FAILED);
  EXPECT_THAT(Findings(), ElementsAre(Reports("vkMapMemory",
                                              "VUID-vkMapMemory-size-00681")));
}

TEST_F(MapMemoryTest, TypeThatIsNotHostVisible) {
  AppMemory m(app_, kSize, MemoryKind::kNotMappable);
  EXPECT_EQ(TryMap(m, 0, VK_WHOLE_SIZE, &data_), VK_ERROR_MEMORY_MAP_FAILED);
  EXPECT_THAT(Findings(), ElementsAre(Reports("vkMapMemory",
                                              "VUID-vkMapMemory-memory-00682",
                                              "DEVICE_LOCAL")));
}

TEST_F(MapMemoryTest, AMapThatFailedLeavesTheMemoryUnmapped) {
  AppMemory m(app_, kSize);
  EXPECT_NE(TryMap(m, kSize + 1, 1, &data_), VK_SUCCESS);
  EXPECT_EQ(Findings().size(), 1u);
  m.Map();
}

TEST_F(MapMemoryTest, PlacedFlagIsIgnored) {
  AppMemory m(app_, kSize);
  constexpr VkMemoryMapFlags kPlaced = 0x1;
  EXPECT_EQ(
      vkMapMemory(app_.device(), m.handle(), 0, VK_WHOLE_SIZE, kPlaced, &data_),
      VK_SUCCESS);
  EXPECT_THAT(Findings(), ElementsAre(Reports("vkMapMemory",
                                              "VUID-vkMapMemory-flags-09568")));
}

TEST_F(MapMemoryTest, UnmapOfUnmappedMemory) {
  AppMemory m(app_, kSize);
  m.Map();
  m.Unmap();
  m.Unmap();
  EXPECT_THAT(Findings(), ElementsAre(Reports("vkUnmapMemory",
                                              "VUID-vkUnmapMemory-memory-"
                                              "00689")));
}

TEST_F(MapMemoryTest, FreeOfMappedMemoryUnmapsIt) {
  AppMemory m(app_, kSize);
  m.Map();
  m.Free();
}

TEST_F(MapMemoryTest, FreeOfNullIsAllowed) {
  vkFreeMemory(app_.device(), VK_NULL_HANDLE, nullptr);
}

// The pointer less the offset keeps minMemoryMapAlignment, for every type; see
// https://github.com/KhronosGroup/Vulkan-LoaderAndValidationLayers/issues/820
TEST_F(MapMemoryTest, PointersAreAligned) {
  const VkDeviceSize alignment = app_.limits().minMemoryMapAlignment;
  EXPECT_GE(alignment, 64u);
  for (MemoryKind kind : {MemoryKind::kNonCoherent, MemoryKind::kCoherent}) {
    for (VkDeviceSize offset : {0, 1, 63, 64, 100, 4095}) {
      AppMemory m(app_, kSize, kind);
      const auto p = reinterpret_cast<uintptr_t>(m.Map(offset, VK_WHOLE_SIZE));
      EXPECT_EQ((p - offset) % alignment, 0u) << "offset " << offset;
    }
  }
}

TEST_F(MapMemoryTest, OffsetsCountFromTheMemory) {
  AppMemory m(app_, kSize);
  Write(MapInStep(app_, m, kOld), kNew);
  m.Unmap();
  EXPECT_THAT(Read(m.Map(1000, 24), 24), SameBytes(Slice(kNew, 1000, 24)));
}

// Whole-size calls through a mapping of a part reach to the mapping's end.
TEST_F(MapMemoryTest, PartsAreMappedInTurn) {
  AppMemory m(app_, kSize);
  app_.DeviceWrite(m, 0, kOld);
  for (VkDeviceSize offset = 0; offset < kSize; offset += 512) {
    uint8_t* p = m.Map(offset, 512);
    m.Invalidate(offset, VK_WHOLE_SIZE);
    EXPECT_THAT(Read(p, 512), SameBytes(Slice(kOld, offset, 512)));
    Write(p, Slice(kNew, offset, 512));
    m.Flush(offset, VK_WHOLE_SIZE);
    m.Unmap();
  }
  EXPECT_THAT(app_.DeviceBytes(m), SameBytes(kNew));
}

TEST_F(MapMemoryTest, ManyMemoriesAreMappedAtOnce) {
  std::vector<std::unique_ptr<AppMemory>> all;
  std::vector<uint8_t*> mapped;
  for (uint8_t i = 0; i < 200; ++i) {
    all.push_back(std::make_unique<AppMemory>(app_, 512));
    mapped.push_back(all.back()->Map());
    Write(mapped.back(), Numbered(512, i));
  }
  for (uint8_t i = 0; i < 200; i += 2) all[i]->Flush(0, VK_WHOLE_SIZE);
  for (uint8_t i = 0; i < 200; ++i) {
    EXPECT_THAT(Read(mapped[i], 512), SameBytes(Numbered(512, i)));
    const Bytes in_device = app_.DeviceBytes(*all[i]);
    EXPECT_EQ(in_device == Numbered(512, i), i % 2 == 0) << "memory " << +i;
  }
}

// Too large for one stretch of anything inside the ICD.
TEST_F(MapMemoryTest, LargeMemory) {
  constexpr VkDeviceSize kLarge = (VkDeviceSize{64} << 20) + 4096;
  AppMemory m(app_, kLarge);
  uint8_t* p = m.Map();
  for (VkDeviceSize at : {VkDeviceSize{0}, (VkDeviceSize{4} << 20) - 256,
                          VkDeviceSize{4} << 20, kLarge - 512}) {
    Write(p + at, Slice(kNew, 0, 512));
    m.Flush(at, 512);
    EXPECT_THAT(app_.DeviceBytes(m, at, 512), SameBytes(Slice(kNew, 0, 512)));
  }
}

}  // namespace
}  // namespace incoherent
