// Semaphores as the host handles them.

#include "sim/icd/chain.h"
#include "sim/icd/command_rows.h"
#include "sim/icd/device.h"
#include "sim/icd/queue_commands.h"

namespace incoherent {
namespace {

VKAPI_ATTR VkResult VKAPI_CALL CreateSemaphore(
    VkDevice device, const VkSemaphoreCreateInfo* info,
    const VkAllocationCallbacks* allocator, VkSemaphore* semaphore) {
  Device& state = *Devices().Find(device);
  const VkResult result =
      state.dispatch().CreateSemaphore(device, info, allocator, semaphore);
  if (result != VK_SUCCESS) return result;
  const auto* type = FindInChain<VkSemaphoreTypeCreateInfo>(
      info->pNext, VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO);
  absl::optional<uint64_t> timeline_value;
  if (type != nullptr && type->semaphoreType == VK_SEMAPHORE_TYPE_TIMELINE) {
    timeline_value = type->initialValue;
  }
  state.observer().AddSemaphore(*semaphore, timeline_value);
  return result;
}

VKAPI_ATTR void VKAPI_CALL
DestroySemaphore(VkDevice device, VkSemaphore semaphore,
                 const VkAllocationCallbacks* allocator) {
  Device& state = *Devices().Find(device);
  state.observer().RemoveSemaphore(semaphore);
  state.dispatch().DestroySemaphore(device, semaphore, allocator);
}

VKAPI_ATTR VkResult VKAPI_CALL WaitSemaphores(VkDevice device,
                                              const VkSemaphoreWaitInfo* info,
                                              uint64_t timeout) {
  Device& state = *Devices().Find(device);
  state.observer().Look("vkWaitSemaphores");
  const VkResult result =
      state.dispatch().WaitSemaphores(device, info, timeout);
  state.RunEvictions();
  if (result != VK_SUCCESS) return result;
  const bool any = (info->flags & VK_SEMAPHORE_WAIT_ANY_BIT) != 0 &&
                   info->semaphoreCount > 1;
  for (uint32_t i = 0; i < info->semaphoreCount; ++i) {
    uint64_t value = info->pValues[i];
    if (any && (state.dispatch().GetSemaphoreCounterValue(
                    device, info->pSemaphores[i], &value) != VK_SUCCESS ||
                value < info->pValues[i])) {
      continue;
    }
    state.observer().SemaphoreReached(info->pSemaphores[i], info->pValues[i]);
  }
  return result;
}

// The specification does not call it a wait; programs that poll it take it for
// one, and so does every implementation.
VKAPI_ATTR VkResult VKAPI_CALL GetSemaphoreCounterValue(VkDevice device,
                                                        VkSemaphore semaphore,
                                                        uint64_t* value) {
  Device& state = *Devices().Find(device);
  const VkResult result =
      state.dispatch().GetSemaphoreCounterValue(device, semaphore, value);
  if (result == VK_SUCCESS)
    state.observer().SemaphoreReached(semaphore, *value);
  return result;
}

VKAPI_ATTR VkResult VKAPI_CALL
SignalSemaphore(VkDevice device, const VkSemaphoreSignalInfo* info) {
  Device& state = *Devices().Find(device);
  state.observer().HostSignals(info->semaphore, info->value);
  return state.dispatch().SignalSemaphore(device, info);
}

const InterceptedCommand kCommands[] = {
    INCOHERENT_DEVICE_ROW(CreateSemaphore),
    INCOHERENT_DEVICE_ROW(DestroySemaphore),
    INCOHERENT_PROMOTED_DEVICE_ROWS(WaitSemaphores, KHR),
    INCOHERENT_PROMOTED_DEVICE_ROWS(GetSemaphoreCounterValue, KHR),
    INCOHERENT_PROMOTED_DEVICE_ROWS(SignalSemaphore, KHR),
};

}  // namespace

absl::Span<const InterceptedCommand> SemaphoreCommands() { return kCommands; }

}  // namespace incoherent
