#ifndef INCOHERENT_SIM_ICD_TRAP_SAVED_REGISTERS_H_
#define INCOHERENT_SIM_ICD_TRAP_SAVED_REGISTERS_H_

// SavedRegisters: the registers that the kernel saved when it delivered a
// signal, by the numbers that instructions use for them.
//
// Async-signal-safe once PrepareSavedRegisters() was called.

#include <ucontext.h>

#include <cstdint>

namespace incoherent {

// Once, before the first signal: asks the processor where it saves what.
void PrepareSavedRegisters();

class SavedRegisters {
 public:
  explicit SavedRegisters(const ucontext_t& context) : context_(context) {}

  uint64_t InstructionPointer() const;
  uint64_t Flags() const;
  // 0 rax, 1 rcx, 2 rdx, 3 rbx, 4 rsp, 5 rbp, 6 rsi, 7 rdi, 8 r8, ...
  uint64_t General(int number) const;
  // k0 to k7; all lanes if the kernel saved none.
  uint64_t Mask(int number) const;
  // 32 bytes of ymm0 to ymm15; false if the kernel saved none.
  bool Vector(int number, uint8_t (&bytes)[32]) const;

 private:
  // A component of the extended state, or null if it is not in the frame. What
  // is in its initial state is not saved: `is_initial`.
  const uint8_t* Extended(int component, bool* is_initial) const;

  const ucontext_t& context_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_TRAP_SAVED_REGISTERS_H_
