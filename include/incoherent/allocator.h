#ifndef INCOHERENT_ALLOCATOR_H_
#define INCOHERENT_ALLOCATOR_H_

// Allocator: many allocations in few memory objects, and the map that goes with
// them, as the Vulkan Memory Allocator (VMA) has it.
//
//   VMA                                   here
//   vmaCreateAllocator                    Allocator
//   vmaAllocateMemory                     Create
//   VMA_ALLOCATION_CREATE_MAPPED_BIT      AllocationCreateInfo::mapped
//   VMA_ALLOCATION_CREATE_DEDICATED_...   AllocationCreateInfo::dedicated
//   vmaGetAllocationInfo                  InfoOf
//   vmaMapMemory, vmaUnmapMemory          MapMemory, UnmapMemory
//   vmaFlushAllocation,                   FlushAllocation,
//     vmaInvalidateAllocation               InvalidateAllocation
//   vmaFreeMemory                         Free
//
// All numbers are bytes. Offsets in calls count from the allocation's first
// byte; AllocationInfo::offset alone, and the ranges in findings, count from
// the first byte of the memory object.
//
// Mapping
//
// A memory object is mapped once or not at all; allocations may be mapped any
// number of times, and many in one block at once. So each block counts the maps
// of its allocations. The first maps the whole block, the last unmap unmaps it.
//
//   allocation    not mapped          mapped n times        freed
//   MapMemory     mapped once         mapped n + 1 times    error, finding
//   UnmapMemory   error, finding      mapped n - 1 times    error, finding
//   Free          freed               freed, its maps end;  error, finding
//                                     error, finding
//   pointer       error, finding      the bytes             error, finding
//
//   * The pointer points at the allocation, not at its block: do not add
//     AllocationInfo::offset to it. It is good for the allocation's bytes, and
//     until n is 0 again, whether or not the block stays mapped for others.
//   * An allocation created `mapped` has a mapping more, the 0-th: it is not
//     counted in n, is there from Create on, has its pointer in
//     AllocationInfo::mapped_data, and goes with Free. MapMemory and
//     UnmapMemory may be called all the same, in equal numbers. On memory that
//     is not HOST_VISIBLE, `mapped` is ignored, and mapped_data null.
//   * MapMemory and UnmapMemory neither flush nor invalidate.
//
// Flush and invalidate
//
// FlushAllocation and InvalidateAllocation do nothing if the size is 0, or if
// the memory is coherent or not HOST_VISIBLE. Else they round the range to
// atoms (nonCoherentAtomSize), its begin down and its end up, stop at the end
// of the memory object, and call vkFlushMappedMemoryRanges or
// vkInvalidateMappedMemoryRanges. kWholeSize is to the end of the allocation.
// They do not map: if the block is not mapped at that moment, by this or
// another allocation, that is a finding of
// VUID-VkMappedMemoryRange-memory-00684, and nothing is flushed.
//
// Placement
//
// There are blocks of AllocatorOptions::block_size for each memory type, and an
// allocation gets the first room that fits; freed room joins the free bytes
// beside it. What is larger than a block, or `dedicated`, gets a memory object
// of its own, of exactly its size. An empty block is freed if its type has
// another empty one; so one is kept, as VMA does. A memory object of its own
// goes with its allocation.
//
// By default, no two allocations of a non-coherent type share an atom: each
// begins at one, and the rest of its last one stays unused. With
// align_to_atoms = false they are packed as tightly as the alignments permit,
// and then a flush of one carries stale bytes of its neighbour along
// (`atom-clobber`), or an invalidate discards what was stored there
// (`discarded-host-write`).
//
// Errors
//
// Every misuse is an error and an `invalid-usage` finding, of one line that
// names the allocation, its memory object and its bytes. "V" marks those that
// have a VUID; the others have none, because Vulkan knows no allocations. "no":
// the error is no misuse, and not a finding.
//
//   call                   error                                    finding
//   Create                 InvalidArgument: size 0; an alignment    yes
//                          that is no power of two
//                          VK_ERROR_OUT_OF_DEVICE_MEMORY: the heap  no
//                          is full (VK_ERROR_OUT_OF_HOST_MEMORY:
//                          the machine that simulates it)
//                          any other of vkAllocateMemory, such as   V
//                          maxMemoryAllocationCount-04101 (too
//                          many objects), pAllocateInfo-01714 (no
//                          such type)
//                          `mapped`: MapMemory's; nothing is        as there
//                          created then
//   MapMemory              VK_ERROR_MEMORY_MAP_FAILED: no addresses no
//                          are free; or what FailNextMap said
//                          VK_ERROR_MEMORY_MAP_FAILED: the memory   V
//                          is not HOST_VISIBLE (VUID-vkMapMemory-
//                          memory-00682)
//                          In each case, nothing is counted.
//   UnmapMemory            FailedPrecondition: one unmap too many,  yes
//                          against the 0-th mapping, too; nothing
//                          happens
//   FlushAllocation,       OutOfRange: not inside the allocation,   yes
//   InvalidateAllocation,  on coherent memory, too; nothing
//   bytes                  happens. If the allocation's own offset
//                          was added, the message says so
//   FlushAllocation,       InvalidArgument: the block of non-       V
//   InvalidateAllocation   coherent memory is not mapped (00684)
//   Free                   FailedPrecondition: mapped still, not    yes
//                          counting the 0-th; freed all the same,
//                          and its maps end
//   ~Allocator             (none): what is not freed is freed; each yes: "leak"
//   any of these           FailedPrecondition: the allocation was   yes
//                          freed before (a second Free, too)
//                          InvalidArgument: null, or another        yes
//                          allocator's. Free of null is OK
//   MapMemory, pointers    FailedPrecondition: the memory object    yes
//                          was freed or unmapped by hand: it is
//                          the allocator's (the other calls break
//                          the device's rules then, or do nothing)
//   use of a pointer       FailedPrecondition: after the last       yes
//                          unmap, or after Free
//                          OutOfRange: beside its allocation. If    yes
//                          the displacement is the allocation's
//                          own offset, the message says so: "do
//                          not add its offset"
//
// DeviceFinding::hazard.range is the allocation's bytes in the memory object;
// of a use of a dead pointer, the bytes used; of a V, of a null or another
// allocator's handle, of refused arguments of Create, and of what was done by
// hand, it is empty. What was forgotten (`lost-host-write` without a flush,
// `stale-host-read` without an invalidate) the device finds, and names the
// memory object: "type2-block0", or the allocation's name if it is dedicated.
//
// Not found: a displaced pointer that stays inside of its allocation is a use
// of other bytes of it, like any other. Free neither flushes nor asks whether
// the device is done with the bytes, unless it frees the memory object
// (VUID-vkFreeMemory-memory-00677).
//
// Threads: any call and any use of a pointer may be made from any thread. As
// with the device, kernels and on_finding make no calls, but InfoOf and bytes
// of allocations that live.
//
// Example:
//
//   Allocator allocator(device);
//   absl::StatusOr<Allocation> staging =
//       allocator.Create({/*size=*/256, SmallDeviceTypes::kNonCoherent});
//   if (!staging.ok()) return staging.status();
//   absl::StatusOr<HostPointer> pointer = allocator.MapMemory(*staging);
//   if (!pointer.ok()) return pointer.status();
//   absl::Status status = pointer->Write({1, 2, 3, 4});
//   status.Update(allocator.FlushAllocation(*staging, 0, 4));
//   status.Update(allocator.UnmapMemory(*staging));
//   absl::StatusOr<MemoryRange> source = allocator.bytes(*staging, {0, 4});
//   ... submit commands that read *source, and wait ...
//   status.Update(allocator.Free(*staging));

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "incoherent/device.h"
#include "incoherent/host_pointer.h"

