// VK_KHR_map_memory2: the same rules under other names.

#include "tests/vulkan/map_memory2.h"

#include "tests/vulkan/commands.h"
#include "tests/vulkan/same_bytes.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;

constexpr char kMap[] = "vkMapMemory2KHR";
constexpr char kUnmap[] = "vkUnmapMemory2KHR";
constexpr VkDeviceSize kSize = 4096;
const Bytes kOld = Numbered(kSize, 1);
const Bytes kNew = Numbered(kSize, 2);

class MapMemory2Test : public VulkanTest {
 protected:
  MapMemory2Test()
      : app_(IcdEnvironment(), {{VK_KHR_MAP_MEMORY_2_EXTENSION_NAME}, nullptr}),
        map2_(app_),
        m_(app_, kSize) {}

  VulkanApp app_;
  MapMemory2 map2_;
  AppMemory m_;
  void* data_ = nullptr;
};

TEST_F(MapMemory2Test, IsNotThereUnlessEnabled) {
  VulkanApp app;
  EXPECT_EQ(app.DeviceCommand<PFN_vkMapMemory2KHR>("vkMapMemory2KHR"), nullptr);
  EXPECT_EQ(app.DeviceCommand<PFN_vkUnmapMemory2KHR>("vkUnmapMemory2KHR"),
            nullptr);
}

TEST_F(MapMemory2Test, UploadAndReadback) {
  ASSERT_EQ(map2_.Map(m_, 0, VK_WHOLE_SIZE, &data_), VK_SUCCESS);
  auto* p = static_cast<uint8_t*>(data_);
  Write(p, kOld);
  m_.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(app_.DeviceBytes(m_), SameBytes(kOld));
  app_.DeviceWrite(m_, 0, kNew);
  EXPECT_THAT(Read(p, kSize), SameBytes(kOld));
  m_.Invalidate(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Read(p, kSize), SameBytes(kNew));
  EXPECT_EQ(map2_.Unmap(m_), VK_SUCCESS);
}

TEST_F(MapMemory2Test, UnmapIsNoFlush) {
  Write(MapInStep(app_, m_, kOld), kNew);
  EXPECT_EQ(map2_.Unmap(m_), VK_SUCCESS);
  EXPECT_THAT(app_.DeviceBytes(m_), SameBytes(kOld));
}

TEST_F(MapMemory2Test, BothFormsMayBeMixed) {
  ASSERT_EQ(map2_.Map(m_, 1024, 1024, &data_), VK_SUCCESS);
  m_.Unmap();
  m_.Map();
  EXPECT_EQ(map2_.Unmap(m_), VK_SUCCESS);
}

TEST_F(MapMemory2Test, SecondMap) {
  m_.Map();
  EXPECT_EQ(map2_.Map(m_, 0, VK_WHOLE_SIZE, &data_), VK_SUCCESS);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(kMap, "VUID-VkMemoryMapInfo-memory-07958")));
}

TEST_F(MapMemory2Test, OffsetAtTheEnd) {
  EXPECT_EQ(map2_.Map(m_, kSize, 1, &data_), VK_ERROR_MEMORY_MAP_FAILED);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(kMap, "VUID-VkMemoryMapInfo-offset-07959")));
}

TEST_F(MapMemory2Test, SizeZero) {
  EXPECT_EQ(map2_.Map(m_, 0, 0, &data_), VK_ERROR_MEMORY_MAP_FAILED);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(kMap, "VUID-VkMemoryMapInfo-size-07960")));
}

TEST_F(MapMemory2Test, SizeBeyondTheEnd) {
  EXPECT_EQ(map2_.Map(m_, 1, kSize, &data_), VK_ERROR_MEMORY_MAP_FAILED);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(kMap, "VUID-VkMemoryMapInfo-size-07961")));
}

TEST_F(MapMemory2Test, TypeThatIsNotHostVisible) {
  AppMemory local(app_, kSize, MemoryKind::kNotMappable);
  EXPECT_EQ(map2_.Map(local, 0, VK_WHOLE_SIZE, &data_),
            VK_ERROR_MEMORY_MAP_FAILED);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(kMap, "VUID-VkMemoryMapInfo-memory-07962")));
}

TEST_F(MapMemory2Test, UnmapOfUnmappedMemory) {
  EXPECT_EQ(map2_.Unmap(m_), VK_SUCCESS);
  EXPECT_THAT(Findings(), ElementsAre(Reports(
                              kUnmap, "VUID-VkMemoryUnmapInfo-memory-07964")));
}

TEST_F(MapMemory2Test, PlacedWithoutTheFeature) {
  EXPECT_EQ(map2_.MapPlaced(m_, reinterpret_cast<void*>(0x10000000)),
            VK_ERROR_MEMORY_MAP_FAILED);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(kMap, "VUID-VkMemoryMapInfo-flags-09569")));
  m_.Map();
}

TEST_F(MapMemory2Test, ReservingWithoutTheFeature) {
  m_.Map();
  EXPECT_EQ(map2_.UnmapReserving(m_), VK_ERROR_MEMORY_MAP_FAILED);
  EXPECT_THAT(Findings(), ElementsAre(Reports(
                              kUnmap, "VUID-VkMemoryUnmapInfo-flags-09579")));
  m_.Unmap();  // which had not happened
}

}  // namespace
}  // namespace incoherent
