#ifndef INCOHERENT_TESTS_VULKAN_APP_MEMORY_H_
#define INCOHERENT_TESTS_VULKAN_APP_MEMORY_H_

// AppMemory: a VkDeviceMemory with a buffer over all of it.
//
// The buffer is bound at offset 0, so an offset means the same to the host,
// to vkFlushMappedMemoryRanges and to the device.

#include <vulkan/vulkan.h>

#include <string>

#include "tests/vulkan/vulkan_app.h"

namespace incoherent {

struct MemoryRequest {
  VkDeviceSize size = 0;
  uint32_t type_index = 0;
  const void* chain = nullptr;                         // of the allocation
  VkExternalMemoryHandleTypeFlags external_types = 0;  // of the buffer
};

// vkAllocateMemory, and nothing more.
VkResult TryAllocate(const VulkanApp& app, const MemoryRequest& request,
                     VkDeviceMemory* memory);

class AppMemory {
 public:
  AppMemory(const VulkanApp& app, VkDeviceSize size,
            MemoryKind kind = MemoryKind::kNonCoherent);
  AppMemory(const VulkanApp& app, const MemoryRequest& request);
  ~AppMemory() { Free(); }
  AppMemory(const AppMemory&) = delete;
  AppMemory& operator=(const AppMemory&) = delete;

  VkDeviceMemory handle() const { return memory_; }
  VkBuffer buffer() const { return buffer_; }
  VkDeviceSize size() const { return size_; }

  // vkMapMemory and so on; each must return VK_SUCCESS.
  uint8_t* Map(VkDeviceSize offset = 0, VkDeviceSize size = VK_WHOLE_SIZE);
  void Unmap();
  void Flush(VkDeviceSize offset, VkDeviceSize size);
  void Invalidate(VkDeviceSize offset, VkDeviceSize size);
  void Free();

  VkMappedMemoryRange Range(VkDeviceSize offset, VkDeviceSize size) const;

  // Debug names: `name`, and for the buffer `name` + " buffer". The app has
  // VK_EXT_debug_utils.
  void Name(const std::string& name) const;

 private:
  void MakeBuffer(VkExternalMemoryHandleTypeFlags external_types);

  VkDevice device_;
  VkDeviceSize size_;
  VkDeviceMemory memory_ = VK_NULL_HANDLE;
  VkBuffer buffer_ = VK_NULL_HANDLE;
};

// Lets the device write `bytes`, maps all of the memory and invalidates it, so
// that host and device hold the same.
uint8_t* MapInStep(VulkanApp& app, AppMemory& memory, const Bytes& bytes);

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_APP_MEMORY_H_
