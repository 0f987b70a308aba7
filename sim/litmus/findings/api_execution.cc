#include "sim/litmus/findings/api_execution.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace incoherent::litmus {
namespace {

Journey::PayloadInfo PayloadOf(const Memory& memory) {
  Journey::PayloadInfo info;
  info.size = memory.size;
  info.atom_size = memory.atom_size;
  info.non_coherent = memory.type.IsNonCoherent();
  info.device_coherent = memory.type.Has(kDeviceCoherentAmd);
  info.whole_atoms = memory.write_back == WriteBack::kWholeAtom;
  return info;
}

// "range outside the mapping [VUID-...]".
std::string RuleMessage(const absl::Status& usage) {
  const absl::optional<std::string> vuid = VuidOf(usage);
  return vuid ? absl::StrCat(usage.message(), " [", *vuid, "]")
              : std::string(usage.message());
}

}  // namespace

ApiExecution::ApiExecution(const Program& program, const OperationNames& names,
                           const Sinks& sinks, bool report_useless_sync)
    : program_(&program),
      names_(&names),
      sinks_(sinks),
      journey_(sinks.hazard, Journey::Options{report_useless_sync}),
      latest_submit_(program.submissions.size()),
      flags_(program.flags.size()) {
  for (const Memory& memory : program.memories) AddMemory(memory);
  for (size_t i = 0; i < program.hosts.size(); ++i) {
    journey_.AddThread();
    ThreadState thread;
    thread.submitted.resize(program.submissions.size());
    threads_.push_back(std::move(thread));
  }
  for (size_t i = 0; i < program.queues.size(); ++i) journey_.AddQueue();
  for (const Semaphore& semaphore : program.semaphores) {
    if (semaphore.timeline) {
      order_.AddTimelineSemaphore(0);
    } else {
      order_.AddBinarySemaphore();
    }
  }
  for (size_t i = 0; i < program.events.size(); ++i) order_.AddEvent();
}

void ApiExecution::AddMemory(const Memory& memory) {
  uint32_t payload = 0;
  if (memory.shares) {
    payload = memories_[*memory.shares].payload;
  } else {
    payload = journey_.AddPayload(PayloadOf(memory));
    payload_owner_.push_back(static_cast<int>(memories_.size()));
  }
  DeviceMemory object(DeviceMemoryInfoOf(memory));
  if (memory.initially_mapped) {
    const auto mapped = object.Map(MapRequest());
    INCOHERENT_CHECK(mapped.usage.ok(), "a whole map of mappable memory");
  }
  memories_.push_back(
      {std::move(object), payload, journey_.AddReference(payload)});
}

bool ApiExecution::IsDone(int thread) const {
  return threads_[thread].next == program_->hosts[thread].ops.size();
}

const Op& ApiExecution::NextOp(int thread) const {
  return program_->hosts[thread].ops[threads_[thread].next];
}

// A thread waits for its own latest submit, or else for anybody's.
absl::optional<uint32_t> ApiExecution::AwaitedSubmit(int thread,
                                                     int submission) const {
  const auto& own = threads_[thread].submitted[submission];
  return own ? own : latest_submit_[submission];
}

bool ApiExecution::CanStep(int thread) const {
  if (IsDone(thread)) return false;
  const Op& op = NextOp(thread);
  switch (op.kind) {
    case OpKind::kAwait:
      return flags_[op.flag].has_value();
    case OpKind::kWait:
      return order_.ValueOf(op.semaphore) >= op.value.value;
    case OpKind::kWaitIdle:
      return op.queue < 0 ? order_.IsIdle() : order_.IsIdle(op.queue);
    case OpKind::kWaitSubmission: {
      const auto submit = AwaitedSubmit(thread, op.submission);
      return submit && order_.HasRun(*submit);
    }
    default:
      return true;
  }
}

bool ApiExecution::IsFinished() const {
  for (size_t thread = 0; thread < threads_.size(); ++thread) {
    if (!IsDone(static_cast<int>(thread))) return false;
  }
  return order_.IsIdle();
}

void ApiExecution::Step(int thread) {
  const Op& op = NextOp(thread);
  const OperationId id = names_->OfHost(thread, threads_[thread].next++);
  switch (op.kind) {
    case OpKind::kStore:
    case OpKind::kLoad:
      return Access(thread, op, id);
    case OpKind::kFlush:
    case OpKind::kInvalidate:
      return Synchronize(thread, op, id);
    case OpKind::kMap:
    case OpKind::kUnmap:
      return ChangeMapping(thread, op, id);
    case OpKind::kFree:
      return Free(thread, op, id);
    case OpKind::kSubmit:
      return Submit(thread, op);
    case OpKind::kPost:
      flags_[op.flag] = journey_.Post(thread);
      return;
    case OpKind::kAwait:
      return journey_.Await(thread, *flags_[op.flag]);
    case OpKind::kSignal:
      return order_.HostSignal(journey_, thread, op.semaphore, op.value.value);
    case OpKind::kSetEvent:
      CheckSetEvent(op, id);
      return order_.HostSetEvent(journey_, thread, op.event);
    case OpKind::kResetEvent:
      return order_.HostResetEvent(op.event);
    default:
      return Wait(thread, op);
  }
}

