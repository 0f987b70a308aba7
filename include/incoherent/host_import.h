#ifndef INCOHERENT_HOST_IMPORT_H_
#define INCOHERENT_HOST_IMPORT_H_

// HostPages: pages of the host's own, and VkImportMemoryHostPointerInfoEXT:
// device memory that is made from them.
//
// Importing shares the pages between the host and the device. Contents are
// preserved, and the pages have three kinds of users from then on:
//
//   who                    by what                    its cache
//   the host, as before    HostPages::pointer(),      if some import of the
//                          HostPages::MapAgain()      pages is non-coherent:
//                                                     CleanCache,
//                                                     InvalidateCache
//   the host, through a    Memory::Map()              if the memory is
//   mapping                                           non-coherent: Flush,
//                                                     Invalidate
//   the device             Memory::bytes()            barriers, submits
//
// The imported Memory is *not host mapped* until Map: to flush or invalidate it
// before breaks VUID-VkMappedMemoryRange-memory-00684. What Map returns is
// another address of the same pages. Flush and Invalidate serve accesses
// through that mapping only, never those by the original pointer; for these,
// CleanCache and InvalidateCache are what the platform has for its caches,
// outside of Vulkan (vkFlushMappedMemoryRanges, notes). MapAgain's pointers and
// pointer() share one cache.
//
// The way of a write, for non-coherent imports (of coherent ones, without the
// steps in brackets):
//
//   original pointer to device   store, [CleanCache], submit
//   mapping to device            store, [Flush], submit
//   device to original pointer   ToHostBarrier, wait, [InvalidateCache], load
//   device to mapping            ToHostBarrier, wait, [Invalidate], load
//   original pointer to mapping  store, [CleanCache], [Invalidate], load
//   mapping to original pointer  store, [Flush], [InvalidateCache], load
//   device A to device B         ToHostBarrier on A, wait, submit on B
//
// A missing step is the same finding as with memory that was not imported
// (sim/memory/hazard.h): without CleanCache or Flush, lost-host-write, missing
// "flush"; without InvalidateCache or Invalidate, stale-host-read, missing
// "invalidate"; without the barrier, missing-host-barrier; without the wait,
// in-flight-access on the host, missing-device-barrier on device B, missing
// "wait". Ranges of findings count from the first page, and messages call the
// bytes by the name of the pages ("pages[0, 4)").
//
// All numbers are bytes. Pages are zeros at first.
//
// Importing is possible several times: into one device (several Memory objects
// over one payload, each with a mapping of its own), into several devices
// (made with the same DeviceOptions::host), and of a part of the pages. A
// device may refuse what it cannot do.
//
//   import                                  ends with
//   valid                                   a Memory
//   handle_type 0                           a Memory of its own: nothing is
//                                           imported, the pointer is ignored
//                                           (vkAllocateMemory)
//   not possible; no rule is broken, no finding:
//     HostAllocationInfo::importable false  VK_ERROR_INVALID_EXTERNAL_HANDLE
//     DeviceOptions::refuse_second_import,  the same
//       and this device has some of these
//       bytes imported already
//     as non-coherent memory, from the      the same
//       middle of an atom of the pages
//     a null pointer; size 0                the same
//     DEVICE_COHERENT memory (AMD) of       the same: a simulated limit
//       pages that were imported as other,
//       or the reverse
//     no room in the simulation             VK_ERROR_OUT_OF_HOST_MEMORY
//   a broken rule; a finding, and VK_ERROR_INVALID_EXTERNAL_HANDLE:
//     VUID-VkImportMemoryHostPointerInfoEXT-...
//     handleType-01747    the device imports no host pointers at all
//                         (MemoryProperties::host_pointer_types is 0)
//     handleType-01748    handle_type is neither 0 nor one of the two
//     pHostPointer-01749  the pointer is no multiple of
//                         minImportedHostPointerAlignment
//     handleType-01750    HOST_ALLOCATION: not that many bytes of live pages
//                         of that kind, of the device's host; so a vkMapMemory
//                         pointer, freed pages, a range that ends behind them
//     handleType-01751    the same, of HOST_MAPPED_FOREIGN_MEMORY
//     VUID-VkMemoryAllocateInfo-...
//     memoryTypeIndex-01744  the type is not among HostPointerTypes
//     allocationSize-01745   size is no multiple of
//                            minImportedHostPointerAlignment
//
// The first one that applies is told: 01748, 01747, 01749, 01745, 01744, 01750
// or 01751, and after them what is not possible. (A type that the device has
// not at all breaks VUID-vkAllocateMemory-pAllocateInfo-01714 instead of
// 01744.) The other rules of vkAllocateMemory hold as well
// (sim/memory/allocation.h); with a chain of other structs, use Device::Import
// and Memory(device, id).
//
// Lifetime: an import holds no reference to the pages. They must stay valid
// until each Memory made of them is freed; declare them before it.
//
//                pages live             pages freed
//   Free         freed. If an import    FailedPrecondition, a finding
//                is left: freed all the
//                same, FailedPre-
//                condition, a finding
//   pointers     the bytes              FailedPrecondition, a finding
//   mappings,    the bytes              FailedPrecondition, a finding
//     Flush,
//     Invalidate
//   a submit     runs                   runs, on undefined bytes, and a finding
//     that uses                         for each such command
//     the Memory
//
// When a Memory is freed, the pages have what had reached the host domain. When
// the last non-coherent one is, the original pointer needs no cache operation
// any more; its own unclean stores are not lost. Stores through the freed
// mapping that were not flushed are (lost-host-write where they are read).
//
// Types that are not HOST_VISIBLE: a device may offer them in
// MemoryProperties::host_pointer_types; devices of a general-purpose system
// should not. The contents are undefined from the import on, and after the
// Memory is freed, too. Meanwhile nobody on the host may touch the bytes:
//
//                 while imported so         after the free
//   a store by    FailedPrecondition, a     defined from then on
//     pointer(),  finding; nothing is
//     MapAgain or stored
//     a mapping
//   a load        FailedPrecondition, a     undefined bytes, and a finding
//                 finding                   about those that nobody has written
//                                           since
//
// Findings without a VUID in this header are of the kind invalid-usage, and go
// to the Host; those of HostPages and its pointers also to every device that
// has the pages imported, those of a device's own calls to that device.
//
// HostPages is RAII: it frees in its destructor. Movable, not copyable. One
// that was moved from, or freed, refuses every call (FailedPrecondition, a
// finding); its pointers, size and name are what they were. Thread-safe as the
// device is: pointers may be used from any thread; Free and moves need the
// caller's lock.
//
// Example:
//
//   Device device(SmallDevice());
//   absl::StatusOr<HostPages> pages =
//       HostPages::Create(device.host(), {/*size=*/8192});
//   if (!pages.ok()) return pages.status();
//   absl::Status status = pages->pointer().Write({1, 2, 3});
//   absl::StatusOr<Memory> memory = ImportHostPointer(
//       device, {pages->pointer(), 8192, SmallDeviceTypes::kNonCoherent});
//   if (!memory.ok()) return memory.status();
//   status.Update(pages->pointer().Write({4}));
//   status.Update(pages->CleanCache({0, 64}));    // not memory->Flush
//   ... submit commands that read memory->bytes({0, 3}): 4, 2, 3 ...
//   status.Update(memory->Free());
//   status.Update(pages->Free());

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "incoherent/device.h"
#include "incoherent/host_pointer.h"
#include "incoherent/memory.h"
#include "sim/device/host_allocation.h"

