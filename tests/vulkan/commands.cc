#include "tests/vulkan/commands.h"

#include "tests/vulkan/app_image.h"

namespace incoherent {
namespace {

constexpr VkPipelineStageFlags kDevice =
    VK_PIPELINE_STAGE_TRANSFER_BIT | VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT;
constexpr VkAccessFlags kDeviceWrites =
    VK_ACCESS_TRANSFER_WRITE_BIT | VK_ACCESS_SHADER_WRITE_BIT;
constexpr VkAccessFlags kDeviceAccess =
    kDeviceWrites | VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_SHADER_READ_BIT;

VkBufferImageCopy WholeImage(const AppImage& image) {
  VkBufferImageCopy region = {};
  region.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
  region.imageExtent = {image.width(), image.height(), 1};
  return region;
}

}  // namespace

void Commands::Fill(const AppMemory& to, VkDeviceSize offset, VkDeviceSize size,
                    uint8_t value) {
  vkCmdFillBuffer(handle_, to.buffer(), offset, size, value * 0x01010101u);
}

void Commands::Copy(const AppMemory& from, VkDeviceSize from_offset,
                    const AppMemory& to, VkDeviceSize to_offset,
                    VkDeviceSize size) {
  const VkBufferCopy region = {from_offset, to_offset, size};
  vkCmdCopyBuffer(handle_, from.buffer(), to.buffer(), 1, &region);
}

void Commands::Copy(const AppMemory& from, const AppImage& to) {
  const VkBufferImageCopy region = WholeImage(to);
  vkCmdCopyBufferToImage(handle_, from.buffer(), to.handle(),
                         VK_IMAGE_LAYOUT_GENERAL, 1, &region);
}

void Commands::Copy(const AppImage& from, const AppMemory& to) {
  const VkBufferImageCopy region = WholeImage(from);
  vkCmdCopyImageToBuffer(handle_, from.handle(), VK_IMAGE_LAYOUT_GENERAL,
                         to.buffer(), 1, &region);
}

void Commands::BarrierToHost() {
  Barrier({kDevice, kDeviceWrites},
          {VK_PIPELINE_STAGE_HOST_BIT,
           VK_ACCESS_HOST_READ_BIT | VK_ACCESS_HOST_WRITE_BIT});
}

void Commands::BarrierFromHost() {
  Barrier(kHostWrites, {kDevice, kDeviceAccess});
}

void Commands::BarrierBetween() {
  Barrier({kDevice, kDeviceWrites}, {kDevice, kDeviceAccess});
}

void Commands::Barrier(const Side& from, const Side& to) {
  const VkMemoryBarrier barrier = {VK_STRUCTURE_TYPE_MEMORY_BARRIER, nullptr,
                                   from.accesses, to.accesses};
  vkCmdPipelineBarrier(handle_, from.stages, to.stages, 0, 1, &barrier, 0,
                       nullptr, 0, nullptr);
}

void Commands::Barrier(const Side& from, const Side& to, const AppMemory& of,
                       VkDeviceSize offset, VkDeviceSize size) {
  const VkBufferMemoryBarrier barrier = {
      VK_STRUCTURE_TYPE_BUFFER_MEMORY_BARRIER,
      nullptr,
      from.accesses,
      to.accesses,
      VK_QUEUE_FAMILY_IGNORED,
      VK_QUEUE_FAMILY_IGNORED,
      of.buffer(),
      offset,
      size};
  vkCmdPipelineBarrier(handle_, from.stages, to.stages, 0, 0, nullptr, 1,
                       &barrier, 0, nullptr);
}

}  // namespace incoherent
