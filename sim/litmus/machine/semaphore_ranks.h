#ifndef INCOHERENT_SIM_LITMUS_MACHINE_SEMAPHORE_RANKS_H_
#define INCOHERENT_SIM_LITMUS_MACHINE_SEMAPHORE_RANKS_H_

// SemaphoreRanks: the few values that each semaphore of a program can have, so
// that a machine state holds one byte for each.
//
// Rank 0 is the initial value, 0 or unsignaled; a timeline semaphore's others
// are the values that somebody signals, in order. A wait for a value that
// nobody reaches has rank kNever.

#include <cstdint>
#include <set>
#include <vector>

#include "sim/litmus/program.h"

namespace incoherent::litmus {

class SemaphoreRanks {
 public:
  static constexpr int kNever = 255;  // more than the number of operations

  explicit SemaphoreRanks(const Program& program);

  int OfSignal(const Op& signal) const;
  int OfWait(const Op& wait) const;

 private:
  std::vector<bool> timeline_;
  std::vector<std::set<uint64_t>> values_;  // by semaphore; 0 left out
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_MACHINE_SEMAPHORE_RANKS_H_
