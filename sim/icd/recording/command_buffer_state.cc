#include "sim/icd/recording/command_buffer_state.h"

#include <algorithm>

#include "sim/icd/device.h"
#include "sim/icd/recording/command_buffers.h"

namespace incoherent {
namespace {

constexpr VkShaderStageFlagBits kShaderStages[] = {
    VK_SHADER_STAGE_VERTEX_BIT,
    VK_SHADER_STAGE_TESSELLATION_CONTROL_BIT,
    VK_SHADER_STAGE_TESSELLATION_EVALUATION_BIT,
    VK_SHADER_STAGE_GEOMETRY_BIT,
    VK_SHADER_STAGE_FRAGMENT_BIT,
    VK_SHADER_STAGE_COMPUTE_BIT,
};

}  // namespace

CommandBufferState::CommandBufferState(Device& device) : device_(&device) {
  Reset();
}

ResourceTable& CommandBufferState::resources() const {
  return device_->resources();
}

void CommandBufferState::Reset() {
  recording_ = std::make_shared<CommandRecording>();
  labels_ = LabelStack();
  descriptors_.assign(kBindPoints, DescriptorBindings(device_->resources()));
  vertex_input_ = VertexInput();
  render_pass_.reset();
  conditional_ = false;
  addressed_.clear();
}

void CommandBufferState::BeginCommand(const char* name) {
  recording_->BeginCommand(name, labels_.path());
}

void CommandBufferState::Add(const AccessPoint& point, Access access,
                             const BoundBytes& bytes, Certainty certainty) {
  if (bytes.range.empty()) return;
  recording_->Add(
      DeviceOperation::OfAccess(point, access, bytes.ToPayload(), 0), bytes,
      certainty);
}

void CommandBufferState::Read(const AccessPoint& point,
                              const absl::optional<BoundBytes>& bytes,
                              Certainty certainty) {
  if (bytes.has_value()) Add(point, Access::kRead, *bytes, certainty);
}

void CommandBufferState::Write(const AccessPoint& point,
                               const absl::optional<BoundBytes>& bytes,
                               Certainty certainty) {
  if (bytes.has_value()) Add(point, Access::kWrite, *bytes, certainty);
}

void CommandBufferState::Read(const AccessPoint& point,
                              const ResourceBytes& bytes) {
  for (const BoundBytes& piece : bytes.certain) {
    Add(point, Access::kRead, piece, Certainty::kCertain);
  }
  for (const BoundBytes& piece : bytes.may) {
    Add(point, Access::kRead, piece, Certainty::kMay);
  }
}

void CommandBufferState::Write(const AccessPoint& point,
                               const ResourceBytes& bytes) {
  for (const BoundBytes& piece : bytes.certain) {
    Add(point, Access::kWrite, piece, Certainty::kCertain);
  }
  for (const BoundBytes& piece : bytes.may) {
    Add(point, Access::kWrite, piece, Certainty::kMay);
  }
}

void CommandBufferState::AddSynchronization(const DeviceOperation& operation,
                                            const BoundBytes& bytes) {
  recording_->Add(operation, bytes);
  addressed_.clear();
}

void CommandBufferState::AddAddressed(const PipelineInfo& pipeline,
                                      Access access) {
  uint64_t stages = 0;
  for (VkShaderStageFlagBits shader : kShaderStages) {
    if (pipeline.stages & shader) stages |= StageOfShader(shader);
  }
  const std::pair<uint64_t, Access> kind(stages, access);
  if (std::find(addressed_.begin(), addressed_.end(), kind) !=
      addressed_.end()) {
    return;
  }
  addressed_.push_back(kind);
  const uint64_t bit = access == Access::kRead ? kAccessShaderStorageRead
                                               : kAccessShaderStorageWrite;
  for (const BoundBytes& buffer : resources().AddressedBuffers()) {
    for (uint64_t rest = stages; rest != 0; rest &= rest - 1) {
      Add({rest & (~rest + 1), bit}, access, buffer, Certainty::kMay);
    }
  }
}

void CommandBufferState::AddShaderAccesses(VkPipelineBindPoint bind_point,
                                           Certainty at_most) {
  const DescriptorBindings* bindings = descriptors(bind_point);
  if (bindings == nullptr || bindings->pipeline() == nullptr) return;
  const PipelineInfo& pipeline = *bindings->pipeline();
  if (pipeline.reads_physical_addresses) AddAddressed(pipeline, Access::kRead);
  bindings->AppendAccesses(*recording_, MostCertain(at_most));
  if (pipeline.writes_physical_addresses) {
    AddAddressed(pipeline, Access::kWrite);
  }
}

void CommandBufferState::Append(const CommandRecording& secondary) {
  recording_->Append(secondary);
  addressed_.clear();
}

DescriptorBindings* CommandBufferState::descriptors(
    VkPipelineBindPoint bind_point) {
  switch (bind_point) {
    case VK_PIPELINE_BIND_POINT_GRAPHICS:
      return &descriptors_[0];
    case VK_PIPELINE_BIND_POINT_COMPUTE:
      return &descriptors_[1];
    case VK_PIPELINE_BIND_POINT_RAY_TRACING_KHR:
      return &descriptors_[2];
    default:
      return nullptr;
  }
}

HandleTable<VkCommandBuffer, CommandBufferState>& CommandBuffers() {
  static auto* const buffers =
      new HandleTable<VkCommandBuffer, CommandBufferState>;
  return *buffers;
}

CommandBufferState* FindCommandBuffer(VkCommandBuffer buffer) {
  return CommandBuffers().Find(buffer);
}

}  // namespace incoherent
