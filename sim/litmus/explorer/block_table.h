#ifndef INCOHERENT_SIM_LITMUS_EXPLORER_BLOCK_TABLE_H_
#define INCOHERENT_SIM_LITMUS_EXPLORER_BLOCK_TABLE_H_

// BlockTable: blocks of bytes of one size, each once, numbered as they come.
//
// Blocks lie in chunks that never move, so that a pointer to one stays good.
// Lookup is an open table of numbers and 32 bits of hash; the hash is the
// table's own, so that the same program is explored in the same order
// everywhere.
//
// Example:
//
//   BlockTable table(16);
//   table.Insert(block);   // 0
//   table.Insert(other);   // 1
//   table.Insert(block);   // 0 again
//   table.At(1);           // the bytes of `other`

#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

namespace incoherent::litmus {

class BlockTable {
 public:
  // `block_size` is a multiple of 8, and not 0.
  explicit BlockTable(int block_size);

  uint32_t size() const { return size_; }
  int block_size() const { return static_cast<int>(block_size_); }
  // What it has allocated.
  uint64_t bytes() const;

  const uint8_t* At(uint32_t index) const {
    return chunks_[index >> kChunkBits].get() +
           static_cast<size_t>(index & (kChunkBlocks - 1)) * block_size_;
  }

  // The number of the block; new ones get the next.
  uint32_t Insert(const uint8_t* block) { return Insert(block, HashOf(block)); }

  // The same in steps, for many blocks at once: the memory that Insert will
  // look at is asked for before it is needed.
  uint32_t HashOf(const uint8_t* block) const {
    uint64_t hash = 0x9e3779b97f4a7c15;
    for (size_t at = 0; at < block_size_; at += 8) {
      uint64_t word;
      std::memcpy(&word, block + at, sizeof(word));
      hash = (hash ^ word) * 0xff51afd7ed558ccd;
      hash ^= hash >> 32;
    }
    return static_cast<uint32_t>(hash * 0xc4ceb9fe1a85ec53 >> 32);
  }
  void PrefetchEntry(uint32_t hash) const {
    __builtin_prefetch(&entries_[hash & (entries_.size() - 1)]);
  }
  void PrefetchBlock(uint32_t hash) const {
    const Entry& entry = entries_[hash & (entries_.size() - 1)];
    if (entry.number != 0 && entry.hash == hash) {
      __builtin_prefetch(At(entry.number - 1));
    }
  }
  uint32_t Insert(const uint8_t* block, uint32_t hash);
  bool Has(const uint8_t* block, uint32_t hash) const {
    return entries_[Find(block, hash)].number != 0;
  }

 private:
  static constexpr int kChunkBits = 10;
  static constexpr uint32_t kChunkBlocks = 1 << kChunkBits;

  struct Entry {
    uint32_t hash;
    uint32_t number;  // index plus one; 0: empty
  };

  bool IsEqual(const uint8_t* a, const uint8_t* b) const {
    for (size_t at = 0; at < block_size_; at += 8) {
      uint64_t words[2];
      std::memcpy(&words[0], a + at, 8);
      std::memcpy(&words[1], b + at, 8);
      if (words[0] != words[1]) return false;
    }
    return true;
  }
  // The block's entry, or the empty one where it belongs.
  size_t Find(const uint8_t* block, uint32_t hash) const;
  void Append(const uint8_t* block);
  void Grow();

  size_t block_size_;
  uint32_t size_ = 0;
  std::vector<std::unique_ptr<uint8_t[]>> chunks_;
  std::vector<Entry> entries_;  // a power of two of them
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_EXPLORER_BLOCK_TABLE_H_
