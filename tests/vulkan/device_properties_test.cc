// What a physical device says of itself: the profile's memory, and otherwise
// the downstream driver.

#include <algorithm>
#include <cstring>
#include <string>

#include "sim/profiles/profile.h"
#include "tests/vulkan/vulkan_instance.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

class DevicePropertiesTest : public VulkanTest,
                             public ::testing::WithParamInterface<const char*> {
 protected:
  DevicePropertiesTest()
      : profile_(*LoadProfile(GetParam())), instance_(WithProfile(GetParam())) {
    device_ = instance_.PhysicalDevice();
  }

  void ExpectProfilesMemory(
      const VkPhysicalDeviceMemoryProperties& properties) const {
    ASSERT_EQ(properties.memoryTypeCount, profile_.memory.types.size());
    for (uint32_t i = 0; i < properties.memoryTypeCount; ++i) {
      EXPECT_EQ(properties.memoryTypes[i].propertyFlags,
                profile_.memory.types[i].property_flags);
      EXPECT_EQ(properties.memoryTypes[i].heapIndex,
                profile_.memory.types[i].heap_index);
    }
    ASSERT_EQ(properties.memoryHeapCount, profile_.memory.heaps.size());
    for (uint32_t i = 0; i < properties.memoryHeapCount; ++i) {
      EXPECT_EQ(properties.memoryHeaps[i].size, profile_.memory.heaps[i].size);
      EXPECT_EQ(properties.memoryHeaps[i].flags,
                profile_.memory.heaps[i].flags);
    }
  }

  void ExpectProfilesLimits(const VkPhysicalDeviceLimits& limits) const;

  const Profile profile_;
  VulkanInstance instance_;
  VkPhysicalDevice device_;
};

VkPhysicalDeviceProperties LavapipesOwn() {
  VulkanInstance instance{PlainLavapipe()};
  VkPhysicalDeviceProperties properties;
  vkGetPhysicalDeviceProperties(instance.PhysicalDevice(), &properties);
  return properties;
}

// Where a limit is a promise that the downstream must keep as well, the
// stricter of both is reported.
void DevicePropertiesTest::ExpectProfilesLimits(
    const VkPhysicalDeviceLimits& limits) const {
  const MemoryLimits& of_profile = profile_.memory.limits;
  const VkPhysicalDeviceLimits downstream = LavapipesOwn().limits;
  EXPECT_EQ(limits.nonCoherentAtomSize, of_profile.non_coherent_atom_size);
  EXPECT_EQ(limits.minMemoryMapAlignment,
            std::min<size_t>(of_profile.min_memory_map_alignment,
                             downstream.minMemoryMapAlignment));
  EXPECT_EQ(limits.bufferImageGranularity,
            std::max(of_profile.buffer_image_granularity,
                     downstream.bufferImageGranularity));
  EXPECT_EQ(limits.maxMemoryAllocationCount,
            std::min(of_profile.max_memory_allocation_count,
                     downstream.maxMemoryAllocationCount));
}

INSTANTIATE_TEST_SUITE_P(
    Profiles, DevicePropertiesTest,
    ::testing::Values("lavapipe", "strict", "strict-last", "qcom-adreno-618",
                      "qcom-adreno-650-805", "arm-mali-g78", "arm-mali-t760",
                      "nvidia-rtx-4090", "nvidia-tegra-x1-shield", "v3dv-rpi4",
                      "radv-renoir-apu"),
    [](const auto& info) {
      std::string name = info.param;
      for (char& c : name) c = c == '-' ? '_' : c;
      return name;
    });

TEST_P(DevicePropertiesTest, MemoryTypesAndHeaps) {
  VkPhysicalDeviceMemoryProperties properties;
  vkGetPhysicalDeviceMemoryProperties(device_, &properties);
  ExpectProfilesMemory(properties);
  VkPhysicalDeviceMemoryProperties2 properties2 = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2};
  vkGetPhysicalDeviceMemoryProperties2(device_, &properties2);
  ExpectProfilesMemory(properties2.memoryProperties);
}

