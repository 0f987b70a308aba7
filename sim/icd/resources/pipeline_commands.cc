#include "sim/icd/command_rows.h"
#include "sim/icd/device.h"
#include "sim/icd/resources/descriptor_commands.h"

namespace incoherent {
namespace {

Device& DeviceOf(VkDevice device) { return *Devices().Find(device); }

VKAPI_ATTR VkResult VKAPI_CALL CreateShaderModule(
    VkDevice device, const VkShaderModuleCreateInfo* info,
    const VkAllocationCallbacks* allocator, VkShaderModule* module) {
  Device& state = DeviceOf(device);
  const VkResult result =
      state.dispatch().CreateShaderModule(device, info, allocator, module);
  if (result == VK_SUCCESS) state.pipelines().AddModule(*module, *info);
  return result;
}

VKAPI_ATTR void VKAPI_CALL
DestroyShaderModule(VkDevice device, VkShaderModule module,
                    const VkAllocationCallbacks* allocator) {
  Device& state = DeviceOf(device);
  state.pipelines().RemoveModule(module);
  state.dispatch().DestroyShaderModule(device, module, allocator);
}

VKAPI_ATTR VkResult VKAPI_CALL CreatePipelineLayout(
    VkDevice device, const VkPipelineLayoutCreateInfo* info,
    const VkAllocationCallbacks* allocator, VkPipelineLayout* layout) {
  Device& state = DeviceOf(device);
  const VkResult result =
      state.dispatch().CreatePipelineLayout(device, info, allocator, layout);
  if (result == VK_SUCCESS) {
    state.descriptors().AddPipelineLayout(*layout, *info);
  }
  return result;
}

VKAPI_ATTR void VKAPI_CALL
DestroyPipelineLayout(VkDevice device, VkPipelineLayout layout,
                      const VkAllocationCallbacks* allocator) {
  Device& state = DeviceOf(device);
  state.descriptors().RemovePipelineLayout(layout);
  state.dispatch().DestroyPipelineLayout(device, layout, allocator);
}

// Whatever the result of a creation, the pipelines that exist have a handle.
template <typename CreateInfo>
void AddPipelines(Device& state, uint32_t count, const CreateInfo* infos,
                  const VkPipeline* pipelines) {
  for (uint32_t i = 0; i < count; ++i) {
    state.pipelines().Add(pipelines[i], infos[i]);
  }
}

VKAPI_ATTR VkResult VKAPI_CALL CreateGraphicsPipelines(
    VkDevice device, VkPipelineCache cache, uint32_t count,
    const VkGraphicsPipelineCreateInfo* infos,
    const VkAllocationCallbacks* allocator, VkPipeline* pipelines) {
  Device& state = DeviceOf(device);
  const VkResult result = state.dispatch().CreateGraphicsPipelines(
      device, cache, count, infos, allocator, pipelines);
  AddPipelines(state, count, infos, pipelines);
  return result;
}

VKAPI_ATTR VkResult VKAPI_CALL CreateComputePipelines(
    VkDevice device, VkPipelineCache cache, uint32_t count,
    const VkComputePipelineCreateInfo* infos,
    const VkAllocationCallbacks* allocator, VkPipeline* pipelines) {
  Device& state = DeviceOf(device);
  const VkResult result = state.dispatch().CreateComputePipelines(
      device, cache, count, infos, allocator, pipelines);
  AddPipelines(state, count, infos, pipelines);
  return result;
}

VKAPI_ATTR void VKAPI_CALL
DestroyPipeline(VkDevice device, VkPipeline pipeline,
                const VkAllocationCallbacks* allocator) {
  Device& state = DeviceOf(device);
  state.pipelines().Remove(pipeline);
  state.dispatch().DestroyPipeline(device, pipeline, allocator);
}

}  // namespace

absl::Span<const InterceptedCommand> PipelineCommands() {
  static const InterceptedCommand kCommands[] = {
      INCOHERENT_DEVICE_ROW(CreateShaderModule),
      INCOHERENT_DEVICE_ROW(DestroyShaderModule),
      INCOHERENT_DEVICE_ROW(CreatePipelineLayout),
      INCOHERENT_DEVICE_ROW(DestroyPipelineLayout),
      INCOHERENT_DEVICE_ROW(CreateGraphicsPipelines),
      INCOHERENT_DEVICE_ROW(CreateComputePipelines),
      INCOHERENT_DEVICE_ROW(DestroyPipeline),
  };
  return kCommands;
}

}  // namespace incoherent
