// What is submitted to queues.

#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/device/command.h"
#include "sim/device/device.h"
#include "sim/memory/check.h"
#include "sim/memory/valid_usage.h"

namespace incoherent {
namespace {

using Kind = QueueOperation::Kind;

absl::Status Rule(SubmitForm form, absl::string_view submit2,
                  absl::string_view submit, absl::string_view message) {
  return ValidUsageError(form == SubmitForm::kSubmit2 ? submit2 : submit,
                         message);
}

QueueOperation OperationOn(uint32_t queue, Kind kind) {
  QueueOperation operation;
  operation.kind = kind;
  operation.queue = queue;
  return operation;
}

}  // namespace

CommandBuffer Device::NewCommandBuffer() {
  CommandBuffer::Context context;
  context.device = this;
  context.size_of = [this](MemoryId memory) -> absl::optional<uint64_t> {
    Lock lock(host_->mutex());
    const uint32_t index = IndexOf(memory);
    if (index >= objects_.size() || !objects_[index]) return absl::nullopt;
    return objects_[index]->rules().info().size;
  };
  context.name_of = [this](const MemoryRange& bytes) {
    Lock lock(host_->mutex());
    return TextOf(bytes);
  };
  context.report = [this](const absl::Status& broken,
                          absl::string_view command) {
    Lock lock(host_->mutex());
    Told(broken, command).IgnoreError();
  };
  return CommandBuffer(std::move(context));
}

absl::Status Device::CheckFence(FenceId fence, SubmitForm form) {
  const auto& submission = At(fences_, fence).submission;
  if (!submission) return absl::OkStatus();
  if (machine_.IsPending(submission->end)) {
    return Rule(form, "VUID-vkQueueSubmit2-fence-04895",
                "VUID-vkQueueSubmit-fence-00064",
                "the fence waits for another submission already");
  }
  return Rule(form, "VUID-vkQueueSubmit2-fence-04894",
              "VUID-vkQueueSubmit-fence-00063",
              "the fence is signaled: reset it first");
}

absl::Status Device::CheckObjects(
    const std::vector<SubmitBatch>& batches) const {
  const auto is_freed = [this](MemoryId memory) {
    return objects_[IndexOf(memory)] == nullptr;
  };
  for (const SubmitBatch& batch : batches) {
    for (const CommandBuffer* commands : batch.command_buffers) {
      if (!commands->IsOf(this)) {
        return absl::InvalidArgumentError(
            "a command buffer is another device's; nothing is submitted");
      }
      for (const auto& command : commands->commands()) {
        bool freed = false;
        for (const KernelAccess& access : command->accesses) {
          freed |= is_freed(access.bytes.memory);
        }
        for (const MemoryBarrier& barrier : command->barriers) {
          freed |= barrier.bytes && is_freed(barrier.bytes->memory);
        }
        if (freed) {
          return absl::InvalidArgumentError(absl::StrCat(
              "'", command->text, "' names memory that was freed"));
        }
      }
    }
  }
  return absl::OkStatus();
}

absl::Status Device::AdmitWaits(const SubmitBatch& batch, SubmitForm form) {
  absl::Status status;
  for (const SemaphoreSubmit& wait : batch.waits) {
    if (form == SubmitForm::kSubmit && (wait.stages & kStageHost) != 0) {
      status.Update(
          ValidUsageError("VUID-VkSubmitInfo-pWaitDstStageMask-00078",
                          "no command runs in HOST: nothing would wait"));
    }
    SemaphoreInfo& semaphore = At(semaphores_, wait.semaphore);
    if (semaphore.timeline) continue;
    if (semaphore.outstanding <= 0) {
      status.Update(Rule(form, "VUID-vkQueueSubmit2-semaphore-03873",
                         "VUID-vkQueueSubmit-pWaitSemaphores-03238",
                         "a binary semaphore is waited for that nothing "
                         "submitted signals"));
    }
    --semaphore.outstanding;
  }
  return status;
}

absl::Status Device::AdmitSignals(const SubmitBatch& batch, SubmitForm form) {
  absl::Status status;
  for (const SemaphoreSubmit& signal : batch.signals) {
    const uint32_t id = IndexOf(signal.semaphore);
    SemaphoreInfo& semaphore = semaphores_[id];
    if (semaphore.timeline) {
      if (signal.value > order_.ValueOf(id)) continue;
      status.Update(Rule(form, "VUID-VkSubmitInfo2-semaphore-03882",
                         "VUID-VkSubmitInfo-pSignalSemaphores-03242",
                         "a timeline semaphore's value must rise"));
      continue;
    }
    if (semaphore.outstanding > 0) {
      status.Update(Rule(form, "VUID-vkQueueSubmit2-semaphore-03868",
                         "VUID-vkQueueSubmit-pSignalSemaphores-00067",
                         "a binary semaphore is signaled again that nothing "
                         "has waited for"));
    }
    ++semaphore.outstanding;
  }
  return status;
}

absl::Status Device::Submit(QueueId queue,
                            const std::vector<SubmitBatch>& batches,
                            absl::optional<FenceId> fence, SubmitForm form) {
  Lock lock(host_->mutex());
  const uint32_t index = IndexOf(queue);
  INCOHERENT_CHECK(index < queues_.size(), "a queue that exists");
  const char* const command =
      form == SubmitForm::kSubmit2 ? "vkQueueSubmit2" : "vkQueueSubmit";
  if (fence) {
    const absl::Status status = CheckFence(*fence, form);
    if (!status.ok()) return Told(status, command);
  }
  absl::Status status = CheckObjects(batches);
  if (!status.ok()) return Told(status, command);
  machine_.Submit();
  std::vector<DeviceBatch> order_batches;
  for (const SubmitBatch& batch : batches) {
    status.Update(Told(AdmitWaits(batch, form), command));
    status.Update(Told(AdmitSignals(batch, form), command));
    order_batches.push_back(QueueBatch(index, batch, form));
  }
  QueueOperation end = OperationOn(index, Kind::kFence);
  end.source.stages = kStageAllCommands;
  DeviceSubmission submission;
  submission.end = machine_.Append(std::move(end));
  submission.order = order_.Submit(journey(), thread(), queues_[index].journey,
                                   std::move(order_batches));
  queues_[index].latest = submission;
  if (fence) At(fences_, *fence).submission = submission;
  schedule_.Pass();
  return status;
}

DeviceBatch Device::QueueBatch(uint32_t queue, const SubmitBatch& batch,
                               SubmitForm form) {
  DeviceBatch order_batch;
  for (const SemaphoreSubmit& wait : batch.waits) {
    QueueOperation operation = OperationOn(queue, Kind::kWaitSemaphore);
    operation.semaphore = IndexOf(wait.semaphore);
    operation.value = wait.value;
    operation.destination.stages = wait.stages;
    machine_.Append(std::move(operation));
    order_batch.waits.push_back(
        {IndexOf(wait.semaphore), wait.value, wait.stages});
  }
  for (const CommandBuffer* commands : batch.command_buffers) {
    for (const auto& command : commands->commands()) {
      QueueCommand(queue, command, order_batch);
    }
  }
  for (const SemaphoreSubmit& signal : batch.signals) {
    const uint64_t stages =
        form == SubmitForm::kSubmit ? kStageAllCommands : signal.stages;
    QueueOperation operation = OperationOn(queue, Kind::kSignalSemaphore);
    operation.semaphore = IndexOf(signal.semaphore);
    operation.value = signal.value;
    operation.source.stages = stages;
    machine_.Append(std::move(operation));
    order_batch.signals.push_back(
        {IndexOf(signal.semaphore), signal.value, stages});
  }
  return order_batch;
}

void Device::QueueCommand(uint32_t queue,
                          const std::shared_ptr<const Command>& command,
                          DeviceBatch& batch) {
  switch (command->kind) {
    case Command::Kind::kKernel:
      QueueKernel(queue, command, batch);
      return;
    case Command::Kind::kBarrier:
    case Command::Kind::kWaitEvent:
      QueueDependency(queue, *command, batch);
      return;
    case Command::Kind::kSetEvent:
    case Command::Kind::kResetEvent:
      break;
  }
  const bool sets = command->kind == Command::Kind::kSetEvent;
  const uint32_t event = IndexOf(command->event);
  QueueOperation operation =
      OperationOn(queue, sets ? Kind::kSetEvent : Kind::kResetEvent);
  operation.event = event;
  operation.source.stages = command->stages;
  const DeviceMachine::Number number = machine_.Append(std::move(operation));
  if (sets) {
    queues_[queue].sets[event] = number;
    batch.operations.push_back(
        DeviceOperation::OfSetEvent(event, command->stages));
  } else {
    queues_[queue].sets.erase(event);
    batch.operations.push_back(DeviceOperation::OfResetEvent(event));
  }
}

std::string Device::FreedPagesIn(const Command& command) const {
  for (const KernelAccess& access : command.accesses) {
    const ObjectInfo& info = object_infos_[IndexOf(access.bytes.memory)];
    if (info.pages != nullptr && info.pages->released()) return info.name;
  }
  return "";
}

void Device::QueueKernel(uint32_t queue,
                         const std::shared_ptr<const Command>& command,
                         DeviceBatch& batch) {
  const std::string freed = FreedPagesIn(*command);
  if (!freed.empty()) {
    Told(absl::FailedPreconditionError(absl::StrCat(
             "'", command->text, "' touches ", freed,
             ", whose pages the host "
             "has freed; keep them until the memory object is freed")),
         "vkQueueSubmit")
        .IgnoreError();
  }
  QueueOperation operation = OperationOn(queue, Kind::kCommand);
  operation.command = command;
  const OperationId id = host_->NewOperation(command->text);
  // A command reads before it writes.
  for (const Access wanted : {Access::kRead, Access::kWrite}) {
    for (const KernelAccess& access : command->accesses) {
      if (access.access != wanted) continue;
      const ObjectInfo& info = object_infos_[IndexOf(access.bytes.memory)];
      operation.touches.push_back({access,
                                   Object(access.bytes.memory).payload(),
                                   ByteOverlay(), info.base});
      batch.operations.push_back(DeviceOperation::OfAccess(
          access.point, access.access, {info.payload, InPayload(access.bytes)},
          id));
    }
  }
  machine_.Append(std::move(operation));
}

// An ownership transfer is a barrier in two halves, one on each queue: the
// release has no second access scope, the acquire no first.
MemoryBarrier Device::OwnHalf(const MemoryBarrier& barrier,
                              uint32_t family) const {
  MemoryBarrier half = barrier;
  if (!barrier.TransfersOwnership()) return half;
  if (family == barrier.source_family) half.destination.accesses = 0;
  if (family == barrier.destination_family) half.source.accesses = 0;
  return half;
}

void Device::QueueDependency(uint32_t queue, const Command& command,
                             DeviceBatch& batch) {
  const bool waits = command.kind == Command::Kind::kWaitEvent;
  const uint32_t event = IndexOf(command.event);
  for (const MemoryBarrier& named : command.barriers) {
    const MemoryBarrier barrier = OwnHalf(named, queues_[queue].family);
    QueueOperation operation =
        OperationOn(queue, waits ? Kind::kWaitEvent : Kind::kBarrier);
    operation.source = barrier.source;
    operation.destination = barrier.destination;
    absl::optional<PayloadRange> bytes;
    if (barrier.bytes) {
      const MemoryRange& range = *barrier.bytes;
      operation.bytes = {Object(range.memory).payload(), InPayload(range)};
      bytes = PayloadRange{object_infos_[IndexOf(range.memory)].payload,
                           InPayload(range)};
    }
    if (waits) {
      operation.event = event;
      const auto set = queues_[queue].sets.find(event);
      if (set != queues_[queue].sets.end()) operation.set = set->second;
      batch.operations.push_back(DeviceOperation::OfWaitEvent(
          event, barrier.source, barrier.destination, bytes));
    } else {
      batch.operations.push_back(DeviceOperation::OfDependency(
          barrier.source, barrier.destination, bytes));
    }
    machine_.Append(std::move(operation));
  }
}

}  // namespace incoherent
