#ifndef INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_DISPATCH_H_
#define INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_DISPATCH_H_

// The downstream's commands behind descriptors and pipelines (dispatch.h).

#define INCOHERENT_DESCRIPTOR_COMMANDS(X) \
  X(AllocateDescriptorSets)               \
  X(CmdBindDescriptorSets)                \
  X(CmdBindPipeline)                      \
  X(CmdPushDescriptorSetKHR)              \
  X(CmdPushDescriptorSetWithTemplateKHR)  \
  X(CreateComputePipelines)               \
  X(CreateDescriptorSetLayout)            \
  X(CreateDescriptorUpdateTemplate)       \
  X(CreateGraphicsPipelines)              \
  X(CreatePipelineLayout)                 \
  X(CreateShaderModule)                   \
  X(DestroyDescriptorPool)                \
  X(DestroyDescriptorSetLayout)           \
  X(DestroyDescriptorUpdateTemplate)      \
  X(DestroyPipeline)                      \
  X(DestroyPipelineLayout)                \
  X(DestroyShaderModule)                  \
  X(FreeDescriptorSets)                   \
  X(ResetDescriptorPool)                  \
  X(UpdateDescriptorSetWithTemplate)      \
  X(UpdateDescriptorSets)

#endif  // INCOHERENT_SIM_ICD_RESOURCES_DESCRIPTOR_DISPATCH_H_
