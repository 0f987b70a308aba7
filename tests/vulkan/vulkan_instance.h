#ifndef INCOHERENT_TESTS_VULKAN_VULKAN_INSTANCE_H_
#define INCOHERENT_TESTS_VULKAN_VULKAN_INSTANCE_H_

// VulkanInstance: a VkInstance, made through the stock loader.

#include <vulkan/vulkan.h>

#include <vector>

#include "tests/vulkan/icd_environment.h"

namespace incoherent {

// Ends the test program, with the call's name, unless `result` is VK_SUCCESS.
void Require(VkResult result, const char* call);

class VulkanInstance {
 public:
  explicit VulkanInstance(const IcdEnvironment& environment,
                          const std::vector<const char*>& extensions = {},
                          uint32_t api_version = VK_API_VERSION_1_3);
  ~VulkanInstance();
  VulkanInstance(const VulkanInstance&) = delete;
  VulkanInstance& operator=(const VulkanInstance&) = delete;

  // Of vkCreateInstance. There is no instance unless it is VK_SUCCESS.
  VkResult result() const { return result_; }
  VkInstance handle() const { return handle_; }

  std::vector<VkPhysicalDevice> PhysicalDevices() const;
  // The only one that lavapipe has.
  VkPhysicalDevice PhysicalDevice() const;

 private:
  VkInstance handle_ = VK_NULL_HANDLE;
  VkResult result_;
};

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_VULKAN_INSTANCE_H_
