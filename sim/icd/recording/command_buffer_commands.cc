#include <memory>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "sim/icd/command_rows.h"
#include "sim/icd/recording/command_buffers.h"
#include "sim/icd/recording/recording_commands.h"

namespace incoherent {
namespace {

// The buffers of one VkCommandPool, which its calls keep to one thread.
using CommandPool = absl::flat_hash_set<VkCommandBuffer>;
using PoolKey = std::pair<VkDevice, VkCommandPool>;

HandleTable<PoolKey, CommandPool>& CommandPools() {
  static auto* const pools = new HandleTable<PoolKey, CommandPool>;
  return *pools;
}

VKAPI_ATTR VkResult VKAPI_CALL
AllocateCommandBuffers(VkDevice device, const VkCommandBufferAllocateInfo* info,
                       VkCommandBuffer* buffers) {
  Device& state = *Devices().Find(device);
  const VkResult result =
      state.dispatch().AllocateCommandBuffers(device, info, buffers);
  if (result != VK_SUCCESS) return result;
  CommandPool& pool = *CommandPools().InsertIfAbsent(
      {device, info->commandPool}, std::make_unique<CommandPool>());
  for (uint32_t i = 0; i < info->commandBufferCount; ++i) {
    CommandBuffers().Insert(buffers[i],
                            std::make_unique<CommandBufferState>(state));
    pool.insert(buffers[i]);
  }
  return result;
}

VKAPI_ATTR void VKAPI_CALL FreeCommandBuffers(VkDevice device,
                                              VkCommandPool pool,
                                              uint32_t count,
                                              const VkCommandBuffer* buffers) {
  Device& state = *Devices().Find(device);
  CommandPool* known = CommandPools().Find({device, pool});
  for (uint32_t i = 0; i < count; ++i) {
    CommandBuffers().Take(buffers[i]);
    if (known != nullptr) known->erase(buffers[i]);
  }
  state.dispatch().FreeCommandBuffers(device, pool, count, buffers);
}

VKAPI_ATTR void VKAPI_CALL
DestroyCommandPool(VkDevice device, VkCommandPool pool,
                   const VkAllocationCallbacks* allocator) {
  Device& state = *Devices().Find(device);
  const std::unique_ptr<CommandPool> known =
      CommandPools().Take({device, pool});
  if (known != nullptr) {
    for (VkCommandBuffer buffer : *known) CommandBuffers().Take(buffer);
  }
  state.dispatch().DestroyCommandPool(device, pool, allocator);
}

VKAPI_ATTR VkResult VKAPI_CALL ResetCommandPool(VkDevice device,
                                                VkCommandPool pool,
                                                VkCommandPoolResetFlags flags) {
  Device& state = *Devices().Find(device);
  if (const CommandPool* known = CommandPools().Find({device, pool})) {
    for (VkCommandBuffer buffer : *known) {
      if (CommandBufferState* one = FindCommandBuffer(buffer)) one->Reset();
    }
  }
  return state.dispatch().ResetCommandPool(device, pool, flags);
}

VKAPI_ATTR VkResult VKAPI_CALL BeginCommandBuffer(
    VkCommandBuffer buffer, const VkCommandBufferBeginInfo* info) {
  CommandBufferState& state = Recording(buffer);
  state.Reset();
  return state.device().dispatch().BeginCommandBuffer(buffer, info);
}

VKAPI_ATTR VkResult VKAPI_CALL
ResetCommandBuffer(VkCommandBuffer buffer, VkCommandBufferResetFlags flags) {
  CommandBufferState& state = Recording(buffer);
  state.Reset();
  return state.device().dispatch().ResetCommandBuffer(buffer, flags);
}

VKAPI_ATTR void VKAPI_CALL CmdExecuteCommands(
    VkCommandBuffer buffer, uint32_t count, const VkCommandBuffer* secondary) {
  CommandBufferState& state = Recording(buffer);
  for (uint32_t i = 0; i < count; ++i) {
    const CommandBufferState* one = FindCommandBuffer(secondary[i]);
    if (one != nullptr) state.Append(*one->recording());
  }
  state.device().dispatch().CmdExecuteCommands(buffer, count, secondary);
}

VKAPI_ATTR void VKAPI_CALL CmdBeginDebugUtilsLabelEXT(
    VkCommandBuffer buffer, const VkDebugUtilsLabelEXT* label) {
  CommandBufferState& state = Recording(buffer);
  state.labels().Begin(label->pLabelName == nullptr ? "" : label->pLabelName);
  const auto downstream = state.device().dispatch().CmdBeginDebugUtilsLabelEXT;
  if (downstream != nullptr) downstream(buffer, label);
}

VKAPI_ATTR void VKAPI_CALL CmdEndDebugUtilsLabelEXT(VkCommandBuffer buffer) {
  CommandBufferState& state = Recording(buffer);
  state.labels().End();
  const auto downstream = state.device().dispatch().CmdEndDebugUtilsLabelEXT;
  if (downstream != nullptr) downstream(buffer);
}

VKAPI_ATTR void VKAPI_CALL CmdDebugMarkerBeginEXT(
    VkCommandBuffer buffer, const VkDebugMarkerMarkerInfoEXT* marker) {
  CommandBufferState& state = Recording(buffer);
  state.labels().Begin(marker->pMarkerName == nullptr ? ""
                                                      : marker->pMarkerName);
  state.device().dispatch().CmdDebugMarkerBeginEXT(buffer, marker);
}

VKAPI_ATTR void VKAPI_CALL CmdDebugMarkerEndEXT(VkCommandBuffer buffer) {
  CommandBufferState& state = Recording(buffer);
  state.labels().End();
  state.device().dispatch().CmdDebugMarkerEndEXT(buffer);
}

const InterceptedCommand kCommands[] = {
    INCOHERENT_DEVICE_ROW(AllocateCommandBuffers),
    INCOHERENT_DEVICE_ROW(FreeCommandBuffers),
    INCOHERENT_DEVICE_ROW(DestroyCommandPool),
    INCOHERENT_DEVICE_ROW(ResetCommandPool),
    INCOHERENT_DEVICE_ROW(BeginCommandBuffer),
    INCOHERENT_DEVICE_ROW(ResetCommandBuffer),
    INCOHERENT_DEVICE_ROW(CmdExecuteCommands),
    INCOHERENT_OWN_DEVICE_ROW(CmdBeginDebugUtilsLabelEXT),
    INCOHERENT_OWN_DEVICE_ROW(CmdEndDebugUtilsLabelEXT),
    INCOHERENT_DEVICE_ROW(CmdDebugMarkerBeginEXT),
    INCOHERENT_DEVICE_ROW(CmdDebugMarkerEndEXT),
};

}  // namespace

absl::Span<const InterceptedCommand> CommandBufferCommands() {
  return kCommands;
}

}  // namespace incoherent
