#ifndef INCOHERENT_SIM_FINDINGS_HAZARD_PROSE_H_
#define INCOHERENT_SIM_FINDINGS_HAZARD_PROSE_H_

// What a hazard means, in a sentence, and what to do about it. Prose: it may
// improve; whoever tests, tests the Hazard.

#include <string>

#include "absl/strings/string_view.h"
#include "sim/memory/hazard.h"

namespace incoherent {

// The two parties of a hazard as its reader knows them: "host: buf[0] = 1".
// `earlier` is empty where there is none.
struct HazardParties {
  absl::string_view earlier;
  absl::string_view later;
};

// "`q: r0 = buf[0]` touches what `host: buf[0] = 1` wrote, and nothing made
// that write available to the device: flush the range before the submit".
std::string HazardSentence(const Hazard& hazard, const HazardParties& parties);

// "flush the range (vkFlushMappedMemoryRanges) before the submit"; empty for
// kNone.
std::string MissingStepAdvice(MissingStep step);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_FINDINGS_HAZARD_PROSE_H_
