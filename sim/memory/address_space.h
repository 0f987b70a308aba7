#ifndef INCOHERENT_SIM_MEMORY_ADDRESS_SPACE_H_
#define INCOHERENT_SIM_MEMORY_ADDRESS_SPACE_H_

// AddressSpace: the host's virtual addresses, of which mappings take some.
//
// Addresses are only numbers here; nothing can be accessed through them. A
// space may be as small as one likes: a map that finds no contiguous room in it
// ends in VK_ERROR_MEMORY_MAP_FAILED (vkMapMemory), because it is full or
// because what is free lies in pieces.
//
//   |begin                                                       end|
//   | map A |    free    | map B |  free  |          map C          |
//
// The lowest room that fits is taken, so the same calls give the same
// addresses. Not thread-safe.
//
// Example: a mapping of an object from offset 100 on; pointer minus offset must
// be a multiple of 64.
//
//   AddressSpace space(uint64_t{1} << 32, 65536);
//   absl::optional<uint64_t> pointer = space.Reserve(28, 64, /*skew=*/100);
//   (*pointer - 100) % 64;   // 0
//   space.Release(*pointer);

#include <cstdint>
#include <map>

#include "absl/types/optional.h"

namespace incoherent {

class AddressSpace {
 public:
  // Addresses [begin, begin + size), whose sum must not wrap.
  AddressSpace(uint64_t begin, uint64_t size);

  // An address such that `size` bytes from there on are free, and that is
  // `skew` more than some multiple of `alignment`, a power of two; none if
  // there is no such room, or if size is 0.
  absl::optional<uint64_t> Reserve(uint64_t size, uint64_t alignment,
                                   uint64_t skew = 0);

  // Of what Reserve gave.
  void Release(uint64_t address);

  uint64_t ReservedBytes() const { return reserved_; }

 private:
  // The first such address at or after `from`; none if it would wrap.
  static absl::optional<uint64_t> AlignUp(uint64_t from, uint64_t alignment,
                                          uint64_t skew);

  uint64_t begin_;
  uint64_t end_;
  uint64_t reserved_ = 0;
  std::map<uint64_t, uint64_t> taken_;  // begin to end
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_ADDRESS_SPACE_H_
