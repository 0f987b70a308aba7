#ifndef INCOHERENT_SIM_HOST_GUARD_GUARDED_MEMORY_H_
#define INCOHERENT_SIM_HOST_GUARD_GUARDED_MEMORY_H_

// GuardedMemory: a mapped Memory and the table of its open guards. It is what a
// MappedMemory and its guards share.
//
//                 not open          open                destroyed
//   Open          open              refused if it       -
//                                   overlaps a guard
//                                   and one writes
//   Load, Store   refused           the bytes           refused
//   Close         refused           flush; not open     refused
//   TakeBack      the Memory        refused             -
//   Destroy       the memory is     each open guard     -
//                 freed             is told of
//
// Whatever is refused is a finding, of the guard's bytes. Thread-safe.

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "incoherent/memory.h"
#include "sim/host/guard/guard_access.h"

namespace incoherent {

// Which guard; the number is never used again.
struct GuardId {
  uint64_t number = 0;
  ByteRange range;  // of the memory object
  GuardAccess access = GuardAccess::kRead;
};

class GuardedMemory {
 public:
  // The pointer is to the first byte of the memory, all of which is mapped.
  GuardedMemory(Memory memory, HostPointer pointer)
      : memory_(std::move(memory)), pointer_(std::move(pointer)) {}
  GuardedMemory(const GuardedMemory&) = delete;
  GuardedMemory& operator=(const GuardedMemory&) = delete;

  Memory& memory() { return memory_; }
  // Of the first mapped byte, as a number.
  uint64_t address() const { return pointer_.address(); }
  size_t open_guards() const;

  // Invalidates if the guard reads. The range lies in the memory.
  absl::StatusOr<GuardId> Open(const ByteRange& range, GuardAccess access,
                               absl::string_view call);
  // Flushes if the guard writes. The guard is closed whatever is returned.
  absl::Status Close(const GuardId& guard);
  // The same of a guard that may be closed or lost already.
  void CloseIfOpen(const GuardId& guard);

  // `bytes` are of the object, and the guard's.
  absl::Status Load(const GuardId& guard, const ByteRange& bytes, void* out);
  absl::Status Store(const GuardId& guard, const ByteRange& bytes,
                     const void* values);

  // Unmaps, and gives the memory away.
  absl::StatusOr<Memory> TakeBack();
  void Destroy();

  // Tells a misuse of these bytes of the object, and gives it back.
  absl::Status Refuse(absl::string_view call, const ByteRange& bytes,
                      const absl::Status& why) const;
  // "memory0[0, 64)".
  std::string TextOf(const ByteRange& bytes) const;

 private:
  using Lock = std::lock_guard<std::mutex>;

  // As it was when it was wrapped.
  bool IsMapped() const;
  absl::Status CheckOpen(const GuardId& guard, absl::string_view call) const;
  absl::Status Leave(const GuardId& guard);

  mutable std::mutex mutex_;  // taken before the device's
  Memory memory_;
  HostPointer pointer_;
  bool destroyed_ = false;
  uint64_t last_number_ = 0;
  std::map<uint64_t, GuardId> open_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_GUARD_GUARDED_MEMORY_H_
