#ifndef INCOHERENT_SIM_LITMUS_MACHINE_DEVICE_COMPILER_H_
#define INCOHERENT_SIM_LITMUS_MACHINE_DEVICE_COMPILER_H_

// The device half of CompileProgram (machine_program.h).

#include "absl/status/status.h"
#include "sim/litmus/machine/machine_program.h"

namespace incoherent::litmus {

// The bytes that a store, fill or update to `op.target` writes; for memory that
// the device reads and writes, or that the host stores to. `register_size` is
// that of the register stored, if one is.
std::vector<ByteWrite> WritesOf(const CellMap& cells, const Op& op,
                                int register_size);

// Fills in everything of `machine` about runs and device operations. Requires
// its cells, order, runs, registers and `merged`.
absl::Status CompileDeviceOps(MachineProgram& machine);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_MACHINE_DEVICE_COMPILER_H_
