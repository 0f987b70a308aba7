// The observer's queues: what is submitted, signaled and waited for.

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "sim/icd/observer_call.h"
#include "sim/icd/recording/command_buffer_state.h"

namespace incoherent {
namespace {

// Work that nobody ever waits for is taken as done beyond this many.
constexpr size_t kMostRunning = 1024;

// Tells accesses apart that would tell the journey the same, as long as no
// dependency comes between.
using AccessKey = std::tuple<Journey::PayloadId, uint64_t, uint64_t, uint64_t,
                             uint64_t, Access, Certainty, uint64_t>;

AccessKey KeyOf(const RecordedStep& step) {
  const DeviceOperation& made = step.operation;
  return {made.bytes->payload,    made.bytes->range.offset,
          made.bytes->range.size, made.source.stages,
          made.source.accesses,   made.access,
          step.certainty,         step.resource};
}

}  // namespace

Journey::QueueId Observer::QueueOf(VkQueue queue) {
  const auto found = queues_.find(queue);
  if (found != queues_.end()) return found->second;
  const Journey::QueueId id = journey_.AddQueue();
  queues_.emplace(queue, id);
  return id;
}

SemaphoreUse Observer::UseOf(const SemaphoreRequest& request) {
  auto found = semaphores_.find(request.semaphore);
  if (found == semaphores_.end()) {
    found = semaphores_.emplace(request.semaphore, order_.AddBinarySemaphore())
                .first;
  }
  return {found->second, request.value, request.stages};
}

void Observer::AppendSteps(VkCommandBuffer buffer,
                           const std::shared_ptr<const SubmittedWork>& work,
                           std::vector<DeviceOperation>& operations,
                           Running& running) {
  const CommandBufferState* state = FindCommandBuffer(buffer);
  if (state == nullptr) return;
  const std::shared_ptr<const CommandRecording> recording = state->recording();
  absl::flat_hash_set<AccessKey> told;
  for (const RecordedStep& step : recording->StepsAtSubmit()) {
    DeviceOperation made = step.operation;
    // Memory may be gone since it was recorded, or even be another's.
    MemoryObject* object =
        made.bytes.has_value() ? ObjectOf(made.bytes->payload) : nullptr;
    const bool inside =
        object != nullptr && made.bytes->range.end() <= object->info().size;
    if (made.kind != DeviceOperation::Kind::kAccess) {
      told.clear();
      if (made.bytes.has_value() && !inside) made.bytes = PayloadRange();
      operations.push_back(made);
      continue;
    }
    if (!inside || !told.insert(KeyOf(step)).second) continue;
    const RecordedCommand& command = recording->commands()[step.command];
    Operation operation;
    operation.range = made.bytes->range;
    operation.command = command.name;
    operation.point = made.source;
    operation.access = made.access;
    operation.certainty = step.certainty;
    operation.work = work;
    operation.place =
        absl::HashOf(work->place, absl::string_view(command.name));
    operation.index = step.command;
    operation.label = command.label;
    operation.resource_type = step.resource_type;
    operation.resource = step.resource;
    made.operation = operations_.Add(made.bytes->payload, std::move(operation));
    if (made.access == Access::kWrite) {
      running.writes.push_back(*made.bytes);
      object->DeviceWrites(made.bytes->range);
    }
    operations.push_back(made);
  }
}

DeviceBatch Observer::BatchOf(const BatchRequest& request,
                              const std::shared_ptr<const SubmittedWork>& work,
                              Running& running) {
  DeviceBatch batch;
  for (const SemaphoreRequest& wait : request.waits) {
    batch.waits.push_back(UseOf(wait));
  }
  for (VkCommandBuffer buffer : request.buffers) {
    AppendSteps(buffer, work, batch.operations, running);
  }
  for (const SemaphoreRequest& signal : request.signals) {
    batch.signals.push_back(UseOf(signal));
  }
  return batch;
}

void Observer::Submit(VkQueue queue, const std::vector<BatchRequest>& requests,
                      VkFence fence, const char* command) {
  Call call(*this, command);
  SubmittedWork made;
  // Presentation and sparse binding are not what an application counts.
  if (absl::StartsWith(command, "vkQueueSubmit")) ++submits_;
  made.number = submits_;
  made.submitted_at = CallStack::Here();
  made.place = made.submitted_at.Place();
  const auto work = std::make_shared<const SubmittedWork>(made);
  Running running;
  running.number = work->number;
  running.has_fence = fence != VK_NULL_HANDLE;
  std::vector<DeviceBatch> batches;
  for (const BatchRequest& request : requests) {
    batches.push_back(BatchOf(request, work, running));
  }
  for (const auto& [payload, object] : objects_) object->PublishHostWrites();
  for (const PayloadRange& write : running.writes) {
    if (MemoryObject* object = ObjectOf(write.payload)) {
      unsettled_.insert(object);
    }
  }
  const SubmissionId id =
      order_.Submit(journey_, host_, QueueOf(queue), std::move(batches));
  running_.emplace(id, std::move(running));
  if (fence != VK_NULL_HANDLE) {
    DetachFence(fence);
    fences_[fence] = id;
  }
  if (running_.size() > kMostRunning) {
    order_.TakeAsRun(journey_, running_.begin()->first);
    Absorb(running_.begin()->second);
    if (!running_.begin()->second.has_fence) {
      order_.Forget(running_.begin()->first);
    }
    running_.erase(running_.begin());
  }
}

// The fence says that the submission has run; where it seems to wait still, it
// waited for something that could not be seen.
void Observer::WaitFor(SubmissionId submission) {
  order_.TakeAsRun(journey_, submission);
  order_.WaitForFence(journey_, host_, submission);
}

// After a wait: what the host now knows to be done.
void Observer::Settle() {
  for (auto at = running_.begin(); at != running_.end();) {
    if (!order_.IsKnownTo(journey_, host_, at->first)) {
      ++at;
      continue;
    }
    Absorb(at->second);
    if (!at->second.has_fence) order_.Forget(at->first);
    at = running_.erase(at);
  }
  JudgeSuspicions();
}

void Observer::Absorb(const Running& running) {
  for (const PayloadRange& write : running.writes) {
    MemoryObject* object = ObjectOf(write.payload);
    if (object == nullptr) continue;
    object->Absorb(write.range);
    unsettled_.insert(object);
    if (!object->is_coherent_view()) continue;
    object->Receive(journey_.NotHostAvailable(host_, write.payload));
  }
}

void Observer::FencesSignaled(const std::vector<VkFence>& fences) {
  Call call(*this, "vkWaitForFences");
  for (VkFence fence : fences) {
    const auto found = fences_.find(fence);
    if (found != fences_.end()) WaitFor(found->second);
  }
  Settle();
}

void Observer::DetachFence(VkFence fence) {
  const auto found = fences_.find(fence);
  if (found == fences_.end()) return;
  const auto running = running_.find(found->second);
  if (running == running_.end()) {
    order_.Forget(found->second);
  } else {
    running->second.has_fence = false;
  }
  fences_.erase(found);
}

void Observer::FencesReset(const std::vector<VkFence>& fences) {
  absl::MutexLock lock(&mutex_);
  for (VkFence fence : fences) DetachFence(fence);
}

void Observer::RemoveFence(VkFence fence) { FencesReset({fence}); }

void Observer::QueueIdle(VkQueue queue) {
  Call call(*this, "vkQueueWaitIdle");
  const Journey::QueueId id = QueueOf(queue);
  order_.TakeAllAsRun(journey_, id);
  order_.WaitIdle(journey_, host_, id);
  Settle();
}

void Observer::DeviceIdle() {
  Call call(*this, "vkDeviceWaitIdle");
  for (const auto& [queue, id] : queues_) order_.TakeAllAsRun(journey_, id);
  order_.WaitIdle(journey_, host_);
  Settle();
}

void Observer::AddSemaphore(VkSemaphore semaphore,
                            absl::optional<uint64_t> timeline_value) {
  absl::MutexLock lock(&mutex_);
  semaphores_[semaphore] = timeline_value.has_value()
                               ? order_.AddTimelineSemaphore(*timeline_value)
                               : order_.AddBinarySemaphore();
}

void Observer::RemoveSemaphore(VkSemaphore semaphore) {
  absl::MutexLock lock(&mutex_);
  const auto found = semaphores_.find(semaphore);
  if (found == semaphores_.end()) return;
  // Work that still seems to wait for it has run: it would be pending else.
  for (const auto& [queue, id] : queues_) {
    if (order_.IsWaitingFor(id, found->second)) {
      order_.TakeAllAsRun(journey_, id);
    }
  }
  order_.RemoveSemaphore(found->second);
  semaphores_.erase(found);
}

void Observer::SemaphoreReached(VkSemaphore semaphore, uint64_t value) {
  Call call(*this, "vkWaitSemaphores");
  const auto found = semaphores_.find(semaphore);
  if (found == semaphores_.end()) return;
  if (!order_.WaitForValue(journey_, host_, found->second, value)) {
    for (const auto& [queue, id] : queues_) order_.TakeAllAsRun(journey_, id);
    order_.WaitForValue(journey_, host_, found->second, value);
  }
  Settle();
}

void Observer::HostSignals(VkSemaphore semaphore, uint64_t value) {
  Call call(*this, "vkSignalSemaphore");
  const auto found = semaphores_.find(semaphore);
  if (found == semaphores_.end()) return;
  for (const auto& [payload, object] : objects_) object->PublishHostWrites();
  order_.HostSignal(journey_, host_, found->second, value);
}

void Observer::SignaledFromOutside(VkSemaphore semaphore) {
  absl::MutexLock lock(&mutex_);
  const SemaphoreUse use = UseOf({semaphore});
  order_.SignalFromOutside(journey_, use.semaphore, 1);
}

void Observer::AddEvent(VkEvent event) {
  absl::MutexLock lock(&mutex_);
  events_[event] = order_.AddEvent();
}

void Observer::RemoveEvent(VkEvent event) {
  absl::MutexLock lock(&mutex_);
  const auto found = events_.find(event);
  if (found == events_.end()) return;
  order_.RemoveEvent(found->second);
  events_.erase(found);
}

SubmissionOrder::EventId Observer::EventOf(VkEvent event) {
  absl::MutexLock lock(&mutex_);
  const auto found = events_.find(event);
  if (found != events_.end()) return found->second;
  return events_.emplace(event, order_.AddEvent()).first->second;
}

void Observer::HostSetsEvent(VkEvent event) {
  Call call(*this, "vkSetEvent");
  const auto found = events_.find(event);
  if (found == events_.end()) return;
  order_.HostSetEvent(journey_, host_, found->second);
}

void Observer::HostResetsEvent(VkEvent event) {
  Call call(*this, "vkResetEvent");
  const auto found = events_.find(event);
  if (found != events_.end()) order_.HostResetEvent(found->second);
}

}  // namespace incoherent
