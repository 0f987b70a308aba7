#ifndef INCOHERENT_SIM_ICD_RECORDING_RECORDING_COMMANDS_H_
#define INCOHERENT_SIM_ICD_RECORDING_RECORDING_COMMANDS_H_

// The commands that record command buffers: each tells the recording what it
// will do, and calls the downstream.

#include "absl/types/span.h"
#include "sim/icd/command_table.h"

namespace incoherent {

// command_buffer_commands.cc: allocate, begin, reset, free, execute; labels.
absl::Span<const InterceptedCommand> CommandBufferCommands();

// copy_commands.cc: between buffers and images.
absl::Span<const InterceptedCommand> CopyCommands();

// clear_commands.cc: fills, updates, clears, query results.
absl::Span<const InterceptedCommand> ClearCommands();

// barrier_commands.cc: barriers and events.
absl::Span<const InterceptedCommand> BarrierCommands();

// render_pass_commands.cc: render passes, dynamic rendering.
absl::Span<const InterceptedCommand> RenderPassCommands();

// draw_commands.cc: draws, and the vertices and indices bound for them.
absl::Span<const InterceptedCommand> DrawCommands();

// indirect_commands.cc: draws whose parameters stand in a buffer.
absl::Span<const InterceptedCommand> IndirectCommands();

// dispatch_commands.cc: dispatches and ray tracing.
absl::Span<const InterceptedCommand> DispatchCommands();

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RECORDING_RECORDING_COMMANDS_H_
