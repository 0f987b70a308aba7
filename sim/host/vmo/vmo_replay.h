#ifndef INCOHERENT_SIM_HOST_VMO_VMO_REPLAY_H_
#define INCOHERENT_SIM_HOST_VMO_VMO_REPLAY_H_

// VmoReplay: what the log of a Vmo means.
//
// Each process replays the log for itself, entry by entry, into a Journey, and
// so all have the same findings. All parties are one host thread of the
// journey: the log's order is the order that their signals make, and nothing
// but ReleaseWrites and AcquireWrites makes a write available or visible.
//
//   entry                           journey
//   attach                          a new reference
//   write, read                     HostWrite, HostRead
//   release                         Flush
//   acquire                         Acquire
//   raise, of kReleaseAcquire       Flush, of the whole mapping
//   wait, of kReleaseAcquire        Acquire, of the whole mapping
//   refused                         (an invalid usage)
//
// Not thread-safe.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/optional.h"
#include "sim/device/device_finding.h"
#include "sim/host/vmo/vmo_log_entry.h"
#include "sim/host/vmo/vmo_sentence.h"
#include "sim/memory/journey.h"

namespace incoherent {

class VmoReplay {
 public:
  VmoReplay(std::string vmo, uint64_t size);
  VmoReplay(const VmoReplay&) = delete;
  VmoReplay& operator=(const VmoReplay&) = delete;

  // DataLoss, and nothing is added, if no party of ours wrote such an entry.
  absl::Status Add(const VmoLogEntry& entry);

  uint64_t entry_count() const { return entries_; }
  uint32_t party_count() const {
    return static_cast<uint32_t>(parties_.size());
  }

  // In the order of the log; of one party, those in which it has a part.
  std::vector<DeviceFinding> findings() const;
  std::vector<DeviceFinding> FindingsOf(uint32_t party) const;

 private:
  struct Party {
    std::string name;
    Journey::ReferenceId reference;
    uint64_t size;
    bool attached;
  };
  struct Write {
    uint32_t party;
    ByteRange range;
  };
  struct Found {
    DeviceFinding finding;
    uint32_t earlier_party;
    uint32_t later_party;
  };

  bool MakesSense(const VmoLogEntry& entry) const;
  void Attach(const VmoLogEntry& entry);
  void Apply(const VmoLogEntry& entry);
  void AddHazard(const Hazard& hazard);
  void AddRefusal(const VmoLogEntry& entry);
  VmoCall CallOf(uint32_t party, VmoOperation operation,
                 const ByteRange& range) const;

  std::string vmo_;
  uint64_t size_;
  Journey journey_;
  Journey::PayloadId payload_;
  Journey::ThreadId thread_;
  uint64_t entries_ = 0;
  VmoLogEntry current_;
  std::vector<Party> parties_;
  std::map<OperationId, Write> writes_;
  std::vector<Found> found_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_VMO_VMO_REPLAY_H_
