#include "sim/icd/command_rows.h"
#include "sim/icd/recording/command_buffers.h"
#include "sim/icd/recording/query_results.h"
#include "sim/icd/recording/recording_commands.h"

namespace incoherent {
namespace {

constexpr AccessPoint kClearWrite = {kStageClear, kAccessTransferWrite};
constexpr AccessPoint kCopyWrite = {kStageCopy, kAccessTransferWrite};

void RecordClear(CommandBufferState& state, VkImage image, uint32_t count,
                 const VkImageSubresourceRange* ranges) {
  for (uint32_t i = 0; i < count; ++i) {
    for (const BoundBytes& bytes :
         state.resources().BytesOf(image, ranges[i])) {
      state.Write(kClearWrite, bytes);
    }
  }
}

VKAPI_ATTR void VKAPI_CALL CmdFillBuffer(VkCommandBuffer buffer,
                                         VkBuffer target, VkDeviceSize offset,
                                         VkDeviceSize size, uint32_t data) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdFillBuffer");
  absl::optional<BoundBytes> bytes =
      state.resources().BytesOf(target, offset, size);
  // The rest of a buffer is filled by whole words.
  if (bytes.has_value() && size == VK_WHOLE_SIZE) {
    bytes->range.size &= ~uint64_t{3};
  }
  state.Write(kClearWrite, bytes);
  state.device().dispatch().CmdFillBuffer(buffer, target, offset, size, data);
}

VKAPI_ATTR void VKAPI_CALL CmdUpdateBuffer(VkCommandBuffer buffer,
                                           VkBuffer target, VkDeviceSize offset,
                                           VkDeviceSize size,
                                           const void* data) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdUpdateBuffer");
  state.Write(kClearWrite, state.resources().BytesOf(target, offset, size));
  state.device().dispatch().CmdUpdateBuffer(buffer, target, offset, size, data);
}

VKAPI_ATTR void VKAPI_CALL
CmdClearColorImage(VkCommandBuffer buffer, VkImage image, VkImageLayout layout,
                   const VkClearColorValue* color, uint32_t count,
                   const VkImageSubresourceRange* ranges) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdClearColorImage");
  RecordClear(state, image, count, ranges);
  state.device().dispatch().CmdClearColorImage(buffer, image, layout, color,
                                               count, ranges);
}

VKAPI_ATTR void VKAPI_CALL CmdClearDepthStencilImage(
    VkCommandBuffer buffer, VkImage image, VkImageLayout layout,
    const VkClearDepthStencilValue* value, uint32_t count,
    const VkImageSubresourceRange* ranges) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdClearDepthStencilImage");
  RecordClear(state, image, count, ranges);
  state.device().dispatch().CmdClearDepthStencilImage(buffer, image, layout,
                                                      value, count, ranges);
}

VKAPI_ATTR void VKAPI_CALL CmdCopyQueryPoolResults(
    VkCommandBuffer buffer, VkQueryPool pool, uint32_t first, uint32_t count,
    VkBuffer target, VkDeviceSize offset, VkDeviceSize stride,
    VkQueryResultFlags flags) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdCopyQueryPoolResults");
  ResourceBytes bytes = state.resources().BytesOf(
      target, QueryResultRows(offset, stride, count, flags));
  if (!WritesEveryQuery(flags)) bytes.MakeUncertain();
  state.Write(kCopyWrite, bytes);
  state.device().dispatch().CmdCopyQueryPoolResults(
      buffer, pool, first, count, target, offset, stride, flags);
}

const InterceptedCommand kCommands[] = {
    INCOHERENT_DEVICE_ROW(CmdFillBuffer),
    INCOHERENT_DEVICE_ROW(CmdUpdateBuffer),
    INCOHERENT_DEVICE_ROW(CmdClearColorImage),
    INCOHERENT_DEVICE_ROW(CmdClearDepthStencilImage),
    INCOHERENT_DEVICE_ROW(CmdCopyQueryPoolResults),
};

}  // namespace

absl::Span<const InterceptedCommand> ClearCommands() { return kCommands; }

}  // namespace incoherent
