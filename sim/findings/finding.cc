#include "sim/findings/finding.h"

#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace incoherent {
namespace {

constexpr Severity kSeverities[] = {Severity::kError, Severity::kWarning};
constexpr MissingStep kLastMissingStep = MissingStep::kAtomAlignment;

std::string ToText(const FindingMemory& memory) {
  return absl::StrFormat(
      " (memory 0x%x%s, type %d, 0x%x bytes)", memory.handle,
      memory.name.empty() ? "" : absl::StrCat(" \"", memory.name, "\""),
      memory.type_index, memory.size);
}

}  // namespace

const char* SeverityName(Severity severity) {
  return severity == Severity::kError ? "error" : "warning";
}

absl::optional<Severity> ParseSeverity(absl::string_view name) {
  for (Severity severity : kSeverities) {
    if (name == SeverityName(severity)) return severity;
  }
  return absl::nullopt;
}

absl::optional<MissingStep> ParseMissingStep(absl::string_view name) {
  for (int i = 0; i <= static_cast<int>(kLastMissingStep); ++i) {
    const MissingStep step = static_cast<MissingStep>(i);
    if (name == MissingStepName(step)) return step;
  }
  return absl::nullopt;
}

bool operator==(const FindingMemory& a, const FindingMemory& b) {
  const auto members = [](const FindingMemory& memory) {
    return std::tie(memory.handle, memory.type_index, memory.size, memory.name);
  };
  return members(a) == members(b);
}

bool operator==(const FindingResource& a, const FindingResource& b) {
  const auto members = [](const FindingResource& resource) {
    return std::tie(resource.type, resource.name, resource.offset,
                    resource.size);
  };
  return members(a) == members(b);
}

bool operator==(const CommandPlace& a, const CommandPlace& b) {
  return a.submission == b.submission && a.index == b.index;
}

bool operator==(const FindingBytes& a, const FindingBytes& b) {
  return a.offset == b.offset && a.host == b.host && a.device == b.device;
}

bool operator==(const Finding& a, const Finding& b) {
  const auto members = [](const Finding& finding) {
    return std::tie(finding.kind, finding.severity, finding.vuid, finding.rule,
                    finding.count, finding.command, finding.command_place,
                    finding.memory, finding.range, finding.resource,
                    finding.bytes, finding.writer_stack, finding.reader_stack,
                    finding.missing, finding.message);
  };
  return members(a) == members(b);
}

std::string ToText(const Finding& finding) {
  const std::string& rule = finding.vuid.empty() ? finding.rule : finding.vuid;
  std::string text = absl::StrCat(HazardKindName(finding.kind), ": ");
  if (!finding.command.empty()) absl::StrAppend(&text, finding.command, ": ");
  absl::StrAppend(&text, finding.message);
  if (finding.memory.has_value()) {
    absl::StrAppend(&text, ToText(*finding.memory));
  }
  if (!rule.empty()) absl::StrAppend(&text, " [", rule, "]");
  return text;
}

}  // namespace incoherent