void ApiExecution::Wait(int thread, const Op& op) {
  bool came = false;
  if (op.kind == OpKind::kWaitSubmission) {
    came = order_.WaitForFence(journey_, thread,
                               *AwaitedSubmit(thread, op.submission));
  } else if (op.kind == OpKind::kWait) {
    came = order_.WaitForValue(journey_, thread, op.semaphore, op.value.value);
  } else if (op.queue < 0) {
    came = order_.WaitIdle(journey_, thread);
  } else {
    came = order_.WaitIdle(journey_, thread, op.queue);
  }
  INCOHERENT_CHECK(came, "a step that CanStep denies");
}

void ApiExecution::TellBroken(int memory, const ByteRange& range,
                              OperationId operation,
                              std::string message) const {
  sinks_.broken_rule({memory, range, operation, std::move(message)});
}

bool ApiExecution::IsInsideMapping(const Range& range) const {
  const MemoryState& memory = memories_[range.memory];
  const auto& mapping = memory.object.mapping();
  return !memory.freed && mapping && range.bytes.offset >= mapping->offset &&
         range.bytes.end() <= mapping->end();
}

void ApiExecution::Access(int thread, const Op& op, OperationId id) {
  const bool store = op.kind == OpKind::kStore;
  const Range& range = store ? *op.target : *op.source_range;
  if (!IsInsideMapping(range)) {
    TellBroken(range.memory, range.bytes, id,
               "access through a pointer outside the mapping");
    return;
  }
  const Journey::ReferenceId reference = memories_[range.memory].reference;
  if (store) {
    journey_.HostWrite(thread, reference, range.bytes, id);
  } else {
    journey_.HostRead(thread, reference, range.bytes, id);
  }
}

void ApiExecution::Synchronize(int thread, const Op& op, OperationId id) {
  const Range& range = *op.target;
  const MemoryState& memory = memories_[range.memory];
  if (memory.freed) {
    TellBroken(range.memory, range.bytes, id, "the memory was freed");
    return;
  }
  const Ruling<ByteRange> ruling = memory.object.ResolveMappedRange(
      range.bytes.offset, op.whole_size ? kWholeSize : range.bytes.size);
  if (!ruling.usage.ok()) {
    TellBroken(range.memory, range.bytes, id, RuleMessage(ruling.usage));
  }
  if (ruling.effect.empty()) return;
  if (op.kind == OpKind::kFlush) {
    journey_.Flush(thread, memory.reference, ruling.effect, id);
  } else {
    journey_.Invalidate(thread, memory.reference, ruling.effect, id);
  }
}

// A fresh mapping is another reference to the bytes, even at the same address.
void ApiExecution::ChangeMapping(int /*thread*/, const Op& op, OperationId id) {
  const Range& range = *op.target;
  MemoryState& memory = memories_[range.memory];
  if (memory.freed) {
    TellBroken(range.memory, range.bytes, id, "the memory was freed");
    return;
  }
  absl::Status usage;
  if (op.kind == OpKind::kUnmap) {
    usage = memory.object.Unmap(CommandForm::kMapMemory);
  } else {
    MapRequest request;
    request.offset = range.bytes.offset;
    request.size = op.whole_size ? kWholeSize : range.bytes.size;
    usage = memory.object.Map(request).usage;
    if (usage.ok()) memory.reference = journey_.AddReference(memory.payload);
  }
  if (!usage.ok()) {
    TellBroken(range.memory, range.bytes, id, RuleMessage(usage));
  }
}

void ApiExecution::Free(int thread, const Op& op, OperationId id) {
  const Range& range = *op.target;
  MemoryState& memory = memories_[range.memory];
  if (memory.freed) {
    TellBroken(range.memory, range.bytes, id, "the memory was freed before");
    return;
  }
  if (journey_.IsPending(thread, memory.payload)) {
    TellBroken(range.memory, range.bytes, id,
               "the memory is freed while submitted work uses it "
               "[VUID-vkFreeMemory-memory-00677]");
  }
  memory.freed = true;
}

PayloadRange ApiExecution::OnPayload(const Range& range) const {
  return {memories_[range.memory].payload, range.bytes};
}

absl::optional<PayloadRange> ApiExecution::OnPayload(
    const absl::optional<Range>& range) const {
  if (!range) return absl::nullopt;
  return OnPayload(*range);
}

