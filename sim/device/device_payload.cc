#include "sim/device/device_payload.h"

#include <algorithm>

#include "sim/memory/check.h"

namespace incoherent {

DevicePayload::DevicePayload(uint64_t size, bool device_coherent, bool merged,
                             Contents fresh)
    : host_(size),
      device_(size),
      marks_(size),
      bytes_({host_.span(), device_.span(), marks_.span()}, merged, fresh),
      device_coherent_(device_coherent),
      fresh_(fresh) {}

void DevicePayload::MakeUndefined(const ByteRange& range) {
  ChangeByHost(range, Domains::kBoth, [&] { bytes_.MakeUndefined(range); });
}

void DevicePayload::MoveToDevice(const ByteRange& range) {
  for (const ByteRange& run : host_ahead_.RunsIn(range)) {
    KeepForReaders(run);
    bytes_.MoveToDevice(run);
    NoteChange(run, /*of_host_domain=*/false);
  }
}

void DevicePayload::MoveToHost(const ByteRange& range) {
  for (const ByteRange& run : device_ahead_.RunsIn(range)) {
    bytes_.MoveToHost(run);
    NoteChange(run, /*of_host_domain=*/true);
  }
}

void DevicePayload::HostWrite(uint64_t offset,
                              absl::Span<const uint8_t> values) {
  ChangeByHost({offset, values.size()}, Domains::kHost, [&] {
    for (size_t i = 0; i < values.size(); ++i) {
      bytes_.HostWrite(offset + i, Byte{values[i]});
    }
  });
}

void DevicePayload::KeepForReaders(const ByteRange& range) {
  for (auto& reader : readers_) {
    reader.second.PutMissing(
        range, [this](uint64_t at) { return bytes_.DeviceLoad(at); });
  }
}

void DevicePayload::JoinHostDomain(
    const std::shared_ptr<DevicePayload>& other) {
  INCOHERENT_CHECK(size() == other->size(), "the same pages");
  if (!other->untouched()) {
    TakeHostDomain(*other, all());
    MoveToDevice(all());
  }
  same_pages_.push_back(other);
  other->same_pages_.push_back(weak_from_this());
}

void DevicePayload::TakeHostDomain(const DevicePayload& from,
                                   const ByteRange& range) {
  for (uint64_t at = range.offset; at < range.end(); ++at) {
    const Byte byte = from.HostLoad(at);
    if (HostLoad(at) != byte) bytes_.HostWrite(at, byte);
  }
  NoteChange(range, /*of_host_domain=*/true, &from);
}

void DevicePayload::NoteChange(const ByteRange& range, bool of_host_domain,
                               const DevicePayload* told) {
  untouched_ = false;
  // Sets `ahead` right in the range, run by run.
  const auto update = [&range](RangeSet& ahead, auto is_ahead) {
    ahead.Erase(range);
    for (uint64_t at = range.offset; at < range.end();) {
      uint64_t end = at + 1;
      const bool here = is_ahead(at);
      while (end < range.end() && is_ahead(end) == here) ++end;
      if (here) ahead.Insert(ByteRange::Between(at, end));
      at = end;
    }
  };
  update(host_ahead_, [this](uint64_t at) { return bytes_.IsHostAhead(at); });
  update(device_ahead_,
         [this](uint64_t at) { return bytes_.IsDeviceAhead(at); });
  if (!of_host_domain) return;
  for (RangeSet& view : views_) view.Insert(range);
  for (const auto& entry : same_pages_) {
    const auto other = entry.lock();
    if (other && other.get() != told) other->TakeHostDomain(*this, range);
  }
}

void DevicePayload::AddReader(const DeviceReader& reader) {
  if (device_coherent_) return;
  const auto same = [&](const auto& known) { return known.first == reader; };
  if (std::any_of(readers_.begin(), readers_.end(), same)) return;
  readers_.push_back({reader, ByteOverlay()});
}

void DevicePayload::Read(const DeviceReader& reader, const ByteRange& range,
                         absl::Span<Byte> out) const {
  for (uint64_t at = range.offset; at < range.end(); ++at) {
    out[at - range.offset] = bytes_.DeviceLoad(at);
  }
  for (const auto& known : readers_) {
    if (known.first == reader) known.second.Show(range, out);
  }
}

void DevicePayload::Refresh(uint32_t queue, const Scope& scope,
                            const ByteRange& range) {
  for (auto& reader : readers_) {
    if (reader.first.queue == queue && scope.Includes(reader.first.point)) {
      reader.second.Erase(range);
    }
  }
}

void DevicePayload::RefreshAll() {
  for (auto& reader : readers_) reader.second.Erase(all());
}

size_t DevicePayload::AddView() {
  views_.emplace_back();
  return views_.size() - 1;
}

}  // namespace incoherent
