#include "sim/icd/voice.h"

#include <cstdio>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "sim/icd/finding_desk.h"
#include "sim/icd/trap/call_stack.h"
#include "sim/memory/valid_usage.h"

namespace incoherent {

void Say(absl::string_view line) { SayTogether({std::string(line)}); }

void SayTogether(absl::Span<const std::string> lines) {
  std::string text;
  for (const std::string& line : lines) {
    absl::StrAppend(&text, "incoherent: ", line, "\n");
  }
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void SayOnce(absl::string_view line) {
  static absl::Mutex mutex(absl::kConstInit);
  static auto* const said = new absl::flat_hash_set<std::string>;
  {
    absl::MutexLock lock(&mutex);
    if (!said->insert(std::string(line)).second) return;
  }
  Say(line);
}

void ReportFinding(const Finding& finding, uint64_t place) {
  FindingDesk::OfThisProcess().Add(finding, place);
}

bool CountIfKnown(const Finding& finding, uint64_t place) {
  return FindingDesk::OfThisProcess().CountIfKnown(finding, place);
}

void ReportUsage(absl::string_view command, const absl::Status& status,
                 const absl::optional<FindingMemory>& memory,
                 const absl::optional<ByteRange>& range) {
  const absl::optional<std::string> vuid = VuidOf(status);
  if (!vuid.has_value()) return;
  Finding finding;
  finding.vuid = *vuid;
  const CallStack stack = CallStack::Here();
  if (CountIfKnown(finding, stack.Place())) return;
  finding.command = std::string(command);
  finding.message = std::string(status.message());
  finding.memory = memory;
  finding.range = range;
  finding.writer_stack = stack.Symbolized();
  ReportFinding(finding, stack.Place());
}

}  // namespace incoherent
