#include "sim/icd/resources/pipeline.h"

#include "sim/memory/pipeline_scope.h"

namespace incoherent {

void PipelineInfo::Link(const PipelineInfo& library) {
  stages |= library.stages;
  uses.insert(uses.end(), library.uses.begin(), library.uses.end());
  reads_physical_addresses |= library.reads_physical_addresses;
  writes_physical_addresses |= library.writes_physical_addresses;
  if (library.has_vertex_input) {
    has_vertex_input = true;
    vertex_bindings = library.vertex_bindings;
    dynamic_vertex_input = library.dynamic_vertex_input;
    topology = library.topology;
  }
}

uint64_t StageOfShader(VkShaderStageFlagBits stage) {
  switch (stage) {
    case VK_SHADER_STAGE_VERTEX_BIT:
      return kStageVertexShader;
    case VK_SHADER_STAGE_TESSELLATION_CONTROL_BIT:
      return kStageTessellationControlShader;
    case VK_SHADER_STAGE_TESSELLATION_EVALUATION_BIT:
      return kStageTessellationEvaluationShader;
    case VK_SHADER_STAGE_GEOMETRY_BIT:
      return kStageGeometryShader;
    case VK_SHADER_STAGE_FRAGMENT_BIT:
      return kStageFragmentShader;
    case VK_SHADER_STAGE_COMPUTE_BIT:
      return kStageComputeShader;
    default:
      return 0;
  }
}

}  // namespace incoherent
