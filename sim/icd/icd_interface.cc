#include "sim/icd/icd_interface.h"

#include <algorithm>

#include "sim/icd/command_table.h"
#include "sim/icd/instance.h"

namespace incoherent {
namespace {

// The newest interface version that is spoken on both sides.
constexpr uint32_t kInterfaceVersion = 5;

PFN_vkVoidFunction GlobalCommand(const char* name,
                                 const InterceptedCommand* command) {
  if (command != nullptr) {
    return command->scope == CommandScope::kGlobal ? command->function
                                                   : nullptr;
  }
  const absl::StatusOr<Setup> setup = Setup::FromEnvironment();
  return setup.ok() ? setup->driver->GetInstanceProcAddr(nullptr, name)
                    : nullptr;
}

// Commands of devices are looked up through an instance, too: what then comes
// back serves every device, so those that depend on one are not intercepted
// unless they are always.
PFN_vkVoidFunction InstanceCommand(const Instance& instance, const char* name,
                                   const InterceptedCommand* command) {
  const PFN_vkVoidFunction downstream =
      instance.driver().GetInstanceProcAddr(instance.handle(), name);
  if (command == nullptr) return downstream;
  if (command->when == InterceptWhen::kNever) return nullptr;
  const bool own = command->when == InterceptWhen::kMapMemory2Enabled ||
                   command->when == InterceptWhen::kDownstreamMayLackIt;
  if (downstream == nullptr && !own) return nullptr;
  return command->function;
}

}  // namespace
}  // namespace incoherent

VKAPI_ATTR VkResult VKAPI_CALL
vk_icdNegotiateLoaderICDInterfaceVersion(uint32_t* version) {
  *version = std::min(*version, incoherent::kInterfaceVersion);
  return VK_SUCCESS;
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL
vk_icdGetInstanceProcAddr(VkInstance instance, const char* name) {
  const incoherent::InterceptedCommand* command =
      incoherent::FindIntercepted(name);
  if (instance == VK_NULL_HANDLE) {
    return incoherent::GlobalCommand(name, command);
  }
  const incoherent::Instance* known = incoherent::Instances().Find(instance);
  if (known == nullptr) return nullptr;
  return incoherent::InstanceCommand(*known, name, command);
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL
vk_icdGetPhysicalDeviceProcAddr(VkInstance instance, const char* name) {
  const incoherent::Instance* known = incoherent::Instances().Find(instance);
  if (known == nullptr) return nullptr;
  const PFN_vkVoidFunction downstream =
      known->driver().GetPhysicalDeviceProcAddr(instance, name);
  const incoherent::InterceptedCommand* command =
      incoherent::FindIntercepted(name);
  const bool intercepted =
      command != nullptr &&
      command->scope == incoherent::CommandScope::kPhysicalDevice;
  return downstream != nullptr && intercepted ? command->function : downstream;
}
