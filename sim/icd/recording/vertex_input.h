#ifndef INCOHERENT_SIM_ICD_RECORDING_VERTEX_INPUT_H_
#define INCOHERENT_SIM_ICD_RECORDING_VERTEX_INPUT_H_

// VertexInput: the vertex and index buffers bound in a command buffer, and
// which of their bytes a draw fetches (chapter Fixed-Function Vertex
// Processing).
//
//   draw            indices      per-vertex bindings   per-instance bindings
//   vkCmdDraw       -            its vertices          its instances
//   indexed         its indices  may: all that is      its instances
//                                bound
//   from a buffer   may: all     may: all              may: all

#include <vulkan/vulkan.h>

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "absl/types/optional.h"
#include "sim/icd/resources/byte_rows.h"
#include "sim/icd/resources/pipeline.h"

namespace incoherent {

struct BoundBuffer {
  VkBuffer buffer = VK_NULL_HANDLE;
  uint64_t offset = 0;
  uint64_t size = VK_WHOLE_SIZE;
};

struct BoundVertexBuffer {
  BoundBuffer bytes;
  absl::optional<uint64_t> stride;  // by vkCmdBindVertexBuffers2
};

struct BoundIndexBuffer {
  BoundBuffer bytes;
  VkIndexType type = VK_INDEX_TYPE_UINT16;
};

struct VertexInput {
  std::map<uint32_t, BoundVertexBuffer> vertex_buffers;
  absl::optional<BoundIndexBuffer> index_buffer;
  // vkCmdSetVertexInputEXT.
  std::vector<PipelineInfo::VertexBinding> dynamic_bindings;

  // That call also takes the place of strides that were bound.
  void SetDynamic(std::vector<PipelineInfo::VertexBinding> bindings) {
    for (const PipelineInfo::VertexBinding& one : bindings) {
      vertex_buffers[one.binding].stride.reset();
    }
    dynamic_bindings = std::move(bindings);
  }
};

// Elements that a draw counts in: vertices or instances.
struct ElementRange {
  uint32_t first = 0;
  uint32_t count = 0;
};

// Which elements of a per-instance binding a draw fetches.
ElementRange InstanceElements(const ElementRange& instances, uint32_t divisor);

// Where elements of a binding lie, from the offset where its buffer is bound.
ByteRows ElementRows(uint64_t stride, uint64_t extent,
                     const ElementRange& elements);

// Bytes of one index; 0 for a type without a buffer.
uint32_t IndexSize(VkIndexType type);

// What vkCmdSetVertexInputEXT says of each binding.
std::vector<PipelineInfo::VertexBinding> VertexBindingsOf(
    const std::vector<VkVertexInputBindingDescription2EXT>& bindings,
    const std::vector<VkVertexInputAttributeDescription2EXT>& attributes);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RECORDING_VERTEX_INPUT_H_
