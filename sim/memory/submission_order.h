#ifndef INCOHERENT_SIM_MEMORY_SUBMISSION_ORDER_H_
#define INCOHERENT_SIM_MEMORY_SUBMISSION_ORDER_H_

// SubmissionOrder: which device work can run, as the API calls come in.
//
// It is given what the host submits, signals and sets, in the order of the
// calls, and reports device work to a Journey as soon as it can run:
//
//   a submission   comes to its queue when all earlier ones of the queue have
//                  run
//   a batch        can run when all semaphores that it waits for are signaled;
//                  a binary one is unsignaled by that
//   wait-event     can run when the event is set
//   all else       can run when what is before it on the queue has
//   the fence      signals when its whole submission has run
//
// "Can run" is not "has run": nothing here knows when hardware really runs a
// command, and the host learns of it only by waiting. What a batch waits for
// holds back all later work of its queue too ("all commands that occur later in
// submission order", chapter Synchronization, "Semaphore Waiting").
//
// A wait for a timeline semaphore synchronizes with the first signal that
// reached the value, whatever came after it; where the semaphore began at that
// value, with nothing.
//
// The caller sees to valid usage: binary semaphores are signaled when
// unsignaled and waited for once, timeline values rise. (A signal that would
// not make the value rise is ignored.)
//
// It does not hold the Journey: both can be copied, and each copy continued on
// its own. Errors are the caller's bugs and abort. Not thread-safe.
//
// Example: the host waits for a copy.
//
//   SubmissionOrder order;
//   auto batch = DeviceBatch();
//   batch.operations.push_back(DeviceOperation::OfAccess(
//       kCopyPoint, Access::kWrite, {buffer, {0, 4}}, /*operation=*/1));
//   auto id = order.Submit(journey, host, queue, {std::move(batch)});
//   order.HasRun(id);                        // true: nothing holds it back
//   order.WaitForFence(journey, host, id);   // now the host knows

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/optional.h"
#include "sim/memory/journey.h"

namespace incoherent {

// One thing that a batch does, in submission order.
struct DeviceOperation {
  enum class Kind : uint8_t {
    kAccess,      // of a command; those of one command have its operation id,
                  // reads first
    kDependency,  // a barrier
    kSetEvent,
    kResetEvent,
    kWaitEvent,
  };

  static DeviceOperation OfAccess(const AccessPoint& point, Access access,
                                  const PayloadRange& bytes,
                                  OperationId operation);
  static DeviceOperation OfDependency(
      const Scope& source, const Scope& destination,
      const absl::optional<PayloadRange>& bytes = absl::nullopt);
  static DeviceOperation OfSetEvent(uint32_t event, uint64_t stages);
  static DeviceOperation OfResetEvent(uint32_t event);
  static DeviceOperation OfWaitEvent(
      uint32_t event, const Scope& source, const Scope& destination,
      const absl::optional<PayloadRange>& bytes = absl::nullopt);

  Kind kind = Kind::kAccess;
  OperationId operation = 0;
  uint32_t event = 0;
  Access access = Access::kRead;
  Scope source;       // kAccess: the point; kSetEvent: its stages
  Scope destination;  // kDependency, kWaitEvent
  // kAccess: always; otherwise none is everything.
  absl::optional<PayloadRange> bytes;
};

// A wait for, or a signal of, a semaphore by a batch. Binary ones ignore the
// value.
struct SemaphoreUse {
  uint32_t semaphore = 0;
  uint64_t value = 0;
  uint64_t stages = kStageAllCommands;
};

// VkSubmitInfo: waits, then work, then signals.
struct DeviceBatch {
  std::vector<SemaphoreUse> waits;
  std::vector<DeviceOperation> operations;
  std::vector<SemaphoreUse> signals;
};

class SubmissionOrder {
 public:
  using SemaphoreId = uint32_t;
  using EventId = uint32_t;
  using SubmissionId = uint32_t;
  using ThreadId = Journey::ThreadId;
  using QueueId = Journey::QueueId;

  // Ids are numbered from 0 each.
  SemaphoreId AddBinarySemaphore();
  SemaphoreId AddTimelineSemaphore(uint64_t initial_value);
  EventId AddEvent();
  // Its id may come again. Nothing that was submitted names it any more.
  void RemoveSemaphore(SemaphoreId semaphore);
  void RemoveEvent(EventId event);

