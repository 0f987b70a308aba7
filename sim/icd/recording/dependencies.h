#ifndef INCOHERENT_SIM_ICD_RECORDING_DEPENDENCIES_H_
#define INCOHERENT_SIM_ICD_RECORDING_DEPENDENCIES_H_

// Dependencies: what barriers and waits for events say, in one form: each with
// the stages and accesses on both sides, and the bytes that it is about.
//
// A barrier that is about bytes that the host cannot map still orders
// execution: it is one about no bytes. So is a command without any barrier
// structure.
//
// Layout transitions and queue family ownership add nothing: only the
// dependency counts.

#include <vulkan/vulkan.h>

#include <vector>

#include "absl/types/optional.h"
#include "sim/icd/recording/command_recording.h"
#include "sim/icd/resources/resource_table.h"

namespace incoherent {

struct Dependency {
  Scope source;
  Scope destination;
  // None: all memory. An empty range: none of it.
  absl::optional<BoundBytes> bytes;

  absl::optional<PayloadRange> ToPayload() const {
    if (!bytes.has_value()) return absl::nullopt;
    return bytes->ToPayload();
  }
};

std::vector<Dependency> DependenciesOf(const VkDependencyInfo& info,
                                       const ResourceTable& resources);

// What the older commands name in common for all their barriers.
struct LegacyBarriers {
  VkPipelineStageFlags source_stages;
  VkPipelineStageFlags destination_stages;
  uint32_t memory_count;
  const VkMemoryBarrier* memory;
  uint32_t buffer_count;
  const VkBufferMemoryBarrier* buffers;
  uint32_t image_count;
  const VkImageMemoryBarrier* images;
};

std::vector<Dependency> DependenciesOf(const LegacyBarriers& barriers,
                                       const ResourceTable& resources);

// All source stages of the barriers: what vkCmdSetEvent2 sets an event after.
uint64_t SourceStages(const VkDependencyInfo& info);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RECORDING_DEPENDENCIES_H_
