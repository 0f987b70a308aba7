#ifndef INCOHERENT_SIM_HOST_ALLOCATOR_BLOCK_LIST_H_
#define INCOHERENT_SIM_HOST_ALLOCATOR_BLOCK_LIST_H_

// BlockList: the memory objects of one memory type that an allocator has.
//
//   blocks      of block_size; room is taken from the first that has it, and
//               a new block is allocated if none has
//   dedicated   one memory object for one taker: on request, and for more bytes
//               than a block has
//
// A block that is empty is freed if there is another empty one; a dedicated one
// at once. Not thread-safe.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/device/device.h"
#include "sim/host/allocator/memory_block.h"

namespace incoherent {

struct BlockListOptions {
  uint32_t type_index = 0;
  uint64_t block_size = 0;  // a multiple of the granule
  // What is taken begins at multiples of it and is rounded up to one; a power
  // of two.
  uint64_t granule = 1;
};

struct RoomRequest {
  uint64_t size = 0;
  uint64_t alignment = 1;  // a power of two
  bool dedicated = false;
  std::string name;  // of a dedicated memory object
};

struct Room {
  MemoryBlock* block = nullptr;
  ByteRange range;  // of the block: what was asked for, rounded
};

class BlockList {
 public:
  BlockList(Device& device, const BlockListOptions& options);

  const BlockListOptions& options() const { return options_; }

  // Errors: Device::Allocate's.
  absl::StatusOr<Room> Take(const RoomRequest& request);
  // Errors: Device::Free's; it is given back all the same.
  absl::Status GiveBack(const Room& room);
  // Frees all memory objects, whoever has taken what.
  void FreeAll();

 private:
  using Blocks = std::vector<std::unique_ptr<MemoryBlock>>;

  // Allocates a memory object and puts it last in that list.
  absl::StatusOr<MemoryBlock*> Add(uint64_t size, absl::string_view name,
                                   Blocks& blocks);
  absl::StatusOr<Room> TakeDedicated(const RoomRequest& request);
  bool HasOtherEmpty(const MemoryBlock* block) const;

  Device& device_;
  BlockListOptions options_;
  uint64_t block_number_ = 0;
  Blocks blocks_;  // oldest first
  Blocks dedicated_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_ALLOCATOR_BLOCK_LIST_H_
