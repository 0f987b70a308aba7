// Any bytes are either suppressions, which can be asked about any finding, or
// refused in one line that can be shown. The bytes are the finding as well.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "sim/findings/suppressions.h"
#include "sim/memory/check.h"

namespace incoherent {
namespace {

// The definition, with the time it takes.
bool MatchesByDefinition(absl::string_view pattern, absl::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    return MatchesByDefinition(pattern.substr(1), text) ||
           (!text.empty() && MatchesByDefinition(pattern, text.substr(1)));
  }
  return !text.empty() && (pattern[0] == '?' || pattern[0] == text[0]) &&
         MatchesByDefinition(pattern.substr(1), text.substr(1));
}

void CheckPattern(absl::string_view text) {
  constexpr size_t kMost = 10;
  const size_t half = std::min(text.size() / 2, kMost);
  const absl::string_view pattern = text.substr(0, half);
  const absl::string_view subject = text.substr(half, kMost);
  INCOHERENT_CHECK(
      MatchesPattern(pattern, subject) == MatchesByDefinition(pattern, subject),
      "a pattern means what it says");
}

void CheckMatching(const Suppressions& suppressions, absl::string_view text) {
  Finding finding;
  finding.kind = HazardKind::kStaleHostRead;
  finding.command = std::string(text);
  finding.reader_stack = {std::string(text), "main"};
  bool any = false;
  for (const Suppression& suppression : suppressions.list()) {
    INCOHERENT_CHECK(!suppression.name.empty(), "each has a name");
    any = suppression.Matches(finding) || any;
  }
  INCOHERENT_CHECK(suppressions.Match(finding) == any, "one is enough");
}

void CheckRefusal(const absl::Status& status) {
  INCOHERENT_CHECK(status.code() == absl::StatusCode::kInvalidArgument,
                   "only the text is to blame");
  for (char c : status.message()) {
    INCOHERENT_CHECK(absl::ascii_isprint(static_cast<unsigned char>(c)),
                     "a refusal can be shown, in one line");
  }
}

}  // namespace
}  // namespace incoherent

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  incoherent::CheckPattern(text);
  const absl::StatusOr<incoherent::Suppressions> suppressions =
      incoherent::Suppressions::Parse(text, "file");
  if (suppressions.ok()) {
    incoherent::CheckMatching(*suppressions, text);
  } else {
    incoherent::CheckRefusal(suppressions.status());
  }
  return 0;
}
