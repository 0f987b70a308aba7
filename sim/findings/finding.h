#ifndef INCOHERENT_SIM_FINDINGS_FINDING_H_
#define INCOHERENT_SIM_FINDINGS_FINDING_H_

// Finding: one thing that an application did wrong with its memory.
//
// The kinds are those of sim/memory/hazard.h. Prose may improve from release to
// release; the members are stable. Only `kind` and `message` are always there:
// whoever finds something fills in what it knows.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "sim/memory/byte_range.h"
#include "sim/memory/hazard.h"

namespace incoherent {

enum class Severity : uint8_t {
  kError,
  kWarning,  // most hardware forgives it
};

// "error"; and back.
const char* SeverityName(Severity severity);
absl::optional<Severity> ParseSeverity(absl::string_view name);

// "flush"; the inverse of MissingStepName.
absl::optional<MissingStep> ParseMissingStep(absl::string_view name);

// The memory object that a finding is about.
struct FindingMemory {
  uint64_t handle = 0;
  uint32_t type_index = 0;
  uint64_t size = 0;
  std::string name;  // its debug name; empty: none
};

// What is bound where it happened.
struct FindingResource {
  std::string type;     // "VkBuffer"
  std::string name;     // its debug name; empty: none
  uint64_t offset = 0;  // in the memory object
  uint64_t size = 0;
  uint64_t handle = 0;  // 0: not known
};

// Where a command was recorded.
struct CommandPlace {
  uint64_t submission = 0;  // counted from 1, in the order of the submits
  uint64_t index = 0;       // in its command buffer, from 0
};

// The first bytes that differ.
struct FindingBytes {
  uint64_t offset = 0;  // in the memory object
  std::vector<uint8_t> host;
  std::vector<uint8_t> device;
};

struct Finding {
  HazardKind kind = HazardKind::kInvalidUsage;
  Severity severity = Severity::kError;
  std::string vuid;     // of kInvalidUsage, as a rule; empty: none
  std::string rule;     // anchor of the specification's text; empty: none
  uint64_t count = 1;   // how often it was seen
  std::string command;  // "vkFlushMappedMemoryRanges"; empty: none
  absl::optional<CommandPlace> command_place;  // none: a call of the host's
  std::string label;  // the debug label that the command is under; empty: none
  absl::optional<FindingMemory> memory;
  // What the call named, as it named it; the size may be kWholeSize.
  absl::optional<ByteRange> range;
  absl::optional<FindingResource> resource;
  absl::optional<FindingBytes> bytes;
  // The two parties, innermost frame first.
  std::vector<std::string> writer_stack;
  std::vector<std::string> reader_stack;
  MissingStep missing = MissingStep::kNone;
  // The missing step as calls that one could paste; empty: none.
  std::string fix;
  // False: the device may have touched less than is known of its command, so
  // that nothing may be wrong.
  bool certain = true;
  std::string message;
};

bool operator==(const FindingMemory& a, const FindingMemory& b);
bool operator==(const FindingResource& a, const FindingResource& b);
bool operator==(const CommandPlace& a, const CommandPlace& b);
bool operator==(const FindingBytes& a, const FindingBytes& b);
bool operator==(const Finding& a, const Finding& b);

// One line without a newline, for a person:
//   invalid-usage: vkUnmapMemory: unmap of memory that is not mapped
//   (memory 0x55d0, type 0, 0x1000 bytes) [VUID-vkUnmapMemory-memory-00689]
// Without a VUID, the rule's anchor stands in its place.
std::string ToText(const Finding& finding);

// What else is known, a line each, without newlines:
//   at 0x40..0xbf of the memory, in VkBuffer "vertices"
//   command 4 of submission 12, under "shadow pass"
//   written by Upload (viewer.cc:40)
//           by main (viewer.cc:12)
//   read by Draw (viewer.cc:60)
//   first difference at 0x42: host 0d f0 .. device 00 00 ..
//   fix: vkFlushMappedMemoryRanges(memory "staging", offset 0x40, size 0x80)
//        before vkQueueSubmit #12                  (one line)
std::vector<std::string> DetailsOf(const Finding& finding);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_FINDINGS_FINDING_H_
