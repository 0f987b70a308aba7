#ifndef INCOHERENT_SIM_LITMUS_EXPLORER_STEP_TEXT_H_
#define INCOHERENT_SIM_LITMUS_EXPLORER_STEP_TEXT_H_

// One step of a schedule in words: who, what, and what came of it.
//
//   host                    buf[0] = 1
//   cache of buf            evicts atom [0..64)
//   domains of buf          move buf[0] to the device
//   q                       r0 = buf[0]               r0 = 1
//   store buffers of q      drain buf[4] of "buf[4] = 2"
//   device caches of q      refresh buf[0] for compute_shader/shader_read

#include <cstdint>
#include <string>

#include "sim/litmus/explorer/explorer.h"
#include "sim/litmus/machine/machine.h"

namespace incoherent::litmus {

// Puts byte `index` of a value in its place.
void AddByte(Byte byte, int index, Value& value);

Value RegisterValue(const Machine& machine, const uint8_t* state, int reg);

// "1", "0x100" from ten up, "undef".
std::string ValueText(const Value& value);

Step DescribeStep(const Machine& machine, const uint8_t* before,
                  const uint8_t* after, Transition transition);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_EXPLORER_STEP_TEXT_H_
