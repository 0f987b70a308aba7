#include "tests/vulkan/vulkan_instance.h"

#include <cstdio>
#include <cstdlib>

#include "sim/memory/check.h"

namespace incoherent {

void Require(VkResult result, const char* call) {
  if (result == VK_SUCCESS) return;
  // Not on stderr, which a test may have captured.
  std::printf("%s returned %d\n", call, result);
  std::fflush(stdout);
  std::abort();
}

VulkanInstance::VulkanInstance(const IcdEnvironment& environment,
                               const std::vector<const char*>& extensions,
                               uint32_t api_version) {
  environment.Enter();
  VkApplicationInfo application = {VK_STRUCTURE_TYPE_APPLICATION_INFO};
  application.apiVersion = api_version;
  VkInstanceCreateInfo info = {VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO};
  info.pApplicationInfo = &application;
  info.enabledExtensionCount = static_cast<uint32_t>(extensions.size());
  info.ppEnabledExtensionNames = extensions.data();
  result_ = vkCreateInstance(&info, nullptr, &handle_);
  if (result_ != VK_SUCCESS) handle_ = VK_NULL_HANDLE;
}

VulkanInstance::~VulkanInstance() {
  if (handle_ != VK_NULL_HANDLE) vkDestroyInstance(handle_, nullptr);
}

std::vector<VkPhysicalDevice> VulkanInstance::PhysicalDevices() const {
  uint32_t count = 0;
  Require(vkEnumeratePhysicalDevices(handle_, &count, nullptr),
          "vkEnumeratePhysicalDevices");
  std::vector<VkPhysicalDevice> devices(count);
  Require(vkEnumeratePhysicalDevices(handle_, &count, devices.data()),
          "vkEnumeratePhysicalDevices");
  return devices;
}

VkPhysicalDevice VulkanInstance::PhysicalDevice() const {
  Require(result_, "vkCreateInstance");
  const std::vector<VkPhysicalDevice> devices = PhysicalDevices();
  INCOHERENT_CHECK(devices.size() == 1, "lavapipe has one physical device");
  return devices[0];
}

}  // namespace incoherent
