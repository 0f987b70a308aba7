#ifndef INCOHERENT_SIM_ICD_RESOURCES_PIPELINE_VERTEX_INPUT_H_
#define INCOHERENT_SIM_ICD_RESOURCES_PIPELINE_VERTEX_INPUT_H_

// Which parts of a graphics pipeline's create info count, and what its vertex
// input state says.
//
// With VK_EXT_graphics_pipeline_library a create info may describe only a part
// of a pipeline; the pointers of the other parts are then ignored, and may lead
// nowhere (VkGraphicsPipelineCreateInfo).

#include <vulkan/vulkan.h>

#include "sim/icd/resources/pipeline.h"

namespace incoherent {

// The state subsets that the create info itself gives.
VkGraphicsPipelineLibraryFlagsEXT GivenState(
    const VkGraphicsPipelineCreateInfo& info);

// Whether the stages of the create info count.
bool GivesShaders(const VkGraphicsPipelineCreateInfo& info);

// Fills in the pipeline's vertex bindings and topology, if the create info
// gives them. The pipeline's stages are known.
void ReadVertexInput(const VkGraphicsPipelineCreateInfo& info,
                     PipelineInfo& pipeline);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_PIPELINE_VERTEX_INPUT_H_
