#ifndef INCOHERENT_SIM_LITMUS_STATE_TABLE_H_
#define INCOHERENT_SIM_LITMUS_STATE_TABLE_H_

// StateTable: every state that was met, each once, with the step that led to
// it first.
//
// States are blocks of one size, numbered as they come. They lie in chunks that
// never move, so that a pointer to one stays good. Lookup is an open table of
// numbers and 32 bits of hash; the hash is the table's own, so that the same
// program is explored in the same order everywhere.
//
// Example:
//
//   StateTable table(machine.state_size());
//   table.Insert(start, StateTable::kNoParent, 0);
//   for (uint32_t i = 0; i < table.size(); ++i) Expand(table.StateAt(i));

#include <cstdint>
#include <memory>
#include <vector>

namespace incoherent::litmus {

class StateTable {
 public:
  static constexpr uint32_t kNoParent = ~uint32_t{0};

  // `state_size` is a multiple of 8.
  explicit StateTable(int state_size);

  uint32_t size() const { return static_cast<uint32_t>(parents_.size()); }
  // What it has allocated, roughly.
  uint64_t bytes() const;

  const uint8_t* StateAt(uint32_t index) const {
    return chunks_[index >> kChunkBits].get() +
           static_cast<size_t>(index & (kChunkStates - 1)) * state_size_;
  }
  uint32_t ParentOf(uint32_t index) const { return parents_[index].state; }
  // The transition from the parent.
  uint16_t TransitionTo(uint32_t index) const {
    return parents_[index].transition;
  }

  // Whether the state is new; it is then the last one.
  bool Insert(const uint8_t* state, uint32_t parent, uint16_t transition);

 private:
  static constexpr int kChunkBits = 12;
  static constexpr uint32_t kChunkStates = 1 << kChunkBits;

  struct Parent {
    uint32_t state;
    uint16_t transition;
  };
  struct Entry {
    uint32_t hash;
    uint32_t index_plus_one;  // 0: empty
  };

  uint32_t Hash(const uint8_t* state) const;
  void Append(const uint8_t* state, uint32_t parent, uint16_t transition);
  void Grow();

  size_t state_size_;
  std::vector<std::unique_ptr<uint8_t[]>> chunks_;
  std::vector<Parent> parents_;
  std::vector<Entry> entries_;  // a power of two of them
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_STATE_TABLE_H_
