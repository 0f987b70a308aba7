#include "sim/icd/messenger.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "sim/icd/chain.h"

namespace incoherent {
namespace {

struct Messenger {
  VkInstance instance;
  VkDebugUtilsMessengerEXT handle;
  VkDebugUtilsMessageSeverityFlagsEXT severities;
  VkDebugUtilsMessageTypeFlagsEXT types;
  PFN_vkDebugUtilsMessengerCallbackEXT callback;
  void* user_data;
};

struct Registry {
  absl::Mutex mutex;
  std::vector<Messenger> messengers ABSL_GUARDED_BY(mutex);

  void Forget(bool (*is_meant)(const Messenger&, VkInstance,
                               VkDebugUtilsMessengerEXT),
              VkInstance instance, VkDebugUtilsMessengerEXT handle) {
    absl::MutexLock lock(&mutex);
    messengers.erase(std::remove_if(messengers.begin(), messengers.end(),
                                    [&](const Messenger& messenger) {
                                      return is_meant(messenger, instance,
                                                      handle);
                                    }),
                     messengers.end());
  }
  std::vector<Messenger> Copy() {
    absl::MutexLock lock(&mutex);
    return messengers;
  }
};

Registry& AllMessengers() {
  static auto* const registry = new Registry;
  return *registry;
}

Messenger ToMessenger(VkInstance instance, VkDebugUtilsMessengerEXT handle,
                      const VkDebugUtilsMessengerCreateInfoEXT& info) {
  return Messenger{instance,
                   handle,
                   info.messageSeverity,
                   info.messageType,
                   info.pfnUserCallback,
                   info.pUserData};
}

// FNV-1a: the same in every process and release.
int32_t StableNumber(absl::string_view name) {
  uint32_t hash = 2166136261u;
  for (const char c : name) {
    hash = (hash ^ static_cast<uint8_t>(c)) * 16777619u;
  }
  return static_cast<int32_t>(hash);
}

VkObjectType ObjectType(absl::string_view type) {
  if (type == "VkBuffer") return VK_OBJECT_TYPE_BUFFER;
  if (type == "VkImage") return VK_OBJECT_TYPE_IMAGE;
  return VK_OBJECT_TYPE_UNKNOWN;
}

VkDebugUtilsObjectNameInfoEXT Object(VkObjectType type, uint64_t handle,
                                     const std::string& name) {
  VkDebugUtilsObjectNameInfoEXT object = {};
  object.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_OBJECT_NAME_INFO_EXT;
  object.objectType = type;
  object.objectHandle = handle;
  object.pObjectName = name.empty() ? nullptr : name.c_str();
  return object;
}

// They point into the finding.
std::vector<VkDebugUtilsObjectNameInfoEXT> ObjectsOf(const Finding& finding) {
  std::vector<VkDebugUtilsObjectNameInfoEXT> objects;
  if (finding.memory.has_value() && finding.memory->handle != 0) {
    objects.push_back(Object(VK_OBJECT_TYPE_DEVICE_MEMORY,
                             finding.memory->handle, finding.memory->name));
  }
  if (finding.resource.has_value() && finding.resource->handle != 0) {
    objects.push_back(Object(ObjectType(finding.resource->type),
                             finding.resource->handle, finding.resource->name));
  }
  return objects;
}

std::string WholeText(const Finding& finding) {
  std::string text = ToText(finding);
  for (const std::string& line : DetailsOf(finding)) {
    absl::StrAppend(&text, "\n  ", line);
  }
  return text;
}

VkDebugUtilsMessengerCallbackDataEXT CallbackData(const std::string& name,
                                                  const std::string& message) {
  VkDebugUtilsMessengerCallbackDataEXT data = {};
  data.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CALLBACK_DATA_EXT;
  data.pMessageIdName = name.c_str();
  data.messageIdNumber = StableNumber(name);
  data.pMessage = message.c_str();
  return data;
}

void Tell(const Messenger& messenger,
          VkDebugUtilsMessageSeverityFlagBitsEXT severity,
          VkDebugUtilsMessageTypeFlagBitsEXT type,
          const VkDebugUtilsMessengerCallbackDataEXT& data) {
  if ((messenger.severities & severity) == 0 || (messenger.types & type) == 0 ||
      messenger.callback == nullptr) {
    return;
  }
  // What it returns is for layers; a driver goes on.
  messenger.callback(severity, type, &data, messenger.user_data);
}

thread_local int holds_of_this_thread = 0;

// What waits for the end of the thread's holds.
std::vector<Finding>& HeldFindings() {
  thread_local std::vector<Finding> findings;
  return findings;
}

}  // namespace

void RememberMessenger(VkInstance instance, VkDebugUtilsMessengerEXT messenger,
                       const VkDebugUtilsMessengerCreateInfoEXT& info) {
  Registry& registry = AllMessengers();
  absl::MutexLock lock(&registry.mutex);
  registry.messengers.push_back(ToMessenger(instance, messenger, info));
}

void ForgetMessenger(VkInstance instance, VkDebugUtilsMessengerEXT messenger) {
  AllMessengers().Forget(
      [](const Messenger& known, VkInstance of, VkDebugUtilsMessengerEXT it) {
        return known.instance == of && known.handle == it;
      },
      instance, messenger);
}

void ForgetMessengersOf(VkInstance instance) {
  AllMessengers().Forget(
      [](const Messenger& known, VkInstance of, VkDebugUtilsMessengerEXT) {
        return known.instance == of;
      },
      instance, VK_NULL_HANDLE);
}

VkDebugUtilsMessengerEXT NewMessengerHandle() {
  static std::atomic<uintptr_t> latest{0};
  return reinterpret_cast<VkDebugUtilsMessengerEXT>(++latest);
}

MessengerHold::MessengerHold() { ++holds_of_this_thread; }

MessengerHold::~MessengerHold() {
  if (--holds_of_this_thread > 0) return;
  const std::vector<Finding> findings = std::exchange(HeldFindings(), {});
  for (const Finding& finding : findings) TellMessengers(finding);
}

void TellMessengers(const Finding& finding) {
  const std::vector<Messenger> messengers = AllMessengers().Copy();
  if (messengers.empty()) return;
  if (holds_of_this_thread > 0) {
    HeldFindings().push_back(finding);
    return;
  }
  const std::string name =
      finding.vuid.empty() ? HazardKindName(finding.kind) : finding.vuid;
  const std::string message = WholeText(finding);
  const std::vector<VkDebugUtilsObjectNameInfoEXT> objects = ObjectsOf(finding);
  VkDebugUtilsMessengerCallbackDataEXT data = CallbackData(name, message);
  data.objectCount = static_cast<uint32_t>(objects.size());
  data.pObjects = objects.data();
  VkDebugUtilsLabelEXT label = {};
  label.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_LABEL_EXT;
  label.pLabelName = finding.label.c_str();
  data.cmdBufLabelCount = finding.label.empty() ? 0 : 1;
  data.pCmdBufLabels = &label;
  for (const Messenger& messenger : messengers) {
    Tell(messenger,
         finding.severity == Severity::kError
             ? VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT
             : VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT,
         VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT, data);
  }
}

void TellCreationMessengers(const void* chain, absl::string_view why) {
  const std::string message(why);
  const std::string name = "incoherent-no-instance";
  const auto* info = FindInChain<VkDebugUtilsMessengerCreateInfoEXT>(
      chain, VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT);
  while (info != nullptr) {
    Tell(ToMessenger(VK_NULL_HANDLE, VK_NULL_HANDLE, *info),
         VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
         VK_DEBUG_UTILS_MESSAGE_TYPE_GENERAL_BIT_EXT,
         CallbackData(name, message));
    info = FindInChain<VkDebugUtilsMessengerCreateInfoEXT>(
        info->pNext, VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT);
  }
}

}  // namespace incoherent
