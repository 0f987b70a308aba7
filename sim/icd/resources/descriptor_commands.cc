#include "sim/icd/resources/descriptor_commands.h"

#include "sim/icd/command_rows.h"
#include "sim/icd/device.h"

namespace incoherent {
namespace {

Device& DeviceOf(VkDevice device) { return *Devices().Find(device); }

VKAPI_ATTR VkResult VKAPI_CALL CreateDescriptorSetLayout(
    VkDevice device, const VkDescriptorSetLayoutCreateInfo* info,
    const VkAllocationCallbacks* allocator, VkDescriptorSetLayout* layout) {
  Device& state = DeviceOf(device);
  const VkResult result = state.dispatch().CreateDescriptorSetLayout(
      device, info, allocator, layout);
  if (result == VK_SUCCESS) state.descriptors().AddSetLayout(*layout, *info);
  return result;
}

VKAPI_ATTR void VKAPI_CALL
DestroyDescriptorSetLayout(VkDevice device, VkDescriptorSetLayout layout,
                           const VkAllocationCallbacks* allocator) {
  Device& state = DeviceOf(device);
  state.descriptors().RemoveSetLayout(layout);
  state.dispatch().DestroyDescriptorSetLayout(device, layout, allocator);
}

VKAPI_ATTR VkResult VKAPI_CALL ResetDescriptorPool(
    VkDevice device, VkDescriptorPool pool, VkDescriptorPoolResetFlags flags) {
  Device& state = DeviceOf(device);
  state.descriptors().RemoveSetsOf(pool);
  return state.dispatch().ResetDescriptorPool(device, pool, flags);
}

VKAPI_ATTR void VKAPI_CALL
DestroyDescriptorPool(VkDevice device, VkDescriptorPool pool,
                      const VkAllocationCallbacks* allocator) {
  Device& state = DeviceOf(device);
  state.descriptors().RemoveSetsOf(pool);
  state.dispatch().DestroyDescriptorPool(device, pool, allocator);
}

VKAPI_ATTR VkResult VKAPI_CALL
AllocateDescriptorSets(VkDevice device, const VkDescriptorSetAllocateInfo* info,
                       VkDescriptorSet* sets) {
  Device& state = DeviceOf(device);
  const VkResult result =
      state.dispatch().AllocateDescriptorSets(device, info, sets);
  if (result == VK_SUCCESS) state.descriptors().AddSets(*info, sets);
  return result;
}

VKAPI_ATTR VkResult VKAPI_CALL FreeDescriptorSets(VkDevice device,
                                                  VkDescriptorPool pool,
                                                  uint32_t count,
                                                  const VkDescriptorSet* sets) {
  Device& state = DeviceOf(device);
  state.descriptors().RemoveSets(pool, absl::MakeConstSpan(sets, count));
  return state.dispatch().FreeDescriptorSets(device, pool, count, sets);
}

VKAPI_ATTR void VKAPI_CALL UpdateDescriptorSets(
    VkDevice device, uint32_t write_count, const VkWriteDescriptorSet* writes,
    uint32_t copy_count, const VkCopyDescriptorSet* copies) {
  Device& state = DeviceOf(device);
  state.descriptors().Update(absl::MakeConstSpan(writes, write_count),
                             absl::MakeConstSpan(copies, copy_count));
  state.dispatch().UpdateDescriptorSets(device, write_count, writes, copy_count,
                                        copies);
}

VKAPI_ATTR VkResult VKAPI_CALL CreateDescriptorUpdateTemplate(
    VkDevice device, const VkDescriptorUpdateTemplateCreateInfo* info,
    const VkAllocationCallbacks* allocator,
    VkDescriptorUpdateTemplate* handle) {
  Device& state = DeviceOf(device);
  const VkResult result = state.dispatch().CreateDescriptorUpdateTemplate(
      device, info, allocator, handle);
  if (result == VK_SUCCESS) state.descriptors().AddTemplate(*handle, *info);
  return result;
}

VKAPI_ATTR void VKAPI_CALL DestroyDescriptorUpdateTemplate(
    VkDevice device, VkDescriptorUpdateTemplate handle,
    const VkAllocationCallbacks* allocator) {
  Device& state = DeviceOf(device);
  state.descriptors().RemoveTemplate(handle);
  state.dispatch().DestroyDescriptorUpdateTemplate(device, handle, allocator);
}

VKAPI_ATTR void VKAPI_CALL UpdateDescriptorSetWithTemplate(
    VkDevice device, VkDescriptorSet set, VkDescriptorUpdateTemplate handle,
    const void* data) {
  Device& state = DeviceOf(device);
  const auto updated = state.descriptors().FindSet(set);
  const auto update = state.descriptors().FindTemplate(handle);
  if (updated != nullptr && update != nullptr) update->Update(*updated, data);
  state.dispatch().UpdateDescriptorSetWithTemplate(device, set, handle, data);
}

}  // namespace

absl::Span<const InterceptedCommand> DescriptorCommands() {
  static const InterceptedCommand kCommands[] = {
      INCOHERENT_DEVICE_ROW(CreateDescriptorSetLayout),
      INCOHERENT_DEVICE_ROW(DestroyDescriptorSetLayout),
      INCOHERENT_DEVICE_ROW(ResetDescriptorPool),
      INCOHERENT_DEVICE_ROW(DestroyDescriptorPool),
      INCOHERENT_DEVICE_ROW(AllocateDescriptorSets),
      INCOHERENT_DEVICE_ROW(FreeDescriptorSets),
      INCOHERENT_DEVICE_ROW(UpdateDescriptorSets),
      INCOHERENT_PROMOTED_DEVICE_ROWS(CreateDescriptorUpdateTemplate, KHR),
      INCOHERENT_PROMOTED_DEVICE_ROWS(DestroyDescriptorUpdateTemplate, KHR),
      INCOHERENT_PROMOTED_DEVICE_ROWS(UpdateDescriptorSetWithTemplate, KHR),
  };
  return kCommands;
}

}  // namespace incoherent
