#ifndef INCOHERENT_SIM_ICD_TRAP_INSTRUCTION_ACCESS_H_
#define INCOHERENT_SIM_ICD_TRAP_INSTRUCTION_ACCESS_H_

// DecodeAccess: which bytes the instruction at a context's program counter is
// about to touch.
//
// Masked vector moves count with the lanes that their mask lets through, and
// repeated string instructions with what is left for them to do, which is an
// upper bound where they compare (repe cmpsb). Operands that no address can be
// computed for without running the instruction (gathers, the stack) are left
// out; the faulting address is then all there is to know.
//
// Async-signal-safe once PrepareToDecode() was called.

#include <ucontext.h>

#include <cstdint>

namespace incoherent {

// What a string instruction does with its operands.
enum class StringOperation : uint8_t {
  kNone,
  kMove,
  kStore,
  kLoad,
  kCompareWhileEqual,
  kCompareWhileUnequal,
  kScanWhileEqual,
  kScanWhileUnequal,
};

struct MemoryOperand {
  uint64_t address = 0;  // of the first byte, whatever the direction
  uint64_t size = 0;
  bool is_read = false;
  bool is_write = false;

  bool Contains(uint64_t byte) const {
    return byte >= address && byte - address < size;
  }
};

struct InstructionAccess {
  static constexpr int kMaxOperands = 2;

  bool is_decoded = false;
  int length = 0;  // of the instruction
  int operand_count = 0;
  MemoryOperand operands[kMaxOperands];

  // Of a repeated string instruction; kNone for all others.
  StringOperation repeated = StringOperation::kNone;
  bool is_plain = false;     // no prefix but the repeat and operand size ones
  bool is_backward = false;  // std
  int element_size = 0;
  uint64_t count = 0;  // elements left
};

// Once, before the first signal.
void PrepareToDecode();

InstructionAccess DecodeAccess(const ucontext_t& context);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_TRAP_INSTRUCTION_ACCESS_H_
