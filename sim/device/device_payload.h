#ifndef INCOHERENT_SIM_DEVICE_DEVICE_PAYLOAD_H_
#define INCOHERENT_SIM_DEVICE_DEVICE_PAYLOAD_H_

// DevicePayload: the bytes of one payload as the simulated device keeps them.
//
// The rules of the two domains are PayloadBytes'. Around them this knows where
// something is ahead, so that a submit costs what was written and not what the
// payload is large, and what each device read cache still holds.
//
// A reader is a queue's stage with one kind of access. It reads the device
// domain as it was when its cache was last refreshed, by a barrier, a semaphore
// wait, a submit or by chance:
//
//   device domain   a b c d
//   changed since     *
//   kept for reader   b'       -> the reader sees a b' c d
//
// DEVICE_COHERENT memory has no read caches.
//
// Where several devices have the same pages, each has a payload of its own, and
// their host domains are one: what changes in it in one payload has been
// written there by the host, for the others. Not thread-safe.
//
// Example:
//
//   DevicePayload payload(64, /*device_coherent=*/false, /*merged=*/false);
//   payload.AddReader(reader);
//   payload.DeviceWrite({0, 1}, [](uint64_t) { return Byte{5}; });
//   payload.Read(reader, {0, 1}, out);   // still what it was
//   payload.Refresh(queue, ExpandScope(scope), {0, 1});
//   payload.Read(reader, {0, 1}, out);   // 5

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "sim/device/byte_overlay.h"
#include "sim/device/zeroed_bytes.h"
#include "sim/memory/payload_bytes.h"
#include "sim/memory/pipeline_scope.h"
#include "sim/memory/range_set.h"

namespace incoherent {

// Who reads through one cache.
struct DeviceReader {
  uint32_t queue = 0;
  AccessPoint point;

  bool operator==(const DeviceReader& other) const {
    return queue == other.queue && point == other.point;
  }
};

class DevicePayload : public std::enable_shared_from_this<DevicePayload> {
 public:
  DevicePayload(uint64_t size, bool device_coherent, bool merged,
                Contents fresh = Contents::kZeros);
  DevicePayload(const DevicePayload&) = delete;
  DevicePayload& operator=(const DevicePayload&) = delete;

  // Both hold the same pages from now on, beginning with what `other` has.
  void JoinHostDomain(const std::shared_ptr<DevicePayload>& other);

  uint64_t size() const { return bytes_.size(); }
  ByteRange all() const { return {0, size()}; }
  bool device_coherent() const { return device_coherent_; }
  // Still what it began with, in both domains, and what that is.
  bool untouched() const { return untouched_; }
  Contents fresh() const { return fresh_; }

  // What is ahead, and so could move.
  const RangeSet& host_ahead() const { return host_ahead_; }
  const RangeSet& device_ahead() const { return device_ahead_; }

  void MakeUndefined(const ByteRange& range);
  void MoveToDevice(const ByteRange& range);
  void MoveToHost(const ByteRange& range);
  void HostWrite(uint64_t offset, absl::Span<const uint8_t> values);
  Byte HostLoad(uint64_t offset) const { return bytes_.HostLoad(offset); }
  Byte DeviceLoad(uint64_t offset) const { return bytes_.DeviceLoad(offset); }
  template <typename Source>
  void DeviceWrite(const ByteRange& range, Source source) {
    KeepForReaders(range);
    for (uint64_t at = range.offset; at < range.end(); ++at) {
      bytes_.DeviceWrite(at, source(at));
    }
    NoteChange(range, /*of_host_domain=*/bytes_.merged());
  }

  // For HostLines over these bytes: `change` may write to the host domain in
  // the range, or make bytes of it undefined in both.
  PayloadBytes& bytes() { return bytes_; }
  enum class Domains { kHost, kBoth };
  template <typename Change>
  void ChangeByHost(const ByteRange& range, Domains domains, Change change) {
    if (domains == Domains::kBoth) KeepForReaders(range);
    change();
    NoteChange(range, /*of_host_domain=*/true);
  }

  // --- Read caches.
  void AddReader(const DeviceReader& reader);
  void Read(const DeviceReader& reader, const ByteRange& range,
            absl::Span<Byte> out) const;
  // Lets the readers of the queue that are in the scope see the device domain.
  void Refresh(uint32_t queue, const Scope& scope, const ByteRange& range);
  void RefreshAll();
  // One reader after another, with what is kept for it; for chance.
  size_t reader_count() const { return readers_.size(); }
  const RangeSet& KeptFor(size_t reader) const {
    return readers_[reader].second.held();
  }
  void RefreshReader(size_t reader, const ByteRange& range) {
    readers_[reader].second.Erase(range);
  }

  // --- Host views: where the host domain changed since the view last looked.
  size_t AddView();
  RangeSet& ChangedFor(size_t view) { return views_[view]; }

 private:
  void KeepForReaders(const ByteRange& range);
  // `told` is of the others, and knows.
  void NoteChange(const ByteRange& range, bool of_host_domain,
                  const DevicePayload* told = nullptr);
  void TakeHostDomain(const DevicePayload& from, const ByteRange& range);

  ZeroedBytes host_, device_, marks_;
  PayloadBytes bytes_;
  bool device_coherent_;
  Contents fresh_;
  bool untouched_ = true;
  RangeSet host_ahead_, device_ahead_;
  std::vector<std::pair<DeviceReader, ByteOverlay>> readers_;
  std::vector<RangeSet> views_;
  std::vector<std::weak_ptr<DevicePayload>> same_pages_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_DEVICE_PAYLOAD_H_
