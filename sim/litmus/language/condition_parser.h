#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_CONDITION_PARSER_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_CONDITION_PARSER_H_

#include "absl/types/optional.h"
#include "sim/litmus/language/parse_state.h"

namespace incoherent::litmus {

// How many '(' and '!' a condition may have one in another.
inline constexpr int kDeepestCondition = 64;

// What stands between the parentheses of a question:
//
//   q:r0 == 1 && !(buf[0..4) == 7 || host:r1 == undef)
//
// && binds before ||; a != b is !(a == b). herd's /\ \/ ~ and = will do too.
absl::optional<Condition> ParseCondition(ParseState& state);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_CONDITION_PARSER_H_
