#include "sim/icd/command_rows.h"
#include "sim/icd/recording/command_buffers.h"
#include "sim/icd/recording/draw_accesses.h"
#include "sim/icd/recording/recording_commands.h"

namespace incoherent {
namespace {

// Mesh tasks fetch no vertices.
void RecordIndirectMeshTasks(CommandBufferState& state,
                             const IndirectParameters& parameters,
                             const absl::optional<IndirectCount>& count) {
  if (parameters.count == 0) return;
  RecordParameters(state, parameters, count);
  state.AddShaderAccesses(VK_PIPELINE_BIND_POINT_GRAPHICS, Certainty::kMay);
}

VKAPI_ATTR void VKAPI_CALL CmdDrawIndirect(VkCommandBuffer buffer,
                                           VkBuffer parameters,
                                           VkDeviceSize offset, uint32_t count,
                                           uint32_t stride) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdDrawIndirect");
  RecordIndirectDraws(
      state, /*indexed=*/false,
      {parameters, offset, sizeof(VkDrawIndirectCommand), count, stride},
      absl::nullopt);
  state.device().dispatch().CmdDrawIndirect(buffer, parameters, offset, count,
                                            stride);
}

VKAPI_ATTR void VKAPI_CALL CmdDrawIndexedIndirect(VkCommandBuffer buffer,
                                                  VkBuffer parameters,
                                                  VkDeviceSize offset,
                                                  uint32_t count,
                                                  uint32_t stride) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdDrawIndexedIndirect");
  RecordIndirectDraws(
      state, /*indexed=*/true,
      {parameters, offset, sizeof(VkDrawIndexedIndirectCommand), count, stride},
      absl::nullopt);
  state.device().dispatch().CmdDrawIndexedIndirect(buffer, parameters, offset,
                                                   count, stride);
}

VKAPI_ATTR void VKAPI_CALL CmdDrawIndirectCount(
    VkCommandBuffer buffer, VkBuffer parameters, VkDeviceSize offset,
    VkBuffer count, VkDeviceSize count_offset, uint32_t max, uint32_t stride) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdDrawIndirectCount");
  RecordIndirectDraws(
      state, /*indexed=*/false,
      {parameters, offset, sizeof(VkDrawIndirectCommand), max, stride},
      IndirectCount{count, count_offset});
  state.device().dispatch().CmdDrawIndirectCount(
      buffer, parameters, offset, count, count_offset, max, stride);
}

VKAPI_ATTR void VKAPI_CALL CmdDrawIndexedIndirectCount(
    VkCommandBuffer buffer, VkBuffer parameters, VkDeviceSize offset,
    VkBuffer count, VkDeviceSize count_offset, uint32_t max, uint32_t stride) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdDrawIndexedIndirectCount");
  RecordIndirectDraws(
      state, /*indexed=*/true,
      {parameters, offset, sizeof(VkDrawIndexedIndirectCommand), max, stride},
      IndirectCount{count, count_offset});
  state.device().dispatch().CmdDrawIndexedIndirectCount(
      buffer, parameters, offset, count, count_offset, max, stride);
}

VKAPI_ATTR void VKAPI_CALL CmdDrawIndirectByteCountEXT(
    VkCommandBuffer buffer, uint32_t instances, uint32_t first_instance,
    VkBuffer counter, VkDeviceSize counter_offset, uint32_t header,
    uint32_t stride) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdDrawIndirectByteCountEXT");
  // The counter is read by an access that only transform feedback has, which
  // the model has not.
  RecordDraws(state, {DrawShape()});
  state.device().dispatch().CmdDrawIndirectByteCountEXT(
      buffer, instances, first_instance, counter, counter_offset, header,
      stride);
}

VKAPI_ATTR void VKAPI_CALL CmdDrawMeshTasksIndirectEXT(VkCommandBuffer buffer,
                                                       VkBuffer parameters,
                                                       VkDeviceSize offset,
                                                       uint32_t count,
                                                       uint32_t stride) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdDrawMeshTasksIndirectEXT");
  RecordIndirectMeshTasks(
      state,
      {parameters, offset, sizeof(VkDrawMeshTasksIndirectCommandEXT), count,
       stride},
      absl::nullopt);
  state.device().dispatch().CmdDrawMeshTasksIndirectEXT(buffer, parameters,
                                                        offset, count, stride);
}

VKAPI_ATTR void VKAPI_CALL CmdDrawMeshTasksIndirectCountEXT(
    VkCommandBuffer buffer, VkBuffer parameters, VkDeviceSize offset,
    VkBuffer count, VkDeviceSize count_offset, uint32_t max, uint32_t stride) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdDrawMeshTasksIndirectCountEXT");
  RecordIndirectMeshTasks(
      state,
      {parameters, offset, sizeof(VkDrawMeshTasksIndirectCommandEXT), max,
       stride},
      IndirectCount{count, count_offset});
  state.device().dispatch().CmdDrawMeshTasksIndirectCountEXT(
      buffer, parameters, offset, count, count_offset, max, stride);
}

const InterceptedCommand kCommands[] = {
    INCOHERENT_DEVICE_ROW(CmdDrawIndirect),
    INCOHERENT_DEVICE_ROW(CmdDrawIndexedIndirect),
    INCOHERENT_PROMOTED_DEVICE_ROWS(CmdDrawIndirectCount, KHR),
    INCOHERENT_SECOND_NAME_ROW(CmdDrawIndirectCount, AMD),
    INCOHERENT_PROMOTED_DEVICE_ROWS(CmdDrawIndexedIndirectCount, KHR),
    INCOHERENT_SECOND_NAME_ROW(CmdDrawIndexedIndirectCount, AMD),
    INCOHERENT_DEVICE_ROW(CmdDrawIndirectByteCountEXT),
    INCOHERENT_DEVICE_ROW(CmdDrawMeshTasksIndirectEXT),
    INCOHERENT_DEVICE_ROW(CmdDrawMeshTasksIndirectCountEXT),
};

}  // namespace

absl::Span<const InterceptedCommand> IndirectCommands() { return kCommands; }

}  // namespace incoherent
