#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_PRINTER_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_PRINTER_H_

// Writes a Program as a litmus file that a person can read, and ParseProgram
// too: reading it back gives the same program, except for places and texts.
//
// What is as it would be by default is left out; numbers are decimal. Texts
// (Op::text, Question::text) are not looked at, so that a program made or
// changed by a program prints as it is.
//
// Requires a program that could have been read: names are names, and memory
// types those that `type` knows or a profile has. A type of other flags is
// written as the first that `type` knows and that the host can use alike.

#include <string>

#include "sim/litmus/program.h"

namespace incoherent::litmus {

std::string PrintProgram(const Program& program);

// "flush buf[0..64)", "r0 = buf[0]": one operation of a host thread, or of a
// queue, whose registers are the agent's.
enum class OpSite { kHost, kQueue };
std::string PrintOperation(const Program& program, OpSite site,
                           const Agent& agent, const Op& op);

// "exists (q:r0 == 0)", without what is expected.
std::string PrintQuestion(const Program& program, const Question& question);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_PRINTER_H_
