#ifndef INCOHERENT_SIM_FINDINGS_FINDING_H_
#define INCOHERENT_SIM_FINDINGS_FINDING_H_

// Finding: one thing that an application did wrong with its memory.
//
// The kinds are those of sim/memory/hazard.h. Prose may improve from release to
// release; the members are stable.

#include <cstdint>
#include <string>

#include "absl/types/optional.h"
#include "sim/memory/byte_range.h"
#include "sim/memory/hazard.h"

namespace incoherent {

// The memory object that a finding is about.
struct FindingMemory {
  uint64_t handle = 0;
  uint32_t type_index = 0;
  uint64_t size = 0;
};

struct Finding {
  HazardKind kind = HazardKind::kInvalidUsage;
  std::string vuid;
  std::string command;  // "vkFlushMappedMemoryRanges"
  absl::optional<FindingMemory> memory;
  // What the call named, as it named it; the size may be kWholeSize.
  absl::optional<ByteRange> range;
  std::string message;
};

// One line without a newline, for a person:
//   invalid-usage: vkUnmapMemory: unmap of memory that is not mapped
//   (memory 0x55d0, type 0, 0x1000 bytes) [VUID-vkUnmapMemory-memory-00689]
std::string ToText(const Finding& finding);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_FINDINGS_FINDING_H_
