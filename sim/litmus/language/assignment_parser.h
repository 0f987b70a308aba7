#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_ASSIGNMENT_PARSER_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_ASSIGNMENT_PARSER_H_

// What host threads and queues write alike: `buf[0] = 1`, `r0 = buf[0]`, and
// the values in them.

#include <cstdint>

#include "absl/types/optional.h"
#include "sim/litmus/language/parse_state.h"

namespace incoherent::litmus {

// A store or a load, without what may follow on a queue (`at ...`). `agent` is
// whose registers they are; a loaded one becomes known, a stored one must be.
bool ParseAssignment(ParseState& state, Agent& agent, Op* op);

// A number that fits into `size` bytes; beyond 8, into one byte.
absl::optional<uint64_t> ParseFittingNumber(ParseState& state, uint64_t size);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_ASSIGNMENT_PARSER_H_
