#include "sim/cli/demo/gpu.h"

#include <cstdio>
#include <cstdlib>
#include <vector>

namespace incoherent::demo {

void Require(VkResult result, const char* call) {
  if (result >= 0) return;
  std::fprintf(stderr, "incoherent_demo: %s returned VkResult %d\n", call,
               static_cast<int>(result));
  std::exit(1);
}

void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "incoherent_demo: %s\n", what);
  std::exit(1);
}

Gpu::Gpu() {
  CreateInstance();
  ChoosePhysicalDevice();
  CreateDevice();
}

Gpu::~Gpu() {
  vkDestroyDevice(device_, nullptr);
  vkDestroyInstance(instance_, nullptr);
}

void Gpu::CreateInstance() {
  VkApplicationInfo application = {VK_STRUCTURE_TYPE_APPLICATION_INFO};
  application.pApplicationName = "incoherent_demo";
  application.apiVersion = VK_API_VERSION_1_0;
  VkInstanceCreateInfo info = {VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO};
  info.pApplicationInfo = &application;
  Require(vkCreateInstance(&info, nullptr, &instance_), "vkCreateInstance");
}

void Gpu::ChoosePhysicalDevice() {
  uint32_t count = 1;
  Require(vkEnumeratePhysicalDevices(instance_, &count, &physical_device_),
          "vkEnumeratePhysicalDevices");
  Require(count == 1, "there is no Vulkan device");
  vkGetPhysicalDeviceProperties(physical_device_, &properties_);
  vkGetPhysicalDeviceMemoryProperties(physical_device_, &memory_);
}

void Gpu::CreateDevice() {
  uint32_t count = 0;
  vkGetPhysicalDeviceQueueFamilyProperties(physical_device_, &count, nullptr);
  std::vector<VkQueueFamilyProperties> families(count);
  vkGetPhysicalDeviceQueueFamilyProperties(physical_device_, &count,
                                           families.data());
  // Whoever can draw or compute can copy as well, without saying so.
  constexpr VkQueueFlags kCopies =
      VK_QUEUE_TRANSFER_BIT | VK_QUEUE_GRAPHICS_BIT | VK_QUEUE_COMPUTE_BIT;
  while (queue_family_ < count &&
         (families[queue_family_].queueFlags & kCopies) == 0) {
    ++queue_family_;
  }
  Require(queue_family_ < count, "the device has no queue that can copy");

  const float priority = 1.0f;
  VkDeviceQueueCreateInfo queue = {VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO};
  queue.queueFamilyIndex = queue_family_;
  queue.queueCount = 1;
  queue.pQueuePriorities = &priority;
  VkDeviceCreateInfo info = {VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO};
  info.queueCreateInfoCount = 1;
  info.pQueueCreateInfos = &queue;
  Require(vkCreateDevice(physical_device_, &info, nullptr, &device_),
          "vkCreateDevice");
  vkGetDeviceQueue(device_, queue_family_, 0, &queue_);
}

uint32_t Gpu::FindMemoryType(uint32_t allowed,
                             VkMemoryPropertyFlags flags) const {
  for (uint32_t type = 0; type < memory_.memoryTypeCount; ++type) {
    if (((allowed >> type) & 1) != 0 && (FlagsOf(type) & flags) == flags) {
      return type;
    }
  }
  Require(false, "the device has no memory type that the buffer needs");
  return 0;
}

MappedBuffer::MappedBuffer(const Gpu& gpu, VkDeviceSize size,
                           VkBufferUsageFlags usage,
                           VkMemoryPropertyFlags flags)
    : device_(gpu.device()) {
  VkBufferCreateInfo info = {VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
  info.size = size;
  info.usage = usage;
  info.sharingMode = VK_SHARING_MODE_EXCLUSIVE;
  Require(vkCreateBuffer(device_, &info, nullptr, &buffer_), "vkCreateBuffer");

  VkMemoryRequirements requirements;
  vkGetBufferMemoryRequirements(device_, buffer_, &requirements);
  memory_type_ = gpu.FindMemoryType(requirements.memoryTypeBits, flags);
  VkMemoryAllocateInfo allocation = {VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO};
  allocation.allocationSize = requirements.size;
  allocation.memoryTypeIndex = memory_type_;
  Require(vkAllocateMemory(device_, &allocation, nullptr, &memory_),
          "vkAllocateMemory");
  Require(vkBindBufferMemory(device_, buffer_, memory_, 0),
          "vkBindBufferMemory");

  void* address = nullptr;
  Require(vkMapMemory(device_, memory_, 0, VK_WHOLE_SIZE, 0, &address),
          "vkMapMemory");
  bytes_ = static_cast<uint8_t*>(address);
}

MappedBuffer::~MappedBuffer() {
  vkUnmapMemory(device_, memory_);
  vkDestroyBuffer(device_, buffer_, nullptr);
  vkFreeMemory(device_, memory_, nullptr);
}

}  // namespace incoherent::demo
