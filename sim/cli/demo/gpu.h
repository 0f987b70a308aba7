#ifndef INCOHERENT_SIM_CLI_DEMO_GPU_H_
#define INCOHERENT_SIM_CLI_DEMO_GPU_H_

// The Vulkan objects that a small upload needs, and what every Vulkan program
// writes once to get them. A call that fails ends the program.

#include <vulkan/vulkan.h>

#include <cstdint>

namespace incoherent::demo {

// Ends the program with status 1 if `result` is an error.
void Require(VkResult result, const char* call);
// The same for what is wrong with a device.
void Require(bool condition, const char* what);

// The first device that Vulkan enumerates, with one queue that can copy.
class Gpu {
 public:
  Gpu();
  ~Gpu();
  Gpu(const Gpu&) = delete;
  Gpu& operator=(const Gpu&) = delete;

  VkDevice device() const { return device_; }
  VkQueue queue() const { return queue_; }
  uint32_t queue_family() const { return queue_family_; }
  const VkPhysicalDeviceProperties& properties() const { return properties_; }

  // The first memory type of `allowed` with all those flags: the search that
  // the specification itself shows.
  uint32_t FindMemoryType(uint32_t allowed, VkMemoryPropertyFlags flags) const;
  VkMemoryPropertyFlags FlagsOf(uint32_t type) const {
    return memory_.memoryTypes[type].propertyFlags;
  }

 private:
  void CreateInstance();
  void ChoosePhysicalDevice();
  void CreateDevice();

  VkInstance instance_ = VK_NULL_HANDLE;
  VkPhysicalDevice physical_device_ = VK_NULL_HANDLE;
  VkPhysicalDeviceProperties properties_ = {};
  VkPhysicalDeviceMemoryProperties memory_ = {};
  VkDevice device_ = VK_NULL_HANDLE;
  uint32_t queue_family_ = 0;
  VkQueue queue_ = VK_NULL_HANDLE;
};

// A buffer with memory of its own, mapped for its whole life.
class MappedBuffer {
 public:
  MappedBuffer(const Gpu& gpu, VkDeviceSize size, VkBufferUsageFlags usage,
               VkMemoryPropertyFlags flags);
  ~MappedBuffer();
  MappedBuffer(const MappedBuffer&) = delete;
  MappedBuffer& operator=(const MappedBuffer&) = delete;

  VkBuffer buffer() const { return buffer_; }
  VkDeviceMemory memory() const { return memory_; }
  uint32_t memory_type() const { return memory_type_; }
  uint8_t* bytes() const { return bytes_; }

 private:
  VkDevice device_;
  VkBuffer buffer_ = VK_NULL_HANDLE;
  VkDeviceMemory memory_ = VK_NULL_HANDLE;
  uint32_t memory_type_ = 0;
  uint8_t* bytes_ = nullptr;
};

}  // namespace incoherent::demo

#endif  // INCOHERENT_SIM_CLI_DEMO_GPU_H_
