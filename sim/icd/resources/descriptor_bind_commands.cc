#include <memory>
#include <vector>

#include "sim/icd/command_rows.h"
#include "sim/icd/recording/command_buffers.h"
#include "sim/icd/resources/descriptor_commands.h"

namespace incoherent {
namespace {

// The push descriptor set that a command writes into; null if its layout is
// not known.
DescriptorSet* FindPushSet(CommandBufferState& state,
                           VkPipelineBindPoint bind_point,
                           VkPipelineLayout layout, uint32_t set) {
  DescriptorBindings* bindings = state.descriptors(bind_point);
  const auto sets = state.device().descriptors().FindPipelineLayout(layout);
  if (bindings == nullptr || sets == nullptr || set >= sets->size() ||
      (*sets)[set] == nullptr) {
    return nullptr;
  }
  return &bindings->PushSet(set, (*sets)[set]);
}

VKAPI_ATTR void VKAPI_CALL CmdBindPipeline(VkCommandBuffer buffer,
                                           VkPipelineBindPoint bind_point,
                                           VkPipeline pipeline) {
  CommandBufferState& state = Recording(buffer);
  DescriptorBindings* bindings = state.descriptors(bind_point);
  if (bindings != nullptr) {
    bindings->BindPipeline(state.device().pipelines().Find(pipeline));
  }
  state.device().dispatch().CmdBindPipeline(buffer, bind_point, pipeline);
}

VKAPI_ATTR void VKAPI_CALL
CmdBindDescriptorSets(VkCommandBuffer buffer, VkPipelineBindPoint bind_point,
                      VkPipelineLayout layout, uint32_t first_set,
                      uint32_t count, const VkDescriptorSet* sets,
                      uint32_t offset_count, const uint32_t* offsets) {
  CommandBufferState& state = Recording(buffer);
  DescriptorBindings* bindings = state.descriptors(bind_point);
  if (bindings != nullptr) {
    std::vector<std::shared_ptr<const DescriptorSet>> bound;
    for (uint32_t i = 0; i < count; ++i) {
      bound.push_back(state.device().descriptors().FindSet(sets[i]));
    }
    bindings->BindSets(first_set, bound,
                       absl::MakeConstSpan(offsets, offset_count));
  }
  state.device().dispatch().CmdBindDescriptorSets(buffer, bind_point, layout,
                                                  first_set, count, sets,
                                                  offset_count, offsets);
}

VKAPI_ATTR void VKAPI_CALL
CmdPushDescriptorSetKHR(VkCommandBuffer buffer, VkPipelineBindPoint bind_point,
                        VkPipelineLayout layout, uint32_t set, uint32_t count,
                        const VkWriteDescriptorSet* writes) {
  CommandBufferState& state = Recording(buffer);
  DescriptorSet* pushed = FindPushSet(state, bind_point, layout, set);
  for (uint32_t i = 0; pushed != nullptr && i < count; ++i) {
    pushed->Write({writes[i].dstBinding, writes[i].dstArrayElement},
                  ReadDescriptors(writes[i]));
  }
  state.device().dispatch().CmdPushDescriptorSetKHR(buffer, bind_point, layout,
                                                    set, count, writes);
}

VKAPI_ATTR void VKAPI_CALL CmdPushDescriptorSetWithTemplateKHR(
    VkCommandBuffer buffer, VkDescriptorUpdateTemplate handle,
    VkPipelineLayout layout, uint32_t set, const void* data) {
  CommandBufferState& state = Recording(buffer);
  const auto update = state.device().descriptors().FindTemplate(handle);
  if (update != nullptr) {
    DescriptorSet* pushed =
        FindPushSet(state, update->bind_point(), layout, set);
    if (pushed != nullptr) update->Update(*pushed, data);
  }
  state.device().dispatch().CmdPushDescriptorSetWithTemplateKHR(
      buffer, handle, layout, set, data);
}

}  // namespace

absl::Span<const InterceptedCommand> DescriptorBindCommands() {
  static const InterceptedCommand kCommands[] = {
      INCOHERENT_DEVICE_ROW(CmdBindPipeline),
      INCOHERENT_DEVICE_ROW(CmdBindDescriptorSets),
      INCOHERENT_DEVICE_ROW(CmdPushDescriptorSetKHR),
      INCOHERENT_DEVICE_ROW(CmdPushDescriptorSetWithTemplateKHR),
  };
  return kCommands;
}

}  // namespace incoherent
