#ifndef INCOHERENT_SIM_HOST_ALLOCATOR_MEMORY_BLOCK_H_
#define INCOHERENT_SIM_HOST_ALLOCATOR_MEMORY_BLOCK_H_

// MemoryBlock: one memory object from which allocations are cut, and how often
// it is mapped.
//
//   maps         0                         n > 0
//   Map          vkMapMemory, all of it    n + 1
//   Unmap        -                         n - 1; at 0: vkUnmapMemory
//
// The memory object is the allocator's alone. If somebody frees it behind the
// allocator's back, CheckLive says so, and the block does nothing to it any
// more.
//
// Not thread-safe.

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/device/device.h"
#include "sim/host/allocator/free_room.h"

namespace incoherent {

class MemoryBlock {
 public:
  // Takes the memory object over. It is freed by Free, not before.
  MemoryBlock(Device& device, MemoryId memory, uint64_t size);

  MemoryId memory() const { return memory_; }
  uint64_t size() const { return size_; }
  FreeRoom& room() { return room_; }
  const FreeRoom& room() const { return room_; }

  bool IsLive() const { return device_.IsLive(memory_); }
  // As a finding, too.
  absl::Status CheckLive(absl::string_view call) const;

  // On an error, nothing is counted.
  absl::StatusOr<HostMapping> Map();
  // Undoes that many maps.
  absl::Status Unmap(uint64_t times);

  // vkFreeMemory.
  absl::Status Free();

 private:
  Device& device_;
  MemoryId memory_;
  uint64_t size_;
  FreeRoom room_;
  uint64_t map_count_ = 0;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_ALLOCATOR_MEMORY_BLOCK_H_
