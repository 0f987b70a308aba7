#ifndef INCOHERENT_SIM_ICD_RESOURCES_PIPELINE_TABLE_H_
#define INCOHERENT_SIM_ICD_RESOURCES_PIPELINE_TABLE_H_

// PipelineTable: the live shader modules and pipelines of one device. From any
// thread.

#include <vulkan/vulkan.h>

#include <memory>
#include <utility>

#include "sim/icd/resources/descriptor_table.h"
#include "sim/icd/resources/pipeline.h"
#include "sim/icd/resources/shader_module.h"
#include "sim/icd/resources/shared_handle_table.h"

namespace incoherent {

class PipelineTable {
 public:
  // `descriptors` knows the pipeline layouts, and lives as long.
  explicit PipelineTable(const DescriptorTable& descriptors)
      : descriptors_(&descriptors) {}

  void AddModule(VkShaderModule module, const VkShaderModuleCreateInfo& info) {
    modules_.Insert(module, std::make_shared<const ShaderModule>(info));
  }
  void RemoveModule(VkShaderModule module) { modules_.Remove(module); }

  // Reads what the pipeline was created from. A null pipeline, one that could
  // not be created, is left out.
  void Add(VkPipeline pipeline, const VkGraphicsPipelineCreateInfo& info);
  void Add(VkPipeline pipeline, const VkComputePipelineCreateInfo& info);
  void Remove(VkPipeline pipeline) { pipelines_.Remove(pipeline); }
  // Null if it is not known.
  std::shared_ptr<const PipelineInfo> Find(VkPipeline pipeline) const {
    return pipelines_.Find(pipeline);
  }

 private:
  void AddStage(const VkPipelineShaderStageCreateInfo& stage,
                VkPipelineLayout layout, PipelineInfo& pipeline) const;
  // Null if the stage's code is not known or cannot be read.
  std::shared_ptr<const ShaderReflection> Reflect(
      const VkPipelineShaderStageCreateInfo& stage) const;

  const DescriptorTable* const descriptors_;
  SharedHandleTable<VkShaderModule, const ShaderModule> modules_;
  SharedHandleTable<VkPipeline, const PipelineInfo> pipelines_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_PIPELINE_TABLE_H_
