#include "sim/icd/command_table.h"
#include "sim/icd/commands.h"
#include "sim/icd/device.h"

namespace incoherent {
namespace {

// Whether the ICD stands in for a command of this device.
bool Intercepts(const Device& device, const InterceptedCommand& command) {
  switch (command.when) {
    case InterceptWhen::kNever:
      return false;
    case InterceptWhen::kDownstreamHasIt:
    case InterceptWhen::kDownstreamMayLackIt:
      return true;
    case InterceptWhen::kMapMemory2Enabled:
      return device.features().map_memory2;
    case InterceptWhen::kImportEnabled:
      return device.features().external_memory_host;
  }
  return false;
}

}  // namespace

VKAPI_ATTR void VKAPI_CALL
DestroyDevice(VkDevice device, const VkAllocationCallbacks* allocator) {
  if (Device* known = Devices().Find(device)) {
    known->observer().Look("vkDestroyDevice");
  }
  const std::unique_ptr<Device> state = Devices().Take(device);
  if (state != nullptr) state->dispatch().DestroyDevice(device, allocator);
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL GetDeviceProcAddr(VkDevice device,
                                                           const char* name) {
  const Device* state = Devices().Find(device);
  if (state == nullptr) return nullptr;
  const InterceptedCommand* command = FindIntercepted(name);
  if (command == nullptr || command->scope != CommandScope::kDevice) {
    return state->get_proc_addr()(device, name);
  }
  if (command->when == InterceptWhen::kNever) return nullptr;
  if (command->when == InterceptWhen::kDownstreamMayLackIt ||
      command->when == InterceptWhen::kMapMemory2Enabled ||
      command->when == InterceptWhen::kImportEnabled) {
    return Intercepts(*state, *command) ? command->function : nullptr;
  }
  const PFN_vkVoidFunction downstream = state->get_proc_addr()(device, name);
  if (downstream == nullptr || !Intercepts(*state, *command)) return downstream;
  return command->function;
}

VKAPI_ATTR void VKAPI_CALL GetDeviceGroupPeerMemoryFeatures(
    VkDevice device, uint32_t heap_index, uint32_t local_device,
    uint32_t remote_device, VkPeerMemoryFeatureFlags* features) {
  const Device& state = *Devices().Find(device);
  const absl::optional<uint32_t> heap =
      state.physical_device().type_map().ToDownstreamHeap(heap_index);
  *features = VK_PEER_MEMORY_FEATURE_COPY_DST_BIT;
  if (!heap.has_value()) return;
  state.dispatch().GetDeviceGroupPeerMemoryFeatures(device, *heap, local_device,
                                                    remote_device, features);
}

}  // namespace incoherent
