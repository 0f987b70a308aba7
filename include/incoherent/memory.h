#ifndef INCOHERENT_MEMORY_H_
#define INCOHERENT_MEMORY_H_

// Memory: one VkDeviceMemory, and vkMapMemory to the letter.
//
// A memory object is host mapped once or not at all:
//
//               unmapped                     mapped [begin, end)
//   Map         mapped                       VUID-vkMapMemory-memory-00678; the
//                                            mapping grows to cover both ranges
//   Unmap       VUID-vkUnmapMemory-memory-   unmapped; nothing is flushed
//               00689
//   Flush,      VUID-VkMappedMemoryRange-    the bytes of the range
//   Invalidate  memory-00684
//   Free        freed                        freed: unmapped, not flushed
//   a pointer   error, and a finding         the bytes
//
// Mapping does not invalidate and waits for nobody; whether the device uses the
// memory is not looked at. Until the device is done with it, the host must keep
// off: what a device command writes, the host must neither read nor write
// before it has waited for it; what one reads, it must not write. Of
// non-coherent memory this goes for whole atoms: HazardRange rounds a range so
// (chapter Device Memory, "Host Access to Device Memory Objects").
//
// All numbers are bytes; offsets count from the start of the memory object.
// kWholeSize (VK_WHOLE_SIZE) is, in a map, from offset to the end of the
// allocation; in a flush or invalidate, to the end of the current mapping.
//
//   map                                     ends with
//   valid                                   a pointer; pointer.address() minus
//                                           the offset is a multiple of
//                                           minMemoryMapAlignment
//   the host has no contiguous addresses    VK_ERROR_MEMORY_MAP_FAILED; see
//   for it: full, or in pieces              HostOptions::address_space_size.
//                                           No finding: map less, unmap more
//   Device::FailNextMap was called          that code; no finding
//   a broken rule (findings, all of them):
//     mapped already          00678         a pointer into the grown mapping
//     offset >= size of it    offset-00679  VK_ERROR_MEMORY_MAP_FAILED
//     size 0                  size-00680    the same
//     offset + size too large size-00681    the same
//     type not HOST_VISIBLE   memory-00682  the same
//     several instances       memory-00683  the same
//     flags not 0             flags-zerobitmask
//                                           the flags are ignored
//
// Of 00679 to 00683 the first one is told, and 00678 if none of them is. Where
// the table gives a pointer in spite of a broken rule, Memory::Map returns it
// (the finding tells), and MapMemory both sets *data and returns the rule.
//
// Ranges to flush and invalidate: offset a multiple of the atom (offset-00687),
// size as well, unless the range ends with the memory object (size-01390);
// kWholeSize needs a mapping that ends on an atom or with the object
// (size-01389); all of it inside the mapping (size-00685, size-00686). A broken
// range acts on the whole atoms inside of it. On coherent memory nothing is
// moved, and the rules are the same.
//
// Memory is RAII: it frees in its destructor. Movable, not copyable. A Memory
// that was moved from, or was freed, refuses every call (FailedPrecondition),
// and that is a finding. Calls on one Memory from several threads need the
// caller's lock where Vulkan asks for external synchronization: Map, Unmap and
// Free.
//
// Example:
//
//   absl::StatusOr<Memory> memory = Memory::Allocate(device, type, 1024);
//   if (!memory.ok()) return memory.status();
//   absl::StatusOr<HostPointer> pointer = memory->Map();
//   if (!pointer.ok()) return pointer.status();
//   absl::Status status = pointer->Write({1, 2, 3});
//   status.Update(memory->Flush({0, 64}));
//   ... submit commands that read memory->bytes({0, 3}) ...
//   status.Update(memory->Unmap());
//   if (!status.ok()) return status;

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "incoherent/device.h"
#include "incoherent/host_pointer.h"

namespace incoherent {

// A VkDeviceMemory as a plain value, which may be null, freed, or another
// device's: for the function below, that is told of each.
struct MemoryHandle {
  const Device* device = nullptr;  // null: VK_NULL_HANDLE
  MemoryId memory{};
};

class Memory {
 public:
  // vkAllocateMemory. Errors: a broken rule, with its VUID; VK_ERROR_OUT_OF_
  // DEVICE_MEMORY, VK_ERROR_OUT_OF_HOST_MEMORY.
  static absl::StatusOr<Memory> Allocate(Device& device, uint32_t type_index,
                                         uint64_t size);
  static absl::StatusOr<Memory> Allocate(Device& device,
                                         const AllocateRequest& request);
  // Takes over an object that Device::Allocate or Device::Import made.
  Memory(Device& device, MemoryId id);

