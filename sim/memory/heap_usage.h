#ifndef INCOHERENT_SIM_MEMORY_HEAP_USAGE_H_
#define INCOHERENT_SIM_MEMORY_HEAP_USAGE_H_

// HeapUsage: how many bytes of each heap of a physical device are in use.
//
// All types on a heap draw on its size. An import brings its own payload: it
// counts as used (VkPhysicalDeviceMemoryBudgetPropertiesEXT::heapUsage), but
// leaves as much room for new payloads as there was before. Nothing bounds the
// sum of what is imported; used bytes are told up to 2^64 - 1.
//
// Thread-compatible: whoever shares it, locks it.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/memory/check.h"
#include "sim/memory/memory_properties.h"

namespace incoherent {

class HeapUsage {
 public:
  explicit HeapUsage(const std::vector<MemoryHeap>& heaps)
      : heaps_(heaps),
        allocated_(heaps.size(), 0),
        imported_(heaps.size(), 0) {}

  uint64_t UsedBytes(uint32_t heap) const {
    const Wide used = imported_[heap] + allocated_[heap];
    return static_cast<uint64_t>(std::min(used, Wide{~uint64_t{0}}));
  }
  uint64_t FreeBytes(uint32_t heap) const {
    return heaps_[heap].size - allocated_[heap];
  }

  // Counts a new payload; returns false, and counts nothing, if the heap has
  // no room for it.
  bool Take(uint32_t heap, uint64_t size) {
    if (size > FreeBytes(heap)) return false;
    allocated_[heap] += size;
    return true;
  }
  void GiveBack(uint32_t heap, uint64_t size) {
    INCOHERENT_CHECK(size <= allocated_[heap], "more given back than taken");
    allocated_[heap] -= size;
  }

  void TakeImport(uint32_t heap, uint64_t size) { imported_[heap] += size; }
  void GiveBackImport(uint32_t heap, uint64_t size) {
    INCOHERENT_CHECK(size <= imported_[heap], "more given back than taken");
    imported_[heap] -= size;
  }

 private:
  using Wide = unsigned __int128;

  std::vector<MemoryHeap> heaps_;
  std::vector<uint64_t> allocated_;
  std::vector<Wide> imported_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_HEAP_USAGE_H_
