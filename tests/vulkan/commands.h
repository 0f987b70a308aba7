#ifndef INCOHERENT_TESTS_VULKAN_COMMANDS_H_
#define INCOHERENT_TESTS_VULKAN_COMMANDS_H_

// Commands: a command buffer that is being recorded.

#include <vulkan/vulkan.h>

#include "tests/vulkan/app_memory.h"

namespace incoherent {

class AppImage;

// One half of a dependency.
struct Side {
  VkPipelineStageFlags stages;
  VkAccessFlags accesses;
};
inline constexpr Side kTransferWrites = {VK_PIPELINE_STAGE_TRANSFER_BIT,
                                         VK_ACCESS_TRANSFER_WRITE_BIT};
inline constexpr Side kTransferReads = {VK_PIPELINE_STAGE_TRANSFER_BIT,
                                        VK_ACCESS_TRANSFER_READ_BIT};
inline constexpr Side kShaderWrites = {VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT,
                                       VK_ACCESS_SHADER_WRITE_BIT};
inline constexpr Side kHostReads = {VK_PIPELINE_STAGE_HOST_BIT,
                                    VK_ACCESS_HOST_READ_BIT};
inline constexpr Side kHostWrites = {VK_PIPELINE_STAGE_HOST_BIT,
                                     VK_ACCESS_HOST_WRITE_BIT};

class Commands {
 public:
  explicit Commands(VkCommandBuffer handle) : handle_(handle) {}

  VkCommandBuffer handle() const { return handle_; }

  // Offset and size are multiples of 4.
  void Fill(const AppMemory& to, VkDeviceSize offset, VkDeviceSize size,
            uint8_t value);
  void Copy(const AppMemory& from, VkDeviceSize from_offset,
            const AppMemory& to, VkDeviceSize to_offset, VkDeviceSize size);

  // Whole images; rows of the buffer are tightly packed.
  void Copy(const AppMemory& from, const AppImage& to);
  void Copy(const AppImage& from, const AppMemory& to);

  // What the device wrote before, to HOST_READ and HOST_WRITE.
  void BarrierToHost();
  // HOST_WRITE, to what the device does next.
  void BarrierFromHost();
  // What the device did before, to what it does next.
  void BarrierBetween();

  // A barrier of any kind; with a memory, one of a part of its buffer.
  void Barrier(const Side& from, const Side& to);
  void Barrier(const Side& from, const Side& to, const AppMemory& of,
               VkDeviceSize offset = 0, VkDeviceSize size = VK_WHOLE_SIZE);

 private:
  VkCommandBuffer handle_;
};

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_COMMANDS_H_
