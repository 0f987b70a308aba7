#include "sim/device/queue_operation.h"

namespace incoherent {
namespace {

using Kind = QueueOperation::Kind;

bool IsOnEvent(Kind kind) {
  return kind == Kind::kSetEvent || kind == Kind::kResetEvent ||
         kind == Kind::kWaitEvent;
}

// Barriers and waits; what is none of them, and no command, signals or sets.
bool HasSecondScope(Kind kind) {
  return kind == Kind::kBarrier || kind == Kind::kWaitEvent ||
         kind == Kind::kWaitSemaphore;
}

bool HasAllCommands(uint64_t stages) {
  return (stages & kCommandStages) == kCommandStages;
}

// Whether `earlier` is in the first execution scope of a barrier, signal, set
// or reset.
bool IsInFirstScope(const QueueOperation& later,
                    const QueueOperation& earlier) {
  const uint64_t first = ExpandSourceStages(later.source.stages);
  const bool from_all = HasAllCommands(first);
  if (from_all && !HasSecondScope(later.kind)) return true;
  if (earlier.kind == Kind::kCommand) return (earlier.Stages() & first) != 0;
  if (!HasSecondScope(earlier.kind)) return false;
  if (earlier.kind == Kind::kWaitSemaphore &&
      (from_all || (first & kStageHost) != 0)) {
    return true;
  }
  const uint64_t second = ExpandDestinationStages(earlier.destination.stages);
  return (second & first) != 0;
}

}  // namespace

uint64_t QueueOperation::Stages() const {
  uint64_t stages = 0;
  for (const KernelMemory::Touch& touch : touches) {
    stages |= touch.access.point.stages;
  }
  return stages;
}

bool MustFollow(const QueueOperation& later, const QueueOperation& earlier,
                uint64_t earlier_number) {
  if (IsOnEvent(later.kind) && IsOnEvent(earlier.kind) &&
      later.event == earlier.event) {
    return true;
  }
  switch (later.kind) {
    case Kind::kFence:
      return true;
    case Kind::kCommand:
      return HasSecondScope(earlier.kind) &&
             (ExpandDestinationStages(earlier.destination.stages) &
              later.Stages()) != 0;
    case Kind::kWaitSemaphore:
      return earlier.kind == Kind::kWaitSemaphore &&
             earlier.semaphore == later.semaphore;
    case Kind::kWaitEvent:
      if (later.set && earlier_number > *later.set) return false;
      return IsInFirstScope(later, earlier);
    case Kind::kSignalSemaphore:
      if (earlier.kind == Kind::kSignalSemaphore &&
          earlier.semaphore == later.semaphore) {
        return true;
      }
      return IsInFirstScope(later, earlier);
    case Kind::kBarrier:
    case Kind::kSetEvent:
    case Kind::kResetEvent:
      return IsInFirstScope(later, earlier);
  }
  return true;
}

}  // namespace incoherent
