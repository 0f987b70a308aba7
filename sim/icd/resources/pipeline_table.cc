#include "sim/icd/resources/pipeline_table.h"

#include "absl/types/optional.h"
#include "sim/icd/chain.h"
#include "sim/icd/resources/pipeline_vertex_input.h"

namespace incoherent {
namespace {

// How a shader sees a descriptor of the type; none for what has no bytes.
absl::optional<ShaderResource> ResourceOf(VkDescriptorType type) {
  switch (type) {
    case VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER:
    case VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER_DYNAMIC:
      return ShaderResource::kUniformBlock;
    case VK_DESCRIPTOR_TYPE_STORAGE_BUFFER:
    case VK_DESCRIPTOR_TYPE_STORAGE_BUFFER_DYNAMIC:
      return ShaderResource::kStorageBlock;
    case VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER:
    case VK_DESCRIPTOR_TYPE_SAMPLED_IMAGE:
    case VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER:
      return ShaderResource::kSampledImage;
    case VK_DESCRIPTOR_TYPE_STORAGE_IMAGE:
    case VK_DESCRIPTOR_TYPE_STORAGE_TEXEL_BUFFER:
    case VK_DESCRIPTOR_TYPE_MUTABLE_EXT:
      return ShaderResource::kStorageImage;
    case VK_DESCRIPTOR_TYPE_INPUT_ATTACHMENT:
      return ShaderResource::kInputAttachment;
    default:
      return absl::nullopt;
  }
}

// Everything that a shader without known code may use.
ShaderBinding AssumeUsed(uint32_t set,
                         const DescriptorSetLayout::Binding& binding,
                         ShaderResource resource) {
  ShaderBinding shader;
  shader.set = set;
  shader.binding = binding.number;
  shader.resource = resource;
  shader.array_size = 0;
  shader.may_reads = {{0, kWholeSize}};
  if (resource == ShaderResource::kStorageBlock ||
      resource == ShaderResource::kStorageImage) {
    shader.writes = {{0, kWholeSize}};
  }
  return shader;
}

void AddAllOfLayout(const PipelineLayout& layout, VkShaderStageFlagBits stage,
                    PipelineInfo& pipeline) {
  for (uint32_t set = 0; set < layout.size(); ++set) {
    if (layout[set] == nullptr) continue;
    for (const auto& binding : layout[set]->bindings()) {
      const absl::optional<ShaderResource> resource = ResourceOf(binding.type);
      if (!resource.has_value() || !(binding.stages & stage)) continue;
      pipeline.uses.push_back(
          {StageOfShader(stage), AssumeUsed(set, binding, *resource)});
    }
  }
}

}  // namespace

void PipelineTable::Add(VkPipeline pipeline,
                        const VkGraphicsPipelineCreateInfo& info) {
  if (pipeline == VK_NULL_HANDLE) return;
  auto state = std::make_shared<PipelineInfo>();
  state->bind_point = VK_PIPELINE_BIND_POINT_GRAPHICS;
  if (GivesShaders(info)) {
    for (uint32_t i = 0; i < info.stageCount; ++i) {
      AddStage(info.pStages[i], info.layout, *state);
    }
  }
  ReadVertexInput(info, *state);
  const auto* linked = FindInChain<VkPipelineLibraryCreateInfoKHR>(
      info.pNext, VK_STRUCTURE_TYPE_PIPELINE_LIBRARY_CREATE_INFO_KHR);
  for (uint32_t i = 0; linked != nullptr && i < linked->libraryCount; ++i) {
    const std::shared_ptr<const PipelineInfo> library =
        Find(linked->pLibraries[i]);
    if (library != nullptr) state->Link(*library);
  }
  pipelines_.Insert(pipeline, std::move(state));
}

void PipelineTable::Add(VkPipeline pipeline,
                        const VkComputePipelineCreateInfo& info) {
  if (pipeline == VK_NULL_HANDLE) return;
  auto state = std::make_shared<PipelineInfo>();
  state->bind_point = VK_PIPELINE_BIND_POINT_COMPUTE;
  AddStage(info.stage, info.layout, *state);
  pipelines_.Insert(pipeline, std::move(state));
}

void PipelineTable::AddStage(const VkPipelineShaderStageCreateInfo& stage,
                             VkPipelineLayout layout,
                             PipelineInfo& pipeline) const {
  pipeline.stages |= stage.stage;
  const uint64_t stage_bit = StageOfShader(stage.stage);
  if (stage_bit == 0) return;
  const std::shared_ptr<const ShaderReflection> shader = Reflect(stage);
  if (shader == nullptr) {
    pipeline.reads_physical_addresses = true;
    pipeline.writes_physical_addresses = true;
    const auto sets = descriptors_->FindPipelineLayout(layout);
    if (sets != nullptr) AddAllOfLayout(*sets, stage.stage, pipeline);
    return;
  }
  pipeline.reads_physical_addresses |= shader->reads_physical_addresses;
  pipeline.writes_physical_addresses |= shader->writes_physical_addresses;
  for (const ShaderBinding& binding : shader->bindings) {
    pipeline.uses.push_back({stage_bit, binding});
  }
}

std::shared_ptr<const ShaderReflection> PipelineTable::Reflect(
    const VkPipelineShaderStageCreateInfo& stage) const {
  if (stage.module != VK_NULL_HANDLE) {
    const std::shared_ptr<const ShaderModule> module =
        modules_.Find(stage.module);
    return module == nullptr ? nullptr : module->Reflect(stage);
  }
  const auto* code = FindInChain<VkShaderModuleCreateInfo>(
      stage.pNext, VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO);
  return code == nullptr ? nullptr : ShaderModule(*code).Reflect(stage);
}

}  // namespace incoherent