TEST_P(DevicePropertiesTest, Limits) {
  VkPhysicalDeviceProperties properties;
  vkGetPhysicalDeviceProperties(device_, &properties);
  ExpectProfilesLimits(properties.limits);
  VkPhysicalDeviceProperties2 properties2 = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2};
  vkGetPhysicalDeviceProperties2(device_, &properties2);
  ExpectProfilesLimits(properties2.properties.limits);
}

TEST_P(DevicePropertiesTest, LimitsInChainedStructures) {
  VkPhysicalDeviceVulkan11Properties vulkan11 = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES};
  VkPhysicalDeviceMaintenance3Properties maintenance3 = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES};
  VkPhysicalDeviceExternalMemoryHostPropertiesEXT host_import = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_MEMORY_HOST_PROPERTIES_EXT};
  VkPhysicalDeviceProperties2 properties = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2};
  constexpr uint64_t kLavapipesMost = uint64_t{1} << 31;
  constexpr uint64_t kLavapipesAlignment = 4096;
  for (void* chain :
       {static_cast<void*>(&vulkan11), static_cast<void*>(&maintenance3),
        static_cast<void*>(&host_import)}) {
    properties.pNext = chain;
    vkGetPhysicalDeviceProperties2(device_, &properties);
  }
  const MemoryLimits& limits = profile_.memory.limits;
  const uint64_t most =
      std::min(limits.max_memory_allocation_size, kLavapipesMost);
  EXPECT_EQ(vulkan11.maxMemoryAllocationSize, most);
  EXPECT_EQ(maintenance3.maxMemoryAllocationSize, most);
  EXPECT_EQ(host_import.minImportedHostPointerAlignment,
            std::max(limits.min_imported_host_pointer_alignment,
                     kLavapipesAlignment));
}

TEST_P(DevicePropertiesTest, EverythingElseIsTheDownstreams) {
  const VkPhysicalDeviceProperties downstream = LavapipesOwn();
  VkPhysicalDeviceProperties properties;
  vkGetPhysicalDeviceProperties(device_, &properties);
  EXPECT_STREQ(properties.deviceName, downstream.deviceName);
  EXPECT_EQ(properties.vendorID, downstream.vendorID);
  EXPECT_EQ(properties.limits.maxImageDimension2D,
            downstream.limits.maxImageDimension2D);
  EXPECT_EQ(std::memcmp(properties.pipelineCacheUUID,
                        downstream.pipelineCacheUUID, VK_UUID_SIZE),
            0);
}

TEST_P(DevicePropertiesTest, NoNewerVersionThanTheIcdKnows) {
  VkPhysicalDeviceProperties properties;
  vkGetPhysicalDeviceProperties(device_, &properties);
  EXPECT_EQ(VK_API_VERSION_MAJOR(properties.apiVersion), 1u);
  EXPECT_EQ(VK_API_VERSION_MINOR(properties.apiVersion), 3u);
}

TEST_P(DevicePropertiesTest, TheSizeQueryAndTheAnswerAgree) {
  uint32_t count = 0;
  Require(
      vkEnumerateDeviceExtensionProperties(device_, nullptr, &count, nullptr),
      "vkEnumerateDeviceExtensionProperties");
  ASSERT_GT(count, 1u);
  std::vector<VkExtensionProperties> all(count);
  uint32_t fewer = count - 1;
  EXPECT_EQ(vkEnumerateDeviceExtensionProperties(device_, nullptr, &fewer,
                                                 all.data()),
            VK_INCOMPLETE);
  EXPECT_EQ(fewer, count - 1);
  EXPECT_EQ(vkEnumerateDeviceExtensionProperties(device_, nullptr, &count,
                                                 all.data()),
            VK_SUCCESS);
}

}  // namespace
}  // namespace incoherent
