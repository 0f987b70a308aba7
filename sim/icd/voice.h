#ifndef INCOHERENT_SIM_ICD_VOICE_H_
#define INCOHERENT_SIM_ICD_VOICE_H_

// Voice: what the ICD says, all of it on stderr, each line with "incoherent: ".

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "sim/findings/finding.h"

namespace incoherent {

// One line.
void Say(absl::string_view line);

// The same, but a line that was said before is not said again.
void SayOnce(absl::string_view line);

// Reports the valid-usage rule that `status` carries; does nothing for an OK
// status or one that carries none. Said once per calling place, counted from
// then on, and summed up when the process ends.
void ReportUsage(absl::string_view command, const absl::Status& status,
                 const absl::optional<FindingMemory>& memory = absl::nullopt,
                 const absl::optional<ByteRange>& range = absl::nullopt);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_VOICE_H_
