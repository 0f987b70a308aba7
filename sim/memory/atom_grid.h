#ifndef INCOHERENT_SIM_MEMORY_ATOM_GRID_H_
#define INCOHERENT_SIM_MEMORY_ATOM_GRID_H_

// AtomGrid: how one memory object falls into atoms.
//
// An atom is a run of nonCoherentAtomSize bytes (a power of two), counted from
// the start of the memory object, not from the start of a mapping. It is the
// unit in which a non-coherent host cache loses, publishes and clobbers bytes.
//
//   object of 200 bytes, atom 64:   | 0..63 | 64..127 | 128..191 | 192..199 |
//                                                                  tail atom
//
// The tail atom of an object whose size is no multiple of the atom ends with
// the object. An operation on it must not reach beyond ("an operation must not
// affect locations outside its set", memory model, "Memory Location"), so
// every function here stops at the object's end.

#include <cstdint>

#include "sim/memory/byte_range.h"

namespace incoherent {

constexpr bool IsPowerOfTwo(uint64_t value) {
  return value != 0 && (value & (value - 1)) == 0;
}

constexpr bool IsMultipleOf(uint64_t value, uint64_t power_of_two) {
  return (value & (power_of_two - 1)) == 0;
}

class AtomGrid {
 public:
  AtomGrid(uint64_t atom_size, uint64_t object_size)
      : atom_size_(atom_size), object_size_(object_size) {
    INCOHERENT_CHECK(IsPowerOfTwo(atom_size), "an atom is a power of two");
  }

  uint64_t atom_size() const { return atom_size_; }
  uint64_t object_size() const { return object_size_; }

  // The atom boundary at or below `offset`.
  uint64_t RoundDown(uint64_t offset) const {
    return offset & ~(atom_size_ - 1);
  }

  // The atom boundary at or above `offset`, or the object's end if that comes
  // first. Requires offset <= object_size().
  uint64_t RoundUp(uint64_t offset) const {
    INCOHERENT_CHECK(offset <= object_size_, "offset beyond the object");
    const uint64_t down = RoundDown(offset);
    if (down == offset) return offset;
    return object_size_ - down <= atom_size_ ? object_size_ : down + atom_size_;
  }

  // Whether an atom may begin or end here: on the grid, or at the object's end.
  bool IsBoundary(uint64_t offset) const {
    return IsMultipleOf(offset, atom_size_) || offset == object_size_;
  }

  // The atom that holds the byte at `offset`.
  ByteRange AtomAt(uint64_t offset) const {
    const uint64_t begin = RoundDown(offset);
    const uint64_t room = object_size_ - begin;
    return {begin, room < atom_size_ ? room : atom_size_};
  }

  // Every atom that the range touches: what a hazard must assume. The spec's
  // section "Host Access to Device Memory Objects" widens host accesses so.
  ByteRange Outward(const ByteRange& range) const {
    if (range.empty()) return {RoundDown(range.offset), 0};
    return ByteRange::Between(RoundDown(range.offset), RoundUp(range.end()));
  }

  // Only the atoms that lie wholly in the range: what a malformed range can
  // still be trusted to cover.
  ByteRange Inward(const ByteRange& range) const {
    const uint64_t begin = RoundUp(range.offset);
    const uint64_t end =
        IsBoundary(range.end()) ? range.end() : RoundDown(range.end());
    return {begin, end > begin ? end - begin : 0};
  }

  // Calls visit(ByteRange atom) for each atom that the range touches, in
  // order, each clipped to nothing but the object.
  template <typename Visit>
  void ForEachAtom(const ByteRange& range, Visit visit) const {
    const ByteRange atoms = Outward(range);
    for (uint64_t at = atoms.offset; at < atoms.end();) {
      const ByteRange atom = AtomAt(at);
      visit(atom);
      at = atom.end();
    }
  }

 private:
  uint64_t atom_size_;
  uint64_t object_size_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_ATOM_GRID_H_
