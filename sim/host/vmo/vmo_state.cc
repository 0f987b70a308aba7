#include "sim/host/vmo/vmo_state.h"

#include <algorithm>
#include <array>
#include <utility>

namespace incoherent {

VmoState::VmoState(std::unique_ptr<VmoFile> file)
    : file_(std::move(file)), replay_(file_->name(), file_->size()) {}

absl::StatusOr<std::shared_ptr<VmoState>> VmoState::Create(
    const VmoIdentity& identity, std::chrono::milliseconds lock_timeout) {
  auto file = VmoFile::Create(identity, lock_timeout);
  if (!file.ok()) return file.status();
  return std::shared_ptr<VmoState>(new VmoState(*std::move(file)));
}

absl::StatusOr<std::shared_ptr<VmoState>> VmoState::Open(
    int fd, std::chrono::milliseconds lock_timeout) {
  auto file = VmoFile::Open(fd, lock_timeout);
  if (!file.ok()) return file.status();
  auto state = std::shared_ptr<VmoState>(new VmoState(*std::move(file)));
  const absl::Status replayed = state->InTurn([] { return absl::OkStatus(); });
  if (!replayed.ok()) return replayed;
  return state;
}

absl::Status VmoState::InTurn(absl::FunctionRef<absl::Status()> act) {
  const std::lock_guard<std::mutex> guard(mutex_);
  if (absl::Status locked = file_->Lock(); !locked.ok()) return locked;
  absl::Status status = CatchUp();
  if (status.ok()) status = act();
  file_->Unlock();
  return status;
}

absl::Status VmoState::CatchUp() {
  const absl::StatusOr<uint64_t> count = file_->EntryCount();
  if (!count.ok()) return count.status();
  std::array<VmoLogEntry, 64> batch;
  while (replay_.entry_count() < *count) {
    const uint64_t first = replay_.entry_count();
    const auto entries = absl::MakeSpan(batch).first(
        std::min<uint64_t>(batch.size(), *count - first));
    absl::Status status = file_->ReadEntries(first, entries);
    for (const VmoLogEntry& entry : entries) {
      if (status.ok()) status = replay_.Add(entry);
    }
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status VmoState::Record(const VmoLogEntry& entry,
                              absl::FunctionRef<void()> effect) {
  if (absl::Status status = file_->Prepare(entry); !status.ok()) return status;
  effect();
  file_->Commit();
  return CatchUp();
}

absl::Status VmoState::Refuse(const VmoLogEntry& call, absl::string_view party,
                              VmoRefusal refusal) {
  VmoLogEntry entry = call;
  entry.kind = static_cast<uint32_t>(VmoOperation::kRefused);
  entry.slot = call.kind;
  entry.reason = static_cast<uint32_t>(refusal);
  if (absl::Status status = Record(entry, [] {}); !status.ok()) return status;
  return VmoRefusalStatus(file_->name(),
                          {std::string(party), call.operation(), call.range()},
                          refusal);
}

std::vector<DeviceFinding> VmoState::findings() {
  InTurn([] { return absl::OkStatus(); }).IgnoreError();
  const std::lock_guard<std::mutex> guard(mutex_);
  return replay_.findings();
}

std::vector<DeviceFinding> VmoState::FindingsOf(uint32_t party) {
  InTurn([] { return absl::OkStatus(); }).IgnoreError();
  const std::lock_guard<std::mutex> guard(mutex_);
  return replay_.FindingsOf(party);
}

}  // namespace incoherent
