#ifndef INCOHERENT_TESTS_VULKAN_BYTES_H_
#define INCOHERENT_TESTS_VULKAN_BYTES_H_

// Bytes: values that can be told apart.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace incoherent {

using Bytes = std::vector<uint8_t>;

// `size` bytes that differ at every place from those of any other seed.
inline Bytes Numbered(size_t size, uint8_t seed) {
  Bytes bytes(size);
  for (size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<uint8_t>(31 * i + 7 * (i >> 8) + 17 * seed + 5);
  }
  return bytes;
}

inline Bytes Filled(size_t size, uint8_t value) { return Bytes(size, value); }

// What is at `at` now.
inline Bytes Read(const uint8_t* at, size_t size) {
  return Bytes(at, at + size);
}

inline void Write(uint8_t* at, const Bytes& bytes) {
  std::memcpy(at, bytes.data(), bytes.size());
}

// `bytes`, with `patch` in the place of those at `offset`.
inline Bytes Patched(Bytes bytes, size_t offset, const Bytes& patch) {
  std::memcpy(bytes.data() + offset, patch.data(), patch.size());
  return bytes;
}

inline Bytes Slice(const Bytes& bytes, size_t offset, size_t size) {
  return Bytes(bytes.begin() + static_cast<ptrdiff_t>(offset),
               bytes.begin() + static_cast<ptrdiff_t>(offset + size));
}

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_BYTES_H_
