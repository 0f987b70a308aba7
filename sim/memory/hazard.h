#ifndef INCOHERENT_SIM_MEMORY_HAZARD_H_
#define INCOHERENT_SIM_MEMORY_HAZARD_H_

// Hazard: two parties that touched the same bytes, and the step between them
// that is missing.
//
//   kind                    what happened
//   lost-host-write         the device touched bytes whose last host write was
//                           never made available to it
//   stale-host-read         the host read bytes whose last device write it had
//                           not invalidated its view of
//   missing-host-barrier    the host touched bytes whose last device write was
//                           never made available to the host domain
//   in-flight-access        the host touched (or flushed) bytes, of
//                           non-coherent memory atoms, that pending device work
//                           touches
//   discarded-host-write    an invalidate over unflushed host writes: the bytes
//                           are undefined
//   atom-clobber            one side's write-back may overwrite the other's
//                           neighbouring bytes of the same atom
//   missing-device-barrier  two device accesses, at least one a write, with no
//                           memory dependency between them
//   invalid-usage           a valid-usage rule of the memory commands broken
//   useless-sync            a flush or invalidate that had nothing to do

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "sim/memory/byte_range.h"

namespace incoherent {

enum class HazardKind : uint8_t {
  kLostHostWrite,
  kStaleHostRead,
  kMissingHostBarrier,
  kInFlightAccess,
  kDiscardedHostWrite,
  kAtomClobber,
  kMissingDeviceBarrier,
  kInvalidUsage,
  kUselessSync,
};
inline constexpr int kHazardKinds = 9;

// "lost-host-write"; and back.
const char* HazardKindName(HazardKind kind);
absl::optional<HazardKind> ParseHazardKind(absl::string_view name);

// The synchronization operation that would have prevented the hazard; where
// several are missing, the first one on the way from the one to the other.
enum class MissingStep : uint8_t {
  kNone,              // no operation prevents it: the accesses must not happen
  kFlush,             // vkFlushMappedMemoryRanges before the submit
  kHostWriteBarrier,  // where no submit comes between (wait before signal): a
                      // dependency whose source has HOST / HOST_WRITE
  kDeviceBarrier,     // a dependency between the two device accesses
  kSemaphore,         // the same, between two queues
  kHostReadBarrier,   // a dependency to HOST / HOST_READ or HOST_WRITE
  kWait,              // a fence, semaphore or idle wait
  kInvalidate,        // vkInvalidateMappedMemoryRanges after the wait
  kHappensBefore,     // ordering between two host threads
  kAtomAlignment,     // the two shares of the atom kept apart
};

// "flush", "submit", "host-write-barrier", ...
const char* MissingStepName(MissingStep step);

// Whoever feeds the journey numbers its operations; the journey hands the
// numbers back. 0 is nobody.
using OperationId = uint64_t;

struct Hazard {
  HazardKind kind = HazardKind::kLostHostWrite;
  uint32_t payload = 0;
  ByteRange range;          // the bytes in question, not their atoms
  OperationId earlier = 0;  // the write, or pending access, that came first
  OperationId later = 0;    // the access that met it
  MissingStep missing = MissingStep::kNone;
  // A race by the letter of "Host Access to Device Memory Objects" that no
  // read can show: both touch the atom, neither the other's bytes, and no
  // write-back overwrites anything.
  bool by_the_letter = false;

  bool operator==(const Hazard& other) const {
    return kind == other.kind && payload == other.payload &&
           range == other.range && earlier == other.earlier &&
           later == other.later && missing == other.missing &&
           by_the_letter == other.by_the_letter;
  }
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_HAZARD_H_
