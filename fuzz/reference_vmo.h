#ifndef INCOHERENT_FUZZ_REFERENCE_VMO_H_
#define INCOHERENT_FUZZ_REFERENCE_VMO_H_

// ReferenceVmo: a Vmo with lazy caches, byte by byte, as the document has it.
// Shares no code with the real one.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace incoherent {

class ReferenceVmo {
 public:
  enum Problem : uint8_t { kNone, kLost, kStale, kClobber };

  ReferenceVmo(size_t size, int parties)
      : bytes_(size, Byte(static_cast<size_t>(parties))) {}

  Problem Write(int party, size_t at, uint8_t value) {
    Byte& byte = bytes_[at];
    const bool clobbers =
        byte.writer >= 0 && byte.writer != party && !byte.released;
    byte.parties[party].view = value;
    byte.parties[party].dirty = true;
    byte.writer = party;
    byte.released = false;
    for (Side& side : byte.parties) side.acquired = false;
    return clobbers ? kClobber : kNone;
  }

  Problem Read(int party, size_t at, uint8_t& value) const {
    const Byte& byte = bytes_[at];
    value = byte.parties[party].view;
    if (byte.writer < 0 || byte.writer == party) return kNone;
    if (!byte.released) return kLost;
    return byte.parties[party].acquired ? kNone : kStale;
  }

  void Release(int party, size_t at) {
    Byte& byte = bytes_[at];
    Side& side = byte.parties[party];
    if (side.dirty) byte.published = side.view;
    side.dirty = false;
    if (byte.writer == party) byte.released = true;
  }

  void Acquire(int party, size_t at) {
    Byte& byte = bytes_[at];
    Side& side = byte.parties[party];
    if (!side.dirty) side.view = byte.published;
    if (byte.released) side.acquired = true;
  }

 private:
  struct Side {
    uint8_t view = 0;
    bool dirty = false;
    bool acquired = false;  // the last write
  };
  struct Byte {
    explicit Byte(size_t count) : parties(count) {}

    uint8_t published = 0;
    int writer = -1;  // of the last write
    bool released = false;
    std::vector<Side> parties;
  };

  std::vector<Byte> bytes_;
};

}  // namespace incoherent

#endif  // INCOHERENT_FUZZ_REFERENCE_VMO_H_
