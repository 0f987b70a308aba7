#ifndef INCOHERENT_SIM_HOST_GUARD_GUARD_LEASE_H_
#define INCOHERENT_SIM_HOST_GUARD_GUARD_LEASE_H_

// GuardLease: the guard without a type: its bytes from Open to Close.
//
// Closes in its destructor. Movable; a lease that was moved from refuses every
// call, and that is a finding.

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "sim/host/guard/guard_place.h"
#include "sim/host/guard/guarded_memory.h"

namespace incoherent {

class GuardLease {
 public:
  // Of a guard that has been opened.
  GuardLease(std::shared_ptr<GuardedMemory> memory, const GuardId& guard)
      : memory_(std::move(memory)), guard_(guard) {}
  GuardLease(GuardLease&& other) noexcept;
  GuardLease& operator=(GuardLease&& other) noexcept;
  ~GuardLease() { Drop(); }

  const ByteRange& range() const { return guard_.range; }
  // All bytes; refused if this was moved from.
  GuardPlace place() const;
  absl::Status Close();

 private:
  absl::Status CheckLive() const;
  void Drop();

  std::shared_ptr<GuardedMemory> memory_;
  GuardId guard_;
  bool live_ = true;  // not moved from
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_GUARD_GUARD_LEASE_H_
