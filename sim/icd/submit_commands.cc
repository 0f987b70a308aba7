// Submissions, and waits until queues are idle.

#include "sim/icd/command_rows.h"
#include "sim/icd/device.h"
#include "sim/icd/queue_commands.h"
#include "sim/icd/queue_owners.h"
#include "sim/icd/submit_request.h"

namespace incoherent {
namespace {

Device& DeviceOf(VkQueue queue) {
  Device* device = FindQueue(queue);
  INCOHERENT_CHECK(device != nullptr, "a VkQueue that no device has");
  return *device;
}

VKAPI_ATTR void VKAPI_CALL GetDeviceQueue(VkDevice device, uint32_t family,
                                          uint32_t index, VkQueue* queue) {
  Device* state = Devices().Find(device);
  state->dispatch().GetDeviceQueue(device, family, index, queue);
  RememberQueue(*queue, state);
}

VKAPI_ATTR void VKAPI_CALL GetDeviceQueue2(VkDevice device,
                                           const VkDeviceQueueInfo2* info,
                                           VkQueue* queue) {
  Device* state = Devices().Find(device);
  state->dispatch().GetDeviceQueue2(device, info, queue);
  RememberQueue(*queue, state);
}

VKAPI_ATTR VkResult VKAPI_CALL QueueSubmit(VkQueue queue, uint32_t count,
                                           const VkSubmitInfo* submits,
                                           VkFence fence) {
  Device& device = DeviceOf(queue);
  device.observer().Submit(queue, ReadSubmits({submits, count}), fence,
                           "vkQueueSubmit");
  device.RunEvictions();
  return device.dispatch().QueueSubmit(queue, count, submits, fence);
}

VKAPI_ATTR VkResult VKAPI_CALL QueueSubmit2(VkQueue queue, uint32_t count,
                                            const VkSubmitInfo2* submits,
                                            VkFence fence) {
  Device& device = DeviceOf(queue);
  device.observer().Submit(queue, ReadSubmits({submits, count}), fence,
                           "vkQueueSubmit2");
  device.RunEvictions();
  return device.dispatch().QueueSubmit2(queue, count, submits, fence);
}

VKAPI_ATTR VkResult VKAPI_CALL QueueBindSparse(VkQueue queue, uint32_t count,
                                               const VkBindSparseInfo* submits,
                                               VkFence fence) {
  Device& device = DeviceOf(queue);
  device.observer().Submit(queue, ReadSubmits({submits, count}), fence,
                           "vkQueueBindSparse");
  return device.dispatch().QueueBindSparse(queue, count, submits, fence);
}

VKAPI_ATTR VkResult VKAPI_CALL QueueWaitIdle(VkQueue queue) {
  Device& device = DeviceOf(queue);
  device.observer().Look("vkQueueWaitIdle");
  const VkResult result = device.dispatch().QueueWaitIdle(queue);
  if (result == VK_SUCCESS) device.observer().QueueIdle(queue);
  device.RunEvictions();
  return result;
}

VKAPI_ATTR VkResult VKAPI_CALL DeviceWaitIdle(VkDevice device) {
  Device& state = *Devices().Find(device);
  state.observer().Look("vkDeviceWaitIdle");
  const VkResult result = state.dispatch().DeviceWaitIdle(device);
  if (result == VK_SUCCESS) state.observer().DeviceIdle();
  state.RunEvictions();
  return result;
}

const InterceptedCommand kCommands[] = {
    INCOHERENT_DEVICE_ROW(GetDeviceQueue),
    INCOHERENT_DEVICE_ROW(GetDeviceQueue2),
    INCOHERENT_DEVICE_ROW(QueueSubmit),
    INCOHERENT_PROMOTED_DEVICE_ROWS(QueueSubmit2, KHR),
    INCOHERENT_DEVICE_ROW(QueueBindSparse),
    INCOHERENT_DEVICE_ROW(QueueWaitIdle),
    INCOHERENT_DEVICE_ROW(DeviceWaitIdle),
};

}  // namespace

absl::Span<const InterceptedCommand> SubmitCommands() { return kCommands; }

}  // namespace incoherent
