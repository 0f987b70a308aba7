#include "sim/device/device_machine.h"

#include <algorithm>
#include <utility>

#include "sim/device/command.h"
#include "sim/memory/check.h"

namespace incoherent {
namespace {

using Kind = QueueOperation::Kind;

constexpr uint64_t kHostAccesses = kAccessHostRead | kAccessHostWrite;

}  // namespace

void DeviceMachine::AddPayload(const std::shared_ptr<DevicePayload>& payload) {
  payloads_.erase(
      std::remove_if(payloads_.begin(), payloads_.end(),
                     [](const auto& known) { return known.expired(); }),
      payloads_.end());
  payloads_.push_back(payload);
}

std::vector<std::shared_ptr<DevicePayload>> DeviceMachine::Payloads() const {
  std::vector<std::shared_ptr<DevicePayload>> payloads;
  for (const std::weak_ptr<DevicePayload>& known : payloads_) {
    if (auto payload = known.lock()) payloads.push_back(std::move(payload));
  }
  return payloads;
}

uint32_t DeviceMachine::AddSemaphore(const Semaphore& semaphore) {
  semaphores_.push_back(semaphore);
  return static_cast<uint32_t>(semaphores_.size() - 1);
}

uint32_t DeviceMachine::AddEvent() {
  events_.push_back(false);
  return static_cast<uint32_t>(events_.size() - 1);
}

void DeviceMachine::Submit() {
  for (const auto& payload : Payloads()) {
    payload->MoveToDevice(payload->all());
    payload->RefreshAll();
  }
}

DeviceMachine::Number DeviceMachine::Append(QueueOperation operation) {
  for (const KernelMemory::Touch& touch : operation.touches) {
    if (touch.access.access != Access::kRead) continue;
    touch.payload->AddReader({operation.queue, touch.access.point});
  }
  const Number number = next_++;
  pending_.emplace(number, std::move(operation));
  return number;
}

bool DeviceMachine::IsReady(const QueueOperation& operation) const {
  switch (operation.kind) {
    case Kind::kWaitSemaphore:
      return semaphores_[operation.semaphore].CanWait(operation.value);
    case Kind::kSignalSemaphore:
      return semaphores_[operation.semaphore].CanSignal();
    case Kind::kWaitEvent:
      return events_[operation.event];
    default:
      return true;
  }
}

absl::optional<DeviceMachine::Number> DeviceMachine::FirstToFollow(
    Number number) const {
  const QueueOperation& operation = pending_.at(number);
  for (const auto& entry : pending_) {
    if (entry.first >= number) break;
    if (entry.second.queue == operation.queue &&
        MustFollow(operation, entry.second, entry.first)) {
      return entry.first;
    }
  }
  return absl::nullopt;
}

bool DeviceMachine::IsEnabled(Number number,
                              const QueueOperation& operation) const {
  return IsReady(operation) && !FirstToFollow(number);
}

std::vector<DeviceMachine::Number> DeviceMachine::Enabled() const {
  std::vector<Number> enabled;
  for (const auto& entry : pending_) {
    if (IsEnabled(entry.first, entry.second)) enabled.push_back(entry.first);
  }
  return enabled;
}

absl::optional<DeviceMachine::Number> DeviceMachine::FirstEnabled() const {
  for (const auto& entry : pending_) {
    if (IsEnabled(entry.first, entry.second)) return entry.first;
  }
  return absl::nullopt;
}

absl::optional<DeviceMachine::Number> DeviceMachine::Provider(
    const QueueOperation& operation) const {
  for (const auto& entry : pending_) {
    const QueueOperation& other = entry.second;
    const bool provides =
        operation.kind == Kind::kWaitEvent
            ? other.kind == Kind::kSetEvent && other.event == operation.event
        : operation.kind == Kind::kWaitSemaphore
            ? other.kind == Kind::kSignalSemaphore &&
                  other.semaphore == operation.semaphore &&
                  (!semaphores_[other.semaphore].timeline ||
                   other.value >= operation.value)
            : other.kind == Kind::kWaitSemaphore &&
                  other.semaphore == operation.semaphore;
    if (provides) return entry.first;
  }
  return absl::nullopt;
}

bool DeviceMachine::Force(Number number) {
  if (!IsPending(number)) return true;
  if (!forcing_.insert(number).second) return false;
  bool possible = true;
  while (const auto earlier = FirstToFollow(number)) {
    possible = Force(*earlier);
    if (!possible) break;
  }
  while (possible && !IsReady(pending_.at(number))) {
    const auto provider = Provider(pending_.at(number));
    possible = provider && Force(*provider);
  }
  forcing_.erase(number);
  if (possible) Execute(number);
  return possible;
}

void DeviceMachine::Execute(Number number) {
  const auto entry = pending_.find(number);
  INCOHERENT_CHECK(entry != pending_.end() && IsEnabled(number, entry->second),
                   "only what is enabled runs");
  QueueOperation operation = std::move(entry->second);
  pending_.erase(entry);
  switch (operation.kind) {
    case Kind::kCommand:
      RunCommand(number, operation);
      return;
    case Kind::kBarrier:
      ApplyDependency(number, operation);
      return;
    case Kind::kWaitEvent:
      ApplyDependency(operation.set.value_or(number), operation);
      return;
    case Kind::kSetEvent:
    case Kind::kResetEvent:
      events_[operation.event] = operation.kind == Kind::kSetEvent;
      return;
    case Kind::kWaitSemaphore: {
      semaphores_[operation.semaphore].Wait();
      const uint64_t stages = ExpandScope(operation.destination).stages;
      RefreshReaders(operation.queue, {stages, SupportedAccesses(stages)},
                     absl::nullopt);
      return;
    }
    case Kind::kSignalSemaphore:
      DrainBefore(number, operation);
      semaphores_[operation.semaphore].Signal(operation.value);
      return;
    case Kind::kFence:
      DrainBefore(number, operation);
      return;
  }
}

void DeviceMachine::RunCommand(Number number, QueueOperation& operation) {
  KernelMemory memory(operation.queue, absl::MakeSpan(operation.touches));
  operation.command->kernel(memory);
  if (!memory.error().empty()) {
    on_kernel_error_(*operation.command, memory.error());
  }
  for (KernelMemory::Touch& touch : operation.touches) {
    if (!touch.payload->device_coherent()) {
      store_buffers_.Add({operation.queue, number, touch.access.point,
                          touch.payload, std::move(touch.written)});
      continue;
    }
    for (const ByteRange& run : touch.written.HeldIn(touch.payload->all())) {
      touch.payload->DeviceWrite(
          run, [&](uint64_t at) { return touch.written.At(at); });
    }
  }
}

void DeviceMachine::MoveEverything(const QueueOperation& operation,
                                   bool to_device) {
  const auto move = [to_device](DevicePayload& payload,
                                const ByteRange& range) {
    to_device ? payload.MoveToDevice(range) : payload.MoveToHost(range);
  };
  if (operation.bytes) {
    move(*operation.bytes->payload, operation.bytes->range);
    return;
  }
  for (const auto& payload : Payloads()) move(*payload, payload->all());
}

void DeviceMachine::RefreshReaders(
    uint32_t queue, const Scope& scope,
    const absl::optional<PayloadBytesRange>& bytes) {
  if (bytes) {
    bytes->payload->Refresh(queue, scope, bytes->range);
    return;
  }
  for (const auto& payload : Payloads()) {
    payload->Refresh(queue, scope, payload->all());
  }
}

void DeviceMachine::ApplyDependency(Number before,
                                    const QueueOperation& operation) {
  const Scope first = ExpandScope(operation.source);
  const Scope second = ExpandScope(operation.destination);
  if (first.accesses & kAccessHostWrite) {
    MoveEverything(operation, /*to_device=*/true);
  }
  const auto drained = [&](const StoreBuffer& buffer) {
    return buffer.queue == operation.queue && buffer.number < before &&
           first.Includes(buffer.point);
  };
  if (operation.bytes) {
    store_buffers_.Drain(drained, operation.bytes->payload.get(),
                         operation.bytes->range);
  } else {
    store_buffers_.Drain(drained);
  }
  RefreshReaders(operation.queue, second, operation.bytes);
  if (second.accesses & kHostAccesses) {
    MoveEverything(operation, /*to_device=*/false);
  }
}

void DeviceMachine::DrainBefore(Number number, const QueueOperation& signal) {
  const uint64_t stages = ExpandSourceStages(signal.source.stages);
  store_buffers_.Drain([&](const StoreBuffer& buffer) {
    return buffer.queue == signal.queue && buffer.number < number &&
           (buffer.point.stages & stages) != 0;
  });
}

}  // namespace incoherent
