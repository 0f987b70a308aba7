#ifndef INCOHERENT_SIM_DEVICE_COMMAND_BUFFER_H_
#define INCOHERENT_SIM_DEVICE_COMMAND_BUFFER_H_

// CommandBuffer: commands, recorded once and submitted any number of times.
//
//   CommandBuffer commands = device.NewCommandBuffer();
//   commands.Copy({staging, {0, 64}}, {buffer, {0, 64}});
//   commands.PipelineBarrier2({barrier});
//   commands.Kernel("double", {{{buffer, {0, 64}}, point, Access::kRead}}, fn);
//   device.Submit(queue, {{{}, {&commands}, {}}});
//
// Commands between which no barrier stands may run in any order.
//
// Errors: a broken valid-usage rule of a barrier or event is returned, told to
// the device as an invalid-usage finding, and the command recorded all the
// same. What makes no sense at all (bytes beyond the memory object, a kernel
// without a stage) is InvalidArgument, and is not recorded.
//
// Made by a Device, which outlives it. Not thread-safe.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "sim/device/barrier.h"
#include "sim/device/command.h"
#include "sim/device/device_ids.h"

namespace incoherent {

// VkMemoryBarrier and its like in the legacy form: stages are the call's.
struct LegacyStages {
  uint64_t source = 0;
  uint64_t destination = 0;
};

class CommandBuffer {
 public:
  // What it must know of its device.
  struct Context {
    const void* device = nullptr;  // which it is
    // The size of a memory object; none if there is none of that id.
    std::function<absl::optional<uint64_t>(MemoryId)> size_of;
    // "staging[0, 64)".
    std::function<std::string(const MemoryRange&)> name_of;
    std::function<void(const absl::Status& broken, absl::string_view command)>
        report;
  };

  explicit CommandBuffer(Context context) : context_(std::move(context)) {}

  // --- Commands that touch memory.
  // vkCmdCopyBuffer: copy stage. Same sizes; the ranges do not overlap.
  absl::Status Copy(const MemoryRange& source, const MemoryRange& target);
  // vkCmdFillBuffer, with one byte: clear stage.
  absl::Status Fill(const MemoryRange& target, uint8_t value);
  // vkCmdUpdateBuffer, whose data is taken now: clear stage.
  absl::Status Update(MemoryId memory, uint64_t offset,
                      absl::Span<const uint8_t> bytes);
  // A dispatch or draw: anything that touches what it declares. It runs as one
  // step, after all barriers that any of its stages waits for.
  absl::Status Kernel(absl::string_view name,
                      std::vector<KernelAccess> accesses,
                      std::function<void(KernelMemory&)> kernel);

  // --- Dependencies. The barriers of one call act one after the other.
  absl::Status PipelineBarrier2(std::vector<MemoryBarrier> barriers);
  // Without barriers: an execution dependency.
  absl::Status PipelineBarrier(const LegacyStages& stages,
                               std::vector<MemoryBarrier> barriers);
  absl::Status SetEvent2(EventId event,
                         const std::vector<MemoryBarrier>& barriers);
  absl::Status SetEvent(EventId event, uint64_t stages);
  absl::Status ResetEvent2(EventId event, uint64_t stages);
  absl::Status ResetEvent(EventId event, uint64_t stages);
  absl::Status WaitEvents2(EventId event, std::vector<MemoryBarrier> barriers);
  absl::Status WaitEvents(EventId event, const LegacyStages& stages,
                          std::vector<MemoryBarrier> barriers);

  bool IsOf(const void* device) const { return context_.device == device; }
  const std::vector<std::shared_ptr<const Command>>& commands() const {
    return commands_;
  }

 private:
  absl::Status CheckInside(const MemoryRange& bytes) const;
  absl::Status CheckAccess(const KernelAccess& access) const;
  absl::Status RecordKernel(Command command);
  absl::Status RecordBarriers(Command command, BarrierCall call);
  absl::Status RecordEvent(EventId event, uint64_t stages, EventCall call);
  // Reports a broken rule and gives it back.
  absl::Status Told(const absl::Status& status, const Command& command) const;
  void Append(Command command);

  Context context_;
  std::vector<std::shared_ptr<const Command>> commands_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_COMMAND_BUFFER_H_
