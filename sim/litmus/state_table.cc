#include "sim/litmus/state_table.h"

#include <cstring>

#include "sim/memory/check.h"

namespace incoherent::litmus {
namespace {

constexpr size_t kFirstEntries = 1 << 10;

}  // namespace

StateTable::StateTable(int state_size)
    : state_size_(state_size), entries_(kFirstEntries, Entry{0, 0}) {
  INCOHERENT_CHECK(state_size > 0 && state_size % 8 == 0,
                   "a state is made of 8-byte words");
}

uint64_t StateTable::bytes() const {
  return chunks_.size() * kChunkStates * state_size_ +
         parents_.capacity() * sizeof(Parent) + entries_.size() * sizeof(Entry);
}

// Multiply and fold, a word at a time.
uint32_t StateTable::Hash(const uint8_t* state) const {
  uint64_t hash = 0x9e3779b97f4a7c15;
  for (size_t at = 0; at < state_size_; at += 8) {
    uint64_t word;
    std::memcpy(&word, state + at, sizeof(word));
    hash = (hash ^ word) * 0xff51afd7ed558ccd;
    hash ^= hash >> 32;
  }
  return static_cast<uint32_t>(hash * 0xc4ceb9fe1a85ec53 >> 32);
}

bool StateTable::Insert(const uint8_t* state, uint32_t parent,
                        uint16_t transition) {
  const uint32_t hash = Hash(state);
  const size_t mask = entries_.size() - 1;
  size_t at = hash & mask;
  while (entries_[at].index_plus_one != 0) {
    if (entries_[at].hash == hash &&
        std::memcmp(StateAt(entries_[at].index_plus_one - 1), state,
                    state_size_) == 0) {
      return false;
    }
    at = (at + 1) & mask;
  }
  Append(state, parent, transition);
  entries_[at] = {hash, size()};
  if (2 * static_cast<size_t>(size()) > entries_.size()) Grow();
  return true;
}

void StateTable::Append(const uint8_t* state, uint32_t parent,
                        uint16_t transition) {
  const uint32_t index = size();
  if ((index & (kChunkStates - 1)) == 0) {
    chunks_.push_back(std::make_unique<uint8_t[]>(kChunkStates * state_size_));
  }
  parents_.push_back({parent, transition});
  std::memcpy(const_cast<uint8_t*>(StateAt(index)), state, state_size_);
}

void StateTable::Grow() {
  std::vector<Entry> old(2 * entries_.size(), Entry{0, 0});
  old.swap(entries_);
  const size_t mask = entries_.size() - 1;
  for (const Entry& entry : old) {
    if (entry.index_plus_one == 0) continue;
    size_t at = entry.hash & mask;
    while (entries_[at].index_plus_one != 0) at = (at + 1) & mask;
    entries_[at] = entry;
  }
}

}  // namespace incoherent::litmus