namespace incoherent {

class BlockList;  // sim/host/allocator
class Suballocation;
struct SuballocationPlace;

// A handle: a value, of which copies mean the same allocation. It owns nothing:
// Free frees the allocation, whoever has handles to it.
class Allocation {
 public:
  Allocation() = default;  // null

  bool is_null() const { return suballocation_ == nullptr; }
  bool operator==(const Allocation& other) const {
    return suballocation_ == other.suballocation_;
  }
  bool operator!=(const Allocation& other) const { return !(*this == other); }

 private:
  friend class Allocator;
  explicit Allocation(std::shared_ptr<Suballocation> suballocation)
      : suballocation_(std::move(suballocation)) {}

  std::shared_ptr<Suballocation> suballocation_;
};

struct AllocatorOptions {
  // Of the memory objects that are shared; rounded up to an atom. 0: none is.
  // (VMA's 256 MiB would be simulated byte by byte.)
  uint64_t block_size = 65536;
  bool align_to_atoms = true;
};

struct AllocationCreateInfo {
  uint64_t size = 0;
  uint32_t type_index = 0;
  // Of the first byte in its memory object: a power of two.
  uint64_t alignment = 1;
  bool mapped = false;
  bool dedicated = false;
  // What messages call it; "allocation0" and so on, unless told.
  std::string name = {};
};

struct AllocationInfo {
  MemoryId memory{};    // the memory object
  uint64_t offset = 0;  // in the memory object
  uint64_t size = 0;    // as it was asked for
  uint32_t type_index = 0;
  // To the first byte, if it is mapped now, by whatever map; else null.
  HostPointer mapped_data;
  // Calls of MapMemory without their UnmapMemory.
  uint64_t map_count = 0;
  std::string name;
};

class Allocator {
 public:
  // The device outlives the allocator.
  explicit Allocator(Device& device, const AllocatorOptions& options = {});
  ~Allocator();
  Allocator(const Allocator&) = delete;
  Allocator& operator=(const Allocator&) = delete;

