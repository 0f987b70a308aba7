#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_WHOLE_PROGRAM_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_WHOLE_PROGRAM_H_

#include "sim/litmus/language/parse_state.h"

namespace incoherent::litmus {

// What only a whole file shows: a submission that nobody submits; a flag, a
// semaphore or an event that is waited for and never posted, signalled or set.
void CheckWholeProgram(ParseState& state);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_WHOLE_PROGRAM_H_