  // --- Calls of the host that never wait. Each reports what can run now.
  SubmissionId Submit(Journey& journey, ThreadId thread, QueueId queue,
                      std::vector<DeviceBatch> batches);
  void HostSignal(Journey& journey, ThreadId thread, SemaphoreId semaphore,
                  uint64_t value);
  // By somebody outside, of whose doings nothing is known: a presentation
  // engine, another process.
  void SignalFromOutside(Journey& journey, SemaphoreId semaphore,
                         uint64_t value);
  void HostSetEvent(Journey& journey, ThreadId thread, EventId event);
  void HostResetEvent(EventId event);

  // --- Calls that wait. False, and nothing happens, if what the host waits for
  // cannot come without another call.
  bool WaitForFence(Journey& journey, ThreadId thread, SubmissionId submission);
  bool WaitForValue(Journey& journey, ThreadId thread, SemaphoreId semaphore,
                    uint64_t value);
  bool WaitIdle(Journey& journey, ThreadId thread, QueueId queue);
  bool WaitIdle(Journey& journey, ThreadId thread);  // all queues

  // The submission has run, whatever it seemed to wait for: so it does no
  // longer wait, and neither does what is before it on its queue. For signals
  // that could not be seen.
  void TakeAsRun(Journey& journey, SubmissionId submission);

  // The same for all that the queue was given.
  void TakeAllAsRun(Journey& journey, QueueId queue);

  // Nobody will ask for the submission any more.
  void Forget(SubmissionId submission);

  // --- What is known now, without waiting and so without order.
  bool HasRun(SubmissionId submission) const;
  // Whether the thread has waited for it, by whatever way.
  bool IsKnownTo(const Journey& journey, ThreadId thread,
                 SubmissionId submission) const;
  bool IsSet(EventId event) const;
  // Whether something on the queue waits, now or later, for the semaphore.
  bool IsWaitingFor(QueueId queue, SemaphoreId semaphore) const;
  // A binary semaphore: 1 if signaled.
  uint64_t ValueOf(SemaphoreId semaphore) const;
  // Whether all work of the queue, or of all, can run.
  bool IsIdle(QueueId queue) const;
  bool IsIdle() const;

 private:
  struct Signaled {
    uint64_t value = 0;
    Journey::Moment moment;
    bool by_host = false;
  };
  struct Semaphore {
    bool timeline = false;
    uint64_t initial_value = 0;
    // Binary: one if signaled, else none. Timeline: the latest ones; who asks
    // for an older value gets the oldest of these.
    std::vector<Signaled> signals;
  };
  struct Submission {
    QueueId queue = 0;
    std::shared_ptr<const std::vector<DeviceBatch>> batches;  // until it ran
    Journey::Moment submitted;
    absl::optional<Journey::Moment> fence;  // once it has run
    bool forgotten = false;
  };
  // Where the queue's work stands: the first of `pending`, in its batch, before
  // the operation.
  struct Queue {
    std::deque<SubmissionId> pending;
    absl::optional<SubmissionId> latest;
    bool begun = false;   // the first of `pending` has come to the queue
    bool waited = false;  // the semaphores of its batch were waited for
    bool forced = false;  // waits for nothing, up to the forced submission
    size_t batch = 0;
    size_t operation = 0;
  };

  Queue& QueueAt(QueueId queue);
  bool IsReached(const SemaphoreUse& use) const;
  void Signal(SemaphoreId semaphore, Signaled signaled);

  // Reports all that can run.
  void Advance(Journey& journey);
  void AdvanceQueue(Journey& journey, QueueId id);
  // Each returns false if it is held back.
  bool RunBatch(Journey& journey, QueueId id, const DeviceBatch& batch);
  bool RunWaits(Journey& journey, QueueId id, const DeviceBatch& batch);
  bool RunOperation(Journey& journey, QueueId id,
                    const DeviceOperation& operation);

  std::vector<Semaphore> semaphores_;
  std::vector<absl::optional<Journey::Moment>> events_;  // set, and when
  std::vector<SemaphoreId> free_semaphores_;
  std::vector<EventId> free_events_;
  absl::flat_hash_map<SubmissionId, Submission> submissions_;
  SubmissionId next_submission_ = 0;
  std::vector<Queue> queues_;
  uint64_t steps_ = 0;  // how much has run
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_SUBMISSION_ORDER_H_
