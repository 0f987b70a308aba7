#ifndef INCOHERENT_SIM_MEMORY_HOST_VIEW_H_
#define INCOHERENT_SIM_MEMORY_HOST_VIEW_H_

// HostView: the host's cache over one non-coherent memory object.
//
// Three arrays of the object's size, all owned by the caller:
//
//   view     what the host reads and writes through its mapping
//   synced   what the view held when each byte was last in step with the device
//   device   the device's bytes
//
// A byte is *dirty* if the host wrote it since it was last flushed; an atom is
// dirty if one of its bytes is. A byte is *stale* if it is clean and the device
// holds something else. What happens to one atom:
//
//               clean         stale          dirty          dirty + stale
//   host store  dirty         dirty+stale    dirty          dirty+stale
//   device      stale         stale          dirty+stale    dirty+stale
//     store
//   Flush       -             -              clean, device  clean, the device's
//                                            gets the view  newer bytes are
//                                            lost
//   Invalidate  -             clean, view    clean, host    clean, host writes
//                             gets device    writes lost    lost
//
// Flush never touches an atom without a dirty byte (vkFlushMappedMemoryRanges).
// Invalidate makes dirty bytes undefined (chapter Device Memory); this cache
// discards them, which is the one choice under which they are surely lost.
//
// Who stores how:
//   * through Store(): the byte is dirty even if the value did not change.
//   * straight into `view`, as an application does through its pointer: dirty
//     where view and synced differ. Storing the value that the byte already
//     had then leaves no mark; whoever knows of it says so with MarkStored().
//
// Threads: calls on ranges that share no atom may run at once if no call of
// Store() or MarkStored() ever is made; the application may store into `view`
// at any time. A store that is dirty by the above is never undone by WriteBack
// or Refill of its atom, only by an Invalidate over it.
//
// Example:
//
//   HostView host({view, synced, device}, AtomGrid(64, size), write_back);
//   host.Store(8, bytes);
//   host.Flush({0, 64});  // now device[0, 64) equals view[0, 64)

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "sim/memory/atom_grid.h"
#include "sim/memory/byte_range.h"
#include "sim/memory/range_set.h"

namespace incoherent {

// What leaves the cache when a dirty atom is written back: the whole atom, as
// a cache line without byte enables does (so a neighbour's newer device bytes
// are clobbered), or only the dirty bytes.
enum class WriteBack { kWholeAtom, kDirtyBytes };

class HostView {
 public:
  struct Bytes {
    absl::Span<uint8_t> view;
    absl::Span<uint8_t> synced;
    absl::Span<uint8_t> device;
  };

  HostView(const Bytes& bytes, const AtomGrid& atoms, WriteBack write_back);

  const AtomGrid& atoms() const { return atoms_; }
  WriteBack write_back() const { return write_back_; }

  void Store(uint64_t offset, absl::Span<const uint8_t> bytes);
  void Load(uint64_t offset, absl::Span<uint8_t> out) const;

  // Notes that the host stored into the range, whether a value changed or not.
  void MarkStored(const ByteRange& range);

  // Writes back the dirty atoms of the range; returns how many bytes the
  // device received.
  uint64_t Flush(const ByteRange& range);

  // Refills every atom of the range from the device; returns how many dirty
  // bytes were discarded, and so became undefined. `withheld` are bytes that
  // the device wrote but that have not got to the host domain: an invalidate
  // cannot show them.
  uint64_t Invalidate(const ByteRange& range,
                      absl::Span<const ByteRange> withheld = {});

  // Refills the clean bytes of the range.
  void Refill(const ByteRange& range);

  // What the hardware may do on its own at any time, for one atom: write back
  // a dirty one, refill what is clean of one. The caller asks first; a clean
  // atom that is written back clobbers the device.
  void WriteBackAtom(const ByteRange& atom);
  void RefillAtom(const ByteRange& atom);

  bool HasDirtyByte(const ByteRange& range) const;
  // The dirty bytes of the range, as runs in order.
  std::vector<ByteRange> DirtyRuns(const ByteRange& range) const;
  // Whether a clean byte of the range differs from the device's.
  bool HasStaleByte(const ByteRange& range) const;

 private:
  bool IsDirty(uint64_t byte) const;
  // Calls visit(piece) for the pieces of the range in which a byte is dirty;
  // pieces are cut at atom borders.
  template <typename Visit>
  void ForEachDirtyPiece(const ByteRange& range, Visit visit) const;
  uint64_t WriteBackDirtyBytes(const ByteRange& atom);

  Bytes bytes_;
  AtomGrid atoms_;
  WriteBack write_back_;
  RangeSet stored_;  // bytes stored through Store() and not yet in step
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_HOST_VIEW_H_
