#ifndef INCOHERENT_SIM_MEMORY_VALID_USAGE_H_
#define INCOHERENT_SIM_MEMORY_VALID_USAGE_H_

// How the model says that a call broke a rule, or could not be carried out.
//
// Vulkan knows two kinds of trouble, and so does every function of the model:
//
//   * a valid-usage rule was broken. The application is wrong and the
//     specification promises nothing. The Status carries the rule's VUID.
//   * the call failed in a way that the specification foresees, such as
//     VK_ERROR_MEMORY_MAP_FAILED. The Status carries that return code.
//
// A broken rule may carry a return code as well: it is then how the call ends
// here (the least surprising safe thing). Without one, the call goes on.
//
//   absl::Status status = CheckUnmap(...);
//   if (auto vuid = VuidOf(status)) Report(*vuid, status.message());
//   if (auto code = ReturnCodeOf(status)) return ToVkResult(*code);

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace incoherent {

// The VkResult errors that memory commands know, without a Vulkan header.
enum class ReturnCode {
  kOutOfHostMemory,
  kOutOfDeviceMemory,
  kMemoryMapFailed,
  kTooManyObjects,
  kInvalidExternalHandle,
};

// A broken valid-usage rule; `vuid` is the full name ("VUID-vkMapMemory-...").
absl::Status ValidUsageError(absl::string_view vuid, absl::string_view message);
absl::Status ValidUsageError(absl::string_view vuid, absl::string_view message,
                             ReturnCode consequence);

// A failure that the specification foresees.
absl::Status ReturnCodeError(ReturnCode code, absl::string_view message);

absl::optional<std::string> VuidOf(const absl::Status& status);
absl::optional<ReturnCode> ReturnCodeOf(const absl::Status& status);

// What the rules say of one call: `usage` is OK or names the rule it broke,
// `effect` is what the call does all the same.
template <typename Effect>
struct Ruling {
  absl::Status usage;
  Effect effect;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_VALID_USAGE_H_
