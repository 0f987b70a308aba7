#include "sim/icd/trap/single_step.h"

#ifdef __x86_64__

#include <execinfo.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include "sim/icd/trap/access_log.h"

namespace incoherent {
namespace {

constexpr uint64_t kPage = 4096;
constexpr uint64_t kTrapFlag = 1 << 8;
constexpr int kHandlerFrames = 8;

constexpr uint64_t Bit(int signal) { return uint64_t{1} << (signal - 1); }

// Blocked during a step: all but what an instruction itself can raise.
constexpr uint64_t kBlocked =
    ~(Bit(SIGSEGV) | Bit(SIGTRAP) | Bit(SIGBUS) | Bit(SIGFPE) | Bit(SIGILL));

// The kernel's mask is one word; what the C library reserves behind it belongs
// to something else.
uint64_t SignalMask(const ucontext_t& context) {
  uint64_t mask = 0;
  std::memcpy(&mask, &context.uc_sigmask, sizeof(mask));
  return mask;
}
void SetSignalMask(ucontext_t* context, uint64_t mask) {
  std::memcpy(&context->uc_sigmask, &mask, sizeof(mask));
}

uint64_t Get(const ucontext_t& context, int reg) {
  return context.uc_mcontext.gregs[reg];
}
void Set(ucontext_t* context, int reg, uint64_t value) {
  context->uc_mcontext.gregs[reg] = static_cast<greg_t>(value);
}

}  // namespace

SingleStep SingleStep::steps[kMaxSteps];
std::atomic<int> SingleStep::steps_used{0};

SingleStep* SingleStep::OfThisThread() {
  const int used = steps_used.load();
  if (used == 0) return nullptr;
  const int thread = gettid();
  for (int i = 0; i < used; ++i) {
    if (steps[i].thread_.load() == thread) return &steps[i];
  }
  return nullptr;
}

SingleStep* SingleStep::Claim() {
  const int thread = gettid();
  for (int i = 0; i < kMaxSteps; ++i) {
    int nobody = 0;
    if (!steps[i].thread_.compare_exchange_strong(nobody, thread)) continue;
    int used = steps_used.load();
    while (used <= i && !steps_used.compare_exchange_weak(used, i + 1)) {
    }
    return &steps[i];
  }
  return nullptr;
}

void SingleStep::ForgetAll() {
  for (SingleStep& step : steps) step.thread_.store(0);
}

void SingleStep::Begin(ucontext_t* context, uint64_t address, bool is_write) {
  instruction_ = Get(*context, REG_RIP);
  signal_mask_ = SignalMask(*context);
  const uint64_t flags = Get(*context, REG_EFL);
  had_trap_flag_ = (flags & kTrapFlag) != 0;
  touch_count_ = 0;
  depth_ = 0;

  access_ = DecodeAccess(*context);
  TouchOperandsAt(address, is_write);
  // The others will not fault if their page is open already.
  for (int i = 0; i < access_.operand_count; ++i) {
    const MemoryOperand& operand = access_.operands[i];
    if (!operand.Contains(address)) AddTouch(FirstTouched(operand), operand);
  }
  const bool is_guilty =
      std::any_of(touches_, touches_ + touch_count_, [](const Touch& touch) {
        return touch.region->MeetsGuardedByte(
            touch.region->Clip(touch.operand.address, touch.operand.size));
      });
  frames_[depth_++] = reinterpret_cast<void*>(instruction_);
  if (is_guilty) TakeStack(instruction_);

  stub_ = had_trap_flag_ ? StringStub() : StringStubOf(access_);
  if (stub_.exists()) {
    Set(context, REG_RIP, stub_.begin);
  } else {
    Set(context, REG_EFL, flags | kTrapFlag);
  }
  SetSignalMask(context, (signal_mask_ | kBlocked) & ~Bit(SIGTRAP));
}

uint64_t SingleStep::FirstTouched(const MemoryOperand& operand) const {
  return access_.is_backward
             ? operand.address + operand.size - access_.element_size
             : operand.address;
}

bool SingleStep::AddTouch(uint64_t address, const MemoryOperand& operand) {
  if (touch_count_ == kMaxTouches) return false;
  WatchedRegion* region = WatchedRegion::Acquire(address);
  if (region == nullptr) return false;
  const ByteRange range = region->Clip(operand.address, operand.size);
  if (!region->MeetsGuardedPage(range)) {
    region->Release();
    return false;
  }
  region->Open(range);
  touches_[touch_count_++] = {region, operand, range};
  return true;
}

void SingleStep::TouchOperandsAt(uint64_t address, bool is_write) {
  bool is_known = false;
  for (int i = 0; i < access_.operand_count; ++i) {
    const MemoryOperand& operand = access_.operands[i];
    is_known |= operand.Contains(address) && AddTouch(address, operand);
  }
  if (is_known) return;
  // An operand whose address cannot be told beforehand.
  MemoryOperand unknown;
  unknown.address = address;
  unknown.size = 1;
  unknown.is_read = !is_write;
  unknown.is_write = is_write;
  if (AddTouch(address, unknown)) return;
  // Guarded no longer, or too many pages for one instruction.
  WatchedRegion* region = WatchedRegion::Acquire(address);
  if (region == nullptr) return;
  region->Open(region->Clip(address, 1));
  region->Release();
}

const SingleStep::Touch* SingleStep::Covering(uint64_t address) const {
  const Touch* end = touches_ + touch_count_;
  const Touch* touch = std::find_if(touches_, end, [address](const Touch& t) {
    const uint64_t begin = t.region->begin() + t.opened.offset;
    const uint64_t last = begin + t.opened.size - 1;
    return address / kPage >= begin / kPage && address / kPage <= last / kPage;
  });
  return touch == end ? nullptr : touch;
}

void SingleStep::FaultedAgain(uint64_t address, bool is_write) {
  const Touch* touch = Covering(address);
  if (touch != nullptr) {
    touch->region->Open(touch->opened);
  } else {
    TouchOperandsAt(address, is_write);
  }
}

bool SingleStep::EndsAt(uint64_t instruction) const {
  return !stub_.exists() || instruction == stub_.end;
}

bool SingleStep::GoesOnAt(uint64_t instruction) const {
  return access_.repeated != StringOperation::kNone &&
         instruction == instruction_;
}

void SingleStep::TakeStack(uint64_t instruction) {
  void* raw[kHandlerFrames + TrappedAccess::kDepth];
  volatile int depth = 0;
  is_unwinding_.store(true);
  if (sigsetjmp(escape_, /*savemask=*/0) == 0) {
    depth = backtrace(raw, std::size(raw));
  }
  is_unwinding_.store(false);
  void** const end = raw + depth;
  // What lies above the instruction are the handler's own frames.
  void** const at = std::find(raw, end, reinterpret_cast<void*>(instruction));
  if (at == end) return;
  depth_ =
      static_cast<int>(std::min<ptrdiff_t>(end - at, TrappedAccess::kDepth));
  std::copy(at, at + depth_, frames_);
}

void SingleStep::EscapeFromUnwinder() {
  if (is_unwinding_.load()) siglongjmp(escape_, 1);
}

MemoryOperand SingleStep::Done(const MemoryOperand& operand,
                               uint64_t elements_done) const {
  if (access_.repeated == StringOperation::kNone) return operand;
  MemoryOperand done = operand;
  done.size = std::min(operand.size, elements_done * access_.element_size);
  if (access_.is_backward) done.address += operand.size - done.size;
  return done;
}

void SingleStep::Log(const Touch& touch, uint64_t elements_done) {
  const MemoryOperand done = Done(touch.operand, elements_done);
  const ByteRange range = touch.region->Clip(done.address, done.size);
  if (range.empty()) return;
  TrappedAccess access;
  access.offset = range.offset;
  access.size = range.size;
  access.is_read = done.is_read;
  access.is_write = done.is_write;
  access.is_guilty = touch.region->MeetsGuardedByte(range);
  access.gave_up = touch.region->CountAccess(access.is_guilty);
  access.thread = thread_.load();
  access.depth = access.is_guilty ? depth_ : 1;
  std::copy(frames_, frames_ + access.depth, access.frames);
  if (AccessLog::Add(touch.region, access)) touch.region->NoteTrapped();
}

bool SingleStep::End(ucontext_t* context) {
  const uint64_t elements_done = access_.count - Get(*context, REG_RCX);
  for (int i = 0; i < touch_count_; ++i) Log(touches_[i], elements_done);
  if (stub_.exists()) Set(context, REG_RIP, instruction_ + access_.length);
  const bool is_for_program = had_trap_flag_;
  Leave(context);
  return is_for_program;
}

void SingleStep::Abandon(ucontext_t* context) {
  if (stub_.IsAt(Get(*context, REG_RIP))) Set(context, REG_RIP, instruction_);
  Leave(context);
}

void SingleStep::Leave(ucontext_t* context) {
  for (int i = 0; i < touch_count_; ++i) {
    touches_[i].region->Settle(touches_[i].opened);
    touches_[i].region->Release();
  }
  touch_count_ = 0;
  SetSignalMask(context, signal_mask_);
  if (!had_trap_flag_) {
    Set(context, REG_EFL, Get(*context, REG_EFL) & ~kTrapFlag);
  }
  thread_.store(0);
}

}  // namespace incoherent

#endif  // __x86_64__
