#include "incoherent/vmo.h"

#include "absl/strings/str_cat.h"
#include "sim/host/vmo/vmo_header.h"
#include "sim/host/vmo/vmo_state.h"
#include "sim/host/vmo/zx_error.h"

namespace incoherent {

static_assert(VmoSignal::kSlots == kVmoSlots, "the header says how many");

absl::StatusOr<Vmo> Vmo::Create(const VmoOptions& options) {
  if (options.size == 0) {
    return ZxStatus(ZxError::kInvalidArgs,
                    "a Vmo has at least one byte; its size is 0");
  }
  if (options.size > kVmoMaxSize) {
    return ZxStatus(ZxError::kOutOfRange,
                    absl::StrCat("a Vmo has at most ", kVmoMaxSize,
                                 " bytes; its size is ", options.size));
  }
  VmoIdentity identity;
  identity.size = options.size;
  identity.resizable = options.resizable ? 1 : 0;
  identity.name = ToVmoName(options.name);
  auto state = VmoState::Create(identity, options.lock_timeout);
  if (!state.ok()) return state.status();
  return Vmo(*std::move(state));
}

absl::StatusOr<Vmo> Vmo::Open(int fd, std::chrono::milliseconds lock_timeout) {
  auto state = VmoState::Open(fd, lock_timeout);
  if (!state.ok()) return state.status();
  return Vmo(*std::move(state));
}

int Vmo::fd() const { return state_->file().fd(); }
uint64_t Vmo::size() const { return state_->file().size(); }
const std::string& Vmo::name() const { return state_->file().name(); }
bool Vmo::resizable() const { return state_->file().resizable(); }

std::vector<DeviceFinding> Vmo::findings() const { return state_->findings(); }

absl::StatusOr<VmoSignal> Vmo::Signal(int slot, SignalOrdering ordering) const {
  if (slot < 0 || slot >= VmoSignal::kSlots) {
    return ZxStatus(
        ZxError::kInvalidArgs,
        absl::StrCat("vmo \"", name(), "\" has no signal ", slot,
                     "; they are numbered 0 to ", VmoSignal::kSlots - 1));
  }
  return VmoSignal(state_, slot, ordering);
}

std::string Vmo::DebugString() const {
  return absl::StrCat("Vmo{\"", name(), "\", ", size(), " bytes",
                      resizable() ? ", resizable" : "", "}");
}

std::ostream& operator<<(std::ostream& out, const Vmo& vmo) {
  return out << vmo.DebugString();
}

}  // namespace incoherent
