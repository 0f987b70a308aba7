#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_HOST_PARSER_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_HOST_PARSER_H_

#include <cstddef>

#include "sim/litmus/language/parse_state.h"

namespace incoherent::litmus {

// The operations of a host thread, up to the token `end`, its '}'.
void ParseHostOperations(ParseState& state, size_t end, Agent& host);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_HOST_PARSER_H_
