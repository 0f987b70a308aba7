#include "sim/memory/address_space.h"

#include "sim/memory/atom_grid.h"
#include "sim/memory/byte_range.h"
#include "sim/memory/check.h"

namespace incoherent {

AddressSpace::AddressSpace(uint64_t begin, uint64_t size)
    : begin_(begin), end_(begin + size) {
  INCOHERENT_CHECK(end_ >= begin_, "the addresses do not wrap");
}

absl::optional<uint64_t> AddressSpace::AlignUp(uint64_t from,
                                               uint64_t alignment,
                                               uint64_t skew) {
  const uint64_t more = (skew - from) & (alignment - 1);
  if (from + more < from) return absl::nullopt;
  return from + more;
}

absl::optional<uint64_t> AddressSpace::Reserve(uint64_t size,
                                               uint64_t alignment,
                                               uint64_t skew) {
  INCOHERENT_CHECK(IsPowerOfTwo(alignment), "alignments are powers of two");
  if (size == 0) return absl::nullopt;
  uint64_t free_begin = begin_;
  auto next = taken_.begin();
  while (true) {
    const uint64_t free_end = next == taken_.end() ? end_ : next->first;
    const auto address = AlignUp(free_begin, alignment, skew);
    if (!address) return absl::nullopt;
    if (Fits(*address, size, free_end)) {
      taken_.emplace(*address, *address + size);
      reserved_ += size;
      return address;
    }
    if (next == taken_.end()) return absl::nullopt;
    free_begin = next->second;
    ++next;
  }
}

void AddressSpace::Release(uint64_t address) {
  const auto found = taken_.find(address);
  INCOHERENT_CHECK(found != taken_.end(), "nothing is reserved there");
  reserved_ -= found->second - found->first;
  taken_.erase(found);
}

}  // namespace incoherent
