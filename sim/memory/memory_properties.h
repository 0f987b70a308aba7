#ifndef INCOHERENT_SIM_MEMORY_MEMORY_PROPERTIES_H_
#define INCOHERENT_SIM_MEMORY_MEMORY_PROPERTIES_H_

// What a physical device says about its memory: types, heaps and limits.
//
// The numbers are Vulkan's own (VkMemoryPropertyFlagBits, VkMemoryHeapFlagBits)
// so that a table can be compared with any vulkaninfo, but no Vulkan header is
// needed here.
//
// CheckMemoryProperties tells whether the specification allows such a device:
//
//   rule                                             where it stands
//   1 to 16 heaps, 1 to 32 types, each on a heap     [1]
//   some heap is DEVICE_LOCAL                        [1]
//   a type is DEVICE_LOCAL if and only if its heap   [2]
//     is
//   propertyFlags is one of 22 combinations          [3], the bitmask list
//   some type is HOST_VISIBLE|HOST_COHERENT, some    [3]
//     is DEVICE_LOCAL
//   fewer flags before a strict superset; AMD's      [3], the ordering rules
//     DEVICE_COHERENT types last
//   limits are powers of two, within their bounds    "Required Limits"
//
//   [1] VkPhysicalDeviceMemoryProperties  [2] VkMemoryPropertyFlagBits
//   [3] chapter Device Memory

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace incoherent {

// VkMemoryPropertyFlagBits.
inline constexpr uint32_t kDeviceLocal = 0x1;
inline constexpr uint32_t kHostVisible = 0x2;
inline constexpr uint32_t kHostCoherent = 0x4;
inline constexpr uint32_t kHostCached = 0x8;
inline constexpr uint32_t kLazilyAllocated = 0x10;
inline constexpr uint32_t kProtected = 0x20;
inline constexpr uint32_t kDeviceCoherentAmd = 0x40;
inline constexpr uint32_t kDeviceUncachedAmd = 0x80;
inline constexpr uint32_t kRdmaCapableNv = 0x100;

// VkMemoryHeapFlagBits.
inline constexpr uint32_t kHeapDeviceLocal = 0x1;
inline constexpr uint32_t kHeapMultiInstance = 0x2;

inline constexpr uint32_t kMaxMemoryTypes = 32;
inline constexpr uint32_t kMaxMemoryHeaps = 16;

struct MemoryType {
  uint32_t property_flags = 0;
  uint32_t heap_index = 0;

  bool Has(uint32_t flags) const { return (property_flags & flags) == flags; }
  bool IsHostVisible() const { return Has(kHostVisible); }
  // HOST_VISIBLE without HOST_COHERENT: flush and invalidate are needed.
  bool IsNonCoherent() const { return IsHostVisible() && !Has(kHostCoherent); }
};

struct MemoryHeap {
  uint64_t size = 0;  // bytes
  uint32_t flags = 0;
};

// Sizes and alignments in bytes.
struct MemoryLimits {
  uint64_t non_coherent_atom_size = 256;
  uint64_t min_memory_map_alignment = 64;
  uint64_t min_placed_memory_map_alignment = 65536;
  uint64_t min_imported_host_pointer_alignment = 65536;
  uint64_t buffer_image_granularity = 131072;
  uint64_t max_memory_allocation_size = uint64_t{1} << 30;
  uint32_t max_memory_allocation_count = 4096;
};

struct MemoryProperties {
  std::vector<MemoryType> types;
  std::vector<MemoryHeap> heaps;
  MemoryLimits limits;
  // Bit i: memory of type i can be imported from a host pointer. 0 where the
  // device has no VK_EXT_external_memory_host.
  uint32_t host_pointer_types = 0;

  const MemoryHeap& HeapOf(uint32_t type_index) const {
    return heaps[types[type_index].heap_index];
  }
};

// "HOST_VISIBLE|HOST_CACHED (0xa)".
std::string PropertyFlagsName(uint32_t flags);

// OK, or an InvalidArgument error whose message begins with the offending
// field ("memoryTypes[2].heapIndex: ...") and says which rule it breaks.
absl::Status CheckMemoryProperties(const MemoryProperties& properties);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_MEMORY_PROPERTIES_H_
