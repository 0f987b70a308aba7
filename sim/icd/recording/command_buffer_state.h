#ifndef INCOHERENT_SIM_ICD_RECORDING_COMMAND_BUFFER_STATE_H_
#define INCOHERENT_SIM_ICD_RECORDING_COMMAND_BUFFER_STATE_H_

// CommandBufferState: one VkCommandBuffer: what has been recorded into it, and
// what is bound while it is recorded.
//
// A recording is never changed once the buffer is begun again or reset: who
// took recording() at a submit keeps what was submitted.
//
// Threads: as the command buffer itself, one at a time.
//
// Example: what vkCmdFillBuffer does.
//
//   CommandBufferState& state = *FindCommandBuffer(buffer);
//   state.BeginCommand("vkCmdFillBuffer");
//   state.Write({kStageClear, kAccessTransferWrite},
//               state.resources().BytesOf(target, offset, size));

#include <vulkan/vulkan.h>

#include <array>
#include <memory>
#include <vector>

#include "absl/types/optional.h"
#include "sim/icd/recording/command_recording.h"
#include "sim/icd/recording/label_stack.h"
#include "sim/icd/recording/vertex_input.h"
#include "sim/icd/resources/descriptor_bindings.h"
#include "sim/icd/resources/resource_table.h"

namespace incoherent {

class Device;
struct RenderPassInfo;

class CommandBufferState {
 public:
  // The render pass that is begun.
  struct RenderPass {
    std::shared_ptr<const RenderPassInfo> pass;
    std::vector<VkImageView> attachments;
    VkRect2D area = {};
    uint32_t subpass = 0;
  };

  explicit CommandBufferState(Device& device);

  Device& device() const { return *device_; }
  ResourceTable& resources() const;

  // Never null.
  std::shared_ptr<const CommandRecording> recording() const {
    return recording_;
  }

  // Forgets all that was recorded and bound.
  void Reset();

  // --- What a command does. Reads of one command come before its writes.
  void BeginCommand(const char* name);
  void Add(const AccessPoint& point, Access access, const BoundBytes& bytes,
           Certainty certainty);
  void Read(const AccessPoint& point, const absl::optional<BoundBytes>& bytes,
            Certainty certainty = Certainty::kCertain);
  void Write(const AccessPoint& point, const absl::optional<BoundBytes>& bytes,
             Certainty certainty = Certainty::kCertain);
  void Read(const AccessPoint& point, const ResourceBytes& bytes);
  void Write(const AccessPoint& point, const ResourceBytes& bytes);
  // A barrier, an event.
  void AddSynchronization(const DeviceOperation& operation,
                          const BoundBytes& bytes = {});
  // All that shaders do: by descriptors, and by addresses of buffers. None is
  // more certain than `at_most`.
  void AddShaderAccesses(VkPipelineBindPoint bind_point, Certainty at_most);
  void Append(const CommandRecording& secondary);

  // --- What is bound.
  // Null for a bind point that is not known.
  DescriptorBindings* descriptors(VkPipelineBindPoint bind_point);
  LabelStack& labels() { return labels_; }
  VertexInput& vertex_input() { return vertex_input_; }
  absl::optional<RenderPass>& render_pass() { return render_pass_; }

  // Whether draws and dispatches may be left out, by conditional rendering.
  void set_conditional(bool conditional) { conditional_ = conditional; }
  Certainty MostCertain(Certainty certainty) const {
    return conditional_ ? Certainty::kMay : certainty;
  }

 private:
  static constexpr size_t kBindPoints = 3;

  void AddAddressed(const PipelineInfo& pipeline, Access access);

  Device* device_;
  std::shared_ptr<CommandRecording> recording_;
  LabelStack labels_;
  std::vector<DescriptorBindings> descriptors_;
  VertexInput vertex_input_;
  absl::optional<RenderPass> render_pass_;
  bool conditional_ = false;
  // Pipelines' accesses by addresses that stand since the last
  // synchronization; another draw with the same adds nothing.
  std::vector<std::pair<uint64_t, Access>> addressed_;
};

// Null for a handle that is not known.
CommandBufferState* FindCommandBuffer(VkCommandBuffer buffer);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RECORDING_COMMAND_BUFFER_STATE_H_
