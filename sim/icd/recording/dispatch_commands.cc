#include "sim/icd/command_rows.h"
#include "sim/icd/recording/command_buffers.h"
#include "sim/icd/recording/draw_accesses.h"
#include "sim/icd/recording/recording_commands.h"

namespace incoherent {
namespace {

void RecordDispatch(CommandBufferState& state, const char* command,
                    const VkExtent3D& groups) {
  state.BeginCommand(command);
  if (groups.width == 0 || groups.height == 0 || groups.depth == 0) return;
  state.AddShaderAccesses(VK_PIPELINE_BIND_POINT_COMPUTE, Certainty::kCertain);
}

VKAPI_ATTR void VKAPI_CALL CmdDispatch(VkCommandBuffer buffer, uint32_t x,
                                       uint32_t y, uint32_t z) {
  CommandBufferState& state = Recording(buffer);
  RecordDispatch(state, "vkCmdDispatch", {x, y, z});
  state.device().dispatch().CmdDispatch(buffer, x, y, z);
}

VKAPI_ATTR void VKAPI_CALL CmdDispatchBase(VkCommandBuffer buffer,
                                           uint32_t base_x, uint32_t base_y,
                                           uint32_t base_z, uint32_t x,
                                           uint32_t y, uint32_t z) {
  CommandBufferState& state = Recording(buffer);
  RecordDispatch(state, "vkCmdDispatchBase", {x, y, z});
  state.device().dispatch().CmdDispatchBase(buffer, base_x, base_y, base_z, x,
                                            y, z);
}

VKAPI_ATTR void VKAPI_CALL CmdDispatchIndirect(VkCommandBuffer buffer,
                                               VkBuffer parameters,
                                               VkDeviceSize offset) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdDispatchIndirect");
  RecordParameters(state,
                   {parameters, offset, sizeof(VkDispatchIndirectCommand)},
                   absl::nullopt);
  state.AddShaderAccesses(VK_PIPELINE_BIND_POINT_COMPUTE, Certainty::kMay);
  state.device().dispatch().CmdDispatchIndirect(buffer, parameters, offset);
}

// Ray tracing runs in a stage that the model has not: it leaves no accesses,
// but stands in the recording for barriers around it.
VKAPI_ATTR void VKAPI_CALL CmdTraceRaysKHR(
    VkCommandBuffer buffer, const VkStridedDeviceAddressRegionKHR* raygen,
    const VkStridedDeviceAddressRegionKHR* miss,
    const VkStridedDeviceAddressRegionKHR* hit,
    const VkStridedDeviceAddressRegionKHR* callable, uint32_t width,
    uint32_t height, uint32_t depth) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdTraceRaysKHR");
  state.AddShaderAccesses(VK_PIPELINE_BIND_POINT_RAY_TRACING_KHR,
                          Certainty::kMay);
  state.device().dispatch().CmdTraceRaysKHR(buffer, raygen, miss, hit, callable,
                                            width, height, depth);
}

VKAPI_ATTR void VKAPI_CALL CmdTraceRaysIndirectKHR(
    VkCommandBuffer buffer, const VkStridedDeviceAddressRegionKHR* raygen,
    const VkStridedDeviceAddressRegionKHR* miss,
    const VkStridedDeviceAddressRegionKHR* hit,
    const VkStridedDeviceAddressRegionKHR* callable,
    VkDeviceAddress parameters) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdTraceRaysIndirectKHR");
  state.AddShaderAccesses(VK_PIPELINE_BIND_POINT_RAY_TRACING_KHR,
                          Certainty::kMay);
  state.device().dispatch().CmdTraceRaysIndirectKHR(buffer, raygen, miss, hit,
                                                    callable, parameters);
}

VKAPI_ATTR void VKAPI_CALL CmdBeginConditionalRenderingEXT(
    VkCommandBuffer buffer, const VkConditionalRenderingBeginInfoEXT* info) {
  CommandBufferState& state = Recording(buffer);
  state.set_conditional(true);
  state.device().dispatch().CmdBeginConditionalRenderingEXT(buffer, info);
}

VKAPI_ATTR void VKAPI_CALL
CmdEndConditionalRenderingEXT(VkCommandBuffer buffer) {
  CommandBufferState& state = Recording(buffer);
  state.set_conditional(false);
  state.device().dispatch().CmdEndConditionalRenderingEXT(buffer);
}

const InterceptedCommand kCommands[] = {
    INCOHERENT_DEVICE_ROW(CmdDispatch),
    INCOHERENT_PROMOTED_DEVICE_ROWS(CmdDispatchBase, KHR),
    INCOHERENT_DEVICE_ROW(CmdDispatchIndirect),
    INCOHERENT_DEVICE_ROW(CmdTraceRaysKHR),
    INCOHERENT_DEVICE_ROW(CmdTraceRaysIndirectKHR),
    INCOHERENT_DEVICE_ROW(CmdBeginConditionalRenderingEXT),
    INCOHERENT_DEVICE_ROW(CmdEndConditionalRenderingEXT),
};

}  // namespace

absl::Span<const InterceptedCommand> DispatchCommands() { return kCommands; }

}  // namespace incoherent
