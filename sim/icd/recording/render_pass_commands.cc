#include "sim/icd/command_rows.h"
#include "sim/icd/recording/command_buffers.h"
#include "sim/icd/recording/recording_commands.h"
#include "sim/icd/recording/render_accesses.h"

namespace incoherent {
namespace {

VKAPI_ATTR void VKAPI_CALL CmdBeginRenderPass(VkCommandBuffer buffer,
                                              const VkRenderPassBeginInfo* info,
                                              VkSubpassContents contents) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdBeginRenderPass");
  RecordBeginRenderPass(state, *info);
  state.device().dispatch().CmdBeginRenderPass(buffer, info, contents);
}

VKAPI_ATTR void VKAPI_CALL
CmdBeginRenderPass2(VkCommandBuffer buffer, const VkRenderPassBeginInfo* info,
                    const VkSubpassBeginInfo* subpass) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdBeginRenderPass2");
  RecordBeginRenderPass(state, *info);
  state.device().dispatch().CmdBeginRenderPass2(buffer, info, subpass);
}

VKAPI_ATTR void VKAPI_CALL CmdNextSubpass(VkCommandBuffer buffer,
                                          VkSubpassContents contents) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdNextSubpass");
  RecordNextSubpass(state);
  state.device().dispatch().CmdNextSubpass(buffer, contents);
}

VKAPI_ATTR void VKAPI_CALL CmdNextSubpass2(VkCommandBuffer buffer,
                                           const VkSubpassBeginInfo* begin,
                                           const VkSubpassEndInfo* end) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdNextSubpass2");
  RecordNextSubpass(state);
  state.device().dispatch().CmdNextSubpass2(buffer, begin, end);
}

VKAPI_ATTR void VKAPI_CALL CmdEndRenderPass(VkCommandBuffer buffer) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdEndRenderPass");
  RecordEndRenderPass(state);
  state.device().dispatch().CmdEndRenderPass(buffer);
}

VKAPI_ATTR void VKAPI_CALL CmdEndRenderPass2(VkCommandBuffer buffer,
                                             const VkSubpassEndInfo* end) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdEndRenderPass2");
  RecordEndRenderPass(state);
  state.device().dispatch().CmdEndRenderPass2(buffer, end);
}

VKAPI_ATTR void VKAPI_CALL CmdBeginRendering(VkCommandBuffer buffer,
                                             const VkRenderingInfo* info) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdBeginRendering");
  RecordBeginRendering(state, *info);
  state.device().dispatch().CmdBeginRendering(buffer, info);
}

const InterceptedCommand kCommands[] = {
    INCOHERENT_DEVICE_ROW(CmdBeginRenderPass),
    INCOHERENT_PROMOTED_DEVICE_ROWS(CmdBeginRenderPass2, KHR),
    INCOHERENT_DEVICE_ROW(CmdNextSubpass),
    INCOHERENT_PROMOTED_DEVICE_ROWS(CmdNextSubpass2, KHR),
    INCOHERENT_DEVICE_ROW(CmdEndRenderPass),
    INCOHERENT_PROMOTED_DEVICE_ROWS(CmdEndRenderPass2, KHR),
    INCOHERENT_PROMOTED_DEVICE_ROWS(CmdBeginRendering, KHR),
};

}  // namespace

absl::Span<const InterceptedCommand> RenderPassCommands() { return kCommands; }

}  // namespace incoherent
