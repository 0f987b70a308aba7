#include "sim/icd/dispatch.h"

#include <string>

namespace incoherent {
namespace {

// Looks a command up under its core name, then under its extension's.
template <typename Lookup>
PFN_vkVoidFunction FindCommand(const std::string& name, Lookup lookup) {
  for (const char* suffix : {"", "KHR", "EXT", "AMD"}) {
    const PFN_vkVoidFunction found = lookup((name + suffix).c_str());
    if (found != nullptr) return found;
  }
  return nullptr;
}

}  // namespace

InstanceDispatch InstanceDispatch::Load(const DownstreamDriver& driver,
                                        VkInstance instance) {
  const auto lookup = [&](const char* name) {
    return driver.GetInstanceProcAddr(instance, name);
  };
  InstanceDispatch dispatch;
#define INCOHERENT_LOAD(name) \
  dispatch.name =             \
      reinterpret_cast<PFN_vk##name>(FindCommand("vk" #name, lookup));
  INCOHERENT_INSTANCE_COMMANDS(INCOHERENT_LOAD)
#undef INCOHERENT_LOAD
  return dispatch;
}

DeviceDispatch DeviceDispatch::Load(PFN_vkGetDeviceProcAddr get,
                                    VkDevice device) {
  const auto lookup = [&](const char* name) { return get(device, name); };
  DeviceDispatch dispatch;
#define INCOHERENT_LOAD(name) \
  dispatch.name =             \
      reinterpret_cast<PFN_vk##name>(FindCommand("vk" #name, lookup));
  INCOHERENT_DEVICE_COMMANDS(INCOHERENT_LOAD)
  INCOHERENT_QUEUE_COMMANDS(INCOHERENT_LOAD)
  INCOHERENT_RECORDING_COMMANDS(INCOHERENT_LOAD)
  INCOHERENT_RESOURCE_COMMANDS(INCOHERENT_LOAD)
  INCOHERENT_DESCRIPTOR_COMMANDS(INCOHERENT_LOAD)
#undef INCOHERENT_LOAD
  return dispatch;
}

}  // namespace incoherent
