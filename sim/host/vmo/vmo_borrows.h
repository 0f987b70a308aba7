#ifndef INCOHERENT_SIM_HOST_VMO_VMO_BORROWS_H_
#define INCOHERENT_SIM_HOST_VMO_VMO_BORROWS_H_

// VmoBorrows: which slices of one mapping are alive, and what they forbid.
//
// Rust's rule, byte by byte. A slice is made from the mapping or from another
// slice, its parent; who uses bytes has its own leave and that of all whom it
// was made from:
//
//                             read, or a       write, or a
//                             shared slice     mutable slice
//   a shared slice elsewhere  allowed          refused
//   a mutable one elsewhere   refused          refused
//   no slice elsewhere        allowed          allowed
//
// "Elsewhere": one that has a byte in common, and is neither who asks nor a
// parent, near or far, of who asks. If a slice goes before those that were made
// from it, their parent is its parent.

#include <cstdint>
#include <map>

#include "sim/memory/byte_range.h"

namespace incoherent {

class VmoBorrows {
 public:
  using Id = uint64_t;
  // The mapping itself, which everything is made from.
  static constexpr Id kMapping = 0;

  enum class Kind : uint8_t { kShared, kMutable };

  bool MayRead(Id who, const ByteRange& range) const;
  bool MayWrite(Id who, const ByteRange& range) const;

  // Whoever adds asks first.
  Id Add(Id parent, Kind kind, const ByteRange& range);
  void Remove(Id id);

 private:
  struct Borrow {
    Id parent;
    Kind kind;
    ByteRange range;
  };

  bool IsOwnOrParent(Id id, Id who) const;
  template <typename Forbids>
  bool IsFree(Id who, const ByteRange& range, Forbids forbids) const;

  std::map<Id, Borrow> alive_;
  Id last_ = kMapping;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_VMO_VMO_BORROWS_H_
