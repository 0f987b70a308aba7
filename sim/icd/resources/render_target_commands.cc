#include <memory>

#include "sim/icd/command_rows.h"
#include "sim/icd/device.h"
#include "sim/icd/resources/resource_commands.h"

namespace incoherent {
namespace {

VKAPI_ATTR VkResult VKAPI_CALL CreateFramebuffer(
    VkDevice device, const VkFramebufferCreateInfo* info,
    const VkAllocationCallbacks* allocator, VkFramebuffer* framebuffer) {
  Device& state = *Devices().Find(device);
  const VkResult result =
      state.dispatch().CreateFramebuffer(device, info, allocator, framebuffer);
  if (result == VK_SUCCESS) {
    state.framebuffers().Insert(*framebuffer, std::make_unique<FramebufferInfo>(
                                                  FramebufferInfo::Of(*info)));
  }
  return result;
}

VKAPI_ATTR void VKAPI_CALL
DestroyFramebuffer(VkDevice device, VkFramebuffer framebuffer,
                   const VkAllocationCallbacks* allocator) {
  Device& state = *Devices().Find(device);
  state.framebuffers().Take(framebuffer);
  state.dispatch().DestroyFramebuffer(device, framebuffer, allocator);
}

VKAPI_ATTR VkResult VKAPI_CALL
CreateRenderPass(VkDevice device, const VkRenderPassCreateInfo* info,
                 const VkAllocationCallbacks* allocator, VkRenderPass* pass) {
  Device& state = *Devices().Find(device);
  const VkResult result =
      state.dispatch().CreateRenderPass(device, info, allocator, pass);
  if (result == VK_SUCCESS) {
    state.render_passes().Insert(
        *pass, std::make_unique<RenderPassInfo>(RenderPassInfo::Of(*info)));
  }
  return result;
}

VKAPI_ATTR VkResult VKAPI_CALL
CreateRenderPass2(VkDevice device, const VkRenderPassCreateInfo2* info,
                  const VkAllocationCallbacks* allocator, VkRenderPass* pass) {
  Device& state = *Devices().Find(device);
  const VkResult result =
      state.dispatch().CreateRenderPass2(device, info, allocator, pass);
  if (result == VK_SUCCESS) {
    state.render_passes().Insert(
        *pass, std::make_unique<RenderPassInfo>(RenderPassInfo::Of(*info)));
  }
  return result;
}

VKAPI_ATTR void VKAPI_CALL
DestroyRenderPass(VkDevice device, VkRenderPass pass,
                  const VkAllocationCallbacks* allocator) {
  Device& state = *Devices().Find(device);
  state.render_passes().Take(pass);
  state.dispatch().DestroyRenderPass(device, pass, allocator);
}

const InterceptedCommand kCommands[] = {
    INCOHERENT_DEVICE_ROW(CreateFramebuffer),
    INCOHERENT_DEVICE_ROW(DestroyFramebuffer),
    INCOHERENT_DEVICE_ROW(CreateRenderPass),
    INCOHERENT_PROMOTED_DEVICE_ROWS(CreateRenderPass2, KHR),
    INCOHERENT_DEVICE_ROW(DestroyRenderPass),
};

}  // namespace

absl::Span<const InterceptedCommand> RenderTargetCommands() {
  return kCommands;
}

}  // namespace incoherent
