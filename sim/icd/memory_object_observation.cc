// What host and device did to the bytes of a MemoryObject.

#include <algorithm>
#include <cstring>
#include <utility>

#include "sim/icd/memory_object.h"

namespace incoherent {
namespace {

constexpr uint64_t kMostBytesShown = 8;

// Calls visit(ByteRange run) for the runs of the range in which a and b differ.
template <typename Visit>
void ForEachDifference(const uint8_t* a, const uint8_t* b,
                       const ByteRange& range, Visit visit) {
  constexpr uint64_t kPiece = 4096;
  for (uint64_t at = range.offset; at < range.end(); at += kPiece) {
    const uint64_t end = std::min(range.end(), at + kPiece);
    if (std::memcmp(a + at, b + at, end - at) == 0) continue;
    for (uint64_t byte = at; byte < end; ++byte) {
      if (a[byte] == b[byte]) continue;
      const uint64_t begin = byte;
      while (byte < end && a[byte] != b[byte]) ++byte;
      visit(ByteRange::Between(begin, byte));
    }
  }
}

}  // namespace

// Where the application may have stored since this was last asked. Without an
// address of its own for the pages, that is anywhere.
std::vector<ByteRange> MemoryObject::WrittenPages() {
  const ByteRange all = {0, info().size};
  if (!app_pages_.exist()) return {all};
  std::vector<ByteRange> written = app_pages_.TakeWritten(all);
  for (ByteRange& run : written) run = Intersect(run, all);
  return written;
}

// Of a host view: adds what has become dirty.
void MemoryObject::GatherHostWrites() {
  const std::vector<ByteRange> pages = WrittenPages();
  if (app_pages_.exist()) silent_stores_.Note(*host_view_, pages);
  RangeSet fresh;
  for (const ByteRange& run : pages) {
    for (const ByteRange& dirty : host_view_->DirtyRuns(run)) {
      fresh.Insert(dirty);
    }
  }
  const ByteRange all = {0, info().size};
  for (const ByteRange& known : noticed_.RunsIn(all)) fresh.Erase(known);
  for (const ByteRange& run : fresh.RunsIn(all)) {
    noticed_.Insert(run);
    untold_.Insert(run);
  }
}

void MemoryObject::ForgetHostWrites(const ByteRange& range) {
  const ByteRange atoms = rules_.atoms().Outward(range);
  noticed_.Erase(atoms);
  untold_.Erase(atoms);
}

// Without a host cache, what changed on a page that the host wrote was changed
// by it, unless the device may have written there.
std::vector<ByteRange> MemoryObject::ChangedByHost(
    const std::vector<ByteRange>& pages) {
  if (synced_pages_.bytes().empty()) return {};
  RangeSet changed;
  uint8_t* synced = synced_pages_.bytes().data();
  for (const ByteRange& run : pages) {
    ForEachDifference(
        device_bytes_, synced, run,
        [&](const ByteRange& difference) { changed.Insert(difference); });
    for (const ByteRange& device : device_writes_.RunsIn(run)) {
      changed.Erase(device);
    }
  }
  std::vector<ByteRange> runs = changed.RunsIn({0, info().size});
  for (const ByteRange& run : runs) {
    std::memcpy(synced + run.offset, device_bytes_ + run.offset, run.size);
  }
  return runs;
}

std::vector<ByteRange> MemoryObject::TakeHostWrites() {
  absl::MutexLock lock(&mutex_);
  if (host_view_.has_value()) {
    if (!imported_pages_.is_writable()) return {};
    GatherHostWrites();
    std::vector<ByteRange> runs = untold_.RunsIn({0, info().size});
    untold_.Clear();
    return runs;
  }
  if (!app_pages_.exist() || device_bytes_ == nullptr) return {};
  return ChangedByHost(WrittenPages());
}

std::vector<TrappedAccess> MemoryObject::TakeAccesses() {
  absl::MutexLock lock(&mutex_);
  return app_pages_.trap().Take();
}

void MemoryObject::NoteHostWrite(const ByteRange& range) {
  absl::MutexLock lock(&mutex_);
  if (host_view_.has_value()) {
    host_view_->MarkStored(range);
    noticed_.Insert(range);
    untold_.Erase(range);
  } else if (!synced_pages_.bytes().empty()) {
    std::memcpy(synced_pages_.bytes().data() + range.offset,
                device_bytes_ + range.offset, range.size);
  }
}

void MemoryObject::Guard(std::vector<ByteRange> ranges) {
  absl::MutexLock lock(&mutex_);
  app_pages_.trap().Guard(std::move(ranges));
}

void MemoryObject::DeviceWrites(const ByteRange& range) {
  absl::MutexLock lock(&mutex_);
  if (host_view_.has_value()) return;
  device_writes_.Insert(range);
  device_changed_.Erase(range);
}

void MemoryObject::Absorb(const ByteRange& range) {
  absl::MutexLock lock(&mutex_);
  device_writes_.Erase(range);
  if (host_view_.has_value() || synced_pages_.bytes().empty()) return;
  uint8_t* synced = synced_pages_.bytes().data();
  ForEachDifference(device_bytes_, synced, range, [&](const ByteRange& run) {
    device_changed_.Insert(run);
    std::memcpy(synced + run.offset, device_bytes_ + run.offset, run.size);
  });
}

bool MemoryObject::DeviceChanged(const ByteRange& range) const {
  absl::MutexLock lock(&mutex_);
  if (host_view_.has_value()) return host_view_->HasStaleByte(range);
  if (device_changed_.Intersects(range)) return true;
  if (synced_pages_.bytes().empty()) return false;
  const uint8_t* synced = synced_pages_.bytes().data();
  return std::memcmp(device_bytes_ + range.offset, synced + range.offset,
                     range.size) != 0;
}

absl::optional<FindingBytes> MemoryObject::FirstDifference(
    const ByteRange& range) const {
  absl::MutexLock lock(&mutex_);
  if (!host_view_.has_value()) return absl::nullopt;
  const uint8_t* host_base = host_base_;
  const uint8_t* device = device_bytes_;
  absl::optional<FindingBytes> first;
  ForEachDifference(host_base, device, range, [&](const ByteRange& run) {
    if (first.has_value()) return;
    const uint64_t size = std::min(kMostBytesShown, range.end() - run.offset);
    first.emplace();
    first->offset = run.offset;
    first->host.assign(host_base + run.offset, host_base + run.offset + size);
    first->device.assign(device + run.offset, device + run.offset + size);
  });
  return first;
}

void MemoryObject::PublishHostWrites() {
  absl::MutexLock lock(&mutex_);
  if (!host_view_.has_value() || !is_coherent_view()) return;
  const ByteRange all = {0, info().size};
  silent_stores_.Mark(*host_view_, all);
  host_view_->Flush(all);
  ForgetHostWrites(all);
}

void MemoryObject::Receive(absl::Span<const ByteRange> withheld) {
  absl::MutexLock lock(&mutex_);
  if (!host_view_.has_value() || !is_coherent_view()) return;
  const ByteRange all = {0, info().size};
  RangeSet arrived;
  arrived.Insert(all);
  for (const ByteRange& range : withheld) arrived.Erase(range);
  for (const ByteRange& run : arrived.RunsIn(all)) host_view_->Refill(run);
}

}  // namespace incoherent
