#ifndef INCOHERENT_SIM_ICD_TRAP_SINGLE_STEP_H_
#define INCOHERENT_SIM_ICD_TRAP_SINGLE_STEP_H_

// SingleStep: one thread on its way through one instruction that touches
// guarded pages.
//
//   Begin     pages opened, processor's trap flag set (or the instruction moved
//             to its StringStub), all signals blocked but those that the
//             processor raises
//   FaultedAgain   another thread's step closed a page: opened once more
//   End       the instruction is through: accesses logged, pages settled, the
//             thread's own flags and mask restored
//   Abandon   the instruction met a fault that is not ours: as End, but nothing
//             is logged and it will run again
//
// Steps live in a table of fixed size and belong to threads by their ids.
// All of this is for signal handlers: no locks, no allocation.

#include <setjmp.h>
#include <ucontext.h>

#include <atomic>
#include <cstdint>

#include "sim/icd/trap/access_trap.h"
#include "sim/icd/trap/instruction_access.h"
#include "sim/icd/trap/string_stub.h"
#include "sim/icd/trap/watched_region.h"

namespace incoherent {

class SingleStep {
 public:
  static constexpr int kMaxSteps = 128;

  // The step that this thread is in, or null.
  static SingleStep* OfThisThread();
  // A step for this thread; null if too many threads are in one.
  static SingleStep* Claim();
  // In the child of fork(2): nobody is in a step.
  static void ForgetAll();

  // `address` is where it faulted; `is_write` what the processor said of it.
  void Begin(ucontext_t* context, uint64_t address, bool is_write);
  // Whether the thread is (still, or again) before this step's instruction.
  bool IsBefore(uint64_t instruction) const {
    return instruction == instruction_ || stub_.IsAt(instruction);
  }
  void FaultedAgain(uint64_t address, bool is_write);
  // Whether a trap at this program counter leaves a repeated instruction with
  // more to do.
  bool GoesOnAt(uint64_t instruction) const;
  // Whether a trap at this program counter is the one that ends the step.
  bool EndsAt(uint64_t instruction) const;
  // Returns whether the program had set the trap flag itself and is to see the
  // trap as well.
  bool End(ucontext_t* context);
  void Abandon(ucontext_t* context);

  // A fault of the unwinder while it took this step's stack: does not return.
  // Does nothing at any other time.
  void EscapeFromUnwinder();

 private:
  // The pages that both operands of an instruction may straddle, and some for
  // the elements of a gather.
  static constexpr int kMaxTouches = 20;

  struct Touch {
    WatchedRegion* region;  // held
    MemoryOperand operand;
    ByteRange opened;
  };

  // Of the region that watches `address`, all that the operand has there.
  // False if there is no room, or no page of it is guarded.
  bool AddTouch(uint64_t address, const MemoryOperand& operand);
  // The operands that a faulting address belongs to, or just its byte.
  void TouchOperandsAt(uint64_t address, bool is_write);
  uint64_t FirstTouched(const MemoryOperand& operand) const;
  // The touch that opened the page of an address.
  const Touch* Covering(uint64_t address) const;
  void TakeStack(uint64_t instruction);
  void Log(const Touch& touch, uint64_t elements_done);
  MemoryOperand Done(const MemoryOperand& operand,
                     uint64_t elements_done) const;
  // Restores pages, mask and flags, and frees the step.
  void Leave(ucontext_t* context);

  std::atomic<int> thread_{0};
  std::atomic<bool> is_unwinding_{false};
  uint64_t instruction_ = 0;
  uint64_t signal_mask_ = 0;
  bool had_trap_flag_ = false;
  InstructionAccess access_;
  StringStub stub_;
  int touch_count_ = 0;
  Touch touches_[kMaxTouches] = {};
  int depth_ = 0;
  void* frames_[TrappedAccess::kDepth] = {};
  sigjmp_buf escape_ = {};

  static SingleStep steps[kMaxSteps];
  static std::atomic<int> steps_used;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_TRAP_SINGLE_STEP_H_
