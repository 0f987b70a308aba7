#ifndef INCOHERENT_INCLUDE_INCOHERENT_VMO_H_
#define INCOHERENT_INCLUDE_INCOHERENT_VMO_H_

// Memory that two processes share, on a machine that is not coherent.
//
// A Vmo is a memory object; a Mapping is how one party reads and writes it. The
// shapes are those of Fuchsia's `mapped_vmo::Mapping`, and so is the contract:
// how one party signals the other orders nothing, so a writer releases its
// writes before it signals, and a reader acquires them after the signal. On
// most machines memory works without; here it does not, and whoever forgot is
// named, with the party that was let down.
//
// What a party sees
//
//   party A                the published bytes               party B
//   Write -> its view  --- ReleaseWrites -->  .                its view -> Read
//                                             .  -- AcquireWrites -->
//
// Each Mapping has a view of its own. It starts with zeros, as a fresh Vmo
// does. A byte of a view is *dirty* if it was written and not released:
//
//                    clean byte                     dirty byte
//   Read             the view's                     the view's
//   Write            dirty                          dirty
//   ReleaseWrites    -                              published; clean
//   AcquireWrites    the view gets the published    - (own writes stay)
//   evict            -                              as ReleaseWrites
//   refill           as AcquireWrites               -
//
// A cache may evict and refill by itself, at any moment. The eviction policy
// of a mapping says whether it does: never (lazy, the default: whatever may be
// lost is), always (eager: looks coherent), or by the toss of a coin
// (random:SEED). It changes bytes and never findings.
//
// Findings: what went wrong, whether or not a byte shows it
//
//   lost-host-write    a party read what another wrote and did not release
//   stale-host-read    a party read what another released, and did not acquire
//   atom-clobber       a party overwrote what another wrote and did not
//                      release: which of the two stays is open
//   invalid-usage      a call was refused: the table under "Refusals"
//
//   lost-host-write: vmo "frames"[0, 4): 'producer: write [0, 4)', then
//   'consumer: read [0, 4)'; missing: ReleaseWrites by producer
//
// (one line). Operations are in the order in which they were called, whatever
// the processes and threads; all parties see the same findings in the same
// order.
//
// Processes
//
// Everything that the parties share lies in one memfd: a header, the published
// bytes, and a log of operations. Another process gets at it with Vmo::Open, by
// a file descriptor that it inherited over fork, or over exec (`dup(vmo.fd())`:
// fd() itself is closed by exec), or that came by SCM_RIGHTS. Over fork the Vmo
// object itself may be used as well; a Mapping may not, for its view would be
// copied: attach another one. Fork while no other thread is in a call.
//
// The log grows by 64 bytes an operation and is never cut, and each process
// keeps some bytes for each write and each finding: this is for tests. A party
// that dies in the middle of a call loses that call, and nobody else anything.
//
// Limits: a Vmo has 1 to 2^30 bytes. Names are cut to 31 bytes, as Zircon cuts
// them; what is not printable in them becomes '?'.
//
// Refusals
//
// A call that is refused does nothing. Its status begins with the name that
// Zircon has for it. Where the Rust document says that a method panics, it is
// an absl::OutOfRangeError here. "F" marks the refusals that are findings, too.
//
//   ZX_ERR_NOT_SUPPORTED     Unimplemented       CreateFromVmo of a resizable
//                                                Vmo
//   ZX_ERR_INVALID_ARGS      InvalidArgument     size 0; no kPermRead; unknown
//                                                flags; a signal slot that is
//                                                none, or another Vmo's;
//                                                memory that AsPtrLen did not
//                                                give
//   ZX_ERR_BUFFER_TOO_SMALL  OutOfRange          a mapping larger than its Vmo
//   ZX_ERR_OUT_OF_RANGE      OutOfRange          offset > size, a slice that is
//                                                out of bounds or reversed, a
//                                                Vmo that is too large
//   ZX_ERR_ACCESS_DENIED  F  PermissionDenied    write without kPermWrite;
//                                                Open of a descriptor that
//                                                cannot be written (no finding)
//   ZX_ERR_BAD_STATE      F  FailedPrecondition  a live slice has the bytes;
//                                                the object was moved from, its
//                                                mapping is gone, AsPtrLen was
//                                                called, or it belongs to
//                                                another process
//   ZX_ERR_NO_MEMORY         ResourceExhausted   no room for bytes or log
//   ZX_ERR_WRONG_TYPE        InvalidArgument     Open of what is no Vmo, or of
//                                                another version's
//   ZX_ERR_IO_DATA_INTEGRITY DataLoss            a Vmo that is cut short, or
//                                                that something else wrote to
//   ZX_ERR_TIMED_OUT         DeadlineExceeded    no signal in time; another
//                                                process has stopped in a call
//
// Threads: every call may be made from any thread, at any time, also on the
// same object; moving or destroying an object while another thread uses it is a
// mistake as it is with any object.
//
// Example:
//
//   auto made = incoherent::Mapping::AllocateWithName(4096, "frames");
//   if (!made.ok()) return made.status();
//   auto& [producer, vmo] = *made;
//   auto consumer = incoherent::Mapping::CreateFromVmo(
//       vmo, 4096, incoherent::kPermRead, {"consumer"});
//   const std::vector<uint8_t> frame = {1, 2, 3, 4};
//   std::vector<uint8_t> seen(4);
//   producer.Write(frame);
//   consumer->Read(absl::MakeSpan(seen));  // {0, 0, 0, 0}
//   const auto findings = vmo.findings();  // lost-host-write: vmo "frames"...

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/device/device_finding.h"
#include "sim/memory/byte_range.h"
#include "sim/memory/eviction.h"

