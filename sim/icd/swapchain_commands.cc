// What the presentation engine signals and waits for.

#include "sim/icd/command_rows.h"
#include "sim/icd/device.h"
#include "sim/icd/queue_commands.h"
#include "sim/icd/queue_owners.h"

namespace incoherent {
namespace {

bool IsAcquired(VkResult result) {
  return result == VK_SUCCESS || result == VK_SUBOPTIMAL_KHR;
}

VKAPI_ATTR VkResult VKAPI_CALL
AcquireNextImageKHR(VkDevice device, VkSwapchainKHR swapchain, uint64_t timeout,
                    VkSemaphore semaphore, VkFence fence, uint32_t* index) {
  Device& state = *Devices().Find(device);
  const VkResult result = state.dispatch().AcquireNextImageKHR(
      device, swapchain, timeout, semaphore, fence, index);
  if (IsAcquired(result) && semaphore != VK_NULL_HANDLE) {
    state.observer().SignaledFromOutside(semaphore);
  }
  return result;
}

VKAPI_ATTR VkResult VKAPI_CALL AcquireNextImage2KHR(
    VkDevice device, const VkAcquireNextImageInfoKHR* info, uint32_t* index) {
  Device& state = *Devices().Find(device);
  const VkResult result =
      state.dispatch().AcquireNextImage2KHR(device, info, index);
  if (IsAcquired(result) && info->semaphore != VK_NULL_HANDLE) {
    state.observer().SignaledFromOutside(info->semaphore);
  }
  return result;
}

VKAPI_ATTR VkResult VKAPI_CALL QueuePresentKHR(VkQueue queue,
                                               const VkPresentInfoKHR* info) {
  Device* device = FindQueue(queue);
  INCOHERENT_CHECK(device != nullptr, "a VkQueue that no device has");
  BatchRequest batch;
  for (uint32_t i = 0; i < info->waitSemaphoreCount; ++i) {
    batch.waits.push_back({info->pWaitSemaphores[i]});
  }
  device->observer().Submit(queue, {batch}, VK_NULL_HANDLE,
                            "vkQueuePresentKHR");
  return device->dispatch().QueuePresentKHR(queue, info);
}

const InterceptedCommand kCommands[] = {
    INCOHERENT_DEVICE_ROW(AcquireNextImageKHR),
    INCOHERENT_DEVICE_ROW(AcquireNextImage2KHR),
    INCOHERENT_DEVICE_ROW(QueuePresentKHR),
};

}  // namespace

absl::Span<const InterceptedCommand> SwapchainCommands() { return kCommands; }

}  // namespace incoherent
