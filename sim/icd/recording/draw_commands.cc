#include <vector>

#include "sim/icd/command_rows.h"
#include "sim/icd/recording/command_buffers.h"
#include "sim/icd/recording/draw_accesses.h"
#include "sim/icd/recording/recording_commands.h"

namespace incoherent {
namespace {

VKAPI_ATTR void VKAPI_CALL CmdBindVertexBuffers(VkCommandBuffer buffer,
                                                uint32_t first, uint32_t count,
                                                const VkBuffer* buffers,
                                                const VkDeviceSize* offsets) {
  CommandBufferState& state = Recording(buffer);
  for (uint32_t i = 0; i < count; ++i) {
    // The stride stays as vkCmdBindVertexBuffers2 gave it.
    state.vertex_input().vertex_buffers[first + i].bytes = {
        buffers[i], offsets[i], VK_WHOLE_SIZE};
  }
  state.device().dispatch().CmdBindVertexBuffers(buffer, first, count, buffers,
                                                 offsets);
}

VKAPI_ATTR void VKAPI_CALL CmdBindVertexBuffers2(VkCommandBuffer buffer,
                                                 uint32_t first, uint32_t count,
                                                 const VkBuffer* buffers,
                                                 const VkDeviceSize* offsets,
                                                 const VkDeviceSize* sizes,
                                                 const VkDeviceSize* strides) {
  CommandBufferState& state = Recording(buffer);
  for (uint32_t i = 0; i < count; ++i) {
    BoundVertexBuffer& bound = state.vertex_input().vertex_buffers[first + i];
    bound.bytes = {buffers[i], offsets[i],
                   sizes == nullptr ? VK_WHOLE_SIZE : sizes[i]};
    if (strides != nullptr) bound.stride = strides[i];
  }
  state.device().dispatch().CmdBindVertexBuffers2(buffer, first, count, buffers,
                                                  offsets, sizes, strides);
}

VKAPI_ATTR void VKAPI_CALL CmdBindIndexBuffer(VkCommandBuffer buffer,
                                              VkBuffer indices,
                                              VkDeviceSize offset,
                                              VkIndexType type) {
  CommandBufferState& state = Recording(buffer);
  state.vertex_input().index_buffer =
      BoundIndexBuffer{{indices, offset, VK_WHOLE_SIZE}, type};
  state.device().dispatch().CmdBindIndexBuffer(buffer, indices, offset, type);
}

VKAPI_ATTR void VKAPI_CALL CmdBindIndexBuffer2KHR(VkCommandBuffer buffer,
                                                  VkBuffer indices,
                                                  VkDeviceSize offset,
                                                  VkDeviceSize size,
                                                  VkIndexType type) {
  CommandBufferState& state = Recording(buffer);
  state.vertex_input().index_buffer =
      BoundIndexBuffer{{indices, offset, size}, type};
  state.device().dispatch().CmdBindIndexBuffer2KHR(buffer, indices, offset,
                                                   size, type);
}

VKAPI_ATTR void VKAPI_CALL
CmdSetVertexInputEXT(VkCommandBuffer buffer, uint32_t binding_count,
                     const VkVertexInputBindingDescription2EXT* bindings,
                     uint32_t attribute_count,
                     const VkVertexInputAttributeDescription2EXT* attributes) {
  CommandBufferState& state = Recording(buffer);
  state.vertex_input().SetDynamic(
      VertexBindingsOf({bindings, bindings + binding_count},
                       {attributes, attributes + attribute_count}));
  state.device().dispatch().CmdSetVertexInputEXT(
      buffer, binding_count, bindings, attribute_count, attributes);
}

VKAPI_ATTR void VKAPI_CALL CmdDraw(VkCommandBuffer buffer, uint32_t vertices,
                                   uint32_t instances, uint32_t first_vertex,
                                   uint32_t first_instance) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdDraw");
  RecordDraws(state, {{/*indexed=*/false, ElementRange{first_vertex, vertices},
                       ElementRange{first_instance, instances}}});
  state.device().dispatch().CmdDraw(buffer, vertices, instances, first_vertex,
                                    first_instance);
}

VKAPI_ATTR void VKAPI_CALL CmdDrawIndexed(VkCommandBuffer buffer,
                                          uint32_t indices, uint32_t instances,
                                          uint32_t first_index,
                                          int32_t vertex_offset,
                                          uint32_t first_instance) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdDrawIndexed");
  RecordDraws(state, {{/*indexed=*/true, ElementRange{first_index, indices},
                       ElementRange{first_instance, instances}}});
  state.device().dispatch().CmdDrawIndexed(
      buffer, indices, instances, first_index, vertex_offset, first_instance);
}

