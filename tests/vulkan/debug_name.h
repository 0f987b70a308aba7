#ifndef INCOHERENT_TESTS_VULKAN_DEBUG_NAME_H_
#define INCOHERENT_TESTS_VULKAN_DEBUG_NAME_H_

// NameObject: gives an object a debug name (vkSetDebugUtilsObjectNameEXT). The
// instance has VK_EXT_debug_utils.

#include <vulkan/vulkan.h>

#include <string>

#include "tests/vulkan/vulkan_instance.h"

namespace incoherent {

template <typename Handle>
void NameObject(VkDevice device, VkObjectType type, Handle handle,
                const std::string& name) {
  const auto set_name = reinterpret_cast<PFN_vkSetDebugUtilsObjectNameEXT>(
      vkGetDeviceProcAddr(device, "vkSetDebugUtilsObjectNameEXT"));
  Require(set_name == nullptr ? VK_ERROR_EXTENSION_NOT_PRESENT : VK_SUCCESS,
          "the search for vkSetDebugUtilsObjectNameEXT");
  const VkDebugUtilsObjectNameInfoEXT info = {
      VK_STRUCTURE_TYPE_DEBUG_UTILS_OBJECT_NAME_INFO_EXT, nullptr, type,
      reinterpret_cast<uint64_t>(handle), name.c_str()};
  Require(set_name(device, &info), "vkSetDebugUtilsObjectNameEXT");
}

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_DEBUG_NAME_H_
