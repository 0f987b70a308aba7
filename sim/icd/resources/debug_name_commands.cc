#include "sim/icd/command_rows.h"
#include "sim/icd/device.h"
#include "sim/icd/resources/resource_commands.h"

namespace incoherent {
namespace {

absl::string_view NameOrNone(const char* name) {
  return name == nullptr ? absl::string_view() : name;
}

VKAPI_ATTR VkResult VKAPI_CALL SetDebugUtilsObjectNameEXT(
    VkDevice device, const VkDebugUtilsObjectNameInfoEXT* info) {
  Device& state = *Devices().Find(device);
  state.debug_names().Set(info->objectType, info->objectHandle,
                          NameOrNone(info->pObjectName));
  const auto downstream = state.dispatch().SetDebugUtilsObjectNameEXT;
  return downstream == nullptr ? VK_SUCCESS : downstream(device, info);
}

VKAPI_ATTR VkResult VKAPI_CALL DebugMarkerSetObjectNameEXT(
    VkDevice device, const VkDebugMarkerObjectNameInfoEXT* info) {
  Device& state = *Devices().Find(device);
  state.debug_names().Set(ToObjectType(info->objectType), info->object,
                          NameOrNone(info->pObjectName));
  return state.dispatch().DebugMarkerSetObjectNameEXT(device, info);
}

const InterceptedCommand kCommands[] = {
    INCOHERENT_OWN_DEVICE_ROW(SetDebugUtilsObjectNameEXT),
    INCOHERENT_DEVICE_ROW(DebugMarkerSetObjectNameEXT),
};

}  // namespace

absl::Span<const InterceptedCommand> DebugNameCommands() { return kCommands; }

}  // namespace incoherent
