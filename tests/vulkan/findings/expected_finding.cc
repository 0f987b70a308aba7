#include "tests/vulkan/findings/expected_finding.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace incoherent {
namespace {

std::string RangeText(const ByteRange& range) {
  return absl::StrFormat("[0x%x, 0x%x)", range.offset, range.end());
}

std::string Other(const char* what, const std::string& wanted,
                  const std::string& got) {
  return wanted == got
             ? ""
             : absl::StrFormat("%s '%s' instead of '%s'", what, got, wanted);
}

// The frames around a test are many.
std::string Shortened(std::vector<std::string> stack) {
  constexpr size_t kFrames = 16;
  constexpr size_t kLength = 60;
  if (stack.size() > kFrames) stack.resize(kFrames);
  for (std::string& frame : stack) frame = frame.substr(0, kLength);
  return absl::StrJoin(stack, " < ");
}

// A stack names `function` at a line of `file`, whatever lies above; or by its
// offset, where the test was linked without lines.
bool Names(const std::vector<std::string>& stack, const std::string& function,
           const std::string& file) {
  return std::any_of(stack.begin(), stack.end(), [&](const std::string& frame) {
    return absl::StrContains(frame, absl::StrCat("::", function, "(")) &&
           (absl::StrContains(frame, absl::StrCat(" at ", file, ":")) ||
            absl::StrContains(frame, absl::StrCat("/", file, ":")) ||
            absl::StrContains(frame, "+0x"));
  });
}

}  // namespace

ExpectedFinding ExpectedFinding::Within(ByteRange range) const {
  ExpectedFinding other = *this;
  other.range_ = range;
  return other;
}

ExpectedFinding ExpectedFinding::Exactly() const {
  ExpectedFinding other = *this;
  other.exactly_ = true;
  return other;
}

ExpectedFinding ExpectedFinding::As(Severity severity) const {
  ExpectedFinding other = *this;
  other.severity_ = severity;
  return other;
}

ExpectedFinding ExpectedFinding::OfAnySeverity() const {
  ExpectedFinding other = *this;
  other.severity_ = absl::nullopt;
  return other;
}

ExpectedFinding ExpectedFinding::Missing(MissingStep step) const {
  ExpectedFinding other = *this;
  other.missing_ = step;
  return other;
}

ExpectedFinding ExpectedFinding::Vuid(const std::string& vuid) const {
  ExpectedFinding other = *this;
  other.vuid_ = vuid;
  return other;
}

ExpectedFinding ExpectedFinding::Command(const std::string& name) const {
  ExpectedFinding other = *this;
  other.command_ = name;
  return other;
}

ExpectedFinding ExpectedFinding::Label(const std::string& label) const {
  ExpectedFinding other = *this;
  other.label_ = label;
  return other;
}

ExpectedFinding ExpectedFinding::Of(const std::string& name) const {
  ExpectedFinding other = *this;
  other.memory_ = name;
  other.resource_ = name + " buffer";
  return other;
}

ExpectedFinding ExpectedFinding::OfImage(const std::string& name) const {
  return Of(name).At(name + " image");
}

ExpectedFinding ExpectedFinding::At(const std::string& resource) const {
  ExpectedFinding other = *this;
  other.resource_ = resource;
  return other;
}

ExpectedFinding ExpectedFinding::ReadIn(const std::string& function,
                                        const std::string& file) const {
  ExpectedFinding other = *this;
  other.read_ = Access{function, file};
  return other;
}

ExpectedFinding ExpectedFinding::WrittenIn(const std::string& function,
                                           const std::string& file) const {
  ExpectedFinding other = *this;
  other.write_ = Access{function, file};
  return other;
}

ExpectedFinding ExpectedFinding::IfSeen() const {
  ExpectedFinding other = *this;
  other.optional_ = true;
  return other;
}

