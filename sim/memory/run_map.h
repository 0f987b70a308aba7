#ifndef INCOHERENT_SIM_MEMORY_RUN_MAP_H_
#define INCOHERENT_SIM_MEMORY_RUN_MAP_H_

// RunMap: a value for each byte of an object, kept as runs of equal values.
//
// It costs what the number of runs costs, never what the bytes do. Adjacent
// runs with equal values are joined, so two maps with the same bytes have the
// same runs. With Grain::kBytes it keeps a run per byte instead: the slow and
// obvious form that tests compare with.
//
//   RunMap<int> map(1 << 30, 0, RunMap<int>::Grain::kRuns);
//   map.Update({64, 64}, [](const ByteRange& run, int& value) { value = 1; });
//   map.run_count();   // 3
//
// Value: copyable, equality-comparable.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <utility>

#include "sim/memory/byte_range.h"
#include "sim/memory/check.h"

namespace incoherent {

enum class Grain { kRuns, kBytes };

template <typename Value>
class RunMap {
 public:
  RunMap(uint64_t size, const Value& initial, Grain grain)
      : size_(size), grain_(grain) {
    const uint64_t step = grain == Grain::kBytes ? 1 : size;
    for (uint64_t at = 0; at < size; at += step) runs_.emplace(at, initial);
  }

  uint64_t size() const { return size_; }
  size_t run_count() const { return runs_.size(); }

  // Calls visit(const ByteRange& run, const Value&) for each run of the range,
  // clipped to it, in order.
  template <typename Visit>
  void ForEach(const ByteRange& range, Visit visit) const {
    if (range.empty()) return;
    CheckInside(range);
    auto run = std::prev(runs_.upper_bound(range.offset));
    for (; run != runs_.end() && run->first < range.end(); ++run) {
      const uint64_t begin = std::max(run->first, range.offset);
      const uint64_t end = std::min(EndOf(run), range.end());
      visit(ByteRange::Between(begin, end), run->second);
    }
  }

  // The same, and visit may change the value, of those bytes only.
  template <typename Visit>
  void Update(const ByteRange& range, Visit visit) {
    if (range.empty()) return;
    CheckInside(range);
    Split(range.end());
    const auto first = Split(range.offset);
    for (auto run = first; run != runs_.end() && run->first < range.end();
         ++run) {
      visit(ByteRange::Between(run->first, EndOf(run)), run->second);
    }
    if (grain_ == Grain::kRuns) JoinEqual(first, range.end());
  }

 private:
  using Runs = std::map<uint64_t, Value>;  // by first byte

  void CheckInside(const ByteRange& range) const {
    INCOHERENT_CHECK(Fits(range.offset, range.size, size_),
                     "range outside the object");
  }

  template <typename Iterator>
  uint64_t EndOf(Iterator run) const {
    const auto next = std::next(run);
    return next == runs_.end() ? size_ : next->first;
  }

  // The run that begins at `at`, split off if need be.
  typename Runs::iterator Split(uint64_t at) {
    if (at == size_) return runs_.end();
    const auto run = std::prev(runs_.upper_bound(at));
    if (run->first == at) return run;
    return runs_.emplace_hint(std::next(run), at, run->second);
  }

  // Joins the runs from the one before `run` to the one that begins at `end`.
  void JoinEqual(typename Runs::iterator run, uint64_t end) {
    if (run != runs_.begin()) --run;
    for (auto next = std::next(run); next != runs_.end() && next->first <= end;
         next = std::next(run)) {
      if (next->second == run->second) {
        runs_.erase(next);
      } else {
        run = next;
      }
    }
  }

  Runs runs_;
  uint64_t size_;
  Grain grain_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_RUN_MAP_H_
