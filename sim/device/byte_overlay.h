#ifndef INCOHERENT_SIM_DEVICE_BYTE_OVERLAY_H_
#define INCOHERENT_SIM_DEVICE_BYTE_OVERLAY_H_

// ByteOverlay: some bytes of an object, held apart from the object's own.
//
// Two things of the device are such: writes on their way to memory, and what a
// read cache still holds of bytes that have changed since. Both cost what they
// hold, never what the object is large.
//
//   ByteOverlay overlay;
//   overlay.Put(3, Byte{7});
//   overlay.held().Contains(3);        // true
//   overlay.Show({0, 8}, out);         // out[3] = 7, the rest as it was

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "absl/types/span.h"
#include "sim/memory/byte_range.h"
#include "sim/memory/payload_bytes.h"
#include "sim/memory/range_set.h"

namespace incoherent {

class ByteOverlay {
 public:
  // Which bytes are held.
  const RangeSet& held() const { return held_; }
  std::vector<ByteRange> HeldIn(const ByteRange& range) const {
    return held_.RunsIn(range);
  }
  bool empty() const { return held_.empty(); }

  // Requires that it is held.
  Byte At(uint64_t offset) const;

  void Put(uint64_t offset, Byte byte) {
    Put({offset, 1}, [byte](uint64_t) { return byte; });
  }
  // Holds source(offset) for each byte of the range, over what it held.
  template <typename Source>
  void Put(const ByteRange& range, Source source) {
    for (uint64_t at = range.offset; at < range.end(); ++at) {
      pages_[at / kPageSize][at % kPageSize] = source(at);
    }
    held_.Insert(range);
  }
  // The same for the bytes that it does not hold yet.
  template <typename Source>
  void PutMissing(const ByteRange& range, Source source) {
    uint64_t at = range.offset;
    for (const ByteRange& run : held_.RunsIn(range)) {
      Put(ByteRange::Between(at, run.offset), source);
      at = run.end();
    }
    Put(ByteRange::Between(at, range.end()), source);
  }

  // Writes the held bytes of the range over `out`, whose first byte is the
  // range's.
  void Show(const ByteRange& range, absl::Span<Byte> out) const;

  void Erase(const ByteRange& range);

 private:
  static constexpr uint64_t kPageSize = 256;
  using Page = std::array<Byte, kPageSize>;

  RangeSet held_;
  std::map<uint64_t, Page> pages_;  // by offset / kPageSize
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_BYTE_OVERLAY_H_
