#ifndef INCOHERENT_SIM_HOST_ALLOCATOR_FREE_ROOM_H_
#define INCOHERENT_SIM_HOST_ALLOCATOR_FREE_ROOM_H_

// FreeRoom: which bytes of a memory object nobody has.
//
//   | taken |   free   | taken | free |          taken          |
//
// Taken from the front, at the first place that fits; what is given back joins
// the free bytes beside it. Not thread-safe.
//
//   FreeRoom room(1024);
//   absl::optional<uint64_t> at = room.Take(100, /*alignment=*/256);  // 0
//   room.Take(100, 256);                                              // 256
//   room.GiveBack({*at, 100});

#include <cstdint>

#include "absl/types/optional.h"
#include "sim/memory/byte_range.h"
#include "sim/memory/range_set.h"

namespace incoherent {

class FreeRoom {
 public:
  // All of it is free.
  explicit FreeRoom(uint64_t size);

  // Where `size` bytes, not 0, were taken, at a multiple of the alignment, a
  // power of two; none if there is no such room.
  absl::optional<uint64_t> Take(uint64_t size, uint64_t alignment);
  // Of what was taken.
  void GiveBack(const ByteRange& range);
  // Whether nothing is taken.
  bool IsAllFree() const;

 private:
  ByteRange all_;
  RangeSet free_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_ALLOCATOR_FREE_ROOM_H_
