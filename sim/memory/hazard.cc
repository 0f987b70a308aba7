#include "sim/memory/hazard.h"

namespace incoherent {

const char* HazardKindName(HazardKind kind) {
  switch (kind) {
    case HazardKind::kLostHostWrite:
      return "lost-host-write";
    case HazardKind::kStaleHostRead:
      return "stale-host-read";
    case HazardKind::kMissingHostBarrier:
      return "missing-host-barrier";
    case HazardKind::kInFlightAccess:
      return "in-flight-access";
    case HazardKind::kDiscardedHostWrite:
      return "discarded-host-write";
    case HazardKind::kAtomClobber:
      return "atom-clobber";
    case HazardKind::kMissingDeviceBarrier:
      return "missing-device-barrier";
    case HazardKind::kInvalidUsage:
      return "invalid-usage";
    case HazardKind::kUselessSync:
      return "useless-sync";
  }
  return "unknown";
}

absl::optional<HazardKind> ParseHazardKind(absl::string_view name) {
  for (int kind = 0; kind < kHazardKinds; ++kind) {
    if (name == HazardKindName(static_cast<HazardKind>(kind))) {
      return static_cast<HazardKind>(kind);
    }
  }
  return absl::nullopt;
}

const char* MissingStepName(MissingStep step) {
  switch (step) {
    case MissingStep::kNone:
      return "none";
    case MissingStep::kFlush:
      return "flush";
    case MissingStep::kHostWriteBarrier:
      return "host-write-barrier";
    case MissingStep::kDeviceBarrier:
      return "device-barrier";
    case MissingStep::kSemaphore:
      return "semaphore";
    case MissingStep::kHostReadBarrier:
      return "host-read-barrier";
    case MissingStep::kWait:
      return "wait";
    case MissingStep::kInvalidate:
      return "invalidate";
    case MissingStep::kHappensBefore:
      return "happens-before";
    case MissingStep::kAtomAlignment:
      return "atom-alignment";
  }
  return "unknown";
}

}  // namespace incoherent
