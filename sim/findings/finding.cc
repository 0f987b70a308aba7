#include "sim/findings/finding.h"

#include <tuple>

namespace incoherent {
namespace {

constexpr Severity kSeverities[] = {Severity::kError, Severity::kWarning};
constexpr MissingStep kLastMissingStep = MissingStep::kAtomAlignment;

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
                    resource.size, resource.handle);
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
                    finding.label, finding.memory, finding.range,
                    finding.resource, finding.bytes, finding.writer_stack,
                    finding.reader_stack, finding.missing, finding.fix,
                    finding.certain, finding.message);
  };
  return members(a) == members(b);
}

}  // namespace incoherent
