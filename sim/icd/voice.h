#ifndef INCOHERENT_SIM_ICD_VOICE_H_
#define INCOHERENT_SIM_ICD_VOICE_H_

// Voice: what the ICD says, all of it on stderr, each line with "incoherent: ".

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "sim/findings/finding.h"

namespace incoherent {

// One line.
void Say(absl::string_view line);

// Several, which no other line comes between.
void SayTogether(absl::Span<const std::string> lines);

// The same as Say, but a line that was said before is not said again.
void SayOnce(absl::string_view line);

// Tells of a finding: on stderr, to the application's messengers, and in the
// report files. Told once per kind, VUID and place, counted from then on, and
// summed up when the process ends. `place` tells one place of the application
// from another, as CallStack::Place does.
//
// The messengers are code of the application's: hold no lock, or put a
// MessengerHold (messenger.h) before it.
void ReportFinding(const Finding& finding, uint64_t place);

// Counts what has been told already, and returns whether it has. Then the
// finding needs no more than kind, VUID and count, which saves looking up the
// names of its stacks.
bool CountIfKnown(const Finding& finding, uint64_t place);

// Reports the valid-usage rule that `status` carries; does nothing for an OK
// status or one that carries none.
void ReportUsage(absl::string_view command, const absl::Status& status,
                 const absl::optional<FindingMemory>& memory = absl::nullopt,
                 const absl::optional<ByteRange>& range = absl::nullopt);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_VOICE_H_
