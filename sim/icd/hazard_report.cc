#include "sim/icd/hazard_report.h"

#include <vector>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "sim/findings/hazard_prose.h"
#include "sim/memory/pipeline_scope.h"

namespace incoherent {
namespace {

// Anchors of the specification's text.
const char* RuleOf(HazardKind kind) {
  switch (kind) {
    case HazardKind::kLostHostWrite:
      return "synchronization-submission-host-writes";
    case HazardKind::kStaleHostRead:
    case HazardKind::kDiscardedHostWrite:
      return "vkInvalidateMappedMemoryRanges";
    case HazardKind::kMissingHostBarrier:
      return "synchronization-host-access-types";
    case HazardKind::kInFlightAccess:
    case HazardKind::kAtomClobber:
      return "memory-device-hostaccess-hazards";
    case HazardKind::kUselessSync:
      return "memory-coherent";
    case HazardKind::kMissingDeviceBarrier:
    case HazardKind::kInvalidUsage:
      return "";
  }
  return "";
}

const char* TypeName(VkObjectType type) {
  switch (type) {
    case VK_OBJECT_TYPE_BUFFER:
      return "VkBuffer";
    case VK_OBJECT_TYPE_IMAGE:
      return "VkImage";
    default:
      return "";
  }
}

std::string MemoryArgument(const FindingMemory& memory) {
  if (!memory.name.empty()) return absl::StrCat("\"", memory.name, "\"");
  return absl::StrFormat("0x%x", memory.handle);
}

std::string RangeArguments(const FindingMemory& memory,
                           const ByteRange& range) {
  return absl::StrFormat("(memory %s, offset 0x%x, size 0x%x)",
                         MemoryArgument(memory), range.offset, range.size);
}

// "vkCmdCopyBuffer, command 4 of submission 12".
std::string CommandName(const Operation& command) {
  return absl::StrCat(command.command, ", command ", command.index,
                      " of submission ", command.work->number);
}

std::string PartyName(const Operation* operation) {
  if (operation == nullptr) return "";
  const std::string where = absl::StrFormat(
      "[0x%x, 0x%x)", operation->range.offset, operation->range.end());
  switch (operation->kind) {
    case Operation::Kind::kHostWrite:
      return absl::StrCat("the host's write to ", where, ", seen at ",
                          operation->command);
    case Operation::Kind::kHostStore:
      return absl::StrCat("the host's write to ", where);
    case Operation::Kind::kHostRead:
      return absl::StrCat("the host's read of ", where);
    case Operation::Kind::kFlush:
    case Operation::Kind::kInvalidate:
      return absl::StrCat(operation->command, " of ", where);
    case Operation::Kind::kDeviceAccess:
      return CommandName(*operation);
  }
  return "";
}

std::string ScopeOf(const Operation& command) {
  return absl::StrCat(StageNames(command.point.stages), " / ",
                      AccessNames(command.point.accesses));
}

// The missing step as calls; `atoms` is the range rounded as flush and
// invalidate want it.
std::string FixOf(const Hazard& hazard, const HazardContext& context,
                  const FindingMemory& memory, const ByteRange& atoms) {
  const Operation* earlier = context.earlier;
  const Operation* later = context.later;
  const bool device_first = earlier != nullptr && earlier->is_device();
  const bool device_last = later != nullptr && later->is_device();
  switch (hazard.missing) {
    case MissingStep::kFlush:
      return absl::StrCat(
          "vkFlushMappedMemoryRanges", RangeArguments(memory, atoms),
          device_last
              ? absl::StrCat(" before vkQueueSubmit #", later->work->number)
              : " after the write");
    case MissingStep::kInvalidate:
      return absl::StrCat("vkInvalidateMappedMemoryRanges",
                          RangeArguments(memory, atoms),
                          " after the wait and before the access");
    case MissingStep::kHostReadBarrier:
      if (!device_first) break;
      return absl::StrCat("vkCmdPipelineBarrier(", ScopeOf(*earlier),
                          " -> HOST / HOST_READ) after ",
                          CommandName(*earlier));
    case MissingStep::kHostWriteBarrier:
      if (!device_last) break;
      return absl::StrCat("vkCmdPipelineBarrier(HOST / HOST_WRITE -> ",
                          ScopeOf(*later), ") before ", CommandName(*later));
    case MissingStep::kWait:
      if (!device_first) break;
      return absl::StrCat("vkWaitForFences for submission ",
                          earlier->work->number, " before the access");
    default:
      break;
  }
  return MissingStepAdvice(hazard.missing);
}

FindingResource ResourceOf(const BoundBytes& bytes, const DebugNames& names) {
  FindingResource resource;
  resource.type = TypeName(bytes.type);
  resource.name = names.Of(bytes.type, bytes.handle);
  resource.offset = bytes.range.offset;
  resource.size = bytes.range.size;
  return resource;
}

// What is bound there: what the command named, if it is still there.
absl::optional<FindingResource> FindResource(const Hazard& hazard,
                                             const HazardContext& context) {
  const std::vector<BoundBytes> bound =
      context.resources->ResourcesAt(hazard.payload, hazard.range);
  for (const Operation* operation : {context.later, context.earlier}) {
    if (operation == nullptr || operation->resource == 0) continue;
    for (const BoundBytes& bytes : bound) {
      if (bytes.handle == operation->resource &&
          bytes.type == operation->resource_type) {
        return ResourceOf(bytes, *context.names);
      }
    }
  }
  if (bound.empty()) return absl::nullopt;
  return ResourceOf(bound.front(), *context.names);
}

bool IsWrite(const Operation& operation) {
  switch (operation.kind) {
    case Operation::Kind::kHostWrite:
    case Operation::Kind::kHostStore:
    case Operation::Kind::kFlush:
      return true;
    case Operation::Kind::kHostRead:
    case Operation::Kind::kInvalidate:
      return false;
    case Operation::Kind::kDeviceAccess:
      return operation.access == Access::kWrite;
  }
  return false;
}

std::vector<std::string> StackOf(const Operation& operation) {
  if (operation.is_device()) return operation.work->submitted_at.Symbolized();
  return operation.stack == nullptr ? std::vector<std::string>()
                                    : operation.stack->Symbolized();
}

void TellStacks(const HazardContext& context, Finding& finding) {
  for (const Operation* operation : {context.earlier, context.later}) {
    if (operation == nullptr) continue;
    const bool first_write =
        IsWrite(*operation) && finding.writer_stack.empty();
    (first_write ? finding.writer_stack : finding.reader_stack) =
        StackOf(*operation);
  }
}

// The command that is one of the parties; of two, the later one.
void TellCommand(const HazardContext& context, Finding& finding) {
  for (const Operation* operation : {context.later, context.earlier}) {
    if (operation == nullptr || !operation->is_device()) continue;
    finding.command = operation->command;
    finding.command_place =
        CommandPlace{operation->work->number, operation->index};
    if (operation->label != nullptr) finding.label = *operation->label;
    return;
  }
  if (context.later != nullptr) finding.command = context.later->command;
}

}  // namespace

uint64_t PlaceOf(const Hazard& hazard, const HazardContext& context) {
  uint64_t place = 0;
  for (const Operation* party : {context.earlier, context.later}) {
    // Where a write of the host was seen says little.
    if (party == nullptr || (party == context.earlier && !party->is_device())) {
      continue;
    }
    place = absl::HashOf(place, party->place);
  }
  const absl::optional<FindingResource> resource =
      FindResource(hazard, context);
  return absl::HashOf(place, context.object->ForFinding().name,
                      resource.has_value() ? resource->name : "");
}

PlacedFinding TellHazard(const Hazard& hazard, const HazardContext& context) {
  PlacedFinding told;
  Finding& finding = told.finding;
  finding.kind = hazard.kind;
  finding.rule = RuleOf(hazard.kind);
  finding.memory = context.object->ForFinding();
  finding.range = hazard.range;
  finding.resource = FindResource(hazard, context);
  finding.bytes = context.object->FirstDifference(hazard.range);
  finding.missing = hazard.missing;
  const ByteRange atoms = context.object->atoms().Outward(hazard.range);
  finding.fix = FixOf(hazard, context, *finding.memory, atoms);
  finding.message = HazardSentence(
      hazard, {PartyName(context.earlier), PartyName(context.later)});
  TellCommand(context, finding);
  TellStacks(context, finding);
  told.place = PlaceOf(hazard, context);
  return told;
}

}  // namespace incoherent
