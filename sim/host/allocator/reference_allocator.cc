#include "sim/host/allocator/reference_allocator.h"

namespace incoherent {

const MemoryType& ReferenceAllocator::TypeOf(int number) const {
  return properties_.types[blocks_[records_[number].block].type];
}

bool ReferenceAllocator::IsHostVisible(int number) const {
  return (TypeOf(number).property_flags & kHostVisible) != 0;
}

bool ReferenceAllocator::IsNonCoherent(int number) const {
  return IsHostVisible(number) &&
         (TypeOf(number).property_flags & kHostCoherent) == 0;
}

bool ReferenceAllocator::IsEmpty(const Block& block) {
  for (const int owner : block.owner) {
    if (owner != -1) return false;
  }
  return true;
}

absl::optional<ReferenceAllocator::Spot> ReferenceAllocator::NewBlock(
    uint32_t type, uint64_t size, bool dedicated) {
  const uint32_t heap = properties_.types[type].heap_index;
  uint64_t used = size;
  for (const Block& block : blocks_) {
    if (block.live && properties_.types[block.type].heap_index == heap) {
      used += block.owner.size();
    }
  }
  if (used > properties_.heaps[heap].size) return absl::nullopt;
  blocks_.push_back({type, dedicated, true, std::vector<int>(size, -1), 0});
  return Spot{static_cast<int>(blocks_.size()) - 1, 0};
}

// The first bytes of the first block that are free.
absl::optional<ReferenceAllocator::Spot> ReferenceAllocator::FindSpot(
    uint32_t type, uint64_t size, uint64_t alignment) const {
  for (int b = 0; b < static_cast<int>(blocks_.size()); ++b) {
    const Block& block = blocks_[b];
    if (!block.live || block.dedicated || block.type != type) continue;
    for (uint64_t at = 0; at + size <= block.owner.size(); ++at) {
      bool fits = at % alignment == 0;
      for (uint64_t i = 0; fits && i < size; ++i) {
        fits = block.owner[at + i] == -1;
      }
      if (fits) return Spot{b, at};
    }
  }
  return absl::nullopt;
}

absl::optional<int> ReferenceAllocator::Create(uint64_t size, uint32_t type,
                                               uint64_t alignment, bool mapped,
                                               bool dedicated) {
  const uint32_t flags = properties_.types[type].property_flags;
  const bool host_visible = (flags & kHostVisible) != 0;
  const bool alone = dedicated || size > block_size_;
  uint64_t taken = size;
  if (align_to_atoms_ && host_visible && (flags & kHostCoherent) == 0 &&
      !alone) {
    const uint64_t atom = properties_.limits.non_coherent_atom_size;
    while (taken % atom != 0) ++taken;
    while (alignment % atom != 0) alignment *= 2;
  }
  absl::optional<Spot> spot;
  if (!alone) spot = FindSpot(type, taken, alignment);
  if (!spot) spot = NewBlock(type, alone ? size : block_size_, alone);
  if (!spot) return absl::nullopt;

  const int number = static_cast<int>(records_.size());
  Block& block = blocks_[spot->block];
  for (uint64_t i = 0; i < taken; ++i) block.owner[spot->offset + i] = number;
  Record record;
  record.block = spot->block;
  record.offset = spot->offset;
  record.size = size;
  records_.push_back(record);
  if (mapped && host_visible) {
    if (!MapBlock(block)) {
      Free(number);
      records_.pop_back();
      return absl::nullopt;
    }
    records_.back().stays_mapped = true;
    records_.back().mapping = 1;
  }
  return number;
}

bool ReferenceAllocator::MapBlock(Block& block) {
  if (block.maps == 0 && next_map_fails_) {
    next_map_fails_ = false;
    return false;
  }
  ++block.maps;
  return true;
}

bool ReferenceAllocator::Map(int number) {
  Record& record = records_[number];
  if (!IsHostVisible(number) || !MapBlock(blocks_[record.block])) return false;
  if (!record.IsMapped()) ++record.mapping;
  ++record.maps;
  return true;
}

void ReferenceAllocator::Unmap(int number) {
  --records_[number].maps;
  --blocks_[records_[number].block].maps;
}

void ReferenceAllocator::Free(int number) {
  Record& record = records_[number];
  Block& block = blocks_[record.block];
  block.maps -= record.maps + (record.stays_mapped ? 1 : 0);
  record.live = false;
  for (int& owner : block.owner) {
    if (owner == number) owner = -1;
  }
  if (!IsEmpty(block)) return;
  bool another = block.dedicated;
  for (const Block& other : blocks_) {
    another |= &other != &block && other.live && !other.dedicated &&
               other.type == block.type && IsEmpty(other);
  }
  if (another) block.live = false;
}

}  // namespace incoherent
