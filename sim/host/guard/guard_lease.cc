#include "sim/host/guard/guard_lease.h"

#include "absl/strings/str_cat.h"

namespace incoherent {

// The one that is moved from keeps the memory: to tell of its uses.
GuardLease::GuardLease(GuardLease&& other) noexcept
    : memory_(other.memory_),
      guard_(other.guard_),
      live_(std::exchange(other.live_, false)) {}

GuardLease& GuardLease::operator=(GuardLease&& other) noexcept {
  if (this == &other) return *this;
  Drop();
  memory_ = other.memory_;
  guard_ = other.guard_;
  live_ = std::exchange(other.live_, false);
  return *this;
}

void GuardLease::Drop() {
  if (std::exchange(live_, false)) memory_->CloseIfOpen(guard_);
}

absl::Status GuardLease::CheckLive() const {
  if (live_) return absl::OkStatus();
  return memory_->Refuse(
      "use of a guard", guard_.range,
      absl::FailedPreconditionError(
          absl::StrCat("the guard of ", memory_->TextOf(guard_.range),
                       " was moved from; use the one that it was moved to")));
}

GuardPlace GuardLease::place() const {
  const absl::Status status = CheckLive();
  if (!status.ok()) return GuardPlace::Refused(status);
  return GuardPlace(memory_, guard_, guard_.range);
}

absl::Status GuardLease::Close() {
  const absl::Status status = CheckLive();
  return status.ok() ? memory_->Close(guard_) : status;
}

}  // namespace incoherent
