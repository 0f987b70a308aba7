// Which extensions are offered.

#include <algorithm>
#include <string>
#include <vector>

#include "tests/vulkan/map_memory2.h"
#include "tests/vulkan/vulkan_app.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

using ::testing::Contains;
using ::testing::IsSupersetOf;
using ::testing::Not;

std::vector<std::string> DeviceExtensions(const IcdEnvironment& environment) {
  VulkanInstance instance(environment);
  uint32_t count = 0;
  vkEnumerateDeviceExtensionProperties(instance.PhysicalDevice(), nullptr,
                                       &count, nullptr);
  std::vector<VkExtensionProperties> properties(count);
  vkEnumerateDeviceExtensionProperties(instance.PhysicalDevice(), nullptr,
                                       &count, properties.data());
  std::vector<std::string> names;
  for (const VkExtensionProperties& extension : properties) {
    names.emplace_back(extension.extensionName);
  }
  return names;
}

std::vector<std::string> InstanceExtensions(const IcdEnvironment& environment) {
  environment.Enter();
  uint32_t count = 0;
  vkEnumerateInstanceExtensionProperties(nullptr, &count, nullptr);
  std::vector<VkExtensionProperties> properties(count);
  vkEnumerateInstanceExtensionProperties(nullptr, &count, properties.data());
  std::vector<std::string> names;
  for (const VkExtensionProperties& extension : properties) {
    names.emplace_back(extension.extensionName);
  }
  return names;
}

VkResult CreateDeviceWith(const IcdEnvironment& environment,
                          const char* extension) {
  VulkanInstance instance(environment);
  const float priority = 1.0f;
  VkDeviceQueueCreateInfo queue = {VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO};
  queue.queueCount = 1;
  queue.pQueuePriorities = &priority;
  VkDeviceCreateInfo info = {VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO};
  info.queueCreateInfoCount = 1;
  info.pQueueCreateInfos = &queue;
  info.enabledExtensionCount = 1;
  info.ppEnabledExtensionNames = &extension;
  VkDevice device = VK_NULL_HANDLE;
  const VkResult result =
      vkCreateDevice(instance.PhysicalDevice(), &info, nullptr, &device);
  if (result == VK_SUCCESS) vkDestroyDevice(device, nullptr);
  return result;
}

IcdEnvironment Hiding(const std::string& names) {
  IcdEnvironment environment;
  environment.hidden_extensions = names;
  return environment;
}

class ExtensionTest : public VulkanTest {};

TEST_F(ExtensionTest, OwnOnesAreOffered) {
  EXPECT_THAT(DeviceExtensions(IcdEnvironment()),
              IsSupersetOf({VK_KHR_MAP_MEMORY_2_EXTENSION_NAME,
                            VK_EXT_MAP_MEMORY_PLACED_EXTENSION_NAME,
                            VK_EXT_MEMORY_BUDGET_EXTENSION_NAME}));
}

TEST_F(ExtensionTest, OwnOnesCanBeEnabled) {
  for (const char* name : {VK_KHR_MAP_MEMORY_2_EXTENSION_NAME,
                           VK_EXT_MAP_MEMORY_PLACED_EXTENSION_NAME,
                           VK_EXT_MEMORY_BUDGET_EXTENSION_NAME}) {
    EXPECT_EQ(CreateDeviceWith(IcdEnvironment(), name), VK_SUCCESS) << name;
  }
}

TEST_F(ExtensionTest, NoneIsListedTwice) {
  std::vector<std::string> names = DeviceExtensions(IcdEnvironment());
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST_F(ExtensionTest, HostImportNeedsATypeToImportInto) {
  EXPECT_THAT(DeviceExtensions(WithProfile("strict")),
              Contains(VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME));
  EXPECT_THAT(DeviceExtensions(WithProfile("arm-mali-g78")),
              Not(Contains(VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME)));
}

TEST_F(ExtensionTest, HiddenOnesAreNotListed) {
  const std::vector<std::string> names = DeviceExtensions(
      Hiding(std::string(VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME) + "," +
             VK_KHR_MAP_MEMORY_2_EXTENSION_NAME));
  EXPECT_THAT(names, Not(Contains(VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME)));
  EXPECT_THAT(names, Not(Contains(VK_KHR_MAP_MEMORY_2_EXTENSION_NAME)));
  EXPECT_THAT(names, Contains(VK_EXT_MEMORY_BUDGET_EXTENSION_NAME));
}

TEST_F(ExtensionTest, HiddenOnesAreRefused) {
  for (const char* name : {VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME,
                           VK_KHR_MAP_MEMORY_2_EXTENSION_NAME}) {
    EXPECT_EQ(CreateDeviceWith(Hiding(name), name),
              VK_ERROR_EXTENSION_NOT_PRESENT);
    EXPECT_EQ(CreateDeviceWith(IcdEnvironment(), name), VK_SUCCESS);
  }
}

TEST_F(ExtensionTest, HiddenInstanceExtensions) {
  constexpr char kName[] = VK_KHR_EXTERNAL_MEMORY_CAPABILITIES_EXTENSION_NAME;
  EXPECT_THAT(InstanceExtensions(IcdEnvironment()), Contains(kName));
  EXPECT_THAT(InstanceExtensions(Hiding(kName)), Not(Contains(kName)));
  EXPECT_EQ(VulkanInstance(IcdEnvironment(), {kName}).result(), VK_SUCCESS);
  EXPECT_EQ(VulkanInstance(Hiding(kName), {kName}).result(),
            VK_ERROR_EXTENSION_NOT_PRESENT);
}

// Whatever the ICD itself enables below.
TEST_F(ExtensionTest, CommandsOfExtensionsThatWereNotEnabled) {
  const auto features = PlacedMapFeatures(true, true, true);
  VulkanApp app(IcdEnvironment(), PlacedMapDevice(features));
  for (const char* name :
       {"vkGetMemoryHostPointerPropertiesEXT", "vkGetMemoryFdKHR"}) {
    EXPECT_EQ(app.DeviceCommand<PFN_vkVoidFunction>(name), nullptr) << name;
  }
}

// What reaches memory around the model would break its promises.
TEST_F(ExtensionTest, WaysAroundTheModelAreNotOffered) {
  for (const std::string& name : DeviceExtensions(IcdEnvironment())) {
    EXPECT_NE(name, "VK_EXT_external_memory_dma_buf");
    EXPECT_NE(name, "VK_EXT_host_image_copy");
  }
}

TEST_F(ExtensionTest, AllOtherOnesAreTheDownstreams) {
  const std::vector<std::string> offered = DeviceExtensions(IcdEnvironment());
  for (const std::string& name : DeviceExtensions(PlainLavapipe())) {
    if (name == "VK_EXT_external_memory_dma_buf") continue;
    if (name == "VK_EXT_host_image_copy") continue;
    EXPECT_THAT(offered, Contains(name));
  }
}

}  // namespace
}  // namespace incoherent
