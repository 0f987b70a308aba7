#ifndef INCOHERENT_SIM_HOST_VMO_VMO_STATE_H_
#define INCOHERENT_SIM_HOST_VMO_VMO_STATE_H_

// VmoState: a Vmo as one process knows it, shared by its handles and mappings.
//
// Parties take turns. In a turn nobody else in any process does anything, and
// the log is replayed up to its end.

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sim/device/device_finding.h"
#include "sim/host/vmo/vmo_file.h"
#include "sim/host/vmo/vmo_log_entry.h"
#include "sim/host/vmo/vmo_replay.h"

namespace incoherent {

class VmoState {
 public:
  static absl::StatusOr<std::shared_ptr<VmoState>> Create(
      const VmoIdentity& identity, std::chrono::milliseconds lock_timeout);
  // Refuses a Vmo whose log makes no sense.
  static absl::StatusOr<std::shared_ptr<VmoState>> Open(
      int fd, std::chrono::milliseconds lock_timeout);

  VmoFile& file() { return *file_; }
  // Guards what the mappings of this process have; a turn holds it.
  std::mutex& mutex() { return mutex_; }

  // A turn: its status, or why there was none.
  absl::Status InTurn(absl::FunctionRef<absl::Status()> act);

  // --- In a turn.

  // Does what the entry says, and puts it into the log; or neither.
  absl::Status Record(const VmoLogEntry& entry,
                      absl::FunctionRef<void()> effect);
  // Puts a call that is refused into the log; returns its error.
  absl::Status Refuse(const VmoLogEntry& call, absl::string_view party,
                      VmoRefusal refusal);
  uint32_t party_count() const { return replay_.party_count(); }

  // --- Turns of their own.

  // As far as is known, if the log cannot be had.
  std::vector<DeviceFinding> findings();
  std::vector<DeviceFinding> FindingsOf(uint32_t party);

 private:
  explicit VmoState(std::unique_ptr<VmoFile> file);

  absl::Status CatchUp();

  std::mutex mutex_;
  std::unique_ptr<VmoFile> file_;
  VmoReplay replay_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_VMO_VMO_STATE_H_
