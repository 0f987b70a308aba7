#include "sim/litmus/explorer/block_table.h"

#include "sim/memory/check.h"

namespace incoherent::litmus {
namespace {

constexpr size_t kFirstEntries = 64;

}  // namespace

BlockTable::BlockTable(int block_size)
    : block_size_(block_size), entries_(kFirstEntries, Entry{0, 0}) {
  INCOHERENT_CHECK(block_size > 0 && block_size % 8 == 0,
                   "a block is made of 8-byte words");
}

uint64_t BlockTable::bytes() const {
  return chunks_.size() * kChunkBlocks * block_size_ +
         entries_.size() * sizeof(Entry);
}

size_t BlockTable::Find(const uint8_t* block, uint32_t hash) const {
  const size_t mask = entries_.size() - 1;
  size_t at = hash & mask;
  for (; entries_[at].number != 0; at = (at + 1) & mask) {
    const Entry& entry = entries_[at];
    if (entry.hash == hash && IsEqual(At(entry.number - 1), block)) break;
  }
  return at;
}

uint32_t BlockTable::Insert(const uint8_t* block, uint32_t hash) {
  const size_t at = Find(block, hash);
  if (entries_[at].number != 0) return entries_[at].number - 1;
  Append(block);
  entries_[at] = {hash, size_};
  if (2 * static_cast<size_t>(size_) > entries_.size()) Grow();
  return size_ - 1;
}

void BlockTable::Append(const uint8_t* block) {
  if ((size_ & (kChunkBlocks - 1)) == 0) {
    chunks_.push_back(std::make_unique<uint8_t[]>(kChunkBlocks * block_size_));
  }
  ++size_;
  std::memcpy(const_cast<uint8_t*>(At(size_ - 1)), block, block_size_);
}

void BlockTable::Grow() {
  std::vector<Entry> old(2 * entries_.size(), Entry{0, 0});
  old.swap(entries_);
  const size_t mask = entries_.size() - 1;
  for (const Entry& entry : old) {
    if (entry.number == 0) continue;
    size_t at = entry.hash & mask;
    while (entries_[at].number != 0) at = (at + 1) & mask;
    entries_[at] = entry;
  }
}

}  // namespace incoherent::litmus
