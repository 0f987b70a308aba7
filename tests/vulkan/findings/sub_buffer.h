#ifndef INCOHERENT_TESTS_VULKAN_FINDINGS_SUB_BUFFER_H_
#define INCOHERENT_TESTS_VULKAN_FINDINGS_SUB_BUFFER_H_

// SubBuffer: one of several buffers that share a memory object.

#include <vulkan/vulkan.h>

#include <string>

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/debug_name.h"

namespace incoherent {

class SubBuffer {
 public:
  SubBuffer(const VulkanApp& app, const AppMemory& memory, VkDeviceSize offset,
            VkDeviceSize size, const std::string& name,
            VkBufferUsageFlags usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT)
      : device_(app.device()), offset_(offset), size_(size) {
    VkBufferCreateInfo info = {VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
    info.size = size;
    info.usage = usage;
    Require(vkCreateBuffer(device_, &info, nullptr, &buffer_),
            "vkCreateBuffer");
    Require(vkBindBufferMemory(device_, buffer_, memory.handle(), offset),
            "vkBindBufferMemory");
    NameObject(device_, VK_OBJECT_TYPE_BUFFER, buffer_, name);
  }
  ~SubBuffer() { vkDestroyBuffer(device_, buffer_, nullptr); }
  SubBuffer(const SubBuffer&) = delete;
  SubBuffer& operator=(const SubBuffer&) = delete;

  VkBuffer handle() const { return buffer_; }
  VkDeviceSize offset() const { return offset_; }  // in the memory
  VkDeviceSize size() const { return size_; }

 private:
  VkDevice device_;
  VkDeviceSize offset_;
  VkDeviceSize size_;
  VkBuffer buffer_ = VK_NULL_HANDLE;
};

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_FINDINGS_SUB_BUFFER_H_
