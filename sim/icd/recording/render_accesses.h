#ifndef INCOHERENT_SIM_ICD_RECORDING_RENDER_ACCESSES_H_
#define INCOHERENT_SIM_ICD_RECORDING_RENDER_ACCESSES_H_

// What beginning, and going through, a render pass does to attachments, and
// which barriers it is.
//
// Of an attachment the first use tells all: it is read there if it is loaded,
// and written if anything of the pass writes it. Rasterization order keeps what
// the pass itself does in order, so nothing more is told of it; and only linear
// images have bytes at all.
//
//   begin       dependencies on VK_SUBPASS_EXTERNAL of the first subpass, then
//               the attachments that it is the first to use
//   next        the dependencies of the subpass, then the same
//   end         dependencies of VK_SUBPASS_EXTERNAL on the pass

#include <vulkan/vulkan.h>

#include "sim/icd/recording/command_buffer_state.h"

namespace incoherent {

void RecordBeginRenderPass(CommandBufferState& state,
                           const VkRenderPassBeginInfo& info);
void RecordNextSubpass(CommandBufferState& state);
void RecordEndRenderPass(CommandBufferState& state);

// vkCmdBeginRendering: attachments without dependencies.
void RecordBeginRendering(CommandBufferState& state,
                          const VkRenderingInfo& info);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RECORDING_RENDER_ACCESSES_H_
