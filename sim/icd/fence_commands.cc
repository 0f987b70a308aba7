// Fences, and events as the host handles them.

#include <vector>

#include "sim/icd/command_rows.h"
#include "sim/icd/device.h"
#include "sim/icd/queue_commands.h"

namespace incoherent {
namespace {

// Of a wait for any of them, those that are signaled now.
std::vector<VkFence> Signaled(const Device& state, VkDevice device,
                              const std::vector<VkFence>& fences) {
  std::vector<VkFence> signaled;
  for (VkFence fence : fences) {
    if (state.dispatch().GetFenceStatus(device, fence) == VK_SUCCESS) {
      signaled.push_back(fence);
    }
  }
  return signaled;
}

VKAPI_ATTR void VKAPI_CALL DestroyFence(
    VkDevice device, VkFence fence, const VkAllocationCallbacks* allocator) {
  Device& state = *Devices().Find(device);
  state.observer().RemoveFence(fence);
  state.dispatch().DestroyFence(device, fence, allocator);
}

VKAPI_ATTR VkResult VKAPI_CALL ResetFences(VkDevice device, uint32_t count,
                                           const VkFence* fences) {
  Device& state = *Devices().Find(device);
  state.observer().FencesReset({fences, fences + count});
  return state.dispatch().ResetFences(device, count, fences);
}

VKAPI_ATTR VkResult VKAPI_CALL WaitForFences(VkDevice device, uint32_t count,
                                             const VkFence* fences,
                                             VkBool32 wait_all,
                                             uint64_t timeout) {
  Device& state = *Devices().Find(device);
  state.observer().Look("vkWaitForFences");
  const VkResult result =
      state.dispatch().WaitForFences(device, count, fences, wait_all, timeout);
  if (result == VK_SUCCESS) {
    const std::vector<VkFence> all(fences, fences + count);
    state.observer().FencesSignaled(
        wait_all == VK_TRUE || count == 1 ? all : Signaled(state, device, all));
  }
  state.RunEvictions();
  return result;
}

VKAPI_ATTR VkResult VKAPI_CALL GetFenceStatus(VkDevice device, VkFence fence) {
  Device& state = *Devices().Find(device);
  const VkResult result = state.dispatch().GetFenceStatus(device, fence);
  if (result == VK_SUCCESS) {
    state.observer().FencesSignaled({fence});
    state.RunEvictions();
  }
  return result;
}

VKAPI_ATTR VkResult VKAPI_CALL
CreateEvent(VkDevice device, const VkEventCreateInfo* info,
            const VkAllocationCallbacks* allocator, VkEvent* event) {
  Device& state = *Devices().Find(device);
  const VkResult result =
      state.dispatch().CreateEvent(device, info, allocator, event);
  if (result == VK_SUCCESS) state.observer().AddEvent(*event);
  return result;
}

VKAPI_ATTR void VKAPI_CALL DestroyEvent(
    VkDevice device, VkEvent event, const VkAllocationCallbacks* allocator) {
  Device& state = *Devices().Find(device);
  state.observer().RemoveEvent(event);
  state.dispatch().DestroyEvent(device, event, allocator);
}

VKAPI_ATTR VkResult VKAPI_CALL SetEvent(VkDevice device, VkEvent event) {
  Device& state = *Devices().Find(device);
  state.observer().HostSetsEvent(event);
  return state.dispatch().SetEvent(device, event);
}

VKAPI_ATTR VkResult VKAPI_CALL ResetEvent(VkDevice device, VkEvent event) {
  Device& state = *Devices().Find(device);
  state.observer().HostResetsEvent(event);
  return state.dispatch().ResetEvent(device, event);
}

const InterceptedCommand kCommands[] = {
    INCOHERENT_DEVICE_ROW(DestroyFence),  INCOHERENT_DEVICE_ROW(ResetFences),
    INCOHERENT_DEVICE_ROW(WaitForFences), INCOHERENT_DEVICE_ROW(GetFenceStatus),
    INCOHERENT_DEVICE_ROW(CreateEvent),   INCOHERENT_DEVICE_ROW(DestroyEvent),
    INCOHERENT_DEVICE_ROW(SetEvent),      INCOHERENT_DEVICE_ROW(ResetEvent),
};

}  // namespace

absl::Span<const InterceptedCommand> FenceCommands() { return kCommands; }

}  // namespace incoherent
