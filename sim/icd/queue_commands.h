#ifndef INCOHERENT_SIM_ICD_QUEUE_COMMANDS_H_
#define INCOHERENT_SIM_ICD_QUEUE_COMMANDS_H_

// Queues, and what orders their work: where the observer learns what the device
// does, and where a host cache may act on its own.

#include "absl/types/span.h"
#include "sim/icd/command_table.h"

namespace incoherent {

absl::Span<const InterceptedCommand> SubmitCommands();  // submit_commands.cc
absl::Span<const InterceptedCommand> FenceCommands();   // fence_commands.cc
absl::Span<const InterceptedCommand> SemaphoreCommands();
absl::Span<const InterceptedCommand> SwapchainCommands();

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_QUEUE_COMMANDS_H_
