#ifndef INCOHERENT_SIM_ICD_ICD_INTERFACE_H_
#define INCOHERENT_SIM_ICD_ICD_INTERFACE_H_

// The three symbols that the Vulkan loader looks for in a driver; the only
// ones that the shared library exports.

#include <vulkan/vk_icd.h>
#include <vulkan/vulkan.h>

#define INCOHERENT_EXPORT __attribute__((visibility("default")))

extern "C" {

INCOHERENT_EXPORT VKAPI_ATTR VkResult VKAPI_CALL
vk_icdNegotiateLoaderICDInterfaceVersion(uint32_t* version);

INCOHERENT_EXPORT VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL
vk_icdGetInstanceProcAddr(VkInstance instance, const char* name);

INCOHERENT_EXPORT VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL
vk_icdGetPhysicalDeviceProcAddr(VkInstance instance, const char* name);

}  // extern "C"

#endif  // INCOHERENT_SIM_ICD_ICD_INTERFACE_H_
