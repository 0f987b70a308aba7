#ifndef INCOHERENT_SIM_ICD_RECORDING_COPY_ACCESSES_H_
#define INCOHERENT_SIM_ICD_RECORDING_COPY_ACCESSES_H_

// What the copying commands read and write, region by region, reads first.
//
// What a command does stands in its newer form (vkCmdCopyBuffer2, ...); the
// older ones are turned into it.
//
//   command   stage     reads                           writes
//   copies    COPY      the region                      the region
//   blits     BLIT      the region; may, if it is       the region
//                       scaled
//   resolves  RESOLVE   the region                      the region

#include <vulkan/vulkan.h>

#include "sim/icd/recording/command_buffer_state.h"

namespace incoherent {

void RecordCopy(CommandBufferState& state, const VkCopyBufferInfo2& info);
void RecordCopy(CommandBufferState& state, const VkCopyImageInfo2& info);
void RecordCopy(CommandBufferState& state,
                const VkCopyBufferToImageInfo2& info);
void RecordCopy(CommandBufferState& state,
                const VkCopyImageToBufferInfo2& info);
void RecordBlit(CommandBufferState& state, const VkBlitImageInfo2& info);
void RecordResolve(CommandBufferState& state, const VkResolveImageInfo2& info);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RECORDING_COPY_ACCESSES_H_
