#ifndef INCOHERENT_SIM_ICD_RESOURCES_RESOURCE_COMMANDS_H_
#define INCOHERENT_SIM_ICD_RESOURCES_RESOURCE_COMMANDS_H_

// The commands that create, bind, name and destroy buffers, images, their
// views, framebuffers and render passes.

#include "absl/types/span.h"
#include "sim/icd/command_table.h"

namespace incoherent {

// resource_commands.cc: buffers, images, views.
absl::Span<const InterceptedCommand> ResourceCommands();

// render_target_commands.cc: framebuffers, render passes.
absl::Span<const InterceptedCommand> RenderTargetCommands();

// debug_name_commands.cc
absl::Span<const InterceptedCommand> DebugNameCommands();

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_RESOURCE_COMMANDS_H_
