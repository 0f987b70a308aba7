#include "sim/icd/resources/pipeline_vertex_input.h"

#include <algorithm>

#include "sim/icd/chain.h"
#include "sim/icd/resources/format_blocks.h"

namespace incoherent {
namespace {

constexpr VkGraphicsPipelineLibraryFlagsEXT kAllState =
    VK_GRAPHICS_PIPELINE_LIBRARY_VERTEX_INPUT_INTERFACE_BIT_EXT |
    VK_GRAPHICS_PIPELINE_LIBRARY_PRE_RASTERIZATION_SHADERS_BIT_EXT |
    VK_GRAPHICS_PIPELINE_LIBRARY_FRAGMENT_SHADER_BIT_EXT |
    VK_GRAPHICS_PIPELINE_LIBRARY_FRAGMENT_OUTPUT_INTERFACE_BIT_EXT;

bool IsDynamicState(const VkGraphicsPipelineCreateInfo& info,
                    VkDynamicState wanted) {
  const VkPipelineDynamicStateCreateInfo* dynamic = info.pDynamicState;
  if (dynamic == nullptr) return false;
  const VkDynamicState* end =
      dynamic->pDynamicStates + dynamic->dynamicStateCount;
  return std::find(dynamic->pDynamicStates, end, wanted) != end;
}

uint32_t DivisorOf(const VkPipelineVertexInputStateCreateInfo& input,
                   uint32_t binding) {
  const auto* divisors = FindInChain<
      VkPipelineVertexInputDivisorStateCreateInfoEXT>(
      input.pNext,
      VK_STRUCTURE_TYPE_PIPELINE_VERTEX_INPUT_DIVISOR_STATE_CREATE_INFO_EXT);
  if (divisors == nullptr) return 1;
  for (uint32_t i = 0; i < divisors->vertexBindingDivisorCount; ++i) {
    const auto& given = divisors->pVertexBindingDivisors[i];
    if (given.binding == binding) return given.divisor;
  }
  return 1;
}

uint32_t ExtentOf(const VkPipelineVertexInputStateCreateInfo& input,
                  uint32_t binding) {
  uint32_t extent = 0;
  for (uint32_t i = 0; i < input.vertexAttributeDescriptionCount; ++i) {
    const VkVertexInputAttributeDescription& attribute =
        input.pVertexAttributeDescriptions[i];
    if (attribute.binding != binding) continue;
    const FormatBlocks format =
        BlocksInImage(attribute.format, VK_IMAGE_ASPECT_COLOR_BIT);
    extent = std::max(extent, attribute.offset + format.bytes);
  }
  return extent;
}

}  // namespace

VkGraphicsPipelineLibraryFlagsEXT GivenState(
    const VkGraphicsPipelineCreateInfo& info) {
  const auto* given = FindInChain<VkGraphicsPipelineLibraryCreateInfoEXT>(
      info.pNext, VK_STRUCTURE_TYPE_GRAPHICS_PIPELINE_LIBRARY_CREATE_INFO_EXT);
  if (given != nullptr) return given->flags;
  const auto* linked = FindInChain<VkPipelineLibraryCreateInfoKHR>(
      info.pNext, VK_STRUCTURE_TYPE_PIPELINE_LIBRARY_CREATE_INFO_KHR);
  const bool library = (info.flags & VK_PIPELINE_CREATE_LIBRARY_BIT_KHR) != 0;
  if (library || (linked != nullptr && linked->libraryCount > 0)) return 0;
  return kAllState;
}

bool GivesShaders(const VkGraphicsPipelineCreateInfo& info) {
  return (GivenState(info) &
          (VK_GRAPHICS_PIPELINE_LIBRARY_PRE_RASTERIZATION_SHADERS_BIT_EXT |
           VK_GRAPHICS_PIPELINE_LIBRARY_FRAGMENT_SHADER_BIT_EXT)) != 0;
}

void ReadVertexInput(const VkGraphicsPipelineCreateInfo& info,
                     PipelineInfo& pipeline) {
  const VkGraphicsPipelineLibraryFlagsEXT given = GivenState(info);
  const bool mesh = (pipeline.stages & VK_SHADER_STAGE_MESH_BIT_EXT) != 0;
  if (mesh ||
      !(given & VK_GRAPHICS_PIPELINE_LIBRARY_VERTEX_INPUT_INTERFACE_BIT_EXT)) {
    return;
  }
  pipeline.has_vertex_input = true;
  if (info.pInputAssemblyState != nullptr) {
    pipeline.topology = info.pInputAssemblyState->topology;
  }
  pipeline.dynamic_vertex_input =
      IsDynamicState(info, VK_DYNAMIC_STATE_VERTEX_INPUT_EXT);
  const VkPipelineVertexInputStateCreateInfo* input = info.pVertexInputState;
  if (pipeline.dynamic_vertex_input || input == nullptr) return;
  const bool dynamic_stride =
      IsDynamicState(info, VK_DYNAMIC_STATE_VERTEX_INPUT_BINDING_STRIDE);
  for (uint32_t i = 0; i < input->vertexBindingDescriptionCount; ++i) {
    const VkVertexInputBindingDescription& binding =
        input->pVertexBindingDescriptions[i];
    pipeline.vertex_bindings.push_back(
        {binding.binding, binding.stride,
         binding.inputRate == VK_VERTEX_INPUT_RATE_INSTANCE,
         DivisorOf(*input, binding.binding), ExtentOf(*input, binding.binding),
         dynamic_stride});
  }
}

}  // namespace incoherent
