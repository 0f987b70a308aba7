// Device groups, several instances, several devices.

#include <vector>

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/same_bytes.h"
#include "tests/vulkan/vulkan_app.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

constexpr VkDeviceSize kSize = 4096;
const Bytes kOld = Numbered(kSize, 1);
const Bytes kNew = Numbered(kSize, 2);

class DeviceGroupTest : public VulkanTest {};

TEST_F(DeviceGroupTest, GroupsListTheKnownDevices) {
  VulkanInstance instance{IcdEnvironment()};
  uint32_t count = 0;
  Require(vkEnumeratePhysicalDeviceGroups(instance.handle(), &count, nullptr),
          "vkEnumeratePhysicalDeviceGroups");
  ASSERT_EQ(count, 1u);
  VkPhysicalDeviceGroupProperties group = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_GROUP_PROPERTIES};
  Require(vkEnumeratePhysicalDeviceGroups(instance.handle(), &count, &group),
          "vkEnumeratePhysicalDeviceGroups");
  ASSERT_EQ(group.physicalDeviceCount, 1u);
  VkPhysicalDeviceMemoryProperties memory;
  vkGetPhysicalDeviceMemoryProperties(group.physicalDevices[0], &memory);
  EXPECT_EQ(memory.memoryTypeCount, 3u) << "of strict";
}

TEST_F(DeviceGroupTest, GroupOfOneDevice) {
  VulkanInstance instance{IcdEnvironment()};
  const VkPhysicalDevice only = instance.PhysicalDevice();
  const VkDeviceGroupDeviceCreateInfo group = {
      VK_STRUCTURE_TYPE_DEVICE_GROUP_DEVICE_CREATE_INFO, nullptr, 1, &only};
  const float priority = 1.0f;
  VkDeviceQueueCreateInfo queue = {VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO};
  queue.queueCount = 1;
  queue.pQueuePriorities = &priority;
  VkDeviceCreateInfo info = {VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO, &group};
  info.queueCreateInfoCount = 1;
  info.pQueueCreateInfos = &queue;
  VkDevice device = VK_NULL_HANDLE;
  ASSERT_EQ(vkCreateDevice(only, &info, nullptr, &device), VK_SUCCESS);
  const VkMemoryAllocateFlagsInfo mask = {
      VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO, nullptr,
      VK_MEMORY_ALLOCATE_DEVICE_MASK_BIT, 1};
  const VkMemoryAllocateInfo allocate = {VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                                         &mask, kSize, 1};
  VkDeviceMemory memory = VK_NULL_HANDLE;
  ASSERT_EQ(vkAllocateMemory(device, &allocate, nullptr, &memory), VK_SUCCESS);
  void* data = nullptr;
  EXPECT_EQ(vkMapMemory(device, memory, 0, VK_WHOLE_SIZE, 0, &data),
            VK_SUCCESS);
  vkFreeMemory(device, memory, nullptr);
  vkDestroyDevice(device, nullptr);
}

// Each instance keeps the options of its own creation.
TEST_F(DeviceGroupTest, InstancesOfSeveralProfiles) {
  VulkanApp strict(WithProfile("strict"));
  VulkanApp mali(WithProfile("arm-mali-g78"));
  VulkanApp eager(WithEviction("eager"));
  VulkanApp lavapipe{PlainLavapipe()};
  EXPECT_EQ(strict.atom(), 256u);
  EXPECT_EQ(mali.atom(), 64u);
  EXPECT_EQ(strict.memory_properties().memoryTypeCount, 3u);
  EXPECT_EQ(mali.memory_properties().memoryTypeCount, 4u);
  EXPECT_EQ(lavapipe.memory_properties().memoryTypeCount, 1u);
  for (VulkanApp* app : {&strict, &mali}) {
    AppMemory m(*app, kSize);
    Write(MapInStep(*app, m, kOld), kNew);
    EXPECT_THAT(app->DeviceBytes(m), SameBytes(kOld));
  }
  for (VulkanApp* app : {&eager, &lavapipe}) {
    AppMemory m(*app, kSize);
    Write(MapInStep(*app, m, kOld), kNew);
    EXPECT_THAT(app->DeviceBytes(m), SameBytes(kNew));
  }
}

TEST_F(DeviceGroupTest, AnInstanceOutlivesTheOthers) {
  VulkanApp first(WithProfile("strict"));
  AppMemory m(first, kSize);
  uint8_t* p = MapInStep(first, m, kOld);
  for (int i = 0; i < 5; ++i) {
    VulkanApp second(WithProfile("arm-mali-g78"));
    AppMemory n(second, kSize);
    Write(n.Map(), kNew);
  }
  Write(p, kNew);
  EXPECT_THAT(first.DeviceBytes(m), SameBytes(kOld));
  m.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(first.DeviceBytes(m), SameBytes(kNew));
}

}  // namespace
}  // namespace incoherent
