#include "sim/host/guard/guarded_memory.h"

#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/memory/check.h"

namespace incoherent {

size_t GuardedMemory::open_guards() const {
  Lock lock(mutex_);
  return open_.size();
}

absl::StatusOr<GuardId> GuardedMemory::Open(const ByteRange& range,
                                            GuardAccess access,
                                            absl::string_view call) {
  Lock lock(mutex_);
  for (const auto& entry : open_) {
    const GuardId& other = entry.second;
    if (!Writes(access) && !Writes(other.access)) continue;
    if (Intersect(range, other.range).empty()) continue;
    return Refuse(call, range,
                  absl::FailedPreconditionError(absl::StrCat(
                      "a guard of ", TextOf(range),
                      " would overlap the open guard of ", TextOf(other.range),
                      ", and one of them writes; close that first")));
  }
  if (!IsMapped()) {
    return Refuse(call, range,
                  absl::FailedPreconditionError(
                      "the memory was unmapped or freed below the "
                      "MappedMemory; leave its Memory mapped"));
  }
  if (Reads(access) && memory_.is_non_coherent()) {
    const absl::Status status = memory_.Invalidate(memory_.AtomRange(range));
    if (!status.ok()) return status;
  }
  const GuardId guard = {++last_number_, range, access};
  open_[guard.number] = guard;
  return guard;
}

bool GuardedMemory::IsMapped() const {
  const auto mapping = memory_.device().MappingOf(memory_.id());
  return mapping && mapping->address == pointer_.address();
}

absl::Status GuardedMemory::Close(const GuardId& guard) {
  Lock lock(mutex_);
  const absl::Status status = CheckOpen(guard, "Close of a guard");
  return status.ok() ? Leave(guard) : status;
}

void GuardedMemory::CloseIfOpen(const GuardId& guard) {
  Lock lock(mutex_);
  // What is wrong with the flush is a finding.
  if (open_.count(guard.number) != 0) Leave(guard).IgnoreError();
}

absl::Status GuardedMemory::Leave(const GuardId& guard) {
  open_.erase(guard.number);
  if (!Writes(guard.access) || !memory_.is_non_coherent()) {
    return absl::OkStatus();
  }
  return memory_.Flush(memory_.AtomRange(guard.range));
}

absl::Status GuardedMemory::CheckOpen(const GuardId& guard,
                                      absl::string_view call) const {
  if (open_.count(guard.number) != 0) return absl::OkStatus();
  return Refuse(call, guard.range,
                absl::FailedPreconditionError(absl::StrCat(
                    "the guard of ", TextOf(guard.range),
                    destroyed_ ? " has outlived its MappedMemory; close it "
                                 "before that is destroyed"
                               : " is closed; open another one")));
}

absl::Status GuardedMemory::Load(const GuardId& guard, const ByteRange& bytes,
                                 void* out) {
  INCOHERENT_CHECK(guard.range.Contains(bytes), "a guard loads its own bytes");
  Lock lock(mutex_);
  const absl::Status status = CheckOpen(guard, "load through a guard");
  if (!status.ok() || bytes.empty()) return status;
  const absl::StatusOr<std::vector<uint8_t>> loaded =
      (pointer_ + bytes.offset).Read(bytes.size);
  if (!loaded.ok()) return loaded.status();
  std::memcpy(out, loaded->data(), bytes.size);
  return absl::OkStatus();
}

absl::Status GuardedMemory::Store(const GuardId& guard, const ByteRange& bytes,
                                  const void* values) {
  INCOHERENT_CHECK(guard.range.Contains(bytes), "a guard stores its own bytes");
  Lock lock(mutex_);
  const absl::Status status = CheckOpen(guard, "store through a guard");
  if (!status.ok()) return status;
  return (pointer_ + bytes.offset)
      .Write(
          absl::MakeConstSpan(static_cast<const uint8_t*>(values), bytes.size));
}

absl::StatusOr<Memory> GuardedMemory::TakeBack() {
  Lock lock(mutex_);
  if (!open_.empty()) {
    const ByteRange& range = open_.begin()->second.range;
    return Refuse("MappedMemory::Unmap", range,
                  absl::FailedPreconditionError(
                      absl::StrCat("the guard of ", TextOf(range),
                                   " is open; close it before the unmap")));
  }
  // Where somebody has unmapped it already, that is a finding, and no reason
  // to lose the memory.
  memory_.Unmap().IgnoreError();
  return std::move(memory_);
}

void GuardedMemory::Destroy() {
  Lock lock(mutex_);
  for (const auto& entry : open_) {
    const ByteRange& range = entry.second.range;
    Refuse("end of a MappedMemory", range,
           absl::FailedPreconditionError(absl::StrCat(
               "the guard of ", TextOf(range),
               " is open, and will not flush any more; close it before that")))
        .IgnoreError();
  }
  open_.clear();
  destroyed_ = true;
  // What is wrong with it is a finding.
  if (memory_.is_live()) memory_.Free().IgnoreError();
}

absl::Status GuardedMemory::Refuse(absl::string_view call,
                                   const ByteRange& bytes,
                                   const absl::Status& why) const {
  return memory_.device().Report(why, call, memory_.bytes(bytes));
}

std::string GuardedMemory::TextOf(const ByteRange& bytes) const {
  return absl::StrCat(memory_.device().NameOf(memory_.id()), "[", bytes.offset,
                      ", ", bytes.end(), ")");
}

}  // namespace incoherent
