#ifndef INCOHERENT_SIM_ICD_MESSENGER_H_
#define INCOHERENT_SIM_ICD_MESSENGER_H_

// Messengers: the application's own VK_EXT_debug_utils messengers, which hear
// of every finding.
//
// What a callback is given: the severity ERROR or WARNING, the type VALIDATION,
// the VUID or else the kind ("stale-host-read") as pMessageIdName, a number
// that stays the same for that name, and what stands on stderr as pMessage; the
// memory object and the resource, with their names, as pObjects.
//
// A callback is code of the application's and must not be called under a lock.
// Who reports under one puts a MessengerHold before it:
//
//   const MessengerHold hold;             // calls the callbacks at its end,
//   absl::MutexLock lock(&mutex_);        // when the lock is released

#include <vulkan/vulkan.h>

#include "absl/strings/string_view.h"
#include "sim/findings/finding.h"

namespace incoherent {

void RememberMessenger(VkInstance instance, VkDebugUtilsMessengerEXT messenger,
                       const VkDebugUtilsMessengerCreateInfoEXT& info);
void ForgetMessenger(VkInstance instance, VkDebugUtilsMessengerEXT messenger);
void ForgetMessengersOf(VkInstance instance);

// A handle for a driver that has no messengers; no two are the same.
VkDebugUtilsMessengerEXT NewMessengerHandle();

void TellMessengers(const Finding& finding);

// While one of a thread's lives, what that thread tells messengers waits.
class MessengerHold {
 public:
  MessengerHold();
  ~MessengerHold();
  MessengerHold(const MessengerHold&) = delete;
  MessengerHold& operator=(const MessengerHold&) = delete;
};

// Tells the messengers in the chain of a VkInstanceCreateInfo why there will be
// no instance.
void TellCreationMessengers(const void* chain, absl::string_view why);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_MESSENGER_H_
