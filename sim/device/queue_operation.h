#ifndef INCOHERENT_SIM_DEVICE_QUEUE_OPERATION_H_
#define INCOHERENT_SIM_DEVICE_QUEUE_OPERATION_H_

// QueueOperation: one thing that a queue has to do, and what it must follow.
//
// A queue may do what was submitted to it in any order that its dependencies
// permit (chapter Synchronization, "Execution and Memory Dependencies"):
//
//   operation              follows, of what was submitted before it
//   command                barriers, event waits and semaphore waits whose
//                          second scope has one of its stages
//   barrier                commands with a stage in its first scope; barriers
//                          and waits whose second scope meets its first; all
//                          semaphore waits if that has ALL_COMMANDS or HOST
//   event wait             as a barrier, but only what was before the set of
//   the
//                          event on this queue, if one is; and the set itself
//   semaphore signal,      as a barrier; everything, if its stages are
//     event set and reset  ALL_COMMANDS
//   fence                  everything
//
// Operations on one event, and signals and waits of one semaphore, also keep
// their order.

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/optional.h"
#include "sim/device/kernel_memory.h"
#include "sim/memory/byte_range.h"
#include "sim/memory/pipeline_scope.h"

namespace incoherent {

struct Command;

// Bytes of a payload that a barrier is about.
struct PayloadBytesRange {
  std::shared_ptr<DevicePayload> payload;
  ByteRange range;
};

struct QueueOperation {
  enum class Kind {
    kCommand,
    kBarrier,
    kWaitEvent,
    kSetEvent,
    kResetEvent,
    kWaitSemaphore,
    kSignalSemaphore,
    kFence,
  };

  Kind kind = Kind::kFence;
  uint32_t queue = 0;

  // kCommand.
  std::shared_ptr<const Command> command;
  std::vector<KernelMemory::Touch> touches;

  // kBarrier, kWaitEvent: both sides; sets, resets and signals: the source's
  // stages; kWaitSemaphore: the destination's.
  Scope source;
  Scope destination;
  absl::optional<PayloadBytesRange> bytes;  // of a barrier; none: everything

  uint32_t event = 0;
  // kWaitEvent: the operation on the same queue that sets it; none: the host or
  // another queue does.
  absl::optional<uint64_t> set;
  uint32_t semaphore = 0;
  uint64_t value = 0;  // of a timeline semaphore

  // The stages that a command runs in.
  uint64_t Stages() const;
};

// Whether `later` must follow `earlier`, of which the numbers give the order of
// submission to their queue.
bool MustFollow(const QueueOperation& later, const QueueOperation& earlier,
                uint64_t earlier_number);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_QUEUE_OPERATION_H_
