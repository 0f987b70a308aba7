#ifndef INCOHERENT_MAPPED_MEMORY_H_
#define INCOHERENT_MAPPED_MEMORY_H_

// MappedMemory: device memory that stays mapped, and is accessed through guards
// that invalidate on entry and flush on exit (mapped_guard.h).
//
//   Allocate    vkAllocateMemory, vkMapMemory of all of it
//   FromMemory  vkMapMemory of all of a Memory that exists
//   ReadWrite,  a guard of bytes [offset, offset + size) of the memory object
//   Read, Write
//   Unmap       vkUnmapMemory; the Memory lives on
//   destructor  vkFreeMemory
//
// Everything is in bytes; offsets count from the start of the memory object.
//
//                   no guard open      guards open
//   ReadWrite,      a guard            refused, if the bytes overlap a guard's
//   Read, Write                        and one of the two writes; else a guard
//   Unmap           a plain Memory,    refused; all stays as it is
//                   not mapped
//   destructor      freed              freed, and a finding for each guard,
//                                      which is lost: its uses are refused, and
//                                      it does not flush
//   after a move,   refused            -
//   or Unmap
//
// "Refused" is FailedPrecondition, and a finding of the kind invalid-usage,
// without a VUID, with the bytes of the guard (of the whole memory, after a
// move). Errors without a finding, for what touches no Vulkan rule and changes
// nothing:
//
//   Allocate, FromMemory   the type is not HOST_VISIBLE: names
//                          VUID-vkMapMemory-memory-00682 (VuidOf); nothing was
//                          allocated, or mapped
//                          VK_ERROR_MEMORY_MAP_FAILED and the other codes of
//                          memory.h (ReturnCodeOf): Allocate frees what it had
//                          allocated
//   ReadWrite, Read,       OutOfRange: the range is not inside the memory
//   Write                  InvalidArgument: its size is not that of one T, or,
//                          of an array, not a multiple of an element's, or 0;
//                          its mapped address is not aligned for the element
//
// Broken rules of allocating and mapping have their VUID and are findings, as
// in memory.h. FromMemory of a Memory that is mapped already breaks
// VUID-vkMapMemory-memory-00678: a finding, and it goes on, with all of it
// mapped. After an error of FromMemory, the Memory is the caller's as before.
//
// Guards of disjoint bytes may be open together, by rule. If they share an atom
// of non-coherent memory, the second one's invalidate and the first one's flush
// act on bytes of both: see the table.
//
// What a guard cannot know is found where it happens:
//
//   what is wrong                        finding, of which bytes
//   contents are read that nobody has    invalid-usage, at the read: the first
//   written since vkAllocateMemory       undefined bytes of it; they read as 0
//   a guard is opened before the wait,   in-flight-access, at the accesses: of
//   and used before it                   what the device touches in their bytes
//                                        (non-coherent: in their atoms)
//   opened before the wait, used after   stale-host-read (non-coherent)
//   closed after the submit that reads   lost-host-write, and in-flight-access
//                                        of the flush (non-coherent)
//   no barrier to the host after a       missing-host-barrier, at the reads
//   device write
//   WriteGuard over part of an atom      atom-clobber, at the stores, of the
//   whose rest the device wrote          device's bytes (non-coherent)
//   a guard that reads is opened in an   discarded-host-write, at the entry, of
//   atom that another one stored into    what was stored (non-coherent)
//   memory().Unmap() or Free() below     FailedPrecondition, and an
//   an open guard                        invalid-usage, at each use; its Close
//                                        is refused where it has to flush
//                                        (VUID-VkMappedMemoryRange-memory-00684)
//
// Movable, not copyable; guards stay good when it moves. Unmap flushes nothing:
// what was stored by other means than guards, and not flushed, is lost. Where
// memory() was unmapped already, Unmap breaks VUID-vkUnmapMemory-memory-00689:
// a finding, and it gives the Memory all the same.
//
// Thread-safe: several threads may open guards of one MappedMemory at once, and
// use and close them. It may be moved to, used and destroyed by another thread;
// moving, Unmap and destruction need the caller's lock, and so do Map, Unmap
// and Free of memory(). The Device outlives it, and its guards.
//
// Example:
//
//   Device device(SmallDevice());
//   absl::StatusOr<MappedMemory> memory = MappedMemory::Allocate(
//       device, SmallDeviceTypes::kNonCoherent, 1024);
//   if (!memory.ok()) return memory.status();
//   {
//     absl::StatusOr<WriteGuard<uint8_t[]>> content =
//         memory->Write<uint8_t[]>({0, 1024});
//     if (!content.ok()) return content.status();
//     (*content)[12] = 54;
//   }  // flushed
//   ... submit commands that read memory->memory().bytes({12, 1}) ...

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "incoherent/device.h"
#include "incoherent/mapped_guard.h"
#include "incoherent/memory.h"
#include "sim/host/guard/guarded_memory.h"

