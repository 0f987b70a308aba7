#ifndef INCOHERENT_SIM_MEMORY_DEVICE_MEMORY_H_
#define INCOHERENT_SIM_MEMORY_DEVICE_MEMORY_H_

// DeviceMemory: the rules of one VkDeviceMemory object: its host mapping and
// the ranges that may be flushed and invalidated. The bytes are HostView's.
//
// A memory object is host mapped once or not at all:
//
//               unmapped                     mapped [begin, end)
//   Map         mapped                       memory-00678 (07958): the mapping
//                                            grows to cover both ranges
//   Unmap       memory-00689 (07964):        unmapped
//               nothing happens
//   flush or    memory-00684: no byte        the bytes of the range, see
//   invalidate  is touched                   ResolveMappedRange
//
// Neither Map nor Unmap moves a byte: mapping does not invalidate, unmapping
// does not flush (chapter Device Memory, "Host Access to Device Memory
// Objects").
//
// Threads: Map and Unmap need external synchronization, as vkMapMemory and
// vkUnmapMemory do. ResolveMappedRange only reads.

#include <cstdint>

#include "absl/types/optional.h"
#include "sim/memory/atom_grid.h"
#include "sim/memory/byte_range.h"
#include "sim/memory/memory_properties.h"
#include "sim/memory/valid_usage.h"

namespace incoherent {

struct DeviceMemoryInfo {
  uint64_t size = 0;
  uint32_t type_index = 0;
  MemoryType type;
  uint64_t non_coherent_atom_size = 1;
  // More than one instance (device groups): such memory cannot be mapped.
  bool multi_instance = false;
  bool imported = false;
  bool imported_from_host_pointer = false;
};

// The two forms of the map and unmap commands obey the same rules under
// different VUIDs.
enum class CommandForm { kMapMemory, kMapMemory2 };

struct MapRequest {
  CommandForm form = CommandForm::kMapMemory;
  uint64_t offset = 0;
  uint64_t size = kWholeSize;
};

class DeviceMemory {
 public:
  explicit DeviceMemory(const DeviceMemoryInfo& info);

  const DeviceMemoryInfo& info() const { return info_; }
  const AtomGrid& atoms() const { return atoms_; }
  const absl::optional<ByteRange>& mapping() const { return mapping_; }

  // vkMapMemory, VkMemoryMapInfo: memory-00678/07958, offset-00679/07959,
  // size-00680/07960, size-00681/07961, memory-00682/07962, memory-00683/07963.
  // The effect is the range that is mapped afterwards; none if the object
  // cannot be mapped so, which the call reports as VK_ERROR_MEMORY_MAP_FAILED.
  Ruling<absl::optional<ByteRange>> Map(const MapRequest& request);

  // Undoes a Map whose address could not be had.
  void AbandonMap(const absl::optional<ByteRange>& previous);

  // vkUnmapMemory memory-00689, VkMemoryUnmapInfo memory-07964.
  absl::Status Unmap(CommandForm form);

  // VkMappedMemoryRange: memory-00684, size-00685, size-00686, offset-00687,
  // size-01389, size-01390. `size` may be kWholeSize: to the end of the
  // current mapping. The effect is the bytes to act on. For a valid range
  // these are its own; for an invalid one, the whole atoms that it surely
  // meant: its part inside the mapping, rounded inward.
  Ruling<ByteRange> ResolveMappedRange(uint64_t offset, uint64_t size) const;

 private:
  absl::Status CheckMapRange(const MapRequest& request) const;
  absl::Status CheckMappedRange(uint64_t offset, uint64_t size) const;
  absl::Status CheckInsideMapping(uint64_t offset, uint64_t size) const;
  absl::Status CheckAtomAlignment(uint64_t offset, uint64_t size) const;

  DeviceMemoryInfo info_;
  AtomGrid atoms_;
  absl::optional<ByteRange> mapping_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_DEVICE_MEMORY_H_
