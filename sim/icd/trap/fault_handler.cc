#include "sim/icd/trap/fault_handler.h"

#ifdef __x86_64__

#include "sim/icd/trap/single_step.h"
#include "sim/icd/trap/watched_region.h"

namespace incoherent {
namespace {

// Bits of the processor's page fault error code.
constexpr uint64_t kWasWrite = 1 << 1;
constexpr uint64_t kWasFetch = 1 << 4;

uint64_t Instruction(const ucontext_t& context) {
  return context.uc_mcontext.gregs[REG_RIP];
}

// Lets the thread through its instruction. The region is held.
void Step(WatchedRegion* region, uint64_t address, bool is_write,
          SingleStep* step, ucontext_t* context) {
  if (!region->IsOfThisProcess()) {
    region->OpenForGood();
    return;
  }
  if (step == nullptr) {
    const ByteRange byte = region->Clip(address, 1);
    if (!region->MeetsGuardedPage(byte)) {
      // Guard() opens the page at this moment, or has.
      region->Settle(byte);
      return;
    }
    step = SingleStep::Claim();
    if (step == nullptr) {
      region->OpenForGood();
      return;
    }
    step->Begin(context, address, is_write);
    return;
  }
  step->FaultedAgain(address, is_write);
}

bool OnSegmentationFault(siginfo_t* info, ucontext_t* context) {
  SingleStep* step = SingleStep::OfThisThread();
  if (step != nullptr) step->EscapeFromUnwinder();
  const auto address = reinterpret_cast<uint64_t>(info->si_addr);
  const auto error = static_cast<uint64_t>(context->uc_mcontext.gregs[REG_ERR]);
  const bool may_be_ours =
      info->si_code == SEGV_ACCERR && (error & kWasFetch) == 0;
  WatchedRegion* region =
      may_be_ours ? WatchedRegion::Acquire(address) : nullptr;
  // A fault that is not ours, or a thread that jumped away from its step.
  if (step != nullptr &&
      (region == nullptr || !step->IsBefore(Instruction(*context)))) {
    step->Abandon(context);
    step = nullptr;
  }
  if (region == nullptr) {
    // Another thread may have ended the watch since the access.
    return may_be_ours && WatchedRegion::WasWatched(address);
  }
  Step(region, address, (error & kWasWrite) != 0, step, context);
  region->Release();
  return true;
}

bool OnTrap(siginfo_t* info, ucontext_t* context) {
  SingleStep* step = SingleStep::OfThisThread();
  if (step == nullptr) return false;
  if (info->si_code <= 0) return false;  // somebody sent it
  const uint64_t instruction = Instruction(*context);
  if (step->GoesOnAt(instruction)) return true;
  if (!step->EndsAt(instruction)) {
    step->Abandon(context);
    return false;
  }
  const bool is_for_program = step->End(context);
  return !is_for_program;
}

}  // namespace

bool HandleFault(int signal, siginfo_t* info, ucontext_t* context) {
  return signal == SIGSEGV ? OnSegmentationFault(info, context)
                           : OnTrap(info, context);
}

}  // namespace incoherent

#endif  // __x86_64__
