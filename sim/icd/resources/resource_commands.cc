#include "sim/icd/resources/resource_commands.h"

#include "sim/icd/chain.h"
#include "sim/icd/command_rows.h"
#include "sim/icd/device.h"
#include "sim/icd/resources/format_blocks.h"

namespace incoherent {
namespace {

absl::optional<BoundMemory> MemoryBehind(Device& device,
                                         VkDeviceMemory memory) {
  const MemoryObject* object = device.memory().Find(memory);
  if (object == nullptr || !object->payload()) return absl::nullopt;
  return BoundMemory{*object->payload(), object->info().size};
}

template <typename Handle>
void ForgetName(Device& device, VkObjectType type, Handle handle) {
  device.debug_names().Forget(type, reinterpret_cast<uint64_t>(handle));
}

// What the host did is told while the resource that it did it to has a name.
template <typename Handle>
void LookBeforeDestruction(Device& device, Handle handle, const char* command) {
  if (device.resources().IsTracked(handle)) device.observer().Look(command);
}

VKAPI_ATTR VkResult VKAPI_CALL
CreateBuffer(VkDevice device, const VkBufferCreateInfo* info,
             const VkAllocationCallbacks* allocator, VkBuffer* buffer) {
  Device& state = *Devices().Find(device);
  const VkResult result =
      state.dispatch().CreateBuffer(device, info, allocator, buffer);
  if (result == VK_SUCCESS) state.resources().AddBuffer(*buffer, *info);
  return result;
}

VKAPI_ATTR void VKAPI_CALL DestroyBuffer(
    VkDevice device, VkBuffer buffer, const VkAllocationCallbacks* allocator) {
  Device& state = *Devices().Find(device);
  LookBeforeDestruction(state, buffer, "vkDestroyBuffer");
  state.resources().RemoveBuffer(buffer);
  ForgetName(state, VK_OBJECT_TYPE_BUFFER, buffer);
  state.dispatch().DestroyBuffer(device, buffer, allocator);
}

VKAPI_ATTR VkResult VKAPI_CALL BindBufferMemory(VkDevice device,
                                                VkBuffer buffer,
                                                VkDeviceMemory memory,
                                                VkDeviceSize offset) {
  Device& state = *Devices().Find(device);
  const VkResult result =
      state.dispatch().BindBufferMemory(device, buffer, memory, offset);
  if (result == VK_SUCCESS) {
    state.resources().BindBuffer(buffer, MemoryBehind(state, memory), offset);
  }
  return result;
}

VKAPI_ATTR VkResult VKAPI_CALL BindBufferMemory2(
    VkDevice device, uint32_t count, const VkBindBufferMemoryInfo* infos) {
  Device& state = *Devices().Find(device);
  const VkResult result =
      state.dispatch().BindBufferMemory2(device, count, infos);
  if (result != VK_SUCCESS) return result;
  for (uint32_t i = 0; i < count; ++i) {
    state.resources().BindBuffer(infos[i].buffer,
                                 MemoryBehind(state, infos[i].memory),
                                 infos[i].memoryOffset);
  }
  return result;
}

VKAPI_ATTR VkDeviceAddress VKAPI_CALL
GetBufferDeviceAddress(VkDevice device, const VkBufferDeviceAddressInfo* info) {
  Device& state = *Devices().Find(device);
  state.resources().MarkAddressed(info->buffer);
  return state.dispatch().GetBufferDeviceAddress(device, info);
}

VKAPI_ATTR VkResult VKAPI_CALL
CreateImage(VkDevice device, const VkImageCreateInfo* info,
            const VkAllocationCallbacks* allocator, VkImage* image) {
  Device& state = *Devices().Find(device);
  const VkResult result =
      state.dispatch().CreateImage(device, info, allocator, image);
  if (result != VK_SUCCESS) return result;
  state.resources().AddImage(*image, *info);
  if ((info->usage & VK_IMAGE_USAGE_TRANSIENT_ATTACHMENT_BIT) != 0) {
    state.RememberTransientImage(*image);
  }
  return result;
}

VKAPI_ATTR void VKAPI_CALL DestroyImage(
    VkDevice device, VkImage image, const VkAllocationCallbacks* allocator) {
  Device& state = *Devices().Find(device);
  state.ForgetImage(image);
  LookBeforeDestruction(state, image, "vkDestroyImage");
  state.resources().RemoveImage(image);
  ForgetName(state, VK_OBJECT_TYPE_IMAGE, image);
  state.dispatch().DestroyImage(device, image, allocator);
}

VKAPI_ATTR VkResult VKAPI_CALL BindImageMemory(VkDevice device, VkImage image,
                                               VkDeviceMemory memory,
                                               VkDeviceSize offset) {
  Device& state = *Devices().Find(device);
  const VkResult result =
      state.dispatch().BindImageMemory(device, image, memory, offset);
  const absl::optional<BoundMemory> behind = MemoryBehind(state, memory);
  if (result == VK_SUCCESS && behind.has_value()) {
    VkMemoryRequirements needs = {};
    state.dispatch().GetImageMemoryRequirements(device, image, &needs);
    state.resources().BindImage(image, {behind, offset, needs.size, 0});
  }
  return result;
}

VKAPI_ATTR VkResult VKAPI_CALL BindImageMemory2(
    VkDevice device, uint32_t count, const VkBindImageMemoryInfo* infos) {
  Device& state = *Devices().Find(device);
  const VkResult result =
      state.dispatch().BindImageMemory2(device, count, infos);
  if (result != VK_SUCCESS) return result;
  for (uint32_t i = 0; i < count; ++i) {
    ResourceTable::ImageBinding binding;
    binding.memory = MemoryBehind(state, infos[i].memory);
    binding.offset = infos[i].memoryOffset;
    const auto* plane = FindInChain<VkBindImagePlaneMemoryInfo>(
        infos[i].pNext, VK_STRUCTURE_TYPE_BIND_IMAGE_PLANE_MEMORY_INFO);
    if (plane != nullptr) {
      binding.plane = PlaneOfAspect(plane->planeAspect);
    } else if (binding.memory.has_value()) {
      VkMemoryRequirements needs = {};
      state.dispatch().GetImageMemoryRequirements(device, infos[i].image,
                                                  &needs);
      binding.size = needs.size;
    }
    state.resources().BindImage(infos[i].image, binding);
  }
  return result;
}

VKAPI_ATTR VkResult VKAPI_CALL
CreateBufferView(VkDevice device, const VkBufferViewCreateInfo* info,
                 const VkAllocationCallbacks* allocator, VkBufferView* view) {
  Device& state = *Devices().Find(device);
  const VkResult result =
      state.dispatch().CreateBufferView(device, info, allocator, view);
  if (result == VK_SUCCESS) state.resources().AddView(*view, *info);
  return result;
}

VKAPI_ATTR void VKAPI_CALL
DestroyBufferView(VkDevice device, VkBufferView view,
                  const VkAllocationCallbacks* allocator) {
  Device& state = *Devices().Find(device);
  state.resources().RemoveView(view);
  ForgetName(state, VK_OBJECT_TYPE_BUFFER_VIEW, view);
  state.dispatch().DestroyBufferView(device, view, allocator);
}

VKAPI_ATTR VkResult VKAPI_CALL
CreateImageView(VkDevice device, const VkImageViewCreateInfo* info,
                const VkAllocationCallbacks* allocator, VkImageView* view) {
  Device& state = *Devices().Find(device);
  const VkResult result =
      state.dispatch().CreateImageView(device, info, allocator, view);
  if (result == VK_SUCCESS) state.resources().AddView(*view, *info);
  return result;
}

VKAPI_ATTR void VKAPI_CALL DestroyImageView(
    VkDevice device, VkImageView view, const VkAllocationCallbacks* allocator) {
  Device& state = *Devices().Find(device);
  state.resources().RemoveView(view);
  ForgetName(state, VK_OBJECT_TYPE_IMAGE_VIEW, view);
  state.dispatch().DestroyImageView(device, view, allocator);
}

const InterceptedCommand kCommands[] = {
    INCOHERENT_DEVICE_ROW(CreateBuffer),
    INCOHERENT_DEVICE_ROW(DestroyBuffer),
    INCOHERENT_DEVICE_ROW(BindBufferMemory),
    INCOHERENT_PROMOTED_DEVICE_ROWS(BindBufferMemory2, KHR),
    INCOHERENT_PROMOTED_DEVICE_ROWS(GetBufferDeviceAddress, KHR),
    INCOHERENT_SECOND_NAME_ROW(GetBufferDeviceAddress, EXT),
    INCOHERENT_DEVICE_ROW(CreateImage),
    INCOHERENT_DEVICE_ROW(DestroyImage),
    INCOHERENT_DEVICE_ROW(BindImageMemory),
    INCOHERENT_PROMOTED_DEVICE_ROWS(BindImageMemory2, KHR),
    INCOHERENT_DEVICE_ROW(CreateBufferView),
    INCOHERENT_DEVICE_ROW(DestroyBufferView),
    INCOHERENT_DEVICE_ROW(CreateImageView),
    INCOHERENT_DEVICE_ROW(DestroyImageView),
};

}  // namespace

absl::Span<const InterceptedCommand> ResourceCommands() { return kCommands; }

}  // namespace incoherent
