#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_SAME_PROGRAM_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_SAME_PROGRAM_H_

// Whether two programs are the same but for places and texts: what printing and
// reading back must preserve.

#include "sim/litmus/program.h"

namespace incoherent::litmus {

bool SameMemory(const Memory& a, const Memory& b);
bool SameOp(const Op& a, const Op& b);
bool SameCondition(const Condition& a, const Condition& b);
bool SameProgram(const Program& a, const Program& b);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_SAME_PROGRAM_H_
