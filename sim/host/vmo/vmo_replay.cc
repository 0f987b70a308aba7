#include "sim/host/vmo/vmo_replay.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/host/vmo/zx_error.h"

namespace incoherent {
namespace {

Journey::PayloadInfo PayloadOf(uint64_t size) {
  Journey::PayloadInfo info;
  info.size = size;
  info.atom_size = 1;
  info.non_coherent = true;
  info.whole_atoms = false;
  return info;
}

bool IsRefusal(const VmoLogEntry& entry) {
  return entry.slot >= 1 && entry.slot < kVmoOperations && entry.reason >= 1 &&
         entry.reason <= kVmoRefusals;
}

}  // namespace

VmoReplay::VmoReplay(std::string vmo, uint64_t size)
    : vmo_(std::move(vmo)),
      size_(size),
      journey_([this](const Hazard& hazard) { AddHazard(hazard); }),
      payload_(journey_.AddPayload(PayloadOf(size))),
      thread_(journey_.AddThread()) {}

bool VmoReplay::MakesSense(const VmoLogEntry& entry) const {
  const VmoOperation operation = entry.operation();
  if (operation == VmoOperation::kAttach) {
    return entry.party == parties_.size() && entry.offset == 0 &&
           entry.size > 0 && entry.size <= size_;
  }
  if (entry.party >= parties_.size()) return false;
  const Party& party = parties_[entry.party];
  if (!Fits(entry.offset, entry.size, party.size)) return false;
  switch (operation) {
    case VmoOperation::kDetach:
    case VmoOperation::kRead:
    case VmoOperation::kWrite:
    case VmoOperation::kRelease:
    case VmoOperation::kAcquire:
    case VmoOperation::kRaise:
    case VmoOperation::kWait:
      return party.attached;
    case VmoOperation::kRefused:
      return IsRefusal(entry);
    default:
      return false;
  }
}

absl::Status VmoReplay::Add(const VmoLogEntry& entry) {
  if (!MakesSense(entry)) {
    return ZxStatus(ZxError::kIoDataIntegrity,
                    absl::StrCat("vmo \"", vmo_, "\": entry ", entries_,
                                 " of the log makes no sense; something else "
                                 "wrote to the memory"));
  }
  ++entries_;
  current_ = entry;
  Apply(entry);
  return absl::OkStatus();
}

void VmoReplay::Attach(const VmoLogEntry& entry) {
  parties_.push_back({FromVmoName(entry.name), journey_.AddReference(payload_),
                      entry.size, /*attached=*/true});
}

void VmoReplay::Apply(const VmoLogEntry& entry) {
  if (entry.operation() == VmoOperation::kAttach) return Attach(entry);
  if (entry.operation() == VmoOperation::kRefused) return AddRefusal(entry);
  Party& party = parties_[entry.party];
  const ByteRange range = entry.range();
  const bool orders = entry.reason != 0;
  switch (entry.operation()) {
    case VmoOperation::kDetach:
      party.attached = false;
      break;
    case VmoOperation::kRead:
      journey_.HostRead(thread_, party.reference, range, entries_);
      break;
    case VmoOperation::kWrite:
      writes_[entries_] = {entry.party, range};
      journey_.HostWrite(thread_, party.reference, range, entries_);
      break;
    case VmoOperation::kRaise:
      if (!orders) break;
      [[fallthrough]];
    case VmoOperation::kRelease:
      journey_.Flush(thread_, party.reference, range, entries_);
      break;
    case VmoOperation::kWait:
      if (!orders) break;
      [[fallthrough]];
    case VmoOperation::kAcquire:
      journey_.Acquire(thread_, party.reference, range, entries_);
      break;
    default:
      break;
  }
}

VmoCall VmoReplay::CallOf(uint32_t party, VmoOperation operation,
                          const ByteRange& range) const {
  return {parties_[party].name, operation, range};
}

void VmoReplay::AddHazard(const Hazard& hazard) {
  const Write& write = writes_.at(hazard.earlier);
  const std::string message = VmoHazardSentence(
      vmo_, hazard, CallOf(write.party, VmoOperation::kWrite, write.range),
      CallOf(current_.party, current_.operation(), current_.range()));
  found_.push_back({{hazard, message, ""}, write.party, current_.party});
}

void VmoReplay::AddRefusal(const VmoLogEntry& entry) {
  Hazard hazard;
  hazard.kind = HazardKind::kInvalidUsage;
  hazard.payload = payload_;
  hazard.range = entry.range();
  hazard.later = entries_;
  const VmoCall call =
      CallOf(entry.party, static_cast<VmoOperation>(entry.slot), entry.range());
  const std::string message =
      VmoRefusalSentence(vmo_, call, static_cast<VmoRefusal>(entry.reason));
  found_.push_back({{hazard, message, ""}, entry.party, entry.party});
}

std::vector<DeviceFinding> VmoReplay::findings() const {
  std::vector<DeviceFinding> findings;
  for (const Found& found : found_) findings.push_back(found.finding);
  return findings;
}

std::vector<DeviceFinding> VmoReplay::FindingsOf(uint32_t party) const {
  std::vector<DeviceFinding> findings;
  for (const Found& found : found_) {
    if (found.earlier_party == party || found.later_party == party) {
      findings.push_back(found.finding);
    }
  }
  return findings;
}

}  // namespace incoherent
