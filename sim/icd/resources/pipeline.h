#ifndef INCOHERENT_SIM_ICD_RESOURCES_PIPELINE_H_
#define INCOHERENT_SIM_ICD_RESOURCES_PIPELINE_H_

// PipelineInfo: what draws and dispatches with one VkPipeline read and write:
// the descriptors that its shaders use, and the vertex buffers that they fetch
// from. It never changes after the pipeline was created, and outlives it in
// the command buffers that bound it.
//
// Where a shader's code is not known (a module identifier, SPIR-V that cannot
// be read), every descriptor that the pipeline layout shows its stage is taken
// for one that may be used.
//
// Shaders of stages that the model does not have (task and mesh shaders:
// StageOfShader gives 0) leave no uses. Ray tracing pipelines have no
// PipelineInfo at all.

#include <vulkan/vulkan.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/icd/resources/shader_reflection.h"

namespace incoherent {

struct PipelineInfo {
  struct VertexBinding {
    uint32_t binding = 0;
    uint32_t stride = 0;
    bool per_instance = false;
    uint32_t divisor = 1;
    // From the start of an element to the end of its last attribute.
    uint32_t extent = 0;
    // vkCmdBindVertexBuffers2 gives the stride.
    bool dynamic_stride = false;
  };

  // A descriptor that the shader of one stage uses.
  struct Use {
    uint64_t stage = 0;  // one bit of VkPipelineStageFlagBits2
    ShaderBinding shader;
  };

  VkPipelineBindPoint bind_point = VK_PIPELINE_BIND_POINT_GRAPHICS;
  VkShaderStageFlags stages = 0;
  std::vector<Use> uses;
  bool reads_physical_addresses = false;
  bool writes_physical_addresses = false;

  // Graphics. A pipeline library may be without the vertex input state, and
  // with mesh shaders there is none.
  bool has_vertex_input = false;
  std::vector<VertexBinding> vertex_bindings;
  bool dynamic_vertex_input = false;  // vkCmdSetVertexInputEXT gives it
  VkPrimitiveTopology topology = VK_PRIMITIVE_TOPOLOGY_POINT_LIST;

  // Takes over what a pipeline library brings.
  void Link(const PipelineInfo& library);
};

// The stage bit that a shader's accesses have; 0 if the model has none.
uint64_t StageOfShader(VkShaderStageFlagBits stage);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_PIPELINE_H_
