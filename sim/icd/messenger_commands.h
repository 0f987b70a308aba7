#ifndef INCOHERENT_SIM_ICD_MESSENGER_COMMANDS_H_
#define INCOHERENT_SIM_ICD_MESSENGER_COMMANDS_H_

// The intercepted commands of VK_EXT_debug_utils that make messengers. They
// work on a driver that lacks the extension as well.

#include "absl/types/span.h"
#include "sim/icd/command_table.h"

// What they call of the downstream's; see dispatch.h.
#define INCOHERENT_MESSENGER_COMMANDS(X) \
  X(CreateDebugUtilsMessengerEXT)        \
  X(DestroyDebugUtilsMessengerEXT)

namespace incoherent {

absl::Span<const InterceptedCommand> MessengerCommands();

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_MESSENGER_COMMANDS_H_
