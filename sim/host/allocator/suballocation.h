#ifndef INCOHERENT_SIM_HOST_ALLOCATOR_SUBALLOCATION_H_
#define INCOHERENT_SIM_HOST_ALLOCATOR_SUBALLOCATION_H_

// Suballocation: what is known of one allocation, by its allocator, its handles
// and the pointers to it. It lives as long as any of them, so that the use of a
// freed one can be told of with its name and its bytes.
//
// Thread-safe: state() may be asked at any time, and waits for nobody. It is
// set by whoever holds *place().turn.

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "absl/types/optional.h"
#include "sim/device/device.h"
#include "sim/memory/byte_range.h"

namespace incoherent {

class MemoryBlock;

// What never changes.
struct SuballocationPlace {
  uint64_t allocator = 0;  // a number that each has of its own
  uint64_t number = 0;     // counts the allocations of the allocator
  std::string name;
  std::string memory_name;
  MemoryId memory{};
  uint32_t type_index = 0;
  ByteRange bytes;  // of the memory object
  ByteRange room;   // these, and what is kept free behind them
  bool stays_mapped = false;
  MemoryBlock* block = nullptr;  // while it is not freed
  std::shared_ptr<std::mutex> turn;
};

class Suballocation {
 public:
  struct State {
    bool freed = false;
    uint64_t map_count = 0;               // without the mapping that stays
    absl::optional<HostMapping> mapping;  // of the memory object
    uint64_t mapping_number = 0;          // counts the mappings of this one
  };

  explicit Suballocation(SuballocationPlace place);

  const SuballocationPlace& place() const { return place_; }
  MemoryRange bytes() const { return {place_.memory, place_.bytes}; }
  // "'staging' (type2-block0[256, 512))".
  std::string ToString() const;

  State state() const;
  void SetState(const State& state);

 private:
  const SuballocationPlace place_;
  mutable std::mutex mutex_;  // nothing is called while it is held
  State state_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_ALLOCATOR_SUBALLOCATION_H_