namespace incoherent {

class MappedMemory {
 public:
  static absl::StatusOr<MappedMemory> Allocate(Device& device,
                                               uint32_t type_index,
                                               uint64_t size);
  static absl::StatusOr<MappedMemory> FromMemory(Memory&& memory);

  MappedMemory(MappedMemory&& other) noexcept;
  MappedMemory& operator=(MappedMemory&& other) noexcept;
  ~MappedMemory() { Drop(); }

  // --- Guards; T is `Element[]`, or one object.
  template <typename T>
  absl::StatusOr<ReadWriteGuard<T>> ReadWrite(const ByteRange& range) const {
    return Open<T, GuardAccess::kReadWrite>(range, "MappedMemory::ReadWrite");
  }
  template <typename T>
  absl::StatusOr<ReadGuard<T>> Read(const ByteRange& range) const {
    return Open<T, GuardAccess::kRead>(range, "MappedMemory::Read");
  }
  template <typename T>
  absl::StatusOr<WriteGuard<T>> Write(const ByteRange& range) const {
    return Open<T, GuardAccess::kWrite>(range, "MappedMemory::Write");
  }

  //   absl::StatusOr<Memory> plain = std::move(mapped).Unmap();
  absl::StatusOr<Memory> Unmap() &&;

  // --- What it is. Of one that was moved from, what it was.
  Device& device() const { return shared_->memory().device(); }
  uint64_t size() const { return shared_->memory().size(); }
  // Neither moved from nor unmapped.
  bool is_live() const { return live_; }
  // The memory below, for commands and names. A use after a move is a finding,
  // and gives the same Memory, which refuses what it cannot do. Do not move it.
  const Memory& memory() const;
  Memory& memory();
  // "MappedMemory(memory0, type 2, 1024 bytes, 1 open guard)".
  std::string DebugString() const;

 private:
  // What a range must fit.
  struct Shape {
    uint64_t element_size;
    uint64_t alignment;
    bool is_array;
  };

  explicit MappedMemory(std::shared_ptr<GuardedMemory> shared)
      : shared_(std::move(shared)) {}

  template <typename T, GuardAccess kAccess>
  absl::StatusOr<MappedGuard<T, kAccess>> Open(const ByteRange& range,
                                               absl::string_view call) const {
    using Element = typename MappedGuard<T, kAccess>::Element;
    absl::StatusOr<GuardLease> lease = OpenLease(
        range, {sizeof(Element), alignof(Element), std::is_array<T>::value},
        kAccess, call);
    if (!lease.ok()) return lease.status();
    return MappedGuard<T, kAccess>(*std::move(lease));
  }
  absl::StatusOr<GuardLease> OpenLease(const ByteRange& range,
                                       const Shape& shape, GuardAccess access,
                                       absl::string_view call) const;
  absl::Status CheckLive(absl::string_view call) const;
  absl::Status CheckRange(const ByteRange& range, const Shape& shape) const;
  void Drop();

  std::shared_ptr<GuardedMemory> shared_;  // never null
  bool live_ = true;
};

std::ostream& operator<<(std::ostream& out, const MappedMemory& memory);

}  // namespace incoherent

#endif  // INCOHERENT_MAPPED_MEMORY_H_
