#include "sim/icd/messenger_commands.h"

#include "sim/icd/command_rows.h"
#include "sim/icd/instance.h"
#include "sim/icd/messenger.h"

namespace incoherent {
namespace {

VKAPI_ATTR VkResult VKAPI_CALL CreateDebugUtilsMessengerEXT(
    VkInstance instance, const VkDebugUtilsMessengerCreateInfoEXT* info,
    const VkAllocationCallbacks* allocator,
    VkDebugUtilsMessengerEXT* messenger) {
  const PFN_vkCreateDebugUtilsMessengerEXT create =
      Instances().Find(instance)->dispatch().CreateDebugUtilsMessengerEXT;
  if (create == nullptr) {
    *messenger = NewMessengerHandle();
  } else if (const VkResult result =
                 create(instance, info, allocator, messenger);
             result != VK_SUCCESS) {
    return result;
  }
  RememberMessenger(instance, *messenger, *info);
  return VK_SUCCESS;
}

VKAPI_ATTR void VKAPI_CALL DestroyDebugUtilsMessengerEXT(
    VkInstance instance, VkDebugUtilsMessengerEXT messenger,
    const VkAllocationCallbacks* allocator) {
  ForgetMessenger(instance, messenger);
  const PFN_vkDestroyDebugUtilsMessengerEXT destroy =
      Instances().Find(instance)->dispatch().DestroyDebugUtilsMessengerEXT;
  if (destroy != nullptr) destroy(instance, messenger, allocator);
}

constexpr CommandScope kScope = CommandScope::kInstance;
constexpr InterceptWhen kWhen = InterceptWhen::kDownstreamMayLackIt;

const InterceptedCommand kCommands[] = {
    INCOHERENT_COMMAND_ROW(kScope, kWhen, "vkCreateDebugUtilsMessengerEXT",
                           CreateDebugUtilsMessengerEXT),
    INCOHERENT_COMMAND_ROW(kScope, kWhen, "vkDestroyDebugUtilsMessengerEXT",
                           DestroyDebugUtilsMessengerEXT),
};

}  // namespace

absl::Span<const InterceptedCommand> MessengerCommands() { return kCommands; }

}  // namespace incoherent
