#ifndef INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_COMMANDS_H_
#define INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_COMMANDS_H_

// The commands that make, fill and bind descriptor sets and pipelines: each
// tells the tables of its device, and calls the downstream.

#include "absl/types/span.h"
#include "sim/icd/command_table.h"

namespace incoherent {

// descriptor_commands.cc: set layouts, pools, sets, update templates.
absl::Span<const InterceptedCommand> DescriptorCommands();

// descriptor_bind_commands.cc: what command buffers bind and push.
absl::Span<const InterceptedCommand> DescriptorBindCommands();

// pipeline_commands.cc: shader modules, pipeline layouts, pipelines.
absl::Span<const InterceptedCommand> PipelineCommands();

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_COMMANDS_H_
