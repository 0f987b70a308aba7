#ifndef INCOHERENT_SIM_HOST_ALLOCATOR_REFERENCE_ALLOCATOR_H_
#define INCOHERENT_SIM_HOST_ALLOCATOR_REFERENCE_ALLOCATOR_H_

// ReferenceAllocator: what an Allocator shall do, in plain loops over bytes and
// blocks. For tests; it shares nothing with the allocator.

#include <cstdint>
#include <vector>

#include "absl/types/optional.h"
#include "sim/memory/memory_properties.h"

namespace incoherent {

class ReferenceAllocator {
 public:
  struct Block {
    uint32_t type = 0;
    bool dedicated = false;
    bool live = true;
    std::vector<int> owner;  // of each byte; -1: nobody
    uint64_t maps = 0;
  };
  struct Record {
    int block = 0;
    uint64_t offset = 0, size = 0;
    bool stays_mapped = false;
    bool live = true;
    uint64_t maps = 0;  // without the one that stays
    uint64_t mapping = 0;
    bool IsMapped() const { return live && (maps > 0 || stays_mapped); }
  };

  ReferenceAllocator(const MemoryProperties& properties, uint64_t block_size,
                     bool align_to_atoms)
      : properties_(properties),
        block_size_(block_size),
        align_to_atoms_(align_to_atoms) {}

  // Of a size and an alignment that make sense. The number of the allocation;
  // none if the heap is full, or it could not be mapped.
  absl::optional<int> Create(uint64_t size, uint32_t type, uint64_t alignment,
                             bool mapped, bool dedicated);
  // Of live ones. False if the map fails.
  bool Map(int number);
  void Unmap(int number);
  void Free(int number);
  // The next map of a block fails.
  void FailNextMap() { next_map_fails_ = true; }

  const std::vector<Block>& blocks() const { return blocks_; }
  const std::vector<Record>& records() const { return records_; }
  bool IsHostVisible(int number) const;
  bool IsNonCoherent(int number) const;

 private:
  struct Spot {
    int block;
    uint64_t offset;
  };

  const MemoryType& TypeOf(int number) const;
  absl::optional<Spot> FindSpot(uint32_t type, uint64_t size,
                                uint64_t alignment) const;
  absl::optional<Spot> NewBlock(uint32_t type, uint64_t size, bool dedicated);
  bool MapBlock(Block& block);
  static bool IsEmpty(const Block& block);

  MemoryProperties properties_;
  uint64_t block_size_;
  bool align_to_atoms_;
  bool next_map_fails_ = false;
  std::vector<Block> blocks_;
  std::vector<Record> records_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_ALLOCATOR_REFERENCE_ALLOCATOR_H_
