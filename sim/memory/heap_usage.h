#ifndef INCOHERENT_SIM_MEMORY_HEAP_USAGE_H_
#define INCOHERENT_SIM_MEMORY_HEAP_USAGE_H_

// HeapUsage: how many bytes of each heap of a physical device are allocated.
//
// All types on a heap draw on its size. Imports do not take heap space (they
// must not grow system-wide usage), so only new payloads are counted.
// Thread-compatible: whoever shares it, locks it.

#include <cstdint>
#include <vector>

#include "sim/memory/check.h"
#include "sim/memory/memory_properties.h"

namespace incoherent {

class HeapUsage {
 public:
  explicit HeapUsage(const std::vector<MemoryHeap>& heaps)
      : heaps_(heaps), used_(heaps.size(), 0) {}

  uint64_t UsedBytes(uint32_t heap) const { return used_[heap]; }
  uint64_t FreeBytes(uint32_t heap) const {
    return heaps_[heap].size - used_[heap];
  }

  // Takes `size` bytes; returns false, and takes none, if the heap has fewer.
  bool Take(uint32_t heap, uint64_t size) {
    if (size > FreeBytes(heap)) return false;
    used_[heap] += size;
    return true;
  }

  void GiveBack(uint32_t heap, uint64_t size) {
    INCOHERENT_CHECK(size <= used_[heap], "more given back than taken");
    used_[heap] -= size;
  }

 private:
  std::vector<MemoryHeap> heaps_;
  std::vector<uint64_t> used_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_HEAP_USAGE_H_
