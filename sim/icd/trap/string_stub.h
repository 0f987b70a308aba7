#ifndef INCOHERENT_SIM_ICD_TRAP_STRING_STUB_H_
#define INCOHERENT_SIM_ICD_TRAP_STRING_STUB_H_

// StringStub: a copy of a repeated string instruction with a breakpoint behind.
//
// A single step of `rep movsb` moves one byte, and memcpy(3) is one `rep movsb`
// for whatever is large. Instead of a signal for each byte, the instruction is
// run elsewhere: it knows its operands by registers alone, so that a copy of it
// does the same, and the breakpoint ends it.

#include <cstdint>

#include "sim/icd/trap/instruction_access.h"

namespace incoherent {

struct StringStub {
  uint64_t begin = 0;  // 0: there is none
  uint64_t end = 0;    // the program counter when the breakpoint was hit

  bool exists() const { return begin != 0; }
  bool IsAt(uint64_t instruction) const {
    return exists() && instruction == begin;
  }
};

// The stub of what `access` decoded, if it has one.
StringStub StringStubOf(const InstructionAccess& access);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_TRAP_STRING_STUB_H_
