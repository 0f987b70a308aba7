#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_RANGE_PARSER_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_RANGE_PARSER_H_

// Bytes of a memory, as a statement names them:
//
//   buf           all of it
//   buf[4]        one byte
//   buf[4..8)     four
//   buf[4..]      from there to the end

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "sim/litmus/language/parse_state.h"

namespace incoherent::litmus {

struct NamedRange {
  Range range;
  bool to_the_end = false;  // written without an end: VK_WHOLE_SIZE
  Place place;
};

// Inside their memory, and never empty. `what` is what is expected here:
// "a memory to flush".
absl::optional<NamedRange> ParseRange(ParseState& state,
                                      absl::string_view what);

// The bytes of a range, wherever it is used: those of the payload, so that
// memories that share one can be compared.
bool Overlap(const Program& program, const Range& a, const Range& b);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_RANGE_PARSER_H_
