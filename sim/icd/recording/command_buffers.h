#ifndef INCOHERENT_SIM_ICD_RECORDING_COMMAND_BUFFERS_H_
#define INCOHERENT_SIM_ICD_RECORDING_COMMAND_BUFFERS_H_

// All live command buffers, and what a command that is recorded calls.

#include <vulkan/vulkan.h>

#include "sim/icd/device.h"
#include "sim/icd/handle_table.h"
#include "sim/icd/recording/command_buffer_state.h"

namespace incoherent {

HandleTable<VkCommandBuffer, CommandBufferState>& CommandBuffers();

// The state of a buffer that is recorded. Its allocation was intercepted, so it
// has one.
inline CommandBufferState& Recording(VkCommandBuffer buffer) {
  CommandBufferState* state = FindCommandBuffer(buffer);
  INCOHERENT_CHECK(state != nullptr, "a VkCommandBuffer that no device has");
  return *state;
}

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RECORDING_COMMAND_BUFFERS_H_
