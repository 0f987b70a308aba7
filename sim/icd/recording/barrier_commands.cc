#include "sim/icd/command_rows.h"
#include "sim/icd/recording/command_buffers.h"
#include "sim/icd/recording/dependencies.h"
#include "sim/icd/recording/recording_commands.h"

namespace incoherent {
namespace {

void RecordBarriers(CommandBufferState& state,
                    const std::vector<Dependency>& dependencies) {
  for (const Dependency& one : dependencies) {
    state.AddSynchronization(DeviceOperation::OfDependency(
                                 one.source, one.destination, one.ToPayload()),
                             one.bytes.value_or(BoundBytes()));
  }
}

void RecordWait(CommandBufferState& state, VkEvent event,
                const std::vector<Dependency>& dependencies) {
  const uint32_t id = state.device().observer().EventOf(event);
  if (dependencies.empty()) {
    // What comes later waits all the same.
    state.AddSynchronization(DeviceOperation::OfWaitEvent(
        id, Scope(), Scope(), BoundBytes().ToPayload()));
  }
  for (const Dependency& one : dependencies) {
    state.AddSynchronization(
        DeviceOperation::OfWaitEvent(id, one.source, one.destination,
                                     one.ToPayload()),
        one.bytes.value_or(BoundBytes()));
  }
}

void RecordSet(CommandBufferState& state, VkEvent event, uint64_t stages) {
  state.AddSynchronization(DeviceOperation::OfSetEvent(
      state.device().observer().EventOf(event), stages));
}

void RecordReset(CommandBufferState& state, VkEvent event) {
  state.AddSynchronization(
      DeviceOperation::OfResetEvent(state.device().observer().EventOf(event)));
}

VKAPI_ATTR void VKAPI_CALL
CmdPipelineBarrier(VkCommandBuffer buffer, VkPipelineStageFlags source,
                   VkPipelineStageFlags destination, VkDependencyFlags flags,
                   uint32_t memory_count, const VkMemoryBarrier* memory,
                   uint32_t buffer_count, const VkBufferMemoryBarrier* buffers,
                   uint32_t image_count, const VkImageMemoryBarrier* images) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdPipelineBarrier");
  RecordBarriers(state,
                 DependenciesOf({source, destination, memory_count, memory,
                                 buffer_count, buffers, image_count, images},
                                state.resources()));
  state.device().dispatch().CmdPipelineBarrier(
      buffer, source, destination, flags, memory_count, memory, buffer_count,
      buffers, image_count, images);
}

VKAPI_ATTR void VKAPI_CALL CmdPipelineBarrier2(VkCommandBuffer buffer,
                                               const VkDependencyInfo* info) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdPipelineBarrier2");
  RecordBarriers(state, DependenciesOf(*info, state.resources()));
  state.device().dispatch().CmdPipelineBarrier2(buffer, info);
}

VKAPI_ATTR void VKAPI_CALL CmdSetEvent(VkCommandBuffer buffer, VkEvent event,
                                       VkPipelineStageFlags stages) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdSetEvent");
  RecordSet(state, event, stages);
  state.device().dispatch().CmdSetEvent(buffer, event, stages);
}

VKAPI_ATTR void VKAPI_CALL CmdSetEvent2(VkCommandBuffer buffer, VkEvent event,
                                        const VkDependencyInfo* info) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdSetEvent2");
  RecordSet(state, event, SourceStages(*info));
  state.device().dispatch().CmdSetEvent2(buffer, event, info);
}

VKAPI_ATTR void VKAPI_CALL CmdResetEvent(VkCommandBuffer buffer, VkEvent event,
                                         VkPipelineStageFlags stages) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdResetEvent");
  RecordReset(state, event);
  state.device().dispatch().CmdResetEvent(buffer, event, stages);
}

VKAPI_ATTR void VKAPI_CALL CmdResetEvent2(VkCommandBuffer buffer, VkEvent event,
                                          VkPipelineStageFlags2 stages) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdResetEvent2");
  RecordReset(state, event);
  state.device().dispatch().CmdResetEvent2(buffer, event, stages);
}

VKAPI_ATTR void VKAPI_CALL
CmdWaitEvents(VkCommandBuffer buffer, uint32_t count, const VkEvent* events,
              VkPipelineStageFlags source, VkPipelineStageFlags destination,
              uint32_t memory_count, const VkMemoryBarrier* memory,
              uint32_t buffer_count, const VkBufferMemoryBarrier* buffers,
              uint32_t image_count, const VkImageMemoryBarrier* images) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdWaitEvents");
  const std::vector<Dependency> dependencies =
      DependenciesOf({source, destination, memory_count, memory, buffer_count,
                      buffers, image_count, images},
                     state.resources());
  for (uint32_t i = 0; i < count; ++i) {
    RecordWait(state, events[i], dependencies);
  }
  state.device().dispatch().CmdWaitEvents(
      buffer, count, events, source, destination, memory_count, memory,
      buffer_count, buffers, image_count, images);
}

VKAPI_ATTR void VKAPI_CALL CmdWaitEvents2(VkCommandBuffer buffer,
                                          uint32_t count, const VkEvent* events,
                                          const VkDependencyInfo* infos) {
  CommandBufferState& state = Recording(buffer);
  state.BeginCommand("vkCmdWaitEvents2");
  for (uint32_t i = 0; i < count; ++i) {
    RecordWait(state, events[i], DependenciesOf(infos[i], state.resources()));
  }
  state.device().dispatch().CmdWaitEvents2(buffer, count, events, infos);
}

const InterceptedCommand kCommands[] = {
    INCOHERENT_DEVICE_ROW(CmdPipelineBarrier),
    INCOHERENT_PROMOTED_DEVICE_ROWS(CmdPipelineBarrier2, KHR),
    INCOHERENT_DEVICE_ROW(CmdSetEvent),
    INCOHERENT_PROMOTED_DEVICE_ROWS(CmdSetEvent2, KHR),
    INCOHERENT_DEVICE_ROW(CmdResetEvent),
    INCOHERENT_PROMOTED_DEVICE_ROWS(CmdResetEvent2, KHR),
    INCOHERENT_DEVICE_ROW(CmdWaitEvents),
    INCOHERENT_PROMOTED_DEVICE_ROWS(CmdWaitEvents2, KHR),
};

}  // namespace

absl::Span<const InterceptedCommand> BarrierCommands() { return kCommands; }

}  // namespace incoherent
