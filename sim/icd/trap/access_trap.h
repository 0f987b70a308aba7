#ifndef INCOHERENT_SIM_ICD_TRAP_ACCESS_TRAP_H_
#define INCOHERENT_SIM_ICD_TRAP_ACCESS_TRAP_H_

// AccessTrap: sees the host's accesses to bytes on which it must not rely yet.
//
// A trap watches one region: the application's mapping of a memory object.
// Guard() names the bytes in question. Each page that holds one of them loses
// its protection (PROT_NONE), and an access to it ends in the trap's SIGSEGV
// handler. That decodes the instruction for the exact bytes and the direction,
// takes the call stack, opens the page, lets the one instruction through
// (single step, SIGTRAP) and closes the page again. The application gets the
// value that is there and runs on.
//
//   an access meets            is recorded    counts against
//   a guarded byte             guilty, stack  kGuiltyPatience
//   other bytes of such pages  not guilty     kInnocentPatience
//   other pages                no, at no cost -
//
// When one patience is exhausted the trap gives up: all pages of the region are
// open until the next Guard(), and the access that exhausted it says so.
//
// Example:
//
//   absl::StatusOr<AccessTrap> trap = AccessTrap::Watch(mapping);
//   trap->Guard({{64, 128}});
//   ... the application runs ...
//   for (const TrappedAccess& access : trap->Take()) {
//     if (access.is_guilty && access.is_read) Report(access);
//   }
//
// Contract:
//   * A watched region stays mapped and readable and writable but for the trap;
//     nobody else changes its protection. Who needs the bytes meanwhile uses
//     another mapping of the same pages.
//   * Guard(), Take() and the destructor may be called in any thread, one at a
//     time for one trap; the application may access the region all the time.
//
// Limits:
//   * The kernel is no thread: read(2) into and write(2) from a guarded page
//     return EFAULT.
//   * A thread that blocks SIGSEGV and meets a guarded page is killed, as the
//     kernel does with any fault that it cannot deliver.
//   * While a page is open for one thread's instruction, what others do to it
//     passes unseen.
//   * A vector gather or scatter is recorded by the element that faulted, one
//     for each page.
//   * An instruction that loads more than its program needs (strlen by whole
//     vectors) is recorded with all that it loads.
//   * A child after fork(2) meets open pages and records nothing.
//   * A debugger that single-steps the application sees the trap's signals.

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "sim/memory/byte_range.h"

namespace incoherent {

class WatchedRegion;

struct TrappedAccess {
  // Frames beyond are not kept.
  static constexpr int kDepth = 24;

  // First byte, in the region.
  uint64_t offset = 0;
  // Exact; of a string instruction (rep movsb and its like) all that it
  // touched. Clipped to the region.
  uint64_t size = 0;
  // Both for a read-modify-write.
  bool is_read = false;
  bool is_write = false;
  // Whether it met a guarded byte.
  bool is_guilty = false;
  // Patience was exhausted: what comes after is unseen until the next Guard().
  bool gave_up = false;
  // gettid(2).
  int thread = 0;
  // The call stack, innermost first: the instruction, then return addresses.
  // Of an access that is not guilty only the instruction.
  int depth = 0;
  const void* frames[kDepth] = {};

  ByteRange range() const { return {offset, size}; }
};

class AccessTrap {
 public:
  static constexpr int kGuiltyPatience = 64;
  static constexpr int kInnocentPatience = 256;

  // Whether this system has what it takes (x86-64 Linux); if not, what lacks.
  static absl::Status Availability();

  // Watches nothing.
  AccessTrap() = default;
  AccessTrap(AccessTrap&& other) noexcept;
  AccessTrap& operator=(AccessTrap&& other) noexcept;
  AccessTrap(const AccessTrap&) = delete;
  AccessTrap& operator=(const AccessTrap&) = delete;
  // Opens all pages and forgets the region.
  ~AccessTrap();

  // Watches a region that begins at a page; nothing is guarded yet.
  // ResourceExhausted beyond 4096 regions, and Availability()'s error.
  static absl::StatusOr<AccessTrap> Watch(absl::Span<uint8_t> region);

  bool is_watching() const { return region_ != nullptr; }

  // From now on exactly these bytes are guarded: sorted ranges that do not
  // overlap, as offsets. Patience begins anew. Costs a comparison if nothing
  // changed, and else one system call for each run of pages that did. More
  // than 4096 runs are not guarded beyond these.
  void Guard(std::vector<ByteRange> ranges);

  // What was trapped since the last call, in order. One atomic load if nothing
  // was.
  std::vector<TrappedAccess> Take();

  // Whether Take() of any trap has something to return. One atomic load.
  static bool HasTrapped();
  // Accesses that were let through unrecorded, because too many waited for
  // Take(), in this process.
  static uint64_t Dropped();

  // For each call of the API: an application may have put handlers of its own
  // in place of the trap's. Puts the trap's back; what is none of its business
  // goes on to theirs. Two system calls if nothing changed, none if nothing was
  // ever watched.
  static void KeepHandlers();

 private:
  explicit AccessTrap(WatchedRegion* region) : region_(region) {}
  void Forget();

  WatchedRegion* region_ = nullptr;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_TRAP_ACCESS_TRAP_H_
