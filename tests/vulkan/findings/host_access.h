#ifndef INCOHERENT_TESTS_VULKAN_FINDINGS_HOST_ACCESS_H_
#define INCOHERENT_TESTS_VULKAN_FINDINGS_HOST_ACCESS_H_

// Host accesses whose bytes are known to the byte, and bytes that no access
// can mistake for what was there before.

#include <cstdint>
#include <cstring>

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/bytes.h"

namespace incoherent {

// One load, and one store, of four bytes.
inline uint32_t LoadWord(const uint8_t* at) {
  return *reinterpret_cast<const volatile uint32_t*>(at);
}
inline void StoreWord(uint8_t* at, uint32_t word) {
  *reinterpret_cast<volatile uint32_t*>(at) = word;
}

inline Bytes BytesOf(uint32_t word) {
  Bytes bytes(sizeof word);
  std::memcpy(bytes.data(), &word, sizeof word);
  return bytes;
}

// What LoadWord sees of memory that was filled with `value`.
inline Bytes WordOf(uint8_t value) { return Filled(4, value); }

// None is 0, and at no place does another seed (below 15) give the same: a
// store of these bytes changes each of them.
inline Bytes Fresh(size_t size, uint8_t seed) {
  Bytes bytes(size);
  for (size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<uint8_t>(1 + (31 * i + 17 * seed) % 255);
  }
  return bytes;
}

// All of the memory, mapped; host and device agree that it is 0.
inline uint8_t* MapCleared(VulkanApp& app, AppMemory& memory) {
  return MapInStep(app, memory, Filled(memory.size(), 0));
}

inline void Append(Bytes& to, const Bytes& bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_FINDINGS_HOST_ACCESS_H_
