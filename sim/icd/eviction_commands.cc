#include "sim/icd/commands.h"
#include "sim/icd/device.h"
#include "sim/icd/queue_owners.h"

namespace incoherent {
namespace {

Device& DeviceOf(VkQueue queue) {
  Device* device = FindQueue(queue);
  INCOHERENT_CHECK(device != nullptr, "a VkQueue that no device has");
  return *device;
}

}  // namespace

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
  device.RunEvictions();
  return device.dispatch().QueueSubmit(queue, count, submits, fence);
}

VKAPI_ATTR VkResult VKAPI_CALL QueueSubmit2(VkQueue queue, uint32_t count,
                                            const VkSubmitInfo2* submits,
                                            VkFence fence) {
  Device& device = DeviceOf(queue);
  device.RunEvictions();
  return device.dispatch().QueueSubmit2(queue, count, submits, fence);
}

VKAPI_ATTR VkResult VKAPI_CALL QueueWaitIdle(VkQueue queue) {
  Device& device = DeviceOf(queue);
  const VkResult result = device.dispatch().QueueWaitIdle(queue);
  device.RunEvictions();
  return result;
}

VKAPI_ATTR VkResult VKAPI_CALL DeviceWaitIdle(VkDevice device) {
  Device& state = *Devices().Find(device);
  const VkResult result = state.dispatch().DeviceWaitIdle(device);
  state.RunEvictions();
  return result;
}

VKAPI_ATTR VkResult VKAPI_CALL WaitForFences(VkDevice device, uint32_t count,
                                             const VkFence* fences,
                                             VkBool32 wait_all,
                                             uint64_t timeout) {
  Device& state = *Devices().Find(device);
  const VkResult result =
      state.dispatch().WaitForFences(device, count, fences, wait_all, timeout);
  state.RunEvictions();
  return result;
}

VKAPI_ATTR VkResult VKAPI_CALL GetFenceStatus(VkDevice device, VkFence fence) {
  Device& state = *Devices().Find(device);
  const VkResult result = state.dispatch().GetFenceStatus(device, fence);
  if (result == VK_SUCCESS) state.RunEvictions();
  return result;
}

VKAPI_ATTR VkResult VKAPI_CALL WaitSemaphores(VkDevice device,
                                              const VkSemaphoreWaitInfo* info,
                                              uint64_t timeout) {
  Device& state = *Devices().Find(device);
  const VkResult result =
      state.dispatch().WaitSemaphores(device, info, timeout);
  state.RunEvictions();
  return result;
}

}  // namespace incoherent
