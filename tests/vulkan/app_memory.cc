#include "tests/vulkan/app_memory.h"

#include "tests/vulkan/debug_name.h"

namespace incoherent {

VkResult TryAllocate(const VulkanApp& app, const MemoryRequest& request,
                     VkDeviceMemory* memory) {
  VkMemoryAllocateInfo info = {VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                               request.chain, request.size, request.type_index};
  return vkAllocateMemory(app.device(), &info, nullptr, memory);
}

AppMemory::AppMemory(const VulkanApp& app, VkDeviceSize size, MemoryKind kind)
    : AppMemory(app, MemoryRequest{size, app.TypeOf(kind), nullptr, 0}) {}

AppMemory::AppMemory(const VulkanApp& app, const MemoryRequest& request)
    : device_(app.device()), size_(request.size) {
  Require(TryAllocate(app, request, &memory_), "vkAllocateMemory");
  MakeBuffer(request.external_types);
}

void AppMemory::MakeBuffer(VkExternalMemoryHandleTypeFlags external_types) {
  VkExternalMemoryBufferCreateInfo external = {
      VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO, nullptr,
      external_types};
  VkBufferCreateInfo info = {VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
  info.pNext = external_types == 0 ? nullptr : &external;
  info.size = size_;
  info.usage =
      VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT |
      VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_UNIFORM_BUFFER_BIT |
      VK_BUFFER_USAGE_VERTEX_BUFFER_BIT | VK_BUFFER_USAGE_INDEX_BUFFER_BIT |
      VK_BUFFER_USAGE_INDIRECT_BUFFER_BIT;
  Require(vkCreateBuffer(device_, &info, nullptr, &buffer_), "vkCreateBuffer");
  Require(vkBindBufferMemory(device_, buffer_, memory_, 0),
          "vkBindBufferMemory");
}

uint8_t* AppMemory::Map(VkDeviceSize offset, VkDeviceSize size) {
  void* data = nullptr;
  Require(vkMapMemory(device_, memory_, offset, size, 0, &data), "vkMapMemory");
  return static_cast<uint8_t*>(data);
}

void AppMemory::Unmap() { vkUnmapMemory(device_, memory_); }

VkMappedMemoryRange AppMemory::Range(VkDeviceSize offset,
                                     VkDeviceSize size) const {
  return {VK_STRUCTURE_TYPE_MAPPED_MEMORY_RANGE, nullptr, memory_, offset,
          size};
}

void AppMemory::Flush(VkDeviceSize offset, VkDeviceSize size) {
  const VkMappedMemoryRange range = Range(offset, size);
  Require(vkFlushMappedMemoryRanges(device_, 1, &range),
          "vkFlushMappedMemoryRanges");
}

void AppMemory::Invalidate(VkDeviceSize offset, VkDeviceSize size) {
  const VkMappedMemoryRange range = Range(offset, size);
  Require(vkInvalidateMappedMemoryRanges(device_, 1, &range),
          "vkInvalidateMappedMemoryRanges");
}

void AppMemory::Free() {
  vkDestroyBuffer(device_, buffer_, nullptr);
  vkFreeMemory(device_, memory_, nullptr);
  buffer_ = VK_NULL_HANDLE;
  memory_ = VK_NULL_HANDLE;
}

void AppMemory::Name(const std::string& name) const {
  NameObject(device_, VK_OBJECT_TYPE_DEVICE_MEMORY, memory_, name);
  NameObject(device_, VK_OBJECT_TYPE_BUFFER, buffer_, name + " buffer");
}

uint8_t* MapInStep(VulkanApp& app, AppMemory& memory, const Bytes& bytes) {
  app.DeviceWrite(memory, 0, bytes);
  uint8_t* p = memory.Map();
  memory.Invalidate(0, VK_WHOLE_SIZE);
  return p;
}

}  // namespace incoherent
