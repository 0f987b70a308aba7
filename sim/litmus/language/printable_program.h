#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_PRINTABLE_PROGRAM_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_PRINTABLE_PROGRAM_H_

// Random programs with every statement that the language has. They are to be
// printed and read; most would make no sense to run.

#include <ostream>

#include "rapidcheck.h"
#include "sim/litmus/program.h"

namespace incoherent::litmus {

rc::Gen<Program> PrintableProgram();

void showValue(const Program& program, std::ostream& out);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_PRINTABLE_PROGRAM_H_
