#ifndef INCOHERENT_SIM_MEMORY_PAYLOAD_BYTES_H_
#define INCOHERENT_SIM_MEMORY_PAYLOAD_BYTES_H_

// What each side would see: the bytes of one payload in the host domain and in
// the device domain, and the host's cached views over them.
//
//   host store -> HostLines --write-back--> host domain --to device--> device
//   host load  <- HostLines <---refill----- host domain <--to host---- domain
//
// PayloadBytes has the two domains. A byte that was written in one domain and
// has not reached the other is *ahead* there:
//
//   HostWrite     host = value, host ahead
//   DeviceWrite   device = value, device ahead
//   MoveToDevice  where the host is ahead: device = host, nobody ahead
//   MoveToHost    where the device is ahead: host = device, nobody ahead
//
// A memory domain operation moves (Memory Model, "Availability, Visibility, and
// Domain Operations"); hardware may also move any byte at any moment. Where
// both are ahead the program raced: whichever move comes first wins.
//
// HostLines has one cached view. A byte of it is *dirty* if it was stored and
// not yet written back:
//
//                clean             dirty
//   Store        dirty             dirty
//   Load         the view          the view
//   Flush        -                 its whole atom goes to the host domain, and
//                                  is clean
//   Invalidate   view = host       undefined in the view and in both domains
//   Evict        -                 as Flush, for one atom, by itself
//   Refill       view = host       -       (one atom, by itself)
//   Discard      -                 view = host, if abandoned by an unmap
//
// A whole-atom write-back clobbers: a clean neighbour counts as stored by the
// host if the view holds something else than the host domain, or if the device
// is ahead there ("the whole aligned atom ... as if the host had written it").
//
// Coherent memory has no HostLines: host stores and loads are HostWrite and
// HostLoad. Memory that is also DEVICE_COHERENT_AMD keeps its domains together:
// construct it with `merged`.
//
// Both classes look at storage of the caller's, so that a state can be copied,
// compared and hashed as plain bytes. Undefined bytes hold 0, so that equal
// states are equal bytes.
//
// Example:
//
//   uint8_t host[4] = {}, device[4] = {}, marks[4] = {};
//   PayloadBytes payload({host, device, marks}, /*merged=*/false);
//   payload.HostWrite(0, Byte{1});
//   payload.DeviceLoad(0);            // still 0
//   payload.MoveToDevice({0, 4});
//   payload.DeviceLoad(0);            // 1

#include <cstdint>

#include "absl/types/span.h"
#include "sim/memory/atom_grid.h"
#include "sim/memory/byte_range.h"
#include "sim/memory/host_view.h"

namespace incoherent {

// A byte that is read: a value, or undefined contents.
struct Byte {
  uint8_t value = 0;
  bool undefined = false;

  static constexpr Byte Undefined() { return {0, true}; }
  bool operator==(const Byte& other) const {
    return value == other.value && undefined == other.undefined;
  }
  bool operator!=(const Byte& other) const { return !(*this == other); }
};

// What storage of zeros stands for.
enum class Contents { kZeros, kUndefined };

class PayloadBytes {
 public:
  struct Storage {
    absl::Span<uint8_t> host;    // the host domain
    absl::Span<uint8_t> device;  // the device domain
    absl::Span<uint8_t> marks;   // what is ahead and undefined; starts as 0
  };

  PayloadBytes(const Storage& storage, bool merged,
               Contents fresh = Contents::kZeros);

  uint64_t size() const { return storage_.host.size(); }
  bool merged() const { return merged_; }

  // Undefined in both domains.
  void MakeUndefined(const ByteRange& range);

  Byte HostLoad(uint64_t at) const;
  Byte DeviceLoad(uint64_t at) const;
  void HostWrite(uint64_t at, Byte byte);
  void DeviceWrite(uint64_t at, Byte byte);

  void MoveToDevice(const ByteRange& range);
  void MoveToHost(const ByteRange& range);

  bool IsHostAhead(uint64_t at) const { return Has(at, kHostAhead); }
  bool IsDeviceAhead(uint64_t at) const { return Has(at, kDeviceAhead); }

 private:
  enum Mark : uint8_t {
    kHostAhead = 1,
    kDeviceAhead = 2,
    kHostUndefined = 4,
    kDeviceUndefined = 8,
  };
  bool Has(uint64_t at, Mark mark) const {
    return ((storage_.marks[at] ^ fresh_marks_) & mark) != 0;
  }
  void SetMarks(uint64_t at, uint8_t marks, bool on);
  void SetHost(uint64_t at, Byte byte);
  void SetDevice(uint64_t at, Byte byte);

  Storage storage_;
  bool merged_;
  uint8_t fresh_marks_;  // those that a 0 in the storage stands for
};

class HostLines {
 public:
  struct Storage {
    absl::Span<uint8_t> view;
    absl::Span<uint8_t> marks;  // dirty, undefined, abandoned; starts as 0
  };

  // The view starts as whatever the storage holds, zeros as `fresh` has it;
  // load the payload's bytes with Refill first if it holds something else.
  HostLines(const Storage& storage, PayloadBytes& payload,
            const AtomGrid& atoms, WriteBack write_back,
            Contents fresh = Contents::kZeros);

  void Store(uint64_t at, Byte byte);
  Byte Load(uint64_t at) const;

  void Flush(const ByteRange& range);
  void Invalidate(const ByteRange& range);

  // The mapping is gone: dirty bytes may still be written back, and may as
  // well be discarded (chapter Device Memory: unmapping does not flush).
  void Abandon();

  // What the hardware may do to one atom at any moment.
  void Evict(const ByteRange& atom);
  void Refill(const ByteRange& atom);
  void Discard(const ByteRange& atom);

  bool IsDirty(uint64_t at) const { return Has(at, kDirty); }
  bool HasDirtyByte(const ByteRange& range) const;
  // Whether Refill would change a byte of the range.
  bool HasStaleByte(const ByteRange& range) const;
  // Whether Discard would.
  bool HasAbandonedByte(const ByteRange& range) const;

 private:
  enum Mark : uint8_t { kDirty = 1, kUndefined = 2, kAbandoned = 4 };
  bool Has(uint64_t at, Mark mark) const {
    return ((storage_.marks[at] ^ fresh_marks_) & mark) != 0;
  }
  void SetView(uint64_t at, Byte byte, uint8_t marks);
  void WriteBackByte(uint64_t at);

  Storage storage_;
  PayloadBytes& payload_;
  AtomGrid atoms_;
  WriteBack write_back_;
  uint8_t fresh_marks_;  // those that a 0 in the storage stands for
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_PAYLOAD_BYTES_H_