namespace incoherent {

class Mapping;
class SharedBufferSlice;
class SharedBufferSliceMut;
class VmoMapping;  // sim/host/vmo
class VmoSignal;
class VmoState;

// How long a call waits for another process that is in the middle of one.
inline constexpr std::chrono::milliseconds kVmoLockTimeout{10000};

struct VmoOptions {
  uint64_t size = 0;  // in bytes
  std::string name = {};
  // Such a Vmo cannot be mapped.
  bool resizable = false;
  std::chrono::milliseconds lock_timeout = kVmoLockTimeout;
};

// What orders the memory of the two ends of a signal.
enum class SignalOrdering : uint8_t {
  // Nothing, as on Fuchsia today: ReleaseWrites before the signal and
  // AcquireWrites after it are a must.
  kNone,
  // Raising releases all writes of the mapping, waiting acquires all: "the
  // mechanism has well-defined memory ordering semantics", and the two calls
  // are optional.
  kReleaseAcquire,
};

// A handle to a memory object. Copies are handles to the same.
class Vmo {
 public:
  static absl::StatusOr<Vmo> Create(const VmoOptions& options);
  // Of a file descriptor, which stays the caller's.
  static absl::StatusOr<Vmo> Open(
      int fd, std::chrono::milliseconds lock_timeout = kVmoLockTimeout);

  Vmo(const Vmo&) = default;
  Vmo& operator=(const Vmo&) = default;

  // Open as long as a handle to the Vmo, or a mapping of it, is.
  int fd() const;
  uint64_t size() const;  // in bytes
  const std::string& name() const;
  bool resizable() const;

  // All so far, of all parties of all processes.
  std::vector<DeviceFinding> findings() const;

  // One of a few ways of the Vmo's own for a party to tell another that
  // something is ready; pipes, eventfds and sockets do as well, and order as
  // much as kNone does. Processes that name the same slot mean the same signal.
  absl::StatusOr<VmoSignal> Signal(int slot, SignalOrdering ordering) const;

  std::string DebugString() const;

 private:
  friend class Mapping;
  explicit Vmo(std::shared_ptr<VmoState> state) : state_(std::move(state)) {}

  std::shared_ptr<VmoState> state_;
};

// ZX_VM_PERM_READ and ZX_VM_PERM_WRITE.
enum VmarFlags : uint32_t { kPermRead = 1, kPermWrite = 2 };

constexpr VmarFlags operator|(VmarFlags a, VmarFlags b) {
  return static_cast<VmarFlags>(uint32_t{a} | uint32_t{b});
}

struct MappingOptions {
  // What findings call it; empty: the name and the id of the process, which
  // two mappings of one process then share.
  std::string party = {};
  EvictionPolicy eviction = {};
};

// What Rust writes as a range: {2, 6} is `2..6`, {2} is `2..`, {} is `..`.
struct SliceBounds {
  static constexpr size_t kLength = ~size_t{0};

