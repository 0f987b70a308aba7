#include "tests/vulkan/counter_kernel.h"

#include "tests/vulkan/counter_shader.h"

namespace incoherent {
namespace {

constexpr VkDeviceSize kBytesPerGroup = 256;

}  // namespace

CounterKernel::CounterKernel(const VulkanApp& app, const AppMemory& memory)
    : device_(app.device()),
      group_count_(static_cast<uint32_t>(memory.size() / kBytesPerGroup)) {
  const VkDescriptorSetLayoutBinding binding = {
      0, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 1, VK_SHADER_STAGE_COMPUTE_BIT,
      nullptr};
  VkDescriptorSetLayoutCreateInfo info = {
      VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO};
  info.bindingCount = 1;
  info.pBindings = &binding;
  Require(vkCreateDescriptorSetLayout(device_, &info, nullptr, &set_layout_),
          "vkCreateDescriptorSetLayout");
  MakePipeline();
  MakeDescriptorSet(memory);
}

CounterKernel::~CounterKernel() {
  vkDestroyDescriptorPool(device_, pool_, nullptr);
  vkDestroyPipeline(device_, pipeline_, nullptr);
  vkDestroyPipelineLayout(device_, layout_, nullptr);
  vkDestroyDescriptorSetLayout(device_, set_layout_, nullptr);
}

void CounterKernel::MakePipeline() {
  VkPipelineLayoutCreateInfo layout = {
      VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO};
  layout.setLayoutCount = 1;
  layout.pSetLayouts = &set_layout_;
  Require(vkCreatePipelineLayout(device_, &layout, nullptr, &layout_),
          "vkCreatePipelineLayout");
  VkShaderModuleCreateInfo code = {VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO};
  code.codeSize = sizeof kCounterShader;
  code.pCode = kCounterShader;
  VkShaderModule shader = VK_NULL_HANDLE;
  Require(vkCreateShaderModule(device_, &code, nullptr, &shader),
          "vkCreateShaderModule");
  VkComputePipelineCreateInfo pipeline = {
      VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO};
  pipeline.stage.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO;
  pipeline.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT;
  pipeline.stage.module = shader;
  pipeline.stage.pName = "main";
  pipeline.layout = layout_;
  Require(vkCreateComputePipelines(device_, VK_NULL_HANDLE, 1, &pipeline,
                                   nullptr, &pipeline_),
          "vkCreateComputePipelines");
  vkDestroyShaderModule(device_, shader, nullptr);
}

void CounterKernel::MakeDescriptorSet(const AppMemory& memory) {
  const VkDescriptorPoolSize size = {VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 1};
  VkDescriptorPoolCreateInfo pool = {
      VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO};
  pool.maxSets = 1;
  pool.poolSizeCount = 1;
  pool.pPoolSizes = &size;
  Require(vkCreateDescriptorPool(device_, &pool, nullptr, &pool_),
          "vkCreateDescriptorPool");
  const VkDescriptorSetAllocateInfo allocate = {
      VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO, nullptr, pool_, 1,
      &set_layout_};
  Require(vkAllocateDescriptorSets(device_, &allocate, &set_),
          "vkAllocateDescriptorSets");
  const VkDescriptorBufferInfo buffer = {memory.buffer(), 0, VK_WHOLE_SIZE};
  VkWriteDescriptorSet write = {VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET};
  write.dstSet = set_;
  write.descriptorCount = 1;
  write.descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
  write.pBufferInfo = &buffer;
  vkUpdateDescriptorSets(device_, 1, &write, 0, nullptr);
}

void CounterKernel::Dispatch(Commands& commands) const {
  vkCmdBindPipeline(commands.handle(), VK_PIPELINE_BIND_POINT_COMPUTE,
                    pipeline_);
  vkCmdBindDescriptorSets(commands.handle(), VK_PIPELINE_BIND_POINT_COMPUTE,
                          layout_, 0, 1, &set_, 0, nullptr);
  vkCmdDispatch(commands.handle(), group_count_, 1, 1);
}

}  // namespace incoherent
