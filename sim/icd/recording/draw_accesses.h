#ifndef INCOHERENT_SIM_ICD_RECORDING_DRAW_ACCESSES_H_
#define INCOHERENT_SIM_ICD_RECORDING_DRAW_ACCESSES_H_

// What draws read besides what shaders do: indices, vertices, and parameters
// that stand in buffers. Which bytes are certain stands in vertex_input.h; none
// is while conditional rendering may leave the draw out.

#include <vulkan/vulkan.h>

#include <vector>

#include "absl/types/optional.h"
#include "sim/icd/recording/command_buffer_state.h"

namespace incoherent {

// Which vertices, indices and instances a draw is of. None: it stands in a
// buffer, or follows from indices.
struct DrawShape {
  bool indexed = false;
  absl::optional<ElementRange> indices;  // or vertices, if not indexed
  absl::optional<ElementRange> instances;
};

// All that a command with these draws reads and writes; draws of nothing are
// left out. The command was begun.
void RecordDraws(CommandBufferState& state,
                 const std::vector<DrawShape>& draws);

// Parameters in a buffer: structures of `size` bytes, and how many of them.
struct IndirectParameters {
  VkBuffer buffer = VK_NULL_HANDLE;
  uint64_t offset = 0;
  uint64_t size = 0;
  uint32_t count = 1;
  uint64_t stride = 0;
};

// The count stands in a buffer, too, and `count` is its limit.
struct IndirectCount {
  VkBuffer buffer = VK_NULL_HANDLE;
  uint64_t offset = 0;
};

// Reads the parameters.
void RecordParameters(CommandBufferState& state,
                      const IndirectParameters& parameters,
                      const absl::optional<IndirectCount>& count);

// Draws, indexed or not, with such parameters.
void RecordIndirectDraws(CommandBufferState& state, bool indexed,
                         const IndirectParameters& parameters,
                         const absl::optional<IndirectCount>& count);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RECORDING_DRAW_ACCESSES_H_
