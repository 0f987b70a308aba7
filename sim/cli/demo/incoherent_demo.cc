// incoherent_demo [--flush]: uploads sixteen bytes and reads back what the
// device saw of them.
//
// It is written as most first Vulkan programs are: it takes the first memory
// type that is HOST_VISIBLE, maps it, writes, and submits. Without --flush it
// has one bug: where that type is not HOST_COHERENT, the write must be made
// available with vkFlushMappedMemoryRanges before vkQueueSubmit. With --flush
// it has none.
//
// It prints what happened, one "name: value" a line, and exits with 0 whatever
// the device saw.

#include <vulkan/vulkan.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>

#include "sim/cli/demo/gpu.h"

namespace {

using incoherent::demo::Gpu;
using incoherent::demo::MappedBuffer;
using incoherent::demo::Require;

constexpr uint8_t kMessage[] = {0x0d, 0xf0, 0xad, 0xba, 0x0d, 0xf0, 0xad, 0xba,
                                0x55, 0x55, 0x55, 0x55, 0xaa, 0xaa, 0xaa, 0xaa};

std::string Hex(const uint8_t* bytes, size_t size) {
  std::string text;
  for (size_t i = 0; i < size; ++i) {
    char byte[4];
    std::snprintf(byte, sizeof(byte), i == 0 ? "%02x" : " %02x", bytes[i]);
    text += byte;
  }
  return text;
}

// The step that is easily forgotten.
void Flush(const Gpu& gpu, const MappedBuffer& buffer) {
  VkMappedMemoryRange range = {VK_STRUCTURE_TYPE_MAPPED_MEMORY_RANGE};
  range.memory = buffer.memory();
  range.offset = 0;
  range.size = VK_WHOLE_SIZE;
  Require(vkFlushMappedMemoryRanges(gpu.device(), 1, &range),
          "vkFlushMappedMemoryRanges");
}

// Copies, and makes the copy available to the host.
void RecordCopy(VkCommandBuffer commands, VkBuffer source, VkBuffer target) {
  VkCommandBufferBeginInfo begin = {
      VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
  begin.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
  Require(vkBeginCommandBuffer(commands, &begin), "vkBeginCommandBuffer");
  const VkBufferCopy copy = {0, 0, sizeof(kMessage)};
  vkCmdCopyBuffer(commands, source, target, 1, &copy);
  VkBufferMemoryBarrier barrier = {VK_STRUCTURE_TYPE_BUFFER_MEMORY_BARRIER};
  barrier.srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT;
  barrier.dstAccessMask = VK_ACCESS_HOST_READ_BIT;
  barrier.srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
  barrier.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
  barrier.buffer = target;
  barrier.offset = 0;
  barrier.size = VK_WHOLE_SIZE;
  vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
                       VK_PIPELINE_STAGE_HOST_BIT, 0, 0, nullptr, 1, &barrier,
                       0, nullptr);
  Require(vkEndCommandBuffer(commands), "vkEndCommandBuffer");
}

void SubmitAndWait(const Gpu& gpu, VkCommandBuffer commands) {
  VkFenceCreateInfo info = {VK_STRUCTURE_TYPE_FENCE_CREATE_INFO};
  VkFence fence = VK_NULL_HANDLE;
  Require(vkCreateFence(gpu.device(), &info, nullptr, &fence), "vkCreateFence");
  VkSubmitInfo submit = {VK_STRUCTURE_TYPE_SUBMIT_INFO};
  submit.commandBufferCount = 1;
  submit.pCommandBuffers = &commands;
  Require(vkQueueSubmit(gpu.queue(), 1, &submit, fence), "vkQueueSubmit");
  Require(vkWaitForFences(gpu.device(), 1, &fence, VK_TRUE, UINT64_MAX),
          "vkWaitForFences");
  vkDestroyFence(gpu.device(), fence, nullptr);
}

void CopyOnDevice(const Gpu& gpu, VkBuffer source, VkBuffer target) {
  VkCommandPoolCreateInfo info = {VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO};
  info.flags = VK_COMMAND_POOL_CREATE_TRANSIENT_BIT;
  info.queueFamilyIndex = gpu.queue_family();
  VkCommandPool pool = VK_NULL_HANDLE;
  Require(vkCreateCommandPool(gpu.device(), &info, nullptr, &pool),
          "vkCreateCommandPool");
  VkCommandBufferAllocateInfo allocation = {
      VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO};
  allocation.commandPool = pool;
  allocation.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
  allocation.commandBufferCount = 1;
  VkCommandBuffer commands = VK_NULL_HANDLE;
  Require(vkAllocateCommandBuffers(gpu.device(), &allocation, &commands),
          "vkAllocateCommandBuffers");
  RecordCopy(commands, source, target);
  SubmitAndWait(gpu, commands);
  vkDestroyCommandPool(gpu.device(), pool, nullptr);
}

void Upload(bool flush) {
  const Gpu gpu;
  const MappedBuffer staging(gpu, sizeof(kMessage),
                             VK_BUFFER_USAGE_TRANSFER_SRC_BIT,
                             VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT);
  const MappedBuffer readback(gpu, sizeof(kMessage),
                              VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                              VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT |
                                  VK_MEMORY_PROPERTY_HOST_COHERENT_BIT);
  std::memcpy(staging.bytes(), kMessage, sizeof(kMessage));
  if (flush) Flush(gpu, staging);
  CopyOnDevice(gpu, staging.buffer(), readback.buffer());

  const VkMemoryPropertyFlags flags = gpu.FlagsOf(staging.memory_type());
  std::printf("device: %s\n", gpu.properties().deviceName);
  std::printf("memory type: %u\n", staging.memory_type());
  std::printf("property flags: 0x%x\n", flags);
  std::printf("wrote: %s\n", Hex(kMessage, sizeof(kMessage)).c_str());
  std::printf("read: %s\n", Hex(readback.bytes(), sizeof(kMessage)).c_str());
}

}  // namespace

int main(int argc, char** argv) {
  const bool flush = argc == 2 && std::strcmp(argv[1], "--flush") == 0;
  if (argc > 1 && !flush) {
    std::fprintf(stderr, "usage: incoherent_demo [--flush]\n");
    return 2;
  }
  Upload(flush);
  return 0;
}
