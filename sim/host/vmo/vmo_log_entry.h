#ifndef INCOHERENT_SIM_HOST_VMO_VMO_LOG_ENTRY_H_
#define INCOHERENT_SIM_HOST_VMO_VMO_LOG_ENTRY_H_

// VmoLogEntry: one operation of one party, as it lies in the log of a Vmo.
//
// 64 bytes in the byte order of the machine; fields that a kind does not use
// are 0.
//
//   kind       party       offset, size    slot            reason
//   attach     its own     of the mapping  -               -       and its name
//   detach     its own     -               -               -
//   read, write, release, acquire
//              its own     of the Vmo      -               -
//   raise, wait
//              its own     of the mapping  of the signal   its ordering
//   refused    its own     of the attempt  kind of the     VmoRefusal
//                                          attempt
//
// Parties are numbered by their attach entries, from 0. An entry may come from
// a process that is not ours: whoever reads one asks VmoReplay whether it makes
// sense.

#include <array>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "sim/memory/byte_range.h"

namespace incoherent {

enum class VmoOperation : uint32_t {
  kAttach = 1,
  kDetach,
  kRead,
  kWrite,
  kRelease,
  kAcquire,
  kRaise,
  kWait,
  kSlice,
  kSliceMut,
  kAsPtrLen,
  kRefused,
};
inline constexpr uint32_t kVmoOperations = 12;

// Why a call was refused, where that is a finding.
enum class VmoRefusal : uint32_t {
  kBorrowed = 1,
  kReadOnly,
  kMovedFrom,
  kUnmapped,
  kRelinquished,
  kOtherProcess,
};
inline constexpr uint32_t kVmoRefusals = 6;

// A name as Zircon keeps it: ZX_MAX_NAME_LEN with the 0 that ends it.
using VmoName = std::array<char, 32>;

struct VmoLogEntry {
  uint32_t kind = 0;
  uint32_t party = 0;
  uint64_t offset = 0;
  uint64_t size = 0;
  uint32_t slot = 0;
  uint32_t reason = 0;
  VmoName name = {};

  static VmoLogEntry Of(VmoOperation operation, const ByteRange& range) {
    VmoLogEntry entry;
    entry.kind = static_cast<uint32_t>(operation);
    entry.offset = range.offset;
    entry.size = range.size;
    return entry;
  }

  VmoOperation operation() const { return static_cast<VmoOperation>(kind); }
  ByteRange range() const { return {offset, size}; }
};
static_assert(sizeof(VmoLogEntry) == 64, "an entry has 64 bytes");

// Cuts a name, and replaces what is not printable with '?'.
VmoName ToVmoName(absl::string_view name);
// The same again: the bytes may be anybody's.
std::string FromVmoName(const VmoName& name);

// "write", "ReleaseWrites", "raise".
const char* VmoOperationName(VmoOperation operation);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_VMO_VMO_LOG_ENTRY_H_
