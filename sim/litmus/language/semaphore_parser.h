#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_SEMAPHORE_PARSER_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_SEMAPHORE_PARSER_H_

// The semaphore and its value in `signal s`, `signal t = 2`, `wait t >= 2`.

#include "sim/litmus/language/parse_state.h"

namespace incoherent::litmus {

// From after the semaphore's name. A timeline semaphore needs a value, a
// binary one has none; the host knows only timeline semaphores.
enum class SemaphoreUser { kHost, kQueue };
bool ParseSignalValue(ParseState& state, SemaphoreUser user, const Token& name,
                      int semaphore, Op* op);
bool ParseWaitValue(ParseState& state, SemaphoreUser user, const Token& name,
                    int semaphore, Op* op);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_SEMAPHORE_PARSER_H_