// The element of an array with a stride.
template <typename Info>
const Info& At(const Info* infos, uint32_t index, uint32_t stride) {
  return *reinterpret_cast<const Info*>(reinterpret_cast<const char*>(infos) +
                                        size_t{index} * stride);
}

VKAPI_ATTR void VKAPI_CALL CmdDrawMultiEXT(
    VkCommandBuffer buffer, uint32_t count, const VkMultiDrawInfoEXT* infos,
    uint32_t instances, uint32_t first_instance, uint32_t stride) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdDrawMultiEXT");
  std::vector<DrawShape> draws;
  for (uint32_t i = 0; i < count; ++i) {
    const VkMultiDrawInfoEXT& info = At(infos, i, stride);
    draws.push_back({/*indexed=*/false,
                     ElementRange{info.firstVertex, info.vertexCount},
                     ElementRange{first_instance, instances}});
  }
  RecordDraws(state, draws);
  state.device().dispatch().CmdDrawMultiEXT(buffer, count, infos, instances,
                                            first_instance, stride);
}

VKAPI_ATTR void VKAPI_CALL CmdDrawMultiIndexedEXT(
    VkCommandBuffer buffer, uint32_t count,
    const VkMultiDrawIndexedInfoEXT* infos, uint32_t instances,
    uint32_t first_instance, uint32_t stride, const int32_t* vertex_offset) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdDrawMultiIndexedEXT");
  std::vector<DrawShape> draws;
  for (uint32_t i = 0; i < count; ++i) {
    const VkMultiDrawIndexedInfoEXT& info = At(infos, i, stride);
    draws.push_back({/*indexed=*/true,
                     ElementRange{info.firstIndex, info.indexCount},
                     ElementRange{first_instance, instances}});
  }
  RecordDraws(state, draws);
  state.device().dispatch().CmdDrawMultiIndexedEXT(
      buffer, count, infos, instances, first_instance, stride, vertex_offset);
}

VKAPI_ATTR void VKAPI_CALL CmdDrawMeshTasksEXT(VkCommandBuffer buffer,
                                               uint32_t x, uint32_t y,
                                               uint32_t z) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdDrawMeshTasksEXT");
  if (x != 0 && y != 0 && z != 0) {
    state.AddShaderAccesses(VK_PIPELINE_BIND_POINT_GRAPHICS,
                            Certainty::kCertain);
  }
  state.device().dispatch().CmdDrawMeshTasksEXT(buffer, x, y, z);
}

const InterceptedCommand kCommands[] = {
    INCOHERENT_DEVICE_ROW(CmdBindVertexBuffers),
    INCOHERENT_PROMOTED_DEVICE_ROWS(CmdBindVertexBuffers2, EXT),
    INCOHERENT_DEVICE_ROW(CmdBindIndexBuffer),
    INCOHERENT_DEVICE_ROW(CmdBindIndexBuffer2KHR),
    INCOHERENT_DEVICE_ROW(CmdSetVertexInputEXT),
    INCOHERENT_DEVICE_ROW(CmdDraw),
    INCOHERENT_DEVICE_ROW(CmdDrawIndexed),
    INCOHERENT_DEVICE_ROW(CmdDrawMultiEXT),
    INCOHERENT_DEVICE_ROW(CmdDrawMultiIndexedEXT),
    INCOHERENT_DEVICE_ROW(CmdDrawMeshTasksEXT),
};

}  // namespace

absl::Span<const InterceptedCommand> DrawCommands() { return kCommands; }

}  // namespace incoherent