std::string ExpectedFinding::RangeDifference(const Finding& finding) const {
  if (!range_) return "";
  if (!finding.range) return "no range";
  const ByteRange& got = *finding.range;
  const bool same = got.offset == range_->offset && got.size == range_->size;
  const bool inside = got.size != 0 && got.offset >= range_->offset &&
                      got.offset < range_->end() &&
                      got.size <= range_->end() - got.offset;
  if (exactly_ ? same : inside) return "";
  return absl::StrCat("range ", RangeText(got), " instead of ",
                      RangeText(*range_));
}

std::string ExpectedFinding::Difference(const Finding& finding) const {
  std::vector<std::string> differences = {
      Other("kind", HazardKindName(kind_), HazardKindName(finding.kind)),
      Other("missing step", MissingStepName(missing_),
            MissingStepName(finding.missing)),
      RangeDifference(finding)};
  if (severity_) {
    differences.push_back(Other("severity", SeverityName(*severity_),
                                SeverityName(finding.severity)));
  }
  if (!vuid_.empty()) {
    differences.push_back(Other("VUID", vuid_, finding.vuid));
  }
  if (!command_.empty()) {
    differences.push_back(Other("command", command_, finding.command));
  }
  if (!label_.empty()) {
    differences.push_back(Other("label", label_, finding.label));
  }
  if (!memory_.empty()) {
    differences.push_back(Other(
        "memory", memory_, finding.memory ? finding.memory->name : "nothing"));
    differences.push_back(
        Other("resource", resource_,
              finding.resource ? finding.resource->name : "nothing"));
  }
  if (read_ && !Names(finding.reader_stack, read_->function, read_->file)) {
    differences.push_back(absl::StrCat("no reader in ", read_->function, "; ",
                                       Shortened(finding.reader_stack)));
  }
  if (write_ && !Names(finding.writer_stack, write_->function, write_->file)) {
    differences.push_back(absl::StrCat("no writer in ", write_->function, "; ",
                                       Shortened(finding.writer_stack)));
  }
  differences.erase(
      std::remove(differences.begin(), differences.end(), std::string()),
      differences.end());
  return absl::StrJoin(differences, ", ");
}

std::string ExpectedFinding::ToText() const {
  return absl::StrCat(
      HazardKindName(kind_), ", missing ", MissingStepName(missing_),
      range_ ? absl::StrCat(" ", RangeText(*range_)) : std::string(),
      command_.empty() ? "" : absl::StrCat(" ", command_),
      memory_.empty() ? "" : absl::StrCat(" of '", memory_, "'"));
}

ExpectedFinding Some(HazardKind kind, MissingStep missing) {
  return ExpectedFinding(kind, missing).OfAnySeverity();
}

ExpectedFinding Lost(ByteRange range) {
  return ExpectedFinding(HazardKind::kLostHostWrite, MissingStep::kFlush)
      .Within(range);
}

ExpectedFinding Stale(ByteRange range) {
  return ExpectedFinding(HazardKind::kStaleHostRead, MissingStep::kInvalidate)
      .Within(range);
}

ExpectedFinding NoBarrier(ByteRange range) {
  return ExpectedFinding(HazardKind::kMissingHostBarrier,
                         MissingStep::kHostReadBarrier)
      .Within(range)
      .As(Severity::kWarning);
}

ExpectedFinding InFlight(ByteRange range) {
  return ExpectedFinding(HazardKind::kInFlightAccess, MissingStep::kWait)
      .Within(range);
}

ExpectedFinding Discarded(ByteRange range) {
  return ExpectedFinding(HazardKind::kDiscardedHostWrite, MissingStep::kFlush)
      .Within(range);
}

ExpectedFinding Clobber(ByteRange range, MissingStep missing) {
  return ExpectedFinding(HazardKind::kAtomClobber, missing).Within(range);
}

ExpectedFinding BrokenRule(const std::string& vuid) {
  return ExpectedFinding(HazardKind::kInvalidUsage, MissingStep::kNone)
      .Vuid(vuid);
}

}  // namespace incoherent
