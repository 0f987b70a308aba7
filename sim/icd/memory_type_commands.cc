#include "sim/icd/commands.h"
#include "sim/icd/device.h"
#include "sim/icd/voice.h"
#include "sim/memory/host_pointer.h"

namespace incoherent {
namespace {

// Says in the application's memory types what the downstream said in its own.
void Translate(const Device& device, VkMemoryRequirements& requirements,
               bool transient_image = false) {
  requirements.memoryTypeBits =
      device.ToProfileBits(requirements.memoryTypeBits, transient_image);
}

}  // namespace

VKAPI_ATTR void VKAPI_CALL GetBufferMemoryRequirements(
    VkDevice device, VkBuffer buffer, VkMemoryRequirements* requirements) {
  const Device& state = *Devices().Find(device);
  state.dispatch().GetBufferMemoryRequirements(device, buffer, requirements);
  Translate(state, *requirements);
}

VKAPI_ATTR void VKAPI_CALL GetImageMemoryRequirements(
    VkDevice device, VkImage image, VkMemoryRequirements* requirements) {
  const Device& state = *Devices().Find(device);
  state.dispatch().GetImageMemoryRequirements(device, image, requirements);
  Translate(state, *requirements, state.IsTransientImage(image));
}

VKAPI_ATTR void VKAPI_CALL GetBufferMemoryRequirements2(
    VkDevice device, const VkBufferMemoryRequirementsInfo2* info,
    VkMemoryRequirements2* requirements) {
  const Device& state = *Devices().Find(device);
  state.dispatch().GetBufferMemoryRequirements2(device, info, requirements);
  Translate(state, requirements->memoryRequirements);
}

VKAPI_ATTR void VKAPI_CALL GetImageMemoryRequirements2(
    VkDevice device, const VkImageMemoryRequirementsInfo2* info,
    VkMemoryRequirements2* requirements) {
  const Device& state = *Devices().Find(device);
  state.dispatch().GetImageMemoryRequirements2(device, info, requirements);
  Translate(state, requirements->memoryRequirements,
            state.IsTransientImage(info->image));
}

VKAPI_ATTR void VKAPI_CALL GetDeviceBufferMemoryRequirements(
    VkDevice device, const VkDeviceBufferMemoryRequirements* info,
    VkMemoryRequirements2* requirements) {
  const Device& state = *Devices().Find(device);
  state.dispatch().GetDeviceBufferMemoryRequirements(device, info,
                                                     requirements);
  Translate(state, requirements->memoryRequirements);
}

VKAPI_ATTR void VKAPI_CALL GetDeviceImageMemoryRequirements(
    VkDevice device, const VkDeviceImageMemoryRequirements* info,
    VkMemoryRequirements2* requirements) {
  const Device& state = *Devices().Find(device);
  state.dispatch().GetDeviceImageMemoryRequirements(device, info, requirements);
  const bool transient =
      (info->pCreateInfo->usage & VK_IMAGE_USAGE_TRANSIENT_ATTACHMENT_BIT) != 0;
  Translate(state, requirements->memoryRequirements, transient);
}

VKAPI_ATTR void VKAPI_CALL GetAccelerationStructureMemoryRequirementsNV(
    VkDevice device,
    const VkAccelerationStructureMemoryRequirementsInfoNV* info,
    VkMemoryRequirements2KHR* requirements) {
  const Device& state = *Devices().Find(device);
  state.dispatch().GetAccelerationStructureMemoryRequirementsNV(device, info,
                                                                requirements);
  Translate(state, requirements->memoryRequirements);
}

VKAPI_ATTR void VKAPI_CALL GetGeneratedCommandsMemoryRequirementsNV(
    VkDevice device, const VkGeneratedCommandsMemoryRequirementsInfoNV* info,
    VkMemoryRequirements2* requirements) {
  const Device& state = *Devices().Find(device);
  state.dispatch().GetGeneratedCommandsMemoryRequirementsNV(device, info,
                                                            requirements);
  Translate(state, requirements->memoryRequirements);
}

VKAPI_ATTR VkResult VKAPI_CALL GetVideoSessionMemoryRequirementsKHR(
    VkDevice device, VkVideoSessionKHR session, uint32_t* count,
    VkVideoSessionMemoryRequirementsKHR* requirements) {
  const Device& state = *Devices().Find(device);
  const VkResult result = state.dispatch().GetVideoSessionMemoryRequirementsKHR(
      device, session, count, requirements);
  if (requirements == nullptr || result < VK_SUCCESS) return result;
  for (uint32_t i = 0; i < *count; ++i) {
    Translate(state, requirements[i].memoryRequirements);
  }
  return result;
}

VKAPI_ATTR VkResult VKAPI_CALL GetMemoryHostPointerPropertiesEXT(
    VkDevice device, VkExternalMemoryHandleTypeFlagBits handle_type,
    const void* pointer, VkMemoryHostPointerPropertiesEXT* properties) {
  const Device& state = *Devices().Find(device);
  const absl::Status status =
      CheckHostPointerQuery(state.physical_device().memory().limits,
                            handle_type, reinterpret_cast<uint64_t>(pointer));
  ReportUsage("vkGetMemoryHostPointerPropertiesEXT", status);
  if (const absl::optional<ReturnCode> code = ReturnCodeOf(status)) {
    return ToVkResult(*code);
  }
  return state.HostPointerTypeBits(handle_type, pointer,
                                   &properties->memoryTypeBits);
}

VKAPI_ATTR VkResult VKAPI_CALL GetMemoryFdPropertiesKHR(
    VkDevice device, VkExternalMemoryHandleTypeFlagBits handle_type, int fd,
    VkMemoryFdPropertiesKHR* properties) {
  const Device& state = *Devices().Find(device);
  const VkResult result = state.dispatch().GetMemoryFdPropertiesKHR(
      device, handle_type, fd, properties);
  if (result != VK_SUCCESS) return result;
  properties->memoryTypeBits = state.ToProfileBits(properties->memoryTypeBits);
  return result;
}

}  // namespace incoherent