  size_t begin = 0;
  size_t end = kLength;  // exclusive; kLength: to the end of the buffer
};

// What may be read: some bytes of one mapping, counted from 0. The part of
// Rust's SharedBuffer and of its slices that changes no byte.
//
// Slices borrow their bytes, as in Rust, but the rule is checked when the
// program runs: of each byte there is one mutable slice, or any number of
// shared ones. While a shared slice lives, its bytes may be written through
// nothing; while a mutable one lives, they may be read and written through it
// and its own slices alone. While a slice lives, ReleaseWrites, AsPtrLen and a
// Raise that releases are refused to whoever has its bytes besides it; while a
// mutable one does, AcquireWrites and a Wait that acquires are, too. A slice of
// a slice may outlive it. It may outlive its mapping as well, and is then
// refused everything.
class SharedBytes {
 public:
  SharedBytes(const SharedBytes&) = delete;
  SharedBytes& operator=(const SharedBytes&) = delete;

  size_t size() const { return static_cast<size_t>(range_.size); }
  size_t len() const { return size(); }

  // Reads up to `out.size()` bytes; returns how many: fewer only if `out` is
  // larger than the buffer, and 0 if the call is refused.
  size_t Read(absl::Span<uint8_t> out) const;

  // Reads up to `out.size()` bytes from `offset` on; returns how many: fewer
  // only if there are fewer behind `offset`.
  //
  // OutOfRange if offset > size(); offset == size() gives 0.
  absl::StatusOr<size_t> ReadAt(size_t offset, absl::Span<uint8_t> out) const;

  // Refreshes the bytes with all that other parties have released so far. Call
  // it first of all after a signal that orders nothing, and then read. What
  // this party wrote and did not release stays.
  absl::Status AcquireWrites() const;

  // The bytes [begin, end) of these, to be read. OutOfRange if they are out of
  // bounds, or begin > end.
  absl::StatusOr<SharedBufferSlice> Slice(const SliceBounds& bounds) const;

  // [0, index) and [index, size()). OutOfRange if index > size().
  absl::StatusOr<std::pair<SharedBufferSlice, SharedBufferSlice>> SplitAt(
      size_t index) const;

  // 'Mapping{vmo "frames", party "producer", [0, 4096), read | write}'.
  std::string DebugString() const;

 protected:
  enum class Form : uint8_t { kMapping, kSlice, kSliceMut };

  SharedBytes(std::shared_ptr<VmoMapping> mapping, Form form, uint64_t borrow,
              const ByteRange& range);
  SharedBytes(SharedBytes&& other) noexcept;
  SharedBytes& operator=(SharedBytes&& other) noexcept;
  // Ends the borrow of a slice; unmaps a mapping.
  ~SharedBytes();

  absl::StatusOr<ByteRange> RangeOf(const SliceBounds& bounds) const;
  VmoMapping& mapping() const { return *mapping_; }

 private:
  friend class SharedBuffer;
  friend class VmoMapping;
  void LetGo();

  std::shared_ptr<VmoMapping> mapping_;
  Form form_;
  bool moved_from_ = false;
  uint64_t borrow_;  // 0: of the mapping itself
  ByteRange range_;  // of the Vmo
};

// What may be written as well: a Mapping, or a mutable slice of one.
class SharedBuffer : public SharedBytes {
 public:
  // Writes up to `bytes.size()` bytes; returns how many: fewer only if `bytes`
  // is larger than the buffer, and 0 if the call is refused.
  size_t Write(absl::Span<const uint8_t> bytes);

  // Writes up to `bytes.size()` bytes from `offset` on; returns how many: fewer
  // only if there is less room behind `offset`.
  //
  // OutOfRange if offset > size(); offset == size() gives 0.
  absl::StatusOr<size_t> WriteAt(size_t offset,
                                 absl::Span<const uint8_t> bytes);

  // Publishes what was written to these bytes, through this or any slice. Call
  // it last of all before a signal that orders nothing.
  absl::Status ReleaseWrites();

