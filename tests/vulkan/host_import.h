#ifndef INCOHERENT_TESTS_VULKAN_HOST_IMPORT_H_
#define INCOHERENT_TESTS_VULKAN_HOST_IMPORT_H_

// HostImport: an allocation whose memory is the application's own pages
// (VK_EXT_external_memory_host).
//
//   VulkanApp app(WithProfile("strict"), HostImportDevice());
//   HostImport import;
//   AppMemory m(app, import.Of(pages, 4096, type));

#include <vulkan/vulkan.h>

#include "tests/vulkan/app_memory.h"

namespace incoherent {

inline DeviceRequest HostImportDevice() {
  return {{VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME}, nullptr};
}

// The answer to vkGetMemoryHostPointerPropertiesEXT.
inline VkResult QueryHostPointer(const VulkanApp& app, const void* pages,
                                 VkExternalMemoryHandleTypeFlagBits handle_type,
                                 uint32_t* type_bits) {
  const auto query = app.DeviceCommand<PFN_vkGetMemoryHostPointerPropertiesEXT>(
      "vkGetMemoryHostPointerPropertiesEXT");
  VkMemoryHostPointerPropertiesEXT properties = {
      VK_STRUCTURE_TYPE_MEMORY_HOST_POINTER_PROPERTIES_EXT};
  const VkResult result = query(app.device(), handle_type, pages, &properties);
  *type_bits = properties.memoryTypeBits;
  return result;
}

inline uint32_t HostPointerTypeBits(const VulkanApp& app, const void* pages) {
  uint32_t bits = 0;
  Require(QueryHostPointer(
              app, pages,
              VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT, &bits),
          "vkGetMemoryHostPointerPropertiesEXT");
  return bits;
}

class HostImport {
 public:
  // Refers to this object: it lives until the allocation is made.
  MemoryRequest Of(void* pages, VkDeviceSize size, uint32_t type_index,
                   VkExternalMemoryHandleTypeFlagBits handle_type =
                       VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT) {
    info_.sType = VK_STRUCTURE_TYPE_IMPORT_MEMORY_HOST_POINTER_INFO_EXT;
    info_.handleType = handle_type;
    info_.pHostPointer = pages;
    return {size, type_index, &info_,
            static_cast<VkExternalMemoryHandleTypeFlags>(handle_type)};
  }

  VkImportMemoryHostPointerInfoEXT& info() { return info_; }

 private:
  VkImportMemoryHostPointerInfoEXT info_ = {};
};

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_HOST_IMPORT_H_
