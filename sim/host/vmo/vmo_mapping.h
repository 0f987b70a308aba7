#ifndef INCOHERENT_SIM_HOST_VMO_VMO_MAPPING_H_
#define INCOHERENT_SIM_HOST_VMO_VMO_MAPPING_H_

// VmoMapping: one party's mapping, which its Mapping and all slices share.
//
// It outlives the Mapping as long as there are slices, so that these can be
// told what is wrong:
//
//   mapped --Unmap--> unmapped
//     |
//     +---Relinquish (AsPtrLen)--> relinquished
//
// Threads: any. All calls are turns (vmo_state.h).

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "incoherent/vmo.h"
#include "sim/host/vmo/vmo_borrows.h"
#include "sim/host/vmo/vmo_log_entry.h"
#include "sim/host/vmo/vmo_pages.h"
#include "sim/host/vmo/vmo_state.h"
#include "sim/memory/byte_range.h"
#include "sim/memory/eviction.h"
#include "sim/memory/host_view.h"
#include "sim/memory/range_set.h"

namespace incoherent {

class VmoMapping {
 public:
  static absl::StatusOr<std::shared_ptr<VmoMapping>> Attach(
      std::shared_ptr<VmoState> vmo, size_t size, bool writable,
      const MappingOptions& options);
  VmoMapping(const VmoMapping&) = delete;
  VmoMapping& operator=(const VmoMapping&) = delete;

  const std::shared_ptr<VmoState>& vmo() const { return vmo_; }
  const std::string& vmo_name() const { return vmo_->file().name(); }
  const std::string& party() const { return party_name_; }
  bool writable() const { return writable_; }
  std::vector<DeviceFinding> findings() { return vmo_->FindingsOf(party_); }

  // Offsets count from the caller's first byte.
  absl::StatusOr<size_t> Read(const SharedBytes& caller, uint64_t offset,
                              absl::Span<uint8_t> out);
  absl::StatusOr<size_t> Write(const SharedBytes& caller, uint64_t offset,
                               absl::Span<const uint8_t> bytes);
  absl::Status Release(const SharedBytes& caller);
  absl::Status Acquire(const SharedBytes& caller);

  // A slice of the caller's; `range` is of the Vmo, and inside the caller's.
  absl::StatusOr<VmoBorrows::Id> Borrow(const SharedBytes& caller,
                                        VmoBorrows::Kind kind,
                                        const ByteRange& range);
  void EndBorrow(VmoBorrows::Id id);

  absl::Status Raise(const SharedBytes& caller, int slot,
                     SignalOrdering ordering);
  // Whether the caller may wait at all; and what follows a wait.
  absl::Status BeforeWait(const SharedBytes& caller, SignalOrdering ordering);
  absl::Status AfterWait(const SharedBytes& caller, int slot,
                         SignalOrdering ordering);

  absl::StatusOr<absl::Span<uint8_t>> Relinquish(const SharedBytes& caller);
  void Unmap();

 private:
  enum class Phase : uint8_t { kMapped, kUnmapped, kRelinquished };
  // What a call has to be allowed to do with its bytes.
  enum class Need : uint8_t { kNothing, kShared, kExclusive, kStore };
  struct Memory {
    VmoPages published;
    VmoPages view;
    VmoPages synced;
  };

  VmoMapping(std::shared_ptr<VmoState> vmo, Memory memory, bool writable,
             const MappingOptions& options);

  absl::Status Register(size_t size);
  absl::StatusOr<ByteRange> Clip(const SharedBytes& caller,
                                 VmoOperation operation, uint64_t offset,
                                 uint64_t size) const;
  absl::optional<VmoRefusal> WhyNot(const SharedBytes& caller, Need need,
                                    const ByteRange& range) const;
  // In a turn: refuses the call, or does it and puts it into the log.
  absl::Status Allow(const SharedBytes& caller, Need need,
                     const VmoLogEntry& call);
  absl::Status Do(const SharedBytes& caller, Need need, VmoLogEntry call,
                  absl::FunctionRef<void()> effect);
  absl::Status DoInTurn(const SharedBytes& caller, Need need,
                        const VmoLogEntry& call,
                        absl::FunctionRef<void()> effect);
  void Drop(Phase phase);
  // What another party is to see, and what others let this one see.
  void Publish(const ByteRange& range);
  void Refresh(const ByteRange& range);

  const std::shared_ptr<VmoState> vmo_;
  const std::string party_name_;
  const bool writable_;
  const int64_t process_;
  uint32_t party_ = 0;

  // Guarded by the Vmo's mutex.
  Phase phase_ = Phase::kMapped;
  Memory memory_;
  absl::optional<HostView> view_;
  RangeSet dirty_;  // at least what is
  std::mt19937_64 coins_;
  Evictor evictor_;
  VmoBorrows borrows_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_VMO_VMO_MAPPING_H_
