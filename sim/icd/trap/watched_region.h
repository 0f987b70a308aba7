#ifndef INCOHERENT_SIM_ICD_TRAP_WATCHED_REGION_H_
#define INCOHERENT_SIM_ICD_TRAP_WATCHED_REGION_H_

// WatchedRegion: the protection of one region's pages, between whoever guards
// it and the signal handlers of all threads.
//
// Regions live in a table of fixed size and are never freed, so that a handler
// can look one up without a lock. A handler that found one holds it (Acquire,
// Release); Remove() waits for that.
//
//   state     pages with a guarded byte      changes it
//   open      readable and writable          Add, GiveUp
//   guarding  inaccessible, but for those    Guard
//             that a step holds open
//
// The state carries a version. Whoever changes protection outside of Guard()
// (a step that ends, patience that is over) looks at the version afterwards
// and does it again if it moved, so that the last Guard() wins.

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "sim/memory/byte_range.h"

namespace incoherent {

class WatchedRegion {
 public:
  static constexpr int kMaxRegions = 4096;
  static constexpr size_t kMaxPageRuns = 4096;

  // One caller at a time for these, for all regions.
  static absl::StatusOr<WatchedRegion*> Add(absl::Span<uint8_t> bytes);
  void Remove();
  void Guard(std::vector<ByteRange> bytes, int guilty_patience,
             int innocent_patience);

  // The rest is for signal handlers: no locks, no allocation.

  // The region that watches an address, held; null if none does.
  static WatchedRegion* Acquire(uint64_t address);
  void Hold() { holders_.fetch_add(1); }
  void Release() { holders_.fetch_sub(1); }

  // Whether a region that is gone had this address, and the fault may be an
  // echo of it. True only so often for one region.
  static bool WasWatched(uint64_t address);

  // In the child of fork(2): no thread holds anything.
  static void ForgetHolders();

  uint64_t begin() const { return begin_.load(); }
  uint64_t size() const { return end_.load() - begin_.load(); }
  // False in a child process.
  bool IsOfThisProcess() const;

  // The part of the addresses in the region, as a range of it.
  ByteRange Clip(uint64_t address, uint64_t size) const;

  bool MeetsGuardedByte(const ByteRange& range) const;
  bool MeetsGuardedPage(const ByteRange& range) const;

  // Opens the pages of a range, and gives them back what protection they are
  // to have.
  void Open(const ByteRange& range) const;
  void Settle(const ByteRange& range) const;
  // Opens all pages, whatever Guard() said.
  void OpenForGood() const;

  // Whether something about the region is in the AccessLog.
  void NoteTrapped() { has_trapped_.store(true); }
  bool TakeHasTrapped() {
    return has_trapped_.load(std::memory_order_relaxed) &&
           has_trapped_.exchange(false);
  }

  // Counts an access. True for the one that exhausts the patience; the region
  // is open then.
  bool CountAccess(bool is_guilty);

 private:
  // Never changes once handlers can see it.
  struct Guarded {
    std::vector<ByteRange> bytes;
    std::vector<ByteRange> pages;
    mutable const Guarded* retired_before = nullptr;
  };

  bool Watches(uint64_t address) const;
  bool Protect(const ByteRange& pages, int protection) const;
  bool Change(const std::vector<ByteRange>& from,
              const std::vector<ByteRange>& to) const;
  void CloseGuardedPages(const ByteRange& range) const;
  ByteRange PagesOf(const ByteRange& range) const;
  bool IsGuarding() const { return (state_.load() & 1) != 0; }
  void GiveUp();
  void Retire(const Guarded* guarded);

  // All zero to begin with, so that the table takes no memory before use.
  static constexpr uint64_t kNowhere = 0;

  std::atomic<uint64_t> begin_{kNowhere};
  std::atomic<uint64_t> end_{kNowhere};
  std::atomic<pid_t> process_{0};
  std::atomic<int> holders_{0};
  // Version, times two; plus one while guarding.
  std::atomic<uint64_t> state_{0};
  std::atomic<const Guarded*> guarded_{nullptr};
  std::atomic<int> guilty_left_{0};
  std::atomic<int> innocent_left_{0};
  std::atomic<bool> has_trapped_{false};

  // Of a region that is gone.
  std::atomic<uint64_t> former_begin_{kNowhere};
  std::atomic<uint64_t> former_end_{kNowhere};
  std::atomic<int> echoes_left_{0};

  // Replaced, but perhaps still looked at.
  const Guarded* retired_ = nullptr;

  static WatchedRegion regions[kMaxRegions];
  static std::atomic<int> regions_used;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_TRAP_WATCHED_REGION_H_
