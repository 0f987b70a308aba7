// The rules of VK_EXT_map_memory_placed; what it reports of itself.

#include <sys/mman.h>

#include "tests/vulkan/address_range.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/map_memory2.h"
#include "tests/vulkan/profile_file.h"
#include "tests/vulkan/same_bytes.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;

constexpr char kMap[] = "vkMapMemory2KHR";
constexpr char kUnmap[] = "vkUnmapMemory2KHR";
constexpr char kAligned[] =
    "VUID-VkMemoryMapPlacedInfoEXT-pPlacedAddress-09577";
constexpr char kOverlap[] =
    "VUID-VkMemoryMapPlacedInfoEXT-pPlacedAddress-09578";
constexpr VkDeviceSize kPage = 4096;
constexpr VkDeviceSize kSize = 4 * kPage;

class PlacedMapRulesTest : public VulkanTest {
 protected:
  // A map that fails must leave the memory unmapped.
  void ExpectRefused(VkResult result, const char* vuid) {
    EXPECT_EQ(result, VK_ERROR_MEMORY_MAP_FAILED);
    EXPECT_THAT(Findings(), ElementsAre(Reports(kMap, vuid)));
    EXPECT_EQ(ProtectionAt(range_.at()), "---p");
    m_.Map();
  }

  VkPhysicalDeviceMapMemoryPlacedFeaturesEXT features_ =
      PlacedMapFeatures(true, true, true);
  VulkanApp app_{IcdEnvironment(), PlacedMapDevice(features_)};
  MapMemory2 map2_{app_};
  AppMemory m_{app_, kSize};
  AddressRange range_{16 * kPage, PROT_NONE};
};

TEST_F(PlacedMapRulesTest, FeaturesAndAlignmentAreReported) {
  for (const char* profile : {"strict", "lavapipe", "arm-mali-g78"}) {
    VulkanInstance instance(WithProfile(profile));
    VkPhysicalDeviceMapMemoryPlacedFeaturesEXT placed = {
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAP_MEMORY_PLACED_FEATURES_EXT};
    VkPhysicalDeviceFeatures2 features = {
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, &placed};
    vkGetPhysicalDeviceFeatures2(instance.PhysicalDevice(), &features);
    EXPECT_TRUE(placed.memoryMapPlaced);
    EXPECT_TRUE(placed.memoryMapRangePlaced);
    EXPECT_TRUE(placed.memoryUnmapReserve);
    VkPhysicalDeviceMapMemoryPlacedPropertiesEXT limit = {
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAP_MEMORY_PLACED_PROPERTIES_EXT};
    VkPhysicalDeviceProperties2 properties = {
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, &limit};
    vkGetPhysicalDeviceProperties2(instance.PhysicalDevice(), &properties);
    EXPECT_EQ(limit.minPlacedMemoryMapAlignment, kPage);
  }
}

TEST_F(PlacedMapRulesTest, HiddenItHasNoFeatures) {
  IcdEnvironment hidden;
  hidden.hidden_extensions = VK_EXT_MAP_MEMORY_PLACED_EXTENSION_NAME;
  VulkanInstance instance(hidden);
  VkPhysicalDeviceMapMemoryPlacedFeaturesEXT placed = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAP_MEMORY_PLACED_FEATURES_EXT};
  VkPhysicalDeviceFeatures2 features = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, &placed};
  vkGetPhysicalDeviceFeatures2(instance.PhysicalDevice(), &features);
  EXPECT_FALSE(placed.memoryMapPlaced);
  EXPECT_FALSE(placed.memoryMapRangePlaced);
  EXPECT_FALSE(placed.memoryUnmapReserve);
}

TEST_F(PlacedMapRulesTest, NoAddress) {
  ExpectRefused(map2_.MapPlaced(m_, nullptr),
                "VUID-VkMemoryMapInfo-flags-09570");
}

TEST_F(PlacedMapRulesTest, NoStructure) {
  const VkMemoryMapInfoKHR info = {VK_STRUCTURE_TYPE_MEMORY_MAP_INFO_KHR,
                                   nullptr,
                                   VK_MEMORY_MAP_PLACED_BIT_EXT,
                                   m_.handle(),
                                   0,
                                   VK_WHOLE_SIZE};
  void* data = nullptr;
  const auto map = app_.DeviceCommand<PFN_vkMapMemory2KHR>(kMap);
  ExpectRefused(map(app_.device(), &info, &data),
                "VUID-VkMemoryMapInfo-flags-09570");
}

TEST_F(PlacedMapRulesTest, MisalignedAddress) {
  ExpectRefused(map2_.MapPlaced(m_, range_.at(64)), kAligned);
}

TEST_F(PlacedMapRulesTest, MisalignedOffset) {
  ExpectRefused(map2_.MapPlaced(m_, range_.at(), 256, kPage),
                "VUID-VkMemoryMapInfo-flags-09573");
}

TEST_F(PlacedMapRulesTest, MisalignedSize) {
  ExpectRefused(map2_.MapPlaced(m_, range_.at(), 0, 1000),
                "VUID-VkMemoryMapInfo-flags-09574");
}

TEST_F(PlacedMapRulesTest, MisalignedWholeSize) {
  AppMemory odd(app_, 5000);
  EXPECT_EQ(map2_.MapPlaced(odd, range_.at()), VK_ERROR_MEMORY_MAP_FAILED);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(kMap, "VUID-VkMemoryMapInfo-flags-09651")));
}