  Device& device() const { return device_; }

  absl::StatusOr<Allocation> Create(const AllocationCreateInfo& info);
  absl::StatusOr<AllocationInfo> InfoOf(const Allocation& allocation) const;
  // For commands: bytes of the allocation, all of them if none are named; the
  // size may be kWholeSize.
  absl::StatusOr<MemoryRange> bytes(const Allocation& allocation,
                                    const ByteRange& range = {
                                        0, kWholeSize}) const;
  absl::Status Free(const Allocation& allocation);

  absl::StatusOr<HostPointer> MapMemory(const Allocation& allocation);
  absl::Status UnmapMemory(const Allocation& allocation);

  absl::Status FlushAllocation(const Allocation& allocation,
                               uint64_t offset = 0, uint64_t size = kWholeSize);
  absl::Status InvalidateAllocation(const Allocation& allocation,
                                    uint64_t offset = 0,
                                    uint64_t size = kWholeSize);

 private:
  using Synchronization = absl::Status (Device::*)(MemoryId, uint64_t,
                                                   uint64_t);

  absl::Status CheckInfo(const AllocationCreateInfo& info) const;
  absl::Status CheckLive(const Allocation& allocation,
                         absl::string_view call) const;
  absl::Status Report(const Allocation& allocation, const absl::Status& broken,
                      absl::string_view call) const;
  // Of the memory object, if the range is inside of the allocation.
  absl::StatusOr<ByteRange> RangeInside(const Allocation& allocation,
                                        const ByteRange& range,
                                        absl::string_view call) const;
  const MemoryType& TypeOf(const SuballocationPlace& place) const;
  absl::StatusOr<Allocation> Place(const AllocationCreateInfo& info);
  absl::Status AddMap(Suballocation& suballocation, uint64_t counted);
  absl::Status Synchronize(const Allocation& allocation, const ByteRange& range,
                           absl::string_view call, Synchronization synchronize);

  Device& device_;
  const uint64_t number_;  // which no other allocator has
  // Held in each call that changes something, and in each use of a pointer, the
  // device's part of it included. Shared with the pointers.
  const std::shared_ptr<std::mutex> turn_;
  std::vector<std::unique_ptr<BlockList>> lists_;  // by type
  std::map<uint64_t, std::shared_ptr<Suballocation>> live_;
  uint64_t created_ = 0;
};

}  // namespace incoherent

#endif  // INCOHERENT_ALLOCATOR_H_
