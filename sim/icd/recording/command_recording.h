#ifndef INCOHERENT_SIM_ICD_RECORDING_COMMAND_RECORDING_H_
#define INCOHERENT_SIM_ICD_RECORDING_COMMAND_RECORDING_H_

// CommandRecording: what the commands of one command buffer do to memory that
// the host can map, in the order of recording.
//
// A command is kept once; each thing that it does is a step of it: an access
// to bytes of a memory object, a dependency, an event. What touches other
// memory only leaves no access, but its dependencies stay, as they order
// execution as well.
//
// An access is *certain* if the command surely makes it, to every byte named: a
// copy, an index buffer's indices, a uniform block that the shader uses. It is
// a *may* if the range is only where the access can be: a storage buffer, a
// buffer device address, an array of descriptors.
//
//   CommandRecording recording;
//   recording.BeginCommand("vkCmdFillBuffer", label);
//   recording.Add(DeviceOperation::OfAccess({kStageClear,
//   kAccessTransferWrite},
//                                           Access::kWrite, bytes.ToPayload(),
//                                           /*operation=*/0),
//                 bytes, Certainty::kCertain);

#include <vulkan/vulkan.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/memory/submission_order.h"

namespace incoherent {

// Bytes of a buffer or image, where they lie in their memory object.
struct BoundBytes {
  Journey::PayloadId payload = 0;
  ByteRange range;  // in the memory object
  VkObjectType type = VK_OBJECT_TYPE_UNKNOWN;
  uint64_t handle = 0;  // of the resource; 0: none

  PayloadRange ToPayload() const { return {payload, range}; }
};

enum class Certainty : uint8_t { kCertain, kMay };

struct RecordedCommand {
  const char* name = "";  // "vkCmdCopyBuffer"
  // The label regions it stands in: "frame > shadows"; null: none.
  std::shared_ptr<const std::string> label;
};

struct RecordedStep {
  DeviceOperation operation;  // its OperationId is given at the submit
  uint32_t command = 0;       // index into commands()
  Certainty certainty = Certainty::kCertain;
  VkObjectType resource_type = VK_OBJECT_TYPE_UNKNOWN;
  uint64_t resource = 0;
};

// What is known only at the submit: the contents of descriptor sets that may
// be updated after they are bound.
class LateSteps {
 public:
  virtual ~LateSteps() = default;
  virtual void AppendTo(std::vector<RecordedStep>& steps) const = 0;
};

class CommandRecording {
 public:
  const std::vector<RecordedCommand>& commands() const { return commands_; }

  void BeginCommand(const char* name,
                    std::shared_ptr<const std::string> label) {
    commands_.push_back({name, std::move(label)});
  }

  // A step of the command that was begun last.
  void Add(const DeviceOperation& operation, const BoundBytes& bytes = {},
           Certainty certainty = Certainty::kCertain) {
    steps_.push_back(
        {operation, LastCommand(), certainty, bytes.type, bytes.handle});
  }
  void Add(RecordedStep step) {
    step.command = LastCommand();
    steps_.push_back(std::move(step));
  }
  void AddLate(std::shared_ptr<const LateSteps> late) {
    late_.push_back({steps_.size(), LastCommand(), std::move(late)});
  }

  // vkCmdExecuteCommands: everything of a secondary command buffer.
  void Append(const CommandRecording& secondary);

  // All steps, those included that are known only now.
  std::vector<RecordedStep> StepsAtSubmit() const;

  void Clear() { *this = CommandRecording(); }

 private:
  struct Late {
    size_t before;  // which step
    uint32_t command;
    std::shared_ptr<const LateSteps> steps;
  };

  uint32_t LastCommand() const {
    return static_cast<uint32_t>(commands_.size()) - 1;
  }

  std::vector<RecordedCommand> commands_;
  std::vector<RecordedStep> steps_;
  std::vector<Late> late_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RECORDING_COMMAND_RECORDING_H_
