#include "sim/device/command_buffer.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace incoherent {
namespace {

constexpr AccessPoint kCopyRead = {kStageCopy, kAccessTransferRead};
constexpr AccessPoint kCopyWrite = {kStageCopy, kAccessTransferWrite};
constexpr AccessPoint kClearWrite = {kStageClear, kAccessTransferWrite};

constexpr uint64_t kWritingAccesses =
    kAccessShaderStorageWrite | kAccessColorAttachmentWrite |
    kAccessDepthStencilAttachmentWrite | kAccessTransferWrite;

bool IsOneBit(uint64_t mask) { return mask != 0 && (mask & (mask - 1)) == 0; }

std::vector<MemoryBarrier> WithStages(const LegacyStages& stages,
                                      std::vector<MemoryBarrier> barriers) {
  if (barriers.empty()) barriers.emplace_back();
  for (MemoryBarrier& barrier : barriers) {
    barrier.source.stages = stages.source;
    barrier.destination.stages = stages.destination;
  }
  return barriers;
}

std::string ScopeName(const Scope& scope) {
  std::string name = StageNames(scope.stages);
  if (scope.accesses != 0) {
    absl::StrAppend(&name, "/", AccessNames(scope.accesses));
  }
  return name;
}

// "barrier copy/transfer_write -> host/host_read".
std::string DependencyText(absl::string_view what,
                           const std::vector<MemoryBarrier>& barriers) {
  std::string text(what);
  const char* separator = " ";
  for (const MemoryBarrier& barrier : barriers) {
    absl::StrAppend(&text, separator, ScopeName(barrier.source), " -> ",
                    ScopeName(barrier.destination));
    separator = ", ";
  }
  return text;
}

}  // namespace

absl::Status CommandBuffer::CheckInside(const MemoryRange& bytes) const {
  const absl::optional<uint64_t> size = context_.size_of(bytes.memory);
  if (!size) return absl::InvalidArgumentError("no such memory object");
  const ByteRange& range = bytes.range;
  if (range.size == 0 || !Fits(range.offset, range.size, *size)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "bytes at ", range.offset, ", ", range.size,
        " of them, are not part of a memory object of ", *size, " bytes"));
  }
  return absl::OkStatus();
}

absl::Status CommandBuffer::CheckAccess(const KernelAccess& access) const {
  const AccessPoint& point = access.point;
  const bool is_point = IsOneBit(point.stages) && IsOneBit(point.accesses) &&
                        (point.stages & kCommandStages) != 0 &&
                        (SupportedAccesses(point.stages) & point.accesses) != 0;
  if (!is_point) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a command touches memory in one stage with one access that it "
        "supports, not ",
        StageNames(point.stages), "/", AccessNames(point.accesses)));
  }
  const bool writes = (point.accesses & kWritingAccesses) != 0;
  if (writes != (access.access == Access::kWrite)) {
    return absl::InvalidArgumentError(absl::StrCat(
        AccessNames(point.accesses), " is no ", writes ? "read" : "write"));
  }
  return CheckInside(access.bytes);
}

void CommandBuffer::Append(Command command) {
  commands_.push_back(std::make_shared<const Command>(std::move(command)));
}

absl::Status CommandBuffer::Told(const absl::Status& status,
                                 const Command& command) const {
  if (!status.ok()) context_.report(status, command.text);
  return status;
}

absl::Status CommandBuffer::RecordKernel(Command command) {
  for (const KernelAccess& access : command.accesses) {
    const absl::Status status = CheckAccess(access);
    if (!status.ok()) return Told(status, command);
  }
  Append(std::move(command));
  return absl::OkStatus();
}

absl::Status CommandBuffer::Copy(const MemoryRange& source,
                                 const MemoryRange& target) {
  Command command;
  command.text = absl::StrCat("copy ", context_.name_of(source), " to ",
                              context_.name_of(target));
  const bool overlap = source.memory == target.memory &&
                       !Intersect(source.range, target.range).empty();
  if (source.range.size != target.range.size || overlap) {
    return Told(absl::InvalidArgumentError(
                    overlap ? "the two ranges of a copy overlap"
                            : "the two ranges of a copy differ in size"),
                command);
  }
  command.accesses = {{source, kCopyRead, Access::kRead},
                      {target, kCopyWrite, Access::kWrite}};
  command.kernel = [source, target](KernelMemory& memory) {
    std::vector<Byte> bytes(source.range.size);
    memory.LoadBytes(source.memory, source.range.offset, absl::MakeSpan(bytes));
    memory.StoreBytes(target.memory, target.range.offset, bytes);
  };
  return RecordKernel(std::move(command));
}

absl::Status CommandBuffer::Fill(const MemoryRange& target, uint8_t value) {
  Command command;
  command.text =
      absl::StrCat("fill ", context_.name_of(target), " with ", int{value});
  command.accesses = {{target, kClearWrite, Access::kWrite}};
  command.kernel = [target, value](KernelMemory& memory) {
    const std::vector<Byte> bytes(target.range.size, Byte{value});
    memory.StoreBytes(target.memory, target.range.offset, bytes);
  };
  return RecordKernel(std::move(command));
}

