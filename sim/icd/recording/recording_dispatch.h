#ifndef INCOHERENT_SIM_ICD_RECORDING_RECORDING_DISPATCH_H_
#define INCOHERENT_SIM_ICD_RECORDING_RECORDING_DISPATCH_H_

// The downstream's commands behind the recording of command buffers
// (dispatch.h), and what the headers of Debian 12 lack of them.

#include <vulkan/vulkan.h>

#ifndef VK_KHR_maintenance5
typedef void(VKAPI_PTR* PFN_vkCmdBindIndexBuffer2KHR)(VkCommandBuffer, VkBuffer,
                                                      VkDeviceSize offset,
                                                      VkDeviceSize size,
                                                      VkIndexType);
#endif

#define INCOHERENT_RECORDING_COMMANDS(X) \
  X(AllocateCommandBuffers)              \
  X(BeginCommandBuffer)                  \
  X(CmdBeginConditionalRenderingEXT)     \
  X(CmdBeginDebugUtilsLabelEXT)          \
  X(CmdBeginRenderPass)                  \
  X(CmdBeginRenderPass2)                 \
  X(CmdBeginRendering)                   \
  X(CmdBindIndexBuffer)                  \
  X(CmdBindIndexBuffer2KHR)              \
  X(CmdBindVertexBuffers)                \
  X(CmdBindVertexBuffers2)               \
  X(CmdBlitImage)                        \
  X(CmdBlitImage2)                       \
  X(CmdClearColorImage)                  \
  X(CmdClearDepthStencilImage)           \
  X(CmdCopyBuffer)                       \
  X(CmdCopyBuffer2)                      \
  X(CmdCopyBufferToImage)                \
  X(CmdCopyBufferToImage2)               \
  X(CmdCopyImage)                        \
  X(CmdCopyImage2)                       \
  X(CmdCopyImageToBuffer)                \
  X(CmdCopyImageToBuffer2)               \
  X(CmdCopyQueryPoolResults)             \
  X(CmdDebugMarkerBeginEXT)              \
  X(CmdDebugMarkerEndEXT)                \
  X(CmdDispatch)                         \
  X(CmdDispatchBase)                     \
  X(CmdDispatchIndirect)                 \
  X(CmdDraw)                             \
  X(CmdDrawIndexed)                      \
  X(CmdDrawIndexedIndirect)              \
  X(CmdDrawIndexedIndirectCount)         \
  X(CmdDrawIndirect)                     \
  X(CmdDrawIndirectByteCountEXT)         \
  X(CmdDrawIndirectCount)                \
  X(CmdDrawMeshTasksEXT)                 \
  X(CmdDrawMeshTasksIndirectCountEXT)    \
  X(CmdDrawMeshTasksIndirectEXT)         \
  X(CmdDrawMultiEXT)                     \
  X(CmdDrawMultiIndexedEXT)              \
  X(CmdEndConditionalRenderingEXT)       \
  X(CmdEndDebugUtilsLabelEXT)            \
  X(CmdEndRenderPass)                    \
  X(CmdEndRenderPass2)                   \
  X(CmdExecuteCommands)                  \
  X(CmdFillBuffer)                       \
  X(CmdNextSubpass)                      \
  X(CmdNextSubpass2)                     \
  X(CmdPipelineBarrier)                  \
  X(CmdPipelineBarrier2)                 \
  X(CmdResetEvent)                       \
  X(CmdResetEvent2)                      \
  X(CmdResolveImage)                     \
  X(CmdResolveImage2)                    \
  X(CmdSetEvent)                         \
  X(CmdSetEvent2)                        \
  X(CmdSetVertexInputEXT)                \
  X(CmdTraceRaysIndirectKHR)             \
  X(CmdTraceRaysKHR)                     \
  X(CmdUpdateBuffer)                     \
  X(CmdWaitEvents)                       \
  X(CmdWaitEvents2)                      \
  X(DestroyCommandPool)                  \
  X(FreeCommandBuffers)                  \
  X(ResetCommandBuffer)                  \
  X(ResetCommandPool)

#endif  // INCOHERENT_SIM_ICD_RECORDING_RECORDING_DISPATCH_H_
