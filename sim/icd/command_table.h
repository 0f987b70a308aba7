#ifndef INCOHERENT_SIM_ICD_COMMAND_TABLE_H_
#define INCOHERENT_SIM_ICD_COMMAND_TABLE_H_

// The table of intercepted commands, by name.

#include <vulkan/vulkan.h>

#include "absl/strings/string_view.h"

namespace incoherent {

enum class CommandScope { kGlobal, kInstance, kPhysicalDevice, kDevice };

// When the ICD stands in for the downstream's command.
enum class InterceptWhen {
  kNever,            // not offered at all, though the downstream may have it
  kDownstreamHasIt,  // the ICD adds to what the downstream does
  kDownstreamMayLackIt,  // the ICD's own part is there all the same
  kMapMemory2Enabled,    // the ICD's own, once the extension is enabled
  kImportEnabled,        // as is VK_EXT_external_memory_host, which the ICD may
                         // have enabled below for itself
};

struct InterceptedCommand {
  absl::string_view name;
  CommandScope scope;
  InterceptWhen when;
  PFN_vkVoidFunction function;
};

// The entry of a command, or null if it is not intercepted.
const InterceptedCommand* FindIntercepted(absl::string_view name);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_COMMAND_TABLE_H_
