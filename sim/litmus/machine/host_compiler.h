#ifndef INCOHERENT_SIM_LITMUS_MACHINE_HOST_COMPILER_H_
#define INCOHERENT_SIM_LITMUS_MACHINE_HOST_COMPILER_H_

// The host half of CompileProgram (machine_program.h).

#include "sim/litmus/machine/machine_program.h"

namespace incoherent::litmus {

// Fills in `machine.threads`. Requires everything else but the acts.
void CompileHostOps(MachineProgram& machine);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_MACHINE_HOST_COMPILER_H_
