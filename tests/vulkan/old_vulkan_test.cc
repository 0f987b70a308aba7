// Applications of Vulkan 1.0 and 1.1, and of extensions that became core.

#include <cstring>

#include "tests/vulkan/bytes.h"
#include "tests/vulkan/vulkan_instance.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

constexpr VkDeviceSize kSize = 4096;

class OldVulkanTest : public VulkanTest {
 protected:
  static VkDevice CreateDevice(const VulkanInstance& instance,
                               const std::vector<const char*>& extensions) {
    const float priority = 1.0f;
    VkDeviceQueueCreateInfo queue = {
        VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO};
    queue.queueCount = 1;
    queue.pQueuePriorities = &priority;
    VkDeviceCreateInfo info = {VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO};
    info.queueCreateInfoCount = 1;
    info.pQueueCreateInfos = &queue;
    info.enabledExtensionCount = static_cast<uint32_t>(extensions.size());
    info.ppEnabledExtensionNames = extensions.data();
    VkDevice device = VK_NULL_HANDLE;
    Require(vkCreateDevice(instance.PhysicalDevice(), &info, nullptr, &device),
            "vkCreateDevice");
    return device;
  }

  template <typename Function>
  static Function InstanceCommand(const VulkanInstance& instance,
                                  const char* name) {
    return reinterpret_cast<Function>(
        vkGetInstanceProcAddr(instance.handle(), name));
  }

  template <typename Function>
  static Function DeviceCommand(VkDevice device, const char* name) {
    return reinterpret_cast<Function>(vkGetDeviceProcAddr(device, name));
  }
};

TEST_F(OldVulkanTest, MemoryOfVulkan10) {
  VulkanInstance instance(IcdEnvironment(), {}, VK_API_VERSION_1_0);
  VkPhysicalDeviceMemoryProperties properties;
  vkGetPhysicalDeviceMemoryProperties(instance.PhysicalDevice(), &properties);
  EXPECT_EQ(properties.memoryTypeCount, 3u);
  VkDevice device = CreateDevice(instance, {});
  const VkMemoryAllocateInfo info = {VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                                     nullptr, kSize, 1};
  VkDeviceMemory memory = VK_NULL_HANDLE;
  Require(vkAllocateMemory(device, &info, nullptr, &memory),
          "vkAllocateMemory");
  void* data = nullptr;
  Require(vkMapMemory(device, memory, 0, VK_WHOLE_SIZE, 0, &data),
          "vkMapMemory");
  std::memset(data, 1, kSize);
  const VkMappedMemoryRange range = {VK_STRUCTURE_TYPE_MAPPED_MEMORY_RANGE,
                                     nullptr, memory, 0, VK_WHOLE_SIZE};
  EXPECT_EQ(vkFlushMappedMemoryRanges(device, 1, &range), VK_SUCCESS);
  EXPECT_EQ(vkInvalidateMappedMemoryRanges(device, 1, &range), VK_SUCCESS);
  EXPECT_EQ(Read(static_cast<uint8_t*>(data), kSize), Filled(kSize, 1));
  vkFreeMemory(device, memory, nullptr);
  vkDestroyDevice(device, nullptr);
}

TEST_F(OldVulkanTest, PropertiesThroughTheExtension) {
  VulkanInstance instance(
      IcdEnvironment(),
      {VK_KHR_GET_PHYSICAL_DEVICE_PROPERTIES_2_EXTENSION_NAME},
      VK_API_VERSION_1_0);
  const auto get_properties =
      InstanceCommand<PFN_vkGetPhysicalDeviceProperties2KHR>(
          instance, "vkGetPhysicalDeviceProperties2KHR");
  const auto get_memory =
      InstanceCommand<PFN_vkGetPhysicalDeviceMemoryProperties2KHR>(
          instance, "vkGetPhysicalDeviceMemoryProperties2KHR");
  const auto get_features =
      InstanceCommand<PFN_vkGetPhysicalDeviceFeatures2KHR>(
          instance, "vkGetPhysicalDeviceFeatures2KHR");
  VkPhysicalDeviceProperties2 properties = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2};
  get_properties(instance.PhysicalDevice(), &properties);
  EXPECT_EQ(properties.properties.limits.nonCoherentAtomSize, 256u);
  VkPhysicalDeviceMemoryProperties2 memory = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2};
  get_memory(instance.PhysicalDevice(), &memory);
  EXPECT_EQ(memory.memoryProperties.memoryTypeCount, 3u);
  VkPhysicalDeviceFeatures2 features = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2};
  get_features(instance.PhysicalDevice(), &features);
}

TEST_F(OldVulkanTest, RequirementsThroughTheExtension) {
  VulkanInstance instance(
      IcdEnvironment(),
      {VK_KHR_GET_PHYSICAL_DEVICE_PROPERTIES_2_EXTENSION_NAME},
      VK_API_VERSION_1_0);
  VkDevice device =
      CreateDevice(instance, {VK_KHR_GET_MEMORY_REQUIREMENTS_2_EXTENSION_NAME});
  const auto get = DeviceCommand<PFN_vkGetBufferMemoryRequirements2KHR>(
      device, "vkGetBufferMemoryRequirements2KHR");
  ASSERT_NE(get, nullptr);
  VkBufferCreateInfo info = {VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
  info.size = kSize;
  info.usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT;
  VkBuffer buffer = VK_NULL_HANDLE;
  Require(vkCreateBuffer(device, &info, nullptr, &buffer), "vkCreateBuffer");
  const VkBufferMemoryRequirementsInfo2 question = {
      VK_STRUCTURE_TYPE_BUFFER_MEMORY_REQUIREMENTS_INFO_2, nullptr, buffer};
  VkMemoryRequirements2 answer = {VK_STRUCTURE_TYPE_MEMORY_REQUIREMENTS_2};
  get(device, &question, &answer);
  EXPECT_EQ(answer.memoryRequirements.memoryTypeBits, 0b111u);
  vkDestroyBuffer(device, buffer, nullptr);
  vkDestroyDevice(device, nullptr);
}

TEST_F(OldVulkanTest, CommandsOfNewerVersionsAreNotThere) {
  VulkanInstance instance(IcdEnvironment(), {}, VK_API_VERSION_1_1);
  VkDevice device = CreateDevice(instance, {});
  EXPECT_EQ(vkGetDeviceProcAddr(device, "vkNoSuchCommand"), nullptr);
  EXPECT_EQ(vkGetDeviceProcAddr(device, "vkMapMemory2KHR"), nullptr);
  EXPECT_EQ(vkGetDeviceProcAddr(device, "vkMapMemory2"), nullptr);
  EXPECT_NE(vkGetDeviceProcAddr(device, "vkMapMemory"), nullptr);
  EXPECT_NE(vkGetDeviceProcAddr(device, "vkGetBufferMemoryRequirements2"),
            nullptr);
  vkDestroyDevice(device, nullptr);
}

}  // namespace
}  // namespace incoherent
