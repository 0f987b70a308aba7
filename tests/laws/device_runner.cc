#include "tests/laws/device_runner.h"

#include <memory>
#include <utility>

#include "sim/memory/check.h"

namespace incoherent::litmus {
namespace {

DeviceOptions OptionsFor(const Program& program, const EvictionPolicy& policy) {
  const Memory& memory = program.memories[0];
  DeviceOptions options;
  options.memory.types = {{memory.type.property_flags, 0}};
  options.memory.heaps = {{1 << 20, kHeapDeviceLocal}};
  options.memory.limits.non_coherent_atom_size = memory.atom_size;
  options.write_back = memory.write_back;
  options.features.device_coherent_memory = true;
  options.policy = policy;
  return options;
}

Value ValueOf(const std::vector<Byte>& bytes) {
  Value value;
  for (size_t i = 0; i < bytes.size(); ++i) {
    value.bits |= uint64_t{bytes[i].value} << 8 * i;
    if (bytes[i].undefined) value.undefined_bytes |= uint8_t{1} << i;
  }
  return value;
}

}  // namespace

DeviceRunner::DeviceRunner(const Program& program, const EvictionPolicy& policy,
                           uint64_t turns)
    : program_(program),
      turns_(turns),
      device_(OptionsFor(program, policy)),
      flags_(program.flags.size()),
      fences_(program.submissions.size()),
      submissions_(program.submissions.size()),
      next_(program.hosts.size()) {
  AllocateRequest request;
  request.size = program.memories[0].size;
  memory_ = *device_.Allocate(request);
  INCOHERENT_CHECK(device_.Map(memory_).ok(), "mappable memory");
  threads_.push_back(ThreadId{});
  while (threads_.size() < program.hosts.size()) {
    threads_.push_back(device_.AddThread());
  }
  for (const Agent& queue : program.queues) {
    queues_.push_back(device_.AddQueue());
    state_.queue_registers.emplace_back(queue.registers.size());
  }
  for (const Agent& host : program.hosts) {
    state_.host_registers.emplace_back(host.registers.size());
  }
  for (const Semaphore& semaphore : program.semaphores) {
    semaphores_.push_back(semaphore.timeline ? device_.AddTimelineSemaphore()
                                             : device_.AddBinarySemaphore());
  }
  for (size_t i = 0; i < program.submissions.size(); ++i) {
    Record(static_cast<int>(i));
  }
}

// A wait begins a batch, a signal ends one.
void DeviceRunner::Record(int index) {
  const Submission& submission = program_.submissions[index];
  std::vector<SubmitBatch>& batches = submissions_[index];
  CommandBuffer* commands = nullptr;
  batches.emplace_back();
  for (const Op& op : submission.ops) {
    const SemaphoreSubmit semaphore = {
        op.semaphore < 0 ? SemaphoreId{} : semaphores_[op.semaphore],
        op.value.value,
        op.kind == OpKind::kWait ? op.destination.stages : op.source.stages};
    const bool ended = !batches.back().signals.empty();
    if (ended || (op.kind == OpKind::kWait && commands != nullptr)) {
      batches.emplace_back();
      commands = nullptr;
    }
    if (op.kind == OpKind::kWait) {
      batches.back().waits.push_back(semaphore);
    } else if (op.kind == OpKind::kSignal) {
      batches.back().signals.push_back(semaphore);
    } else {
      if (commands == nullptr) {
        command_buffers_.push_back(
            std::make_unique<CommandBuffer>(device_.NewCommandBuffer()));
        commands = command_buffers_.back().get();
        batches.back().command_buffers = {commands};
      }
      RecordCommand(op, submission.queue, *commands);
    }
  }
}

void DeviceRunner::RecordCommand(const Op& op, int queue,
                                 CommandBuffer& commands) {
  absl::Status recorded;
  if (op.kind == OpKind::kBarrier) {
    MemoryBarrier barrier;
    barrier.source = op.source;
    barrier.destination = op.destination;
    if (op.target) barrier.bytes = MemoryRange{memory_, op.target->bytes};
    recorded = commands.PipelineBarrier2({barrier});
  } else if (op.kind == OpKind::kLoad) {
    const MemoryRange bytes = {memory_, op.source_range->bytes};
    Value& result = state_.queue_registers[queue][op.reg];
    recorded =
        commands.Kernel(op.text, {{bytes, op.point, incoherent::Access::kRead}},
                        [bytes, &result](KernelMemory& memory) {
                          std::vector<Byte> loaded(bytes.range.size);
                          memory.LoadBytes(bytes.memory, bytes.range.offset,
                                           absl::MakeSpan(loaded));
                          result = ValueOf(loaded);
                        });
  } else {
    INCOHERENT_CHECK(op.kind == OpKind::kStore, "not of a random program");
    const MemoryRange bytes = {memory_, op.target->bytes};
    const Byte value = {static_cast<uint8_t>(op.value.value)};
    recorded = commands.Kernel(
        op.text, {{bytes, op.point, incoherent::Access::kWrite}},
        [bytes, value](KernelMemory& memory) {
          const std::vector<Byte> stored(bytes.range.size, value);
          memory.StoreBytes(bytes.memory, bytes.range.offset, stored);
        });
  }
  INCOHERENT_CHECK(recorded.ok(), "a command that can be recorded");
}

absl::optional<FinalState> DeviceRunner::Run() {
  for (;;) {
    std::vector<int> unfinished;
    for (size_t thread = 0; thread < next_.size(); ++thread) {
      if (next_[thread] < program_.hosts[thread].ops.size()) {
        unfinished.push_back(static_cast<int>(thread));
      }
    }
    if (unfinished.empty()) return state_;
    const size_t first = turns_() % unfinished.size();
    bool stepped = false;
    for (size_t i = 0; i < unfinished.size() && !stepped; ++i) {
      stepped = Step(unfinished[(first + i) % unfinished.size()]);
    }
    if (!stepped) return absl::nullopt;
  }
}

bool DeviceRunner::Step(int thread) {
  const Op& op = program_.hosts[thread].ops[next_[thread]];
  device_.SetThread(threads_[thread]);
  if (op.kind == OpKind::kStore || op.kind == OpKind::kLoad ||
      op.kind == OpKind::kFlush || op.kind == OpKind::kInvalidate) {
    Access(op, thread);
  } else if (!Synchronize(op)) {
    return false;
  }
  ++next_[thread];
  return true;
}

void DeviceRunner::Access(const Op& op, int thread) {
  const ByteRange bytes =
      op.kind == OpKind::kLoad ? op.source_range->bytes : op.target->bytes;
  const uint64_t size = op.whole_size ? kWholeSize : bytes.size;
  absl::Status done;
  if (op.kind == OpKind::kStore) {
    const std::vector<uint8_t> values(bytes.size,
                                      static_cast<uint8_t>(op.value.value));
    done = device_.Store(memory_, bytes.offset, values);
  } else if (op.kind == OpKind::kLoad) {
    const auto loaded = device_.Load(memory_, bytes.offset, bytes.size);
    done = loaded.status();
    state_.host_registers[thread][op.reg] = ValueOf(*loaded);
  } else if (op.kind == OpKind::kFlush) {
    done = device_.Flush(memory_, bytes.offset, size);
  } else {
    done = device_.Invalidate(memory_, bytes.offset, size);
  }
  INCOHERENT_CHECK(done.ok(), "an access that keeps the rules");
}

bool DeviceRunner::Synchronize(const Op& op) {
  switch (op.kind) {
    case OpKind::kSubmit:
      Submit(op.submission);
      return true;
    case OpKind::kWaitSubmission:
      return fences_[op.submission] &&
             device_.WaitForFence(*fences_[op.submission]).ok();
    case OpKind::kWaitIdle:
      return device_.WaitIdle().ok();
    case OpKind::kSignal:
      return device_.SignalSemaphore(semaphores_[op.semaphore], op.value.value)
          .ok();
    case OpKind::kPost:
      flags_[op.flag] = device_.Post();
      return true;
    case OpKind::kAwait:
      if (!flags_[op.flag]) return false;
      device_.Await(*flags_[op.flag]);
      return true;
    default:
      INCOHERENT_CHECK(false, "not of a random program");
  }
  return false;
}

void DeviceRunner::Submit(int submission) {
  fences_[submission] = device_.AddFence();
  const absl::Status submitted =
      device_.Submit(queues_[program_.submissions[submission].queue],
                     submissions_[submission], *fences_[submission]);
  INCOHERENT_CHECK(submitted.ok(), "a submit that keeps the rules");
}

}  // namespace incoherent::litmus
