#ifndef INCOHERENT_SIM_MEMORY_BYTE_RANGE_H_
#define INCOHERENT_SIM_MEMORY_BYTE_RANGE_H_

// ByteRange: a half-open run of bytes [offset, end()) of one memory object.
//
// Offsets and sizes are VkDeviceSize: unsigned 64-bit byte counts from the
// start of the memory object. A ByteRange is made only from numbers whose sum
// is known not to wrap (see Fits); from then on end() is safe.

#include <algorithm>
#include <cstdint>

#include "sim/memory/check.h"

namespace incoherent {

// VK_WHOLE_SIZE. Its meaning depends on the call: to the end of the allocation
// in a map, to the end of the current mapping in a flush or an invalidate.
inline constexpr uint64_t kWholeSize = ~uint64_t{0};

// Whether [offset, offset + size) lies inside [0, limit), without computing a
// sum that could wrap.
constexpr bool Fits(uint64_t offset, uint64_t size, uint64_t limit) {
  return offset <= limit && size <= limit - offset;
}

struct ByteRange {
  uint64_t offset = 0;
  uint64_t size = 0;

  static ByteRange Between(uint64_t begin, uint64_t end) {
    INCOHERENT_CHECK(begin <= end, "a range ends before it begins");
    return {begin, end - begin};
  }

  constexpr uint64_t end() const { return offset + size; }
  constexpr bool empty() const { return size == 0; }
  constexpr bool Contains(uint64_t byte) const {
    return byte >= offset && byte - offset < size;
  }
  constexpr bool Contains(const ByteRange& other) const {
    return other.offset >= offset &&
           Fits(other.offset - offset, other.size, size);
  }

  friend constexpr bool operator==(const ByteRange& a, const ByteRange& b) {
    return a.offset == b.offset && a.size == b.size;
  }
  friend constexpr bool operator!=(const ByteRange& a, const ByteRange& b) {
    return !(a == b);
  }
};

// The bytes that both have; an empty range at the later start if none.
inline ByteRange Intersect(const ByteRange& a, const ByteRange& b) {
  const uint64_t begin = std::max(a.offset, b.offset);
  return ByteRange::Between(begin, std::max(begin, std::min(a.end(), b.end())));
}

// The smallest range that covers both.
inline ByteRange Hull(const ByteRange& a, const ByteRange& b) {
  return ByteRange::Between(std::min(a.offset, b.offset),
                            std::max(a.end(), b.end()));
}

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_BYTE_RANGE_H_