absl::Status CommandBuffer::Update(MemoryId memory, uint64_t offset,
                                   absl::Span<const uint8_t> bytes) {
  const MemoryRange target = {memory, {offset, bytes.size()}};
  Command command;
  command.text = absl::StrCat("update ", context_.name_of(target));
  command.accesses = {{target, kClearWrite, Access::kWrite}};
  std::vector<Byte> data;
  for (uint8_t byte : bytes) data.push_back(Byte{byte});
  command.kernel = [target, data = std::move(data)](KernelMemory& memory) {
    memory.StoreBytes(target.memory, target.range.offset, data);
  };
  return RecordKernel(std::move(command));
}

absl::Status CommandBuffer::Kernel(absl::string_view name,
                                   std::vector<KernelAccess> accesses,
                                   std::function<void(KernelMemory&)> kernel) {
  Command command;
  command.text = absl::StrCat("kernel ", name);
  command.accesses = std::move(accesses);
  command.kernel = std::move(kernel);
  if (command.accesses.empty()) {
    return Told(absl::InvalidArgumentError("a kernel that touches nothing"),
                command);
  }
  return RecordKernel(std::move(command));
}

absl::Status CommandBuffer::RecordBarriers(Command command, BarrierCall call) {
  absl::Status status;
  for (const MemoryBarrier& barrier : command.barriers) {
    if (barrier.bytes) {
      const absl::Status inside = CheckInside(*barrier.bytes);
      if (!inside.ok()) return Told(inside, command);
    }
    status.Update(CheckBarrier(barrier, call));
  }
  status = Told(status, command);
  if (!command.barriers.empty()) Append(std::move(command));
  return status;
}

absl::Status CommandBuffer::PipelineBarrier2(
    std::vector<MemoryBarrier> barriers) {
  Command command;
  command.kind = Command::Kind::kBarrier;
  command.text = DependencyText("barrier", barriers);
  command.barriers = std::move(barriers);
  return RecordBarriers(std::move(command), BarrierCall::kPipelineBarrier2);
}

absl::Status CommandBuffer::PipelineBarrier(
    const LegacyStages& stages, std::vector<MemoryBarrier> barriers) {
  Command command;
  command.kind = Command::Kind::kBarrier;
  command.barriers = WithStages(stages, std::move(barriers));
  command.text = DependencyText("barrier", command.barriers);
  return RecordBarriers(std::move(command), BarrierCall::kPipelineBarrier);
}

absl::Status CommandBuffer::WaitEvents2(EventId event,
                                        std::vector<MemoryBarrier> barriers) {
  Command command;
  command.kind = Command::Kind::kWaitEvent;
  command.event = event;
  if (barriers.empty()) barriers.emplace_back();
  command.barriers = std::move(barriers);
  command.text = DependencyText("wait for event", command.barriers);
  return RecordBarriers(std::move(command), BarrierCall::kWaitEvents2);
}

absl::Status CommandBuffer::WaitEvents(EventId event,
                                       const LegacyStages& stages,
                                       std::vector<MemoryBarrier> barriers) {
  Command command;
  command.kind = Command::Kind::kWaitEvent;
  command.event = event;
  command.barriers = WithStages(stages, std::move(barriers));
  command.text = DependencyText("wait for event", command.barriers);
  return RecordBarriers(std::move(command), BarrierCall::kWaitEvents);
}

absl::Status CommandBuffer::SetEvent2(
    EventId event, const std::vector<MemoryBarrier>& barriers) {
  Command command;
  command.kind = Command::Kind::kSetEvent;
  command.event = event;
  command.text = DependencyText("set event", barriers);
  absl::Status status;
  for (const MemoryBarrier& barrier : barriers) {
    command.stages |= barrier.source.stages;
    status.Update(CheckBarrier(barrier, BarrierCall::kSetEvent2));
  }
  status = Told(status, command);
  Append(std::move(command));
  return status;
}

absl::Status CommandBuffer::RecordEvent(EventId event, uint64_t stages,
                                        EventCall call) {
  const bool sets = call == EventCall::kSetEvent;
  Command command;
  command.kind = sets ? Command::Kind::kSetEvent : Command::Kind::kResetEvent;
  command.event = event;
  command.stages = stages;
  command.text =
      absl::StrCat(sets ? "set" : "reset", " event at ", StageNames(stages));
  const absl::Status status = Told(CheckEventStages(stages, call), command);
  Append(std::move(command));
  return status;
}

absl::Status CommandBuffer::SetEvent(EventId event, uint64_t stages) {
  return RecordEvent(event, stages, EventCall::kSetEvent);
}

absl::Status CommandBuffer::ResetEvent(EventId event, uint64_t stages) {
  return RecordEvent(event, stages, EventCall::kResetEvent);
}

absl::Status CommandBuffer::ResetEvent2(EventId event, uint64_t stages) {
  return RecordEvent(event, stages, EventCall::kResetEvent2);
}

}  // namespace incoherent
