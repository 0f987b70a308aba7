#include "sim/device/byte_overlay.h"

namespace incoherent {

Byte ByteOverlay::At(uint64_t offset) const {
  const auto page = pages_.find(offset / kPageSize);
  INCOHERENT_CHECK(page != pages_.end(), "a byte that is held");
  return page->second[offset % kPageSize];
}

void ByteOverlay::Show(const ByteRange& range, absl::Span<Byte> out) const {
  for (const ByteRange& run : held_.RunsIn(range)) {
    for (uint64_t at = run.offset; at < run.end(); ++at) {
      out[at - range.offset] = At(at);
    }
  }
}

void ByteOverlay::Erase(const ByteRange& range) {
  held_.Erase(range);
  if (held_.empty()) {
    pages_.clear();
    return;
  }
  // Pages that lie wholly in the range.
  const uint64_t first = (range.offset + kPageSize - 1) / kPageSize;
  const uint64_t last = range.end() / kPageSize;
  if (first < last) {
    pages_.erase(pages_.lower_bound(first), pages_.lower_bound(last));
  }
}

}  // namespace incoherent
