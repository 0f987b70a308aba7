#ifndef INCOHERENT_SIM_ICD_TRAP_ACCESS_LOG_H_
#define INCOHERENT_SIM_ICD_TRAP_ACCESS_LOG_H_

// AccessLog: trapped accesses on their way from signal handlers to Take().
//
// One log for the process, of a fixed number of entries. Add() is for signal
// handlers: no locks, no allocation; what finds no room is counted and lost.

#include <cstdint>
#include <vector>

#include "sim/icd/trap/access_trap.h"

namespace incoherent {

class AccessLog {
 public:
  static constexpr int kCapacity = 2048;

  // False if there was no room.
  static bool Add(const WatchedRegion* region, const TrappedAccess& access);

  // The region's entries, in the order of Add().
  static std::vector<TrappedAccess> Take(const WatchedRegion* region);

  static bool HasEntries();
  static uint64_t Dropped();
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_TRAP_ACCESS_LOG_H_
