#include "tests/vulkan/vulkan_app.h"

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"

namespace incoherent {

VulkanApp::VulkanApp(const IcdEnvironment& environment,
                     const DeviceRequest& request)
    : instance_(environment, request.instance_extensions),
      physical_device_(instance_.PhysicalDevice()) {
  VkPhysicalDeviceProperties properties;
  vkGetPhysicalDeviceProperties(physical_device_, &properties);
  limits_ = properties.limits;
  vkGetPhysicalDeviceMemoryProperties(physical_device_, &memory_properties_);
  CreateDevice(request);
  vkGetDeviceQueue(device_, 0, 0, &queue_);
  VkCommandPoolCreateInfo pool = {VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO};
  Require(vkCreateCommandPool(device_, &pool, nullptr, &pool_),
          "vkCreateCommandPool");
}

VulkanApp::~VulkanApp() {
  vkDeviceWaitIdle(device_);
  for (VkFence fence : fences_) vkDestroyFence(device_, fence, nullptr);
  vkDestroyCommandPool(device_, pool_, nullptr);
  vkDestroyDevice(device_, nullptr);
}

void VulkanApp::CreateDevice(const DeviceRequest& request) {
  const float priority = 1.0f;
  VkDeviceQueueCreateInfo queue = {VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO};
  queue.queueCount = 1;
  queue.pQueuePriorities = &priority;
  VkDeviceCreateInfo info = {VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO};
  info.pNext = request.features;
  info.queueCreateInfoCount = 1;
  info.pQueueCreateInfos = &queue;
  info.enabledExtensionCount = static_cast<uint32_t>(request.extensions.size());
  info.ppEnabledExtensionNames = request.extensions.data();
  Require(vkCreateDevice(physical_device_, &info, nullptr, &device_),
          "vkCreateDevice");
}

uint32_t VulkanApp::FirstTypeWith(VkMemoryPropertyFlags flags) const {
  for (uint32_t i = 0; i < memory_properties_.memoryTypeCount; ++i) {
    if ((FlagsOf(i) & flags) == flags) return i;
  }
  Require(VK_ERROR_FEATURE_NOT_PRESENT, "the search for a memory type");
  return 0;
}

uint32_t VulkanApp::TypeOf(MemoryKind kind) const {
  constexpr VkMemoryPropertyFlags kVisible =
      VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT;
  constexpr VkMemoryPropertyFlags kBoth =
      kVisible | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
  if (kind == MemoryKind::kCoherent) return FirstTypeWith(kBoth);
  const VkMemoryPropertyFlags wanted =
      kind == MemoryKind::kNonCoherent ? kVisible : 0;
  for (uint32_t i = 0; i < memory_properties_.memoryTypeCount; ++i) {
    if ((FlagsOf(i) & kBoth) == wanted) return i;
  }
  return FirstTypeWith(wanted);
}

VkCommandBuffer VulkanApp::Recorded(const Record& record) {
  VkCommandBufferAllocateInfo allocate = {
      VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO, nullptr, pool_,
      VK_COMMAND_BUFFER_LEVEL_PRIMARY, 1};
  VkCommandBuffer buffer = VK_NULL_HANDLE;
  Require(vkAllocateCommandBuffers(device_, &allocate, &buffer),
          "vkAllocateCommandBuffers");
  VkCommandBufferBeginInfo begin = {
      VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
  Require(vkBeginCommandBuffer(buffer, &begin), "vkBeginCommandBuffer");
  Commands commands(buffer);
  record(commands);
  Require(vkEndCommandBuffer(buffer), "vkEndCommandBuffer");
  return buffer;
}

VkFence VulkanApp::Submit(const Record& record) {
  const VkCommandBuffer buffer = Recorded(record);
  VkSubmitInfo submit = {VK_STRUCTURE_TYPE_SUBMIT_INFO};
  submit.commandBufferCount = 1;
  submit.pCommandBuffers = &buffer;
  return Submit(submit);
}

VkFence VulkanApp::Submit(const VkSubmitInfo& info) {
  VkFenceCreateInfo fence_info = {VK_STRUCTURE_TYPE_FENCE_CREATE_INFO};
  VkFence fence = VK_NULL_HANDLE;
  Require(vkCreateFence(device_, &fence_info, nullptr, &fence),
          "vkCreateFence");
  fences_.push_back(fence);
  Require(vkQueueSubmit(queue_, 1, &info, fence), "vkQueueSubmit");
  return fence;
}

void VulkanApp::Wait(VkFence fence) {
  Require(vkWaitForFences(device_, 1, &fence, VK_TRUE, UINT64_MAX),
          "vkWaitForFences");
}

Bytes VulkanApp::DeviceBytes(const AppMemory& memory) {
  return DeviceBytes(memory, 0, memory.size());
}

Bytes VulkanApp::DeviceBytes(const AppMemory& memory, VkDeviceSize offset,
                             VkDeviceSize size) {
  AppMemory oracle(*this, size, MemoryKind::kCoherent);
  Run([&](Commands& rec) {
    rec.BarrierBetween();
    rec.Copy(memory, offset, oracle, 0, size);
    rec.BarrierToHost();
  });
  return Read(oracle.Map(), size);
}

void VulkanApp::DeviceWrite(const AppMemory& memory, VkDeviceSize offset,
                            const Bytes& bytes) {
  AppMemory staging(*this, bytes.size(), MemoryKind::kCoherent);
  Write(staging.Map(), bytes);
  Run([&](Commands& rec) {
    rec.BarrierBetween();
    rec.Copy(staging, 0, memory, offset, bytes.size());
    rec.BarrierToHost();
  });
}

}  // namespace incoherent
