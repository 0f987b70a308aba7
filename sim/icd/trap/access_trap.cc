#include "sim/icd/trap/access_trap.h"

#include <execinfo.h>
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <utility>

#include "absl/status/status.h"
#include "sim/icd/trap/access_log.h"
#include "sim/icd/trap/fault_handler.h"
#include "sim/icd/trap/instruction_access.h"
#include "sim/icd/trap/signal_chain.h"
#include "sim/icd/trap/single_step.h"
#include "sim/icd/trap/watched_region.h"

namespace incoherent {
namespace {

// Of the table of regions.
std::mutex& Table() {
  static std::mutex& mutex = *new std::mutex;
  return mutex;
}

#ifdef __x86_64__

void ForgetInChild() {
  WatchedRegion::ForgetHolders();
  SingleStep::ForgetAll();
}

// What must not happen for the first time in a signal handler, and the handler.
bool Prepare() {
  PrepareToDecode();
  void* frame = nullptr;
  backtrace(&frame, 1);  // loads the unwinder
  pthread_atfork(nullptr, nullptr, ForgetInChild);
  SignalChain::Install(HandleFault);
  return true;
}

#else

bool Prepare() { return false; }

#endif

}  // namespace

absl::Status AccessTrap::Availability() {
#if !defined(__x86_64__) || !defined(__linux__)
  return absl::UnimplementedError("the trap is for Linux on x86-64 only");
#else
  if (sysconf(_SC_PAGESIZE) != 4096) {
    return absl::UnimplementedError("the trap is for pages of 4096 bytes only");
  }
  return absl::OkStatus();
#endif
}

absl::StatusOr<AccessTrap> AccessTrap::Watch(absl::Span<uint8_t> region) {
  absl::Status status = Availability();
  if (!status.ok()) return status;
  const std::lock_guard<std::mutex> lock(Table());
  static const bool is_prepared = Prepare();
  (void)is_prepared;
  absl::StatusOr<WatchedRegion*> watched = WatchedRegion::Add(region);
  if (!watched.ok()) return watched.status();
  return AccessTrap(*watched);
}

AccessTrap::AccessTrap(AccessTrap&& other) noexcept
    : region_(std::exchange(other.region_, nullptr)) {}

AccessTrap& AccessTrap::operator=(AccessTrap&& other) noexcept {
  if (this == &other) return *this;
  Forget();
  region_ = std::exchange(other.region_, nullptr);
  return *this;
}

AccessTrap::~AccessTrap() { Forget(); }

void AccessTrap::Forget() {
  WatchedRegion* region = std::exchange(region_, nullptr);
  if (region == nullptr) return;
  const std::lock_guard<std::mutex> lock(Table());
  region->Remove();
  AccessLog::Take(region);
}

void AccessTrap::Guard(std::vector<ByteRange> ranges) {
  if (region_ == nullptr) return;
  region_->Guard(std::move(ranges), kGuiltyPatience, kInnocentPatience);
}

std::vector<TrappedAccess> AccessTrap::Take() {
  if (region_ == nullptr || !region_->TakeHasTrapped()) return {};
  return AccessLog::Take(region_);
}

bool AccessTrap::HasTrapped() { return AccessLog::HasEntries(); }

uint64_t AccessTrap::Dropped() { return AccessLog::Dropped(); }

void AccessTrap::KeepHandlers() { SignalChain::Keep(); }

}  // namespace incoherent
