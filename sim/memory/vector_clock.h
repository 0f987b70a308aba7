#ifndef INCOHERENT_SIM_MEMORY_VECTOR_CLOCK_H_
#define INCOHERENT_SIM_MEMORY_VECTOR_CLOCK_H_

// VectorClock: what happened before a point of an execution.
//
// An execution has *lines* of events that follow each other, numbered from 1
// on each: a host thread is one, the commands of a queue in one pipeline stage
// are one. A clock says, for each line, up to which number everything is known
// to have happened before.
//
// A barrier is on several lines at once, one for each stage that it holds back;
// whoever is past it on any of them is past it.
//
//   VectorClock fence;
//   fence.Raise({line, 7});
//   fence.Knows({line, 5});   // true

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace incoherent {

// The `time`-th event of each line first_line + i for which bit i of `lines` is
// set. Time 0 is before everything.
struct Event {
  uint32_t first_line = 0;
  uint32_t time = 0;
  uint32_t lines = 1;

  bool operator==(const Event& other) const {
    return first_line == other.first_line && time == other.time &&
           lines == other.lines;
  }
};

class VectorClock {
 public:
  bool Knows(const Event& event) const {
    if (event.time == 0) return true;
    for (uint32_t left = event.lines; left != 0; left &= left - 1) {
      const size_t line = event.first_line + __builtin_ctz(left);
      if (line < times_.size() && event.time <= times_[line]) return true;
    }
    return false;
  }

  uint32_t TimeOf(uint32_t line) const {
    return line < times_.size() ? times_[line] : 0;
  }

  // Whether it knows all that `other` does.
  bool Includes(const VectorClock& other) const {
    for (size_t line = 0; line < other.times_.size(); ++line) {
      if (other.times_[line] > TimeOf(static_cast<uint32_t>(line)))
        return false;
    }
    return true;
  }

  void Raise(const Event& event) {
    for (uint32_t left = event.lines; left != 0; left &= left - 1) {
      const size_t line = event.first_line + __builtin_ctz(left);
      if (line >= times_.size()) times_.resize(line + 1);
      times_[line] = std::max(times_[line], event.time);
    }
  }

  void Join(const VectorClock& other) {
    if (times_.size() < other.times_.size()) {
      times_.resize(other.times_.size());
    }
    for (size_t line = 0; line < other.times_.size(); ++line) {
      times_[line] = std::max(times_[line], other.times_[line]);
    }
  }

 private:
  std::vector<uint32_t> times_;  // by line; lines beyond it are at 0
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_VECTOR_CLOCK_H_
