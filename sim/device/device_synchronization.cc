// Queues, semaphores, events and fences, and what the host does with them.

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/device/device.h"
#include "sim/memory/valid_usage.h"

namespace incoherent {
namespace {

using Kind = QueueOperation::Kind;

absl::Status WaitsForEver(absl::string_view what) {
  return absl::FailedPreconditionError(
      absl::StrCat("this would wait for ever: ", what));
}

}  // namespace

QueueId Device::AddQueue(uint32_t family) {
  Lock lock(host_->mutex());
  QueueInfo queue;
  queue.family = family;
  queue.journey = journey().AddQueue(journey_device_);
  queues_.push_back(queue);
  return QueueId{static_cast<uint32_t>(queues_.size() - 1)};
}

SemaphoreId Device::AddBinarySemaphore() {
  Lock lock(host_->mutex());
  const auto id = SemaphoreId{order_.AddBinarySemaphore()};
  machine_.AddSemaphore(Semaphore());
  semaphores_.emplace_back();
  return id;
}

SemaphoreId Device::AddTimelineSemaphore(uint64_t initial_value) {
  Lock lock(host_->mutex());
  const auto id = SemaphoreId{order_.AddTimelineSemaphore(initial_value)};
  machine_.AddSemaphore({/*timeline=*/true, initial_value});
  semaphores_.push_back({/*timeline=*/true, 0});
  return id;
}

EventId Device::AddEvent(bool device_only) {
  Lock lock(host_->mutex());
  const auto id = EventId{order_.AddEvent()};
  machine_.AddEvent();
  device_only_events_.push_back(device_only);
  return id;
}

FenceId Device::AddFence() {
  Lock lock(host_->mutex());
  fences_.emplace_back();
  return FenceId{static_cast<uint32_t>(fences_.size() - 1)};
}

absl::Status Device::WaitForFence(FenceId fence) {
  Lock lock(host_->mutex());
  const auto& submission = At(fences_, fence).submission;
  if (!submission) return WaitsForEver("nothing signals the fence");
  if (!order_.HasRun(submission->order)) {
    return WaitsForEver("the submission waits for a semaphore or event");
  }
  if (!schedule_.RunUntil(submission->end)) {
    return WaitsForEver("the queues wait for each other");
  }
  order_.WaitForFence(journey(), thread(), submission->order);
  schedule_.Pass();
  return absl::OkStatus();
}

absl::Status Device::WaitIdle(QueueId queue) {
  Lock lock(host_->mutex());
  return WaitQueueIdle(queue);
}

absl::Status Device::WaitQueueIdle(QueueId queue) {
  const QueueInfo& info = At(queues_, queue);
  if (!order_.IsIdle(info.journey)) {
    return WaitsForEver("the queue waits for a semaphore or event");
  }
  if (info.latest && !schedule_.RunUntil(info.latest->end)) {
    return WaitsForEver("the queues wait for each other");
  }
  order_.WaitIdle(journey(), thread(), info.journey);
  schedule_.Pass();
  return absl::OkStatus();
}

absl::Status Device::WaitIdle() {
  Lock lock(host_->mutex());
  if (!order_.IsIdle()) {
    return WaitsForEver("a queue waits for a semaphore or event");
  }
  absl::Status status;
  for (uint32_t queue = 0; queue < queues_.size(); ++queue) {
    status.Update(WaitQueueIdle(QueueId{queue}));
  }
  return status;
}

absl::Status Device::WaitSemaphore(SemaphoreId semaphore, uint64_t value) {
  Lock lock(host_->mutex());
  const uint32_t id = IndexOf(semaphore);
  if (!semaphores_[id].timeline) {
    return Told(ValidUsageError("VUID-VkSemaphoreWaitInfo-pSemaphores-03256",
                                "the host cannot wait for a binary semaphore"),
                "vkWaitSemaphores");
  }
  if (order_.ValueOf(id) < value) {
    return WaitsForEver("nothing signals that value");
  }
  while (!machine_.semaphore(id).CanWait(value)) {
    const auto& pending = machine_.pending();
    const auto signal =
        std::find_if(pending.begin(), pending.end(), [&](const auto& entry) {
          return entry.second.kind == Kind::kSignalSemaphore &&
                 entry.second.semaphore == id && entry.second.value >= value;
        });
    if (signal == pending.end() || !schedule_.RunUntil(signal->first)) {
      return WaitsForEver("the queues wait for each other");
    }
  }
  order_.WaitForValue(journey(), thread(), id, value);
  schedule_.Pass();
  return absl::OkStatus();
}

absl::Status Device::SignalSemaphore(SemaphoreId semaphore, uint64_t value) {
  Lock lock(host_->mutex());
  const uint32_t id = IndexOf(semaphore);
  if (!semaphores_[id].timeline) {
    return Told(ValidUsageError("VUID-VkSemaphoreSignalInfo-semaphore-03257",
                                "the host cannot signal a binary semaphore"),
                "vkSignalSemaphore");
  }
  absl::Status status;
  if (value <= order_.ValueOf(id)) {
    status = ValidUsageError("VUID-VkSemaphoreSignalInfo-value-03258",
                             "a timeline semaphore's value must rise");
  }
  for (const auto& entry : machine_.pending()) {
    const QueueOperation& operation = entry.second;
    if (operation.kind == Kind::kSignalSemaphore && operation.semaphore == id &&
        operation.value <= value) {
      status.Update(
          ValidUsageError("VUID-VkSemaphoreSignalInfo-value-03259",
                          "a submitted signal has that value or a lower one"));
    }
  }
  machine_.semaphore(id).Signal(value);
  order_.HostSignal(journey(), thread(), id, value);
  schedule_.Pass();
  return Told(status, "vkSignalSemaphore");
}

absl::Status Device::SetEvent(EventId event) {
  Lock lock(host_->mutex());
  const uint32_t id = IndexOf(event);
  absl::Status status;
  if (device_only_events_[id]) {
    status = ValidUsageError("VUID-vkSetEvent-event-03941",
                             "the event is for the device only");
  }
  for (const auto& entry : machine_.pending()) {
    if (entry.second.kind == Kind::kWaitEvent && entry.second.event == id) {
      status.Update(ValidUsageError(
          "VUID-vkSetEvent-event-09543",
          "submitted commands wait for the event: set it before the submit"));
    }
  }
  machine_.SetEvent(id, true);
  order_.HostSetEvent(journey(), thread(), id);
  schedule_.Pass();
  return Told(status, "vkSetEvent");
}

absl::Status Device::ResetEvent(EventId event) {
  Lock lock(host_->mutex());
  const uint32_t id = IndexOf(event);
  absl::Status status;
  if (device_only_events_[id]) {
    status = ValidUsageError("VUID-vkResetEvent-event-03823",
                             "the event is for the device only");
  }
  machine_.SetEvent(id, false);
  order_.HostResetEvent(id);
  schedule_.Pass();
  return Told(status, "vkResetEvent");
}

absl::Status Device::ResetFence(FenceId fence) {
  Lock lock(host_->mutex());
  auto& submission = At(fences_, fence).submission;
  if (submission && machine_.IsPending(submission->end)) {
    return Told(ValidUsageError("VUID-vkResetFences-pFences-01123",
                                "the fence's submission has yet to run"),
                "vkResetFences");
  }
  submission.reset();
  return absl::OkStatus();
}

bool Device::IsIdle() const {
  Lock lock(host_->mutex());
  const auto& pending = machine_.pending();
  return std::all_of(pending.begin(), pending.end(), [](const auto& entry) {
    return entry.second.kind == Kind::kFence;
  });
}

bool Device::IsSignaled(FenceId fence) {
  Lock lock(host_->mutex());
  schedule_.Pass();
  const auto& submission = At(fences_, fence).submission;
  if (!submission || machine_.IsPending(submission->end)) return false;
  return order_.WaitForFence(journey(), thread(), submission->order);
}

uint64_t Device::CounterValue(SemaphoreId semaphore) {
  Lock lock(host_->mutex());
  schedule_.Pass();
  return machine_.semaphore(IndexOf(semaphore)).value;
}

absl::StatusOr<bool> Device::IsSet(EventId event) {
  Lock lock(host_->mutex());
  schedule_.Pass();
  if (At(device_only_events_, event)) {
    return Told(ValidUsageError("VUID-vkGetEventStatus-event-03940",
                                "the event is for the device only"),
                "vkGetEventStatus");
  }
  return machine_.IsEventSet(IndexOf(event));
}

}  // namespace incoherent
