#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_QUESTION_PARSER_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_QUESTION_PARSER_H_

#include <cstddef>

#include "sim/litmus/language/parse_state.h"

namespace incoherent::litmus {

// exists (...), forall (...), never (...) or ~exists (...), and what is
// expected of it; up to the token `end`. All agents' operations must be known,
// so that their registers are.
void ParseQuestion(ParseState& state, size_t end);

// From after the word `reports`.
void ParseReports(ParseState& state, const Place& place);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_QUESTION_PARSER_H_