void ApiExecution::AddOperations(const Op& op, OperationId id,
                                 DeviceBatch& batch) const {
  auto& operations = batch.operations;
  switch (op.kind) {
    case OpKind::kLoad:
      operations.push_back(DeviceOperation::OfAccess(
          op.point, Access::kRead, OnPayload(*op.source_range), id));
      return;
    case OpKind::kCopy:
      operations.push_back(DeviceOperation::OfAccess(
          op.read_point, Access::kRead, OnPayload(*op.source_range), id));
      [[fallthrough]];
    case OpKind::kStore:
    case OpKind::kFill:
    case OpKind::kUpdate:
      operations.push_back(DeviceOperation::OfAccess(
          op.point, Access::kWrite, OnPayload(*op.target), id));
      return;
    case OpKind::kBarrier:
      operations.push_back(DeviceOperation::OfDependency(
          op.source, op.destination, OnPayload(op.target)));
      return;
    case OpKind::kSetEvent:
      operations.push_back(
          DeviceOperation::OfSetEvent(op.event, op.source.stages));
      return;
    case OpKind::kResetEvent:
      operations.push_back(DeviceOperation::OfResetEvent(op.event));
      return;
    case OpKind::kWaitEvent:
      operations.push_back(DeviceOperation::OfWaitEvent(
          op.event, op.source, op.destination, OnPayload(op.target)));
      return;
    default:
      INCOHERENT_CHECK(false, "no command of a queue");
  }
}

// The host must not set what submitted work waits for.
void ApiExecution::CheckSetEvent(const Op& op, OperationId id) const {
  for (size_t i = 0; i < program_->submissions.size(); ++i) {
    if (!latest_submit_[i] || order_.HasRun(*latest_submit_[i])) continue;
    const std::vector<Op>& ops = program_->submissions[i].ops;
    const bool waits = std::any_of(ops.begin(), ops.end(), [&](const Op& w) {
      return w.kind == OpKind::kWaitEvent && w.event == op.event;
    });
    if (!waits) continue;
    TellBroken(0, {0, 0}, id,
               "submitted work waits for the event "
               "[VUID-vkSetEvent-event-09543]");
    return;
  }
}

// A wait begins a batch, a signal ends one.
std::vector<DeviceBatch> ApiExecution::BatchesOf(int submission,
                                                 uint32_t instance) const {
  std::vector<DeviceBatch> batches(1);
  const std::vector<Op>& ops = program_->submissions[submission].ops;
  for (size_t i = 0; i < ops.size(); ++i) {
    const Op& op = ops[i];
    const bool began = !batches.back().operations.empty();
    const bool ended = !batches.back().signals.empty();
    if (op.kind == OpKind::kWait) {
      if (began || ended) batches.emplace_back();
      batches.back().waits.push_back({static_cast<uint32_t>(op.semaphore),
                                      op.value.value, op.destination.stages});
    } else if (op.kind == OpKind::kSignal) {
      batches.back().signals.push_back({static_cast<uint32_t>(op.semaphore),
                                        op.value.value, op.source.stages});
    } else {
      if (ended) batches.emplace_back();
      AddOperations(op, names_->OfDevice(submission, i, instance),
                    batches.back());
    }
  }
  return batches;
}

// HOST has no place in what a queue waits for, sets or resets.
void ApiExecution::CheckQueueOps(int submission) const {
  const std::vector<Op>& ops = program_->submissions[submission].ops;
  for (size_t i = 0; i < ops.size(); ++i) {
    const Op& op = ops[i];
    const char* vuid = nullptr;
    if (op.kind == OpKind::kWait && (op.destination.stages & kStageHost)) {
      vuid = "VUID-VkSubmitInfo-pWaitDstStageMask-00078";
    } else if (op.kind == OpKind::kSetEvent &&
               (op.source.stages & kStageHost)) {
      vuid = "VUID-vkCmdSetEvent-stageMask-01149";
    } else if (op.kind == OpKind::kResetEvent &&
               (op.source.stages & kStageHost)) {
      vuid = "VUID-vkCmdResetEvent2-stageMask-03830";
    }
    if (vuid == nullptr) continue;
    TellBroken(0, {0, 0}, names_->OfDevice(submission, i, 0),
               absl::StrCat("its stages include HOST [", vuid, "]"));
  }
}

void ApiExecution::Submit(int thread, const Op& op) {
  CheckQueueOps(op.submission);
  const int queue = program_->submissions[op.submission].queue;
  const uint32_t submit = order_.Submit(journey_, thread, queue,
                                        BatchesOf(op.submission, ++instances_));
  threads_[thread].submitted[op.submission] = submit;
  latest_submit_[op.submission] = submit;
}

}  // namespace incoherent::litmus
