#include "absl/strings/str_cat.h"
#include "incoherent/vmo.h"
#include "sim/host/vmo/vmo_futex.h"
#include "sim/host/vmo/vmo_mapping.h"
#include "sim/host/vmo/zx_error.h"

namespace incoherent {
namespace {

absl::Status CheckSame(VmoState& signal, const VmoMapping& mapping) {
  if (signal.file().IsSame(mapping.vmo()->file())) return absl::OkStatus();
  return ZxStatus(
      ZxError::kInvalidArgs,
      absl::StrCat("a signal of vmo \"", signal.file().name(),
                   "\" and a mapping of vmo \"", mapping.vmo_name(),
                   "\"; a party signals with the Vmo that it has mapped"));
}

}  // namespace

absl::Status VmoSignal::Raise(Mapping& mapping) const {
  VmoMapping& party = mapping.mapping();
  absl::Status status = CheckSame(*state_, party);
  if (status.ok()) status = party.Raise(mapping, slot_, ordering_);
  if (status.ok()) RaiseCount(state_->file().signal(slot_));
  return status;
}

absl::Status VmoSignal::Wait(Mapping& mapping,
                             std::chrono::milliseconds timeout) const {
  VmoMapping& party = mapping.mapping();
  absl::Status status = CheckSame(*state_, party);
  if (status.ok()) status = party.BeforeWait(mapping, ordering_);
  if (!status.ok()) return status;
  if (!TakeCount(state_->file().signal(slot_), timeout)) {
    return ZxStatus(
        ZxError::kTimedOut,
        absl::StrCat("vmo \"", party.vmo_name(), "\": nobody raised signal ",
                     slot_, " for '", party.party(), "' within ",
                     timeout.count(), " ms"));
  }
  return party.AfterWait(mapping, slot_, ordering_);
}

}  // namespace incoherent