TEST_F(PlacedMapRulesTest, OrdinaryRulesComeFirst) {
  ExpectRefused(map2_.MapPlaced(m_, range_.at(), kSize, kPage),
                "VUID-VkMemoryMapInfo-offset-07959");
}

TEST_F(PlacedMapRulesTest, AddressThatWrapsAround) {
  EXPECT_EQ(map2_.MapPlaced(m_, reinterpret_cast<void*>(-kPage)),
            VK_ERROR_MEMORY_MAP_FAILED);
  m_.Map();
}

TEST_F(PlacedMapRulesTest, OverlapOfAnotherPlacedMap) {
  AppMemory other(app_, kSize);
  ASSERT_EQ(map2_.MapPlaced(other, range_.at()), VK_SUCCESS);
  Write(range_.at(), Numbered(kSize, 1));
  EXPECT_EQ(map2_.MapPlaced(m_, range_.at(3 * kPage)),
            VK_ERROR_MEMORY_MAP_FAILED);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kMap, kOverlap)));
  EXPECT_THAT(Read(range_.at(), kSize), SameBytes(Numbered(kSize, 1)));
  EXPECT_EQ(map2_.MapPlaced(m_, range_.at(4 * kPage)), VK_SUCCESS);
}

TEST_F(PlacedMapRulesTest, OverlapOfAnOrdinaryMap) {
  AppMemory other(app_, kSize);
  uint8_t* p = other.Map();
  const auto address = reinterpret_cast<uintptr_t>(p) / kPage * kPage;
  EXPECT_EQ(map2_.MapPlaced(m_, reinterpret_cast<void*>(address)),
            VK_ERROR_MEMORY_MAP_FAILED);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kMap, kOverlap)));
  Write(p, Numbered(kSize, 1));
}

TEST_F(PlacedMapRulesTest, OverlapOfAMapOfAnotherDevice) {
  VulkanApp app(IcdEnvironment(), PlacedMapDevice(features_));
  AppMemory other(app, kSize);
  ASSERT_EQ(MapMemory2(app).MapPlaced(other, range_.at()), VK_SUCCESS);
  EXPECT_EQ(map2_.MapPlaced(m_, range_.at()), VK_ERROR_MEMORY_MAP_FAILED);
  EXPECT_THAT(Findings(), ElementsAre(Reports(kMap, kOverlap)));
}

TEST_F(PlacedMapRulesTest, SecondMapIsRefusedAndTheFirstStays) {
  ASSERT_EQ(map2_.MapPlaced(m_, range_.at()), VK_SUCCESS);
  EXPECT_EQ(map2_.MapPlaced(m_, range_.at(8 * kPage)),
            VK_ERROR_MEMORY_MAP_FAILED);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(kMap, "VUID-VkMemoryMapInfo-memory-07958")));
  Write(range_.at(), Numbered(kSize, 1));
  m_.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(app_.DeviceBytes(m_), SameBytes(Numbered(kSize, 1)));
  EXPECT_EQ(map2_.UnmapReserving(m_), VK_SUCCESS);
}

TEST_F(PlacedMapRulesTest, ReservingUnmapOfUnmappedMemory) {
  EXPECT_EQ(map2_.UnmapReserving(m_), VK_SUCCESS);
  EXPECT_THAT(Findings(), ElementsAre(Reports(
                              kUnmap, "VUID-VkMemoryUnmapInfo-memory-07964")));
}

// Without memoryMapRangePlaced: all of the memory, or none.
class WholePlacedMapTest : public VulkanTest {
 protected:
  VkPhysicalDeviceMapMemoryPlacedFeaturesEXT features_ =
      PlacedMapFeatures(true, false, false);
  VulkanApp app_{IcdEnvironment(), PlacedMapDevice(features_)};
  MapMemory2 map2_{app_};
  AppMemory m_{app_, kSize};
  AddressRange range_{16 * kPage, PROT_NONE};
};

TEST_F(WholePlacedMapTest, Offset) {
  EXPECT_EQ(map2_.MapPlaced(m_, range_.at(), kPage, VK_WHOLE_SIZE),
            VK_ERROR_MEMORY_MAP_FAILED);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(kMap, "VUID-VkMemoryMapInfo-flags-09571")));
}

TEST_F(WholePlacedMapTest, PartOfTheSize) {
  EXPECT_EQ(map2_.MapPlaced(m_, range_.at(), 0, kPage),
            VK_ERROR_MEMORY_MAP_FAILED);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(kMap, "VUID-VkMemoryMapInfo-flags-09572")));
}

TEST_F(WholePlacedMapTest, AllOfTheSize) {
  EXPECT_EQ(map2_.MapPlaced(m_, range_.at(), 0, kSize), VK_SUCCESS);
}

TEST_F(WholePlacedMapTest, ReservingUnmapIsRefused) {
  ASSERT_EQ(map2_.MapPlaced(m_, range_.at()), VK_SUCCESS);
  EXPECT_EQ(map2_.UnmapReserving(m_), VK_ERROR_MEMORY_MAP_FAILED);
  EXPECT_THAT(Findings(), ElementsAre(Reports(
                              kUnmap, "VUID-VkMemoryUnmapInfo-flags-09579")));
  range_.at()[0] = 1;  // it is still mapped
}

}  // namespace
}  // namespace incoherent
