#ifndef INCOHERENT_SIM_HOST_VMO_VMO_SENTENCE_H_
#define INCOHERENT_SIM_HOST_VMO_VMO_SENTENCE_H_

// What the findings and refusals of a Vmo say. Each is one line.

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "sim/host/vmo/vmo_log_entry.h"
#include "sim/memory/byte_range.h"
#include "sim/memory/hazard.h"

namespace incoherent {

// A call as its reader knows it: "producer: write [0, 4)".
struct VmoCall {
  std::string party;
  VmoOperation operation = VmoOperation::kRead;
  ByteRange range;

  std::string ToString() const;
};

// "[0, 4)".
std::string VmoRangeText(const ByteRange& range);

// "lost-host-write: vmo "frames"[0, 4): 'producer: write [0, 4)', then
// 'consumer: read [0, 4)'; missing: ReleaseWrites by producer".
std::string VmoHazardSentence(absl::string_view vmo, const Hazard& hazard,
                              const VmoCall& earlier, const VmoCall& later);

// "invalid-usage: vmo "frames"[0, 4): 'consumer: write [0, 4)' refused: ...".
std::string VmoRefusalSentence(absl::string_view vmo, const VmoCall& call,
                               VmoRefusal refusal);

// The same as the caller's error.
absl::Status VmoRefusalStatus(absl::string_view vmo, const VmoCall& call,
                              VmoRefusal refusal);

// A call that asks for bytes that the buffer has not. "read at 9".
absl::Status VmoOutOfRange(absl::string_view vmo, absl::string_view party,
                           absl::string_view what, uint64_t size);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_VMO_VMO_SENTENCE_H_
