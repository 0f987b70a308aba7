#include "sim/memory/submission_order.h"

#include <algorithm>
#include <utility>

#include "sim/memory/check.h"

namespace incoherent {
namespace {

constexpr size_t kMostSignals = 1024;

}  // namespace

DeviceOperation DeviceOperation::OfAccess(const AccessPoint& point,
                                          Access access,
                                          const PayloadRange& bytes,
                                          OperationId operation) {
  DeviceOperation made;
  made.kind = Kind::kAccess;
  made.source = point;
  made.access = access;
  made.bytes = bytes;
  made.operation = operation;
  return made;
}

DeviceOperation DeviceOperation::OfDependency(
    const Scope& source, const Scope& destination,
    const absl::optional<PayloadRange>& bytes) {
  DeviceOperation made;
  made.kind = Kind::kDependency;
  made.source = source;
  made.destination = destination;
  made.bytes = bytes;
  return made;
}

DeviceOperation DeviceOperation::OfSetEvent(uint32_t event, uint64_t stages) {
  DeviceOperation made;
  made.kind = Kind::kSetEvent;
  made.event = event;
  made.source.stages = stages;
  return made;
}

DeviceOperation DeviceOperation::OfResetEvent(uint32_t event) {
  DeviceOperation made;
  made.kind = Kind::kResetEvent;
  made.event = event;
  return made;
}

DeviceOperation DeviceOperation::OfWaitEvent(
    uint32_t event, const Scope& source, const Scope& destination,
    const absl::optional<PayloadRange>& bytes) {
  DeviceOperation made = OfDependency(source, destination, bytes);
  made.kind = Kind::kWaitEvent;
  made.event = event;
  return made;
}

SubmissionOrder::SemaphoreId SubmissionOrder::AddBinarySemaphore() {
  if (!free_semaphores_.empty()) {
    const SemaphoreId id = free_semaphores_.back();
    free_semaphores_.pop_back();
    semaphores_[id] = Semaphore();
    return id;
  }
  semaphores_.emplace_back();
  return static_cast<SemaphoreId>(semaphores_.size() - 1);
}

SubmissionOrder::SemaphoreId SubmissionOrder::AddTimelineSemaphore(
    uint64_t initial_value) {
  const SemaphoreId id = AddBinarySemaphore();
  semaphores_[id].timeline = true;
  semaphores_[id].initial_value = initial_value;
  return id;
}

SubmissionOrder::EventId SubmissionOrder::AddEvent() {
  if (!free_events_.empty()) {
    const EventId id = free_events_.back();
    free_events_.pop_back();
    events_[id].reset();
    return id;
  }
  events_.emplace_back();
  return static_cast<EventId>(events_.size() - 1);
}

void SubmissionOrder::RemoveSemaphore(SemaphoreId semaphore) {
  INCOHERENT_CHECK(semaphore < semaphores_.size(), "no such semaphore");
  semaphores_[semaphore] = Semaphore();
  free_semaphores_.push_back(semaphore);
}

void SubmissionOrder::RemoveEvent(EventId event) {
  INCOHERENT_CHECK(event < events_.size(), "no such event");
  free_events_.push_back(event);
}

SubmissionOrder::Queue& SubmissionOrder::QueueAt(QueueId queue) {
  if (queue >= queues_.size()) queues_.resize(queue + 1);
  return queues_[queue];
}

SubmissionOrder::SubmissionId SubmissionOrder::Submit(
    Journey& journey, ThreadId thread, QueueId queue,
    std::vector<DeviceBatch> batches) {
  const SubmissionId id = next_submission_++;
  Submission submission;
  submission.queue = queue;
  submission.batches =
      std::make_shared<const std::vector<DeviceBatch>>(std::move(batches));
  submission.submitted = journey.Submit(thread, journey.DeviceOf(queue));
  submissions_.emplace(id, std::move(submission));
  Queue& here = QueueAt(queue);
  // The latest is kept for whoever waits until the queue is idle.
  if (here.latest && submissions_.at(*here.latest).forgotten &&
      submissions_.at(*here.latest).fence) {
    submissions_.erase(*here.latest);
  }
  here.pending.push_back(id);
  here.latest = id;
  Advance(journey);
  return id;
}

void SubmissionOrder::HostSignal(Journey& journey, ThreadId thread,
                                 SemaphoreId semaphore, uint64_t value) {
  Signal(semaphore, {value, journey.HostSignal(thread), /*by_host=*/true});
  Advance(journey);
}

void SubmissionOrder::SignalFromOutside(Journey& journey, SemaphoreId semaphore,
                                        uint64_t value) {
  Signal(semaphore, {value, Journey::Moment(), /*by_host=*/false});
  Advance(journey);
}

void SubmissionOrder::HostSetEvent(Journey& journey, ThreadId thread,
                                   EventId event) {
  INCOHERENT_CHECK(event < events_.size(), "no such event");
  events_[event] = journey.HostSignal(thread);
  Advance(journey);
}

void SubmissionOrder::HostResetEvent(EventId event) {
  INCOHERENT_CHECK(event < events_.size(), "no such event");
  events_[event].reset();
}

bool SubmissionOrder::WaitForFence(Journey& journey, ThreadId thread,
                                   SubmissionId submission) {
  if (!HasRun(submission)) return false;
  journey.HostWait(thread, *submissions_.at(submission).fence);
  return true;
}

bool SubmissionOrder::WaitForValue(Journey& journey, ThreadId thread,
                                   SemaphoreId semaphore, uint64_t value) {
  INCOHERENT_CHECK(
      semaphore < semaphores_.size() && semaphores_[semaphore].timeline,
      "the host waits for timeline semaphores only");
  if (ValueOf(semaphore) < value) return false;
  const Semaphore& here = semaphores_[semaphore];
  if (value <= here.initial_value) return true;
  const auto reached =
      std::find_if(here.signals.begin(), here.signals.end(),
                   [&](const Signaled& s) { return s.value >= value; });
  journey.HostWait(thread, reached->moment);
  return true;
}

bool SubmissionOrder::WaitIdle(Journey& journey, ThreadId thread,
                               QueueId queue) {
  if (!IsIdle(queue)) return false;
  const Queue& here = QueueAt(queue);
  return !here.latest || WaitForFence(journey, thread, *here.latest);
}

bool SubmissionOrder::WaitIdle(Journey& journey, ThreadId thread) {
  if (!IsIdle()) return false;
  for (QueueId queue = 0; queue < queues_.size(); ++queue) {
    WaitIdle(journey, thread, queue);
  }
  return true;
}

void SubmissionOrder::TakeAsRun(Journey& journey, SubmissionId submission) {
  while (!HasRun(submission)) {
    const uint64_t before = steps_;
    queues_[submissions_.at(submission).queue].forced = true;
    Advance(journey);
    INCOHERENT_CHECK(steps_ != before, "a forced queue gets ahead");
  }
}

void SubmissionOrder::TakeAllAsRun(Journey& journey, QueueId queue) {
  if (!IsIdle(queue)) TakeAsRun(journey, queues_[queue].pending.back());
}

bool SubmissionOrder::IsWaitingFor(QueueId queue, SemaphoreId semaphore) const {
  if (queue >= queues_.size()) return false;
  for (SubmissionId id : queues_[queue].pending) {
    for (const DeviceBatch& batch : *submissions_.at(id).batches) {
      for (const SemaphoreUse& use : batch.waits) {
        if (use.semaphore == semaphore) return true;
      }
    }
  }
  return false;
}

void SubmissionOrder::Forget(SubmissionId submission) {
  const auto found = submissions_.find(submission);
  INCOHERENT_CHECK(found != submissions_.end(), "no such submission");
  const Queue& queue = queues_[found->second.queue];
  if (found->second.fence && queue.latest != submission) {
    submissions_.erase(found);
  } else {
    found->second.forgotten = true;
  }
}

bool SubmissionOrder::HasRun(SubmissionId submission) const {
  const auto found = submissions_.find(submission);
  INCOHERENT_CHECK(found != submissions_.end(), "no such submission");
  return found->second.fence.has_value();
}

bool SubmissionOrder::IsKnownTo(const Journey& journey, ThreadId thread,
                                SubmissionId submission) const {
  return HasRun(submission) &&
         journey.HasWaitedFor(thread, *submissions_.at(submission).fence);
}

bool SubmissionOrder::IsSet(EventId event) const {
  INCOHERENT_CHECK(event < events_.size(), "no such event");
  return events_[event].has_value();
}

uint64_t SubmissionOrder::ValueOf(SemaphoreId semaphore) const {
  INCOHERENT_CHECK(semaphore < semaphores_.size(), "no such semaphore");
  const Semaphore& here = semaphores_[semaphore];
  if (!here.timeline) return here.signals.empty() ? 0 : 1;
  return here.signals.empty() ? here.initial_value : here.signals.back().value;
}

bool SubmissionOrder::IsIdle(QueueId queue) const {
  return queue >= queues_.size() || queues_[queue].pending.empty();
}

bool SubmissionOrder::IsIdle() const {
  return std::all_of(queues_.begin(), queues_.end(),
                     [](const Queue& queue) { return queue.pending.empty(); });
}

bool SubmissionOrder::IsReached(const SemaphoreUse& use) const {
  const uint64_t value = ValueOf(use.semaphore);
  return semaphores_[use.semaphore].timeline ? value >= use.value : value != 0;
}

void SubmissionOrder::Signal(SemaphoreId semaphore, Signaled signaled) {
  const uint64_t value = ValueOf(semaphore);
  Semaphore& here = semaphores_[semaphore];
  if (!here.timeline) {
    here.signals.assign(1, std::move(signaled));
  } else if (signaled.value > value) {
    if (here.signals.size() == kMostSignals) {
      here.signals.erase(here.signals.begin());
    }
    here.signals.push_back(std::move(signaled));
  }
}

void SubmissionOrder::Advance(Journey& journey) {
  for (uint64_t before = ~uint64_t{0}; before != steps_;) {
    before = steps_;
    for (QueueId queue = 0; queue < queues_.size(); ++queue) {
      AdvanceQueue(journey, queue);
    }
  }
}

void SubmissionOrder::AdvanceQueue(Journey& journey, QueueId id) {
  Queue& here = queues_[id];
  while (!here.pending.empty()) {
    const SubmissionId front = here.pending.front();
    Submission& submission = submissions_.at(front);
    if (!here.begun) journey.BeginSubmission(id, submission.submitted);
    here.begun = true;
    for (; here.batch < submission.batches->size(); ++here.batch) {
      if (!RunBatch(journey, id, (*submission.batches)[here.batch])) return;
    }
    submission.fence = journey.Signal(id, kStageAllCommands);
    submission.batches.reset();
    here.pending.pop_front();
    here.begun = false;
    here.forced = false;
    here.batch = 0;
    ++steps_;
    if (submission.forgotten && here.latest != front) {
      submissions_.erase(front);
    }
  }
}

// False if something in it is held back; the queue then says where.
bool SubmissionOrder::RunBatch(Journey& journey, QueueId id,
                               const DeviceBatch& batch) {
  if (!queues_[id].waited && !RunWaits(journey, id, batch)) return false;
  Queue& here = queues_[id];
  for (; here.operation < batch.operations.size(); ++here.operation) {
    if (!RunOperation(journey, id, batch.operations[here.operation])) {
      return false;
    }
    ++steps_;
  }
  for (const SemaphoreUse& use : batch.signals) {
    Signal(use.semaphore,
           {use.value, journey.Signal(id, use.stages), /*by_host=*/false});
  }
  here.waited = false;
  here.operation = 0;
  ++steps_;
  return true;
}

bool SubmissionOrder::RunWaits(Journey& journey, QueueId id,
                               const DeviceBatch& batch) {
  const bool reached =
      std::all_of(batch.waits.begin(), batch.waits.end(),
                  [this](const SemaphoreUse& use) { return IsReached(use); });
  if (!reached && !queues_[id].forced) return false;
  for (const SemaphoreUse& use : batch.waits) {
    if (!IsReached(use)) continue;
    Semaphore& semaphore = semaphores_[use.semaphore];
    const auto signal = std::find_if(
        semaphore.signals.begin(), semaphore.signals.end(),
        [&](const Signaled& signaled) {
          return !semaphore.timeline || signaled.value >= use.value;
        });
    const bool from_start =
        semaphore.timeline && use.value <= semaphore.initial_value;
    if (!from_start) {
      journey.Wait(id, signal->moment, use.stages, signal->by_host);
    }
    if (!semaphore.timeline) semaphore.signals.clear();
  }
  queues_[id].waited = true;
  return true;
}

bool SubmissionOrder::RunOperation(Journey& journey, QueueId id,
                                   const DeviceOperation& operation) {
  switch (operation.kind) {
    case DeviceOperation::Kind::kAccess:
      INCOHERENT_CHECK(operation.bytes.has_value(), "an access has its bytes");
      journey.DeviceAccess(id, operation.source, operation.bytes->payload,
                           operation.bytes->range, operation.access,
                           operation.operation);
      return true;
    case DeviceOperation::Kind::kDependency:
      journey.Dependency(id, operation.source, operation.destination,
                         operation.bytes);
      return true;
    case DeviceOperation::Kind::kSetEvent:
      INCOHERENT_CHECK(operation.event < events_.size(), "no such event");
      events_[operation.event] = journey.SetEvent(id, operation.source.stages);
      return true;
    case DeviceOperation::Kind::kResetEvent:
      HostResetEvent(operation.event);
      return true;
    case DeviceOperation::Kind::kWaitEvent:
      if (!IsSet(operation.event)) return queues_[id].forced;
      journey.WaitEvent(id, *events_[operation.event], operation.source,
                        operation.destination, operation.bytes);
      return true;
  }
  return true;
}

}  // namespace incoherent
