#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_QUEUE_PARSER_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_QUEUE_PARSER_H_

#include <cstddef>

#include "sim/litmus/language/parse_state.h"

namespace incoherent::litmus {

// The operations of a submission, up to the token `end`, its '}'. `queue` has
// the registers.
void ParseQueueOperations(ParseState& state, size_t end, Agent& queue,
                          Submission& submission);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_QUEUE_PARSER_H_