namespace incoherent {

class HostPages {
 public:
  // Pages of a host: a device's own (device.host()), or the one that several
  // devices share. HostAllocationInfo says the size, alignment (4096), name
  // ("pages"), handle type, and whether the platform can share them.
  // InvalidArgument: no host, size 0, an alignment that is no power of two, a
  // handle type that is none of the two. VK_ERROR_OUT_OF_HOST_MEMORY: no room.
  static absl::StatusOr<HostPages> Create(const std::shared_ptr<Host>& host,
                                          const HostAllocationInfo& info);

  HostPages(HostPages&& other) noexcept;
  HostPages& operator=(HostPages&& other) noexcept;
  ~HostPages();

  uint64_t size() const { return pages_->size(); }
  const std::string& name() const { return pages_->info().name; }
  bool is_live() const { return live_; }

  // The original pointer, to the first byte; a multiple of the alignment.
  const HostPointer& pointer() const { return pointer_; }
  // Maps the same pages once more, at another address, until they are freed.
  // VK_ERROR_OUT_OF_HOST_MEMORY: no addresses are left.
  absl::StatusOr<HostPointer> MapAgain();

  // What the platform, not Vulkan, has for caches: brings stores by pointer()
  // and MapAgain() out of the cache, or what others wrote into it. A range
  // counts from the first page, stands for whole atoms, and may end with
  // kWholeSize. An invalidate over what was stored and not cleaned is a
  // discarded-host-write. While no import is non-coherent, they do nothing.
  // OutOfRange, and a finding: bytes that are not in the pages.
  absl::Status CleanCache(const ByteRange& range = {0, kWholeSize});
  absl::Status InvalidateCache(const ByteRange& range = {0, kWholeSize});

  // Frees the pages. See "Lifetime" above.
  absl::Status Free();

 private:
  explicit HostPages(std::shared_ptr<HostAllocation> pages);
  absl::Status CheckLive(absl::string_view call) const;
  ByteRange Resolve(const ByteRange& range) const;
  void Drop();

  std::shared_ptr<HostAllocation> pages_;
  HostPointer pointer_;
  bool live_ = true;
};

// VkImportMemoryHostPointerInfoEXT, and the VkMemoryAllocateInfo around it.
struct HostPointerImport {
  HostPointer pointer;  // anywhere in pages, by any of their addresses
  uint64_t size = 0;
  uint32_t type_index = 0;
  // kHandleTypeHostMappedForeignMemory for such pages; 0 imports nothing.
  uint32_t handle_type = kHandleTypeHostAllocation;
};

// vkAllocateMemory with a host pointer: see the table above. The pointer is an
// address to the device, as in Vulkan: it is looked up among the pages of
// device.host().
absl::StatusOr<Memory> ImportHostPointer(Device& device,
                                         const HostPointerImport& import);

// vkGetMemoryHostPointerPropertiesEXT: memoryTypeBits, a bit for each memory
// type that the pages may be imported as. Errors, all of them with
// VK_ERROR_INVALID_EXTERNAL_HANDLE; the rules are findings, prefixed
// VUID-vkGetMemoryHostPointerPropertiesEXT-
//
//   handleType-01752    handle_type is none of the two
//   pHostPointer-01753  no multiple of minImportedHostPointerAlignment
//   handleType-01754    HOST_ALLOCATION: to no live pages of that kind
//   handleType-01755    HOST_MAPPED_FOREIGN_MEMORY: to no live pages of it
//   (no finding)        HostAllocationInfo::importable is false
absl::StatusOr<uint32_t> HostPointerTypes(Device& device, uint32_t handle_type,
                                          const HostPointer& pointer);

}  // namespace incoherent

#endif  // INCOHERENT_HOST_IMPORT_H_