  // As Slice and SplitAt, to be read and written.
  absl::StatusOr<SharedBufferSliceMut> SliceMut(const SliceBounds& bounds);
  absl::StatusOr<std::pair<SharedBufferSliceMut, SharedBufferSliceMut>>
  SplitAtMut(size_t index);

 protected:
  using SharedBytes::SharedBytes;
  SharedBuffer(SharedBuffer&&) noexcept = default;
  SharedBuffer& operator=(SharedBuffer&&) noexcept = default;
  ~SharedBuffer() = default;
};

class SharedBufferSlice final : public SharedBytes {
 public:
  SharedBufferSlice(SharedBufferSlice&&) noexcept = default;
  SharedBufferSlice& operator=(SharedBufferSlice&&) noexcept = default;
  ~SharedBufferSlice() = default;

 private:
  friend class SharedBytes;
  using SharedBytes::SharedBytes;
};

class SharedBufferSliceMut final : public SharedBuffer {
 public:
  SharedBufferSliceMut(SharedBufferSliceMut&&) noexcept = default;
  SharedBufferSliceMut& operator=(SharedBufferSliceMut&&) noexcept = default;
  ~SharedBufferSliceMut() = default;

 private:
  friend class SharedBuffer;
  using SharedBuffer::SharedBuffer;
};

// One party's mapping of a Vmo, from its first byte on. Its destructor unmaps;
// what was not released by then is lost.
class Mapping final : public SharedBuffer {
 public:
  struct PtrLen {
    uint8_t* ptr = nullptr;
    size_t len = 0;
  };

  // Makes a Vmo, which is not resizable, and maps all of it, to read and write.
  static absl::StatusOr<std::pair<Mapping, Vmo>> Allocate(
      size_t size, const MappingOptions& options = {});
  static absl::StatusOr<std::pair<Mapping, Vmo>> AllocateWithName(
      size_t size, absl::string_view name, const MappingOptions& options = {});

  // Maps the first `size` bytes. Unimplemented (ZX_ERR_NOT_SUPPORTED) if the
  // Vmo is resizable.
  static absl::StatusOr<Mapping> CreateFromVmo(
      const Vmo& vmo, size_t size, VmarFlags flags,
      const MappingOptions& options = {});

  Mapping(Mapping&&) noexcept = default;
  Mapping& operator=(Mapping&&) noexcept = default;
  ~Mapping() = default;

  const std::string& party() const;

  // Those of the Vmo's findings in which this party has a part.
  std::vector<DeviceFinding> findings() const;

  // The memory itself, so that it can be freed with FreeMapping or munmap, and
  // for nothing else: the destructor does not unmap any more, and every other
  // use of the mapping and its slices is refused from now on.
  absl::StatusOr<PtrLen> AsPtrLen();

 private:
  friend class VmoSignal;
  using SharedBuffer::SharedBuffer;
};

// Unmaps what AsPtrLen gave; anything else is InvalidArgument. Once: after a
// munmap of it, whatever lies there now would go.
absl::Status FreeMapping(uint8_t* ptr, size_t len);

// A signal between parties: a count of raises that nobody has waited for yet.
// Copies are the same signal. Nobody holds it, so nobody's death blocks it.
class VmoSignal {
 public:
  static constexpr int kSlots = 8;

  VmoSignal(const VmoSignal&) = default;
  VmoSignal& operator=(const VmoSignal&) = default;

  // Lets one Wait pass. The mapping is the party that signals: with
  // kReleaseAcquire, all its writes are released first.
  absl::Status Raise(Mapping& mapping) const;

  // Waits for one Raise. With kReleaseAcquire, acquires all writes then.
  // DeadlineExceeded if none comes in time; 0 asks without waiting.
  absl::Status Wait(Mapping& mapping, std::chrono::milliseconds timeout) const;

 private:
  friend class Vmo;
  VmoSignal(std::shared_ptr<VmoState> state, int slot, SignalOrdering ordering)
      : state_(std::move(state)), slot_(slot), ordering_(ordering) {}

  std::shared_ptr<VmoState> state_;
  int slot_;
  SignalOrdering ordering_;
};

std::ostream& operator<<(std::ostream& out, const Vmo& vmo);
std::ostream& operator<<(std::ostream& out, const SharedBytes& bytes);

}  // namespace incoherent

#endif  // INCOHERENT_INCLUDE_INCOHERENT_VMO_H_