  Memory(Memory&& other) noexcept;
  Memory& operator=(Memory&& other) noexcept;
  ~Memory();

  // --- What it is. Of a Memory that was freed or moved from: id, size and
  // type_index are what they were.
  Device& device() const { return *device_; }
  MemoryId id() const { return id_; }
  uint64_t size() const { return size_; }
  uint32_t type_index() const { return type_index_; }
  bool is_live() const { return live_; }
  bool is_host_visible() const { return host_visible_; }
  // Flush and invalidate have something to do.
  bool is_non_coherent() const { return non_coherent_; }
  uint64_t atom_size() const { return atom_size_; }
  MemoryHandle handle() const { return {device_, id_}; }
  // What findings call it.
  void SetName(absl::string_view name);
  // For commands: bytes of this object.
  MemoryRange bytes(const ByteRange& range) const { return {id_, range}; }

  // --- vkMapMemory, vkUnmapMemory.
  absl::StatusOr<HostPointer> Map(uint64_t offset = 0,
                                  uint64_t size = kWholeSize,
                                  uint32_t flags = 0);
  absl::Status Unmap();
  // What is mapped now, of the object; none if nothing is.
  absl::optional<ByteRange> mapping() const;

  // --- vkFlushMappedMemoryRanges, vkInvalidateMappedMemoryRanges: one range
  // (from 0 to the end of the mapping, if none is given, which is valid only of
  // a mapping that begins at 0), or several. Each is
  // judged; the first error is returned. No range at all breaks
  // VUID-vkFlushMappedMemoryRanges-memoryRangeCount-arraylength, or
  // VUID-vkInvalidateMappedMemoryRanges-memoryRangeCount-arraylength.
  absl::Status Flush(const ByteRange& range = {0, kWholeSize});
  absl::Status FlushRanges(absl::Span<const ByteRange> ranges);
  absl::Status Invalidate(const ByteRange& range = {0, kWholeSize});
  absl::Status InvalidateRanges(absl::Span<const ByteRange> ranges);

  // What a host access to the range must be kept apart from device work: of
  // non-coherent memory, all its atoms; of coherent memory, the range. The part
  // outside of the object is dropped.
  ByteRange HazardRange(const ByteRange& range) const;
  // A range that may be flushed and invalidated and covers this one: its atoms,
  // up to the end of the object.
  ByteRange AtomRange(const ByteRange& range) const;

  // vkFreeMemory VUID-vkFreeMemory-memory-00677: pending commands use it. What
  // was not flushed is lost.
  absl::Status Free();

 private:
  absl::Status CheckLive(absl::string_view call) const;
  absl::Status Synchronize(absl::Span<const ByteRange> ranges, const char* call,
                           absl::Status (Device::*synchronize)(MemoryId,
                                                               uint64_t,
                                                               uint64_t));
  void Drop();

  Device* device_;
  MemoryId id_;
  uint64_t size_;
  uint32_t type_index_;
  uint64_t atom_size_;
  bool host_visible_;
  bool non_coherent_;
  bool live_ = true;
};

// vkMapMemory, with whatever an application may pass to it: besides the rules
// above,
//
//   device null             VUID-vkMapMemory-device-parameter
//   memory null or freed    VUID-vkMapMemory-memory-parameter
//   memory of another       VUID-vkMapMemory-memory-parent
//     device
//   data null               VUID-vkMapMemory-ppData-parameter
//   flags not 0             VUID-vkMapMemory-flags-zerobitmask, ignored
//
// On an error, *data is as it was unless the table above gives a pointer; the
// specification leaves it undefined.
// What is wrong is a finding of `device`, if there is one.
absl::Status MapMemory(Device* device, const MemoryHandle& memory,
                       uint64_t offset, uint64_t size, uint32_t flags,
                       HostPointer* data);

}  // namespace incoherent

#endif  // INCOHERENT_MEMORY_H_
