#include "sim/host/vmo/vmo_mapping.h"

#include <errno.h>  // program_invocation_short_name
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/host/vmo/vmo_sentence.h"
#include "sim/host/vmo/zx_error.h"

namespace incoherent {
namespace {

std::string PartyName(const std::string& asked) {
  if (!asked.empty()) return FromVmoName(ToVmoName(asked));
  // Not so long that the number would be cut off.
  const absl::string_view program = program_invocation_short_name;
  return FromVmoName(
      ToVmoName(absl::StrCat(program.substr(0, 20), " ", getpid())));
}

VmoLogEntry SignalEntry(VmoOperation operation, const ByteRange& range,
                        int slot, SignalOrdering ordering) {
  VmoLogEntry entry = VmoLogEntry::Of(operation, range);
  entry.slot = static_cast<uint32_t>(slot);
  entry.reason = static_cast<uint32_t>(ordering);
  return entry;
}

}  // namespace

VmoMapping::VmoMapping(std::shared_ptr<VmoState> vmo, Memory memory,
                       bool writable, const MappingOptions& options)
    : vmo_(std::move(vmo)),
      party_name_(PartyName(options.party)),
      writable_(writable),
      process_(getpid()),
      memory_(std::move(memory)),
      view_(absl::in_place,
            HostView::Bytes{memory_.view.bytes(), memory_.synced.bytes(),
                            memory_.published.bytes()},
            AtomGrid(/*atom_size=*/1, memory_.view.bytes().size()),
            WriteBack::kDirtyBytes),
      coins_(options.eviction.seed),
      evictor_(options.eviction, coins_) {}

absl::StatusOr<std::shared_ptr<VmoMapping>> VmoMapping::Attach(
    std::shared_ptr<VmoState> vmo, size_t size, bool writable,
    const MappingOptions& options) {
  auto published = vmo->file().MapBytes(size, writable);
  if (!published.ok()) return published.status();
  auto view = VmoPages::Private(size);
  if (!view.ok()) return view.status();
  auto synced = VmoPages::Private(size);
  if (!synced.ok()) return synced.status();
  auto mapping = std::shared_ptr<VmoMapping>(new VmoMapping(
      std::move(vmo),
      {*std::move(published), *std::move(view), *std::move(synced)}, writable,
      options));
  if (absl::Status status = mapping->Register(size); !status.ok()) {
    return status;
  }
  return mapping;
}

absl::Status VmoMapping::Register(size_t size) {
  return vmo_->InTurn([&] {
    VmoLogEntry entry = VmoLogEntry::Of(VmoOperation::kAttach, {0, size});
    entry.party = party_ = vmo_->party_count();
    entry.name = ToVmoName(party_name_);
    return vmo_->Record(entry, [] {});
  });
}

absl::StatusOr<ByteRange> VmoMapping::Clip(const SharedBytes& caller,
                                           VmoOperation operation,
                                           uint64_t offset,
                                           uint64_t size) const {
  if (offset > caller.range_.size && !caller.moved_from_) {
    return VmoOutOfRange(
        vmo_name(), party_name_,
        absl::StrCat(VmoOperationName(operation), " at ", offset),
        caller.range_.size);
  }
  const uint64_t begin = std::min(offset, caller.range_.size);
  return ByteRange{caller.range_.offset + begin,
                   std::min(size, caller.range_.size - begin)};
}

absl::optional<VmoRefusal> VmoMapping::WhyNot(const SharedBytes& caller,
                                              Need need,
                                              const ByteRange& range) const {
  if (caller.moved_from_) return VmoRefusal::kMovedFrom;
  if (process_ != getpid()) return VmoRefusal::kOtherProcess;
  if (phase_ == Phase::kUnmapped) return VmoRefusal::kUnmapped;
  if (phase_ == Phase::kRelinquished) return VmoRefusal::kRelinquished;
  if (need == Need::kNothing) return absl::nullopt;
  if (need == Need::kStore && !writable_) return VmoRefusal::kReadOnly;
  const bool free = need == Need::kShared
                        ? borrows_.MayRead(caller.borrow_, range)
                        : borrows_.MayWrite(caller.borrow_, range);
  if (!free) return VmoRefusal::kBorrowed;
  return absl::nullopt;
}

absl::Status VmoMapping::Allow(const SharedBytes& caller, Need need,
                               const VmoLogEntry& call) {
  const auto refusal = WhyNot(caller, need, call.range());
  if (!refusal.has_value()) return absl::OkStatus();
  VmoLogEntry entry = call;
  entry.party = party_;
  return vmo_->Refuse(entry, party_name_, *refusal);
}

absl::Status VmoMapping::Do(const SharedBytes& caller, Need need,
                            VmoLogEntry call,
                            absl::FunctionRef<void()> effect) {
  if (absl::Status status = Allow(caller, need, call); !status.ok()) {
    return status;
  }
  if (call.size == 0) return absl::OkStatus();
  call.party = party_;
  return vmo_->Record(call, effect);
}

absl::Status VmoMapping::DoInTurn(const SharedBytes& caller, Need need,
                                  const VmoLogEntry& call,
                                  absl::FunctionRef<void()> effect) {
  return vmo_->InTurn([&] { return Do(caller, need, call, effect); });
}

absl::StatusOr<size_t> VmoMapping::Read(const SharedBytes& caller,
                                        uint64_t offset,
                                        absl::Span<uint8_t> out) {
  const auto range = Clip(caller, VmoOperation::kRead, offset, out.size());
  if (!range.ok()) return range.status();
  const absl::Status status = DoInTurn(
      caller, Need::kShared, VmoLogEntry::Of(VmoOperation::kRead, *range), [&] {
        evictor_.Run(*view_, *range);
        view_->Load(range->offset, out.first(range->size));
      });
  if (!status.ok()) return status;
  return static_cast<size_t>(range->size);
}

absl::StatusOr<size_t> VmoMapping::Write(const SharedBytes& caller,
                                         uint64_t offset,
                                         absl::Span<const uint8_t> bytes) {
  const auto range = Clip(caller, VmoOperation::kWrite, offset, bytes.size());
  if (!range.ok()) return range.status();
  const absl::Status status = DoInTurn(
      caller, Need::kStore, VmoLogEntry::Of(VmoOperation::kWrite, *range), [&] {
        view_->Store(range->offset, bytes.first(range->size));
        dirty_.Insert(*range);
        evictor_.Run(*view_, *range);
      });
  if (!status.ok()) return status;
  return static_cast<size_t>(range->size);
}

absl::Status VmoMapping::Release(const SharedBytes& caller) {
  return DoInTurn(caller, Need::kExclusive,
                  VmoLogEntry::Of(VmoOperation::kRelease, caller.range_),
                  [&] { Publish(caller.range_); });
}

// What is dirty; HostView looks at each byte that it is asked about.
void VmoMapping::Publish(const ByteRange& range) {
  for (const ByteRange& run : dirty_.RunsIn(range)) view_->Flush(run);
  dirty_.Erase(range);
}

// What differs; the same.
void VmoMapping::Refresh(const ByteRange& range) {
  constexpr uint64_t kPiece = 4096;
  const uint8_t* const view = memory_.view.bytes().data();
  const uint8_t* const published = memory_.published.bytes().data();
  for (uint64_t at = range.offset; at < range.end(); at += kPiece) {
    const ByteRange piece = {at, std::min(kPiece, range.end() - at)};
    if (std::memcmp(view + at, published + at, piece.size) == 0) continue;
    view_->Refill(piece);
  }
}

absl::Status VmoMapping::Acquire(const SharedBytes& caller) {
  return DoInTurn(caller, Need::kShared,
                  VmoLogEntry::Of(VmoOperation::kAcquire, caller.range_),
                  [&] { Refresh(caller.range_); });
}

absl::StatusOr<VmoBorrows::Id> VmoMapping::Borrow(const SharedBytes& caller,
                                                  VmoBorrows::Kind kind,
                                                  const ByteRange& range) {
  const bool shared = kind == VmoBorrows::Kind::kShared;
  const VmoLogEntry call = VmoLogEntry::Of(
      shared ? VmoOperation::kSlice : VmoOperation::kSliceMut, range);
  VmoBorrows::Id id = VmoBorrows::kMapping;
  const absl::Status status = vmo_->InTurn([&] {
    const absl::Status allowed =
        Allow(caller, shared ? Need::kShared : Need::kExclusive, call);
    if (allowed.ok()) id = borrows_.Add(caller.borrow_, kind, range);
    return allowed;
  });
  if (!status.ok()) return status;
  return id;
}

void VmoMapping::EndBorrow(VmoBorrows::Id id) {
  const std::lock_guard<std::mutex> guard(vmo_->mutex());
  borrows_.Remove(id);
}

absl::Status VmoMapping::Raise(const SharedBytes& caller, int slot,
                               SignalOrdering ordering) {
  const bool releases = ordering == SignalOrdering::kReleaseAcquire;
  return DoInTurn(
      caller, releases ? Need::kExclusive : Need::kNothing,
      SignalEntry(VmoOperation::kRaise, caller.range_, slot, ordering), [&] {
        if (releases) Publish(caller.range_);
      });
}

absl::Status VmoMapping::BeforeWait(const SharedBytes& caller,
                                    SignalOrdering ordering) {
  const bool acquires = ordering == SignalOrdering::kReleaseAcquire;
  return vmo_->InTurn([&] {
    return Allow(caller, acquires ? Need::kShared : Need::kNothing,
                 VmoLogEntry::Of(VmoOperation::kWait, caller.range_));
  });
}

absl::Status VmoMapping::AfterWait(const SharedBytes& caller, int slot,
                                   SignalOrdering ordering) {
  return DoInTurn(
      caller, Need::kNothing,
      SignalEntry(VmoOperation::kWait, caller.range_, slot, ordering), [&] {
        if (ordering == SignalOrdering::kReleaseAcquire) {
          Refresh(caller.range_);
        }
      });
}

absl::StatusOr<absl::Span<uint8_t>> VmoMapping::Relinquish(
    const SharedBytes& caller) {
  absl::Span<uint8_t> bytes;
  const absl::Status status = vmo_->InTurn([&] {
    absl::Status allowed =
        Allow(caller, Need::kExclusive,
              VmoLogEntry::Of(VmoOperation::kAsPtrLen, caller.range_));
    if (!allowed.ok()) return allowed;
    return Do(caller, Need::kExclusive,
              VmoLogEntry::Of(VmoOperation::kDetach, caller.range_), [&] {
                bytes = memory_.published.Release();
                Drop(Phase::kRelinquished);
              });
  });
  if (!status.ok()) return status;
  return bytes;
}

void VmoMapping::Unmap() {
  const auto detach = [&] {
    if (phase_ != Phase::kMapped || process_ != getpid()) {
      return absl::OkStatus();
    }
    VmoLogEntry entry = VmoLogEntry::Of(VmoOperation::kDetach, {0, 0});
    entry.party = party_;
    return vmo_->Record(entry, [] {});
  };
  // If the log cannot be had, the others will not know; the memory goes anyway.
  vmo_->InTurn(detach).IgnoreError();
  const std::lock_guard<std::mutex> guard(vmo_->mutex());
  if (phase_ == Phase::kMapped) Drop(Phase::kUnmapped);
}

void VmoMapping::Drop(Phase phase) {
  phase_ = phase;
  view_.reset();
  memory_ = Memory();
}

}  // namespace incoherent
