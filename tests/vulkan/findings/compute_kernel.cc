#include "tests/vulkan/findings/compute_kernel.h"

#include <utility>

namespace incoherent {

ComputeKernel::ComputeKernel(const VulkanApp& app,
                             absl::Span<const uint32_t> code,
                             std::vector<KernelBuffer> buffers,
                             Descriptors descriptors)
    : app_(app), device_(app.device()), buffers_(std::move(buffers)) {
  for (const KernelBuffer& buffer : buffers_) {
    infos_.push_back({buffer.memory->buffer(), buffer.offset, buffer.size});
  }
  MakeLayouts(descriptors);
  MakePipeline(code);
  if (descriptors == Descriptors::kInASet) MakeDescriptorSet();
}

ComputeKernel::~ComputeKernel() {
  vkDestroyDescriptorPool(device_, pool_, nullptr);
  vkDestroyPipeline(device_, pipeline_, nullptr);
  vkDestroyPipelineLayout(device_, layout_, nullptr);
  vkDestroyDescriptorSetLayout(device_, set_layout_, nullptr);
}

void ComputeKernel::MakeLayouts(Descriptors descriptors) {
  std::vector<VkDescriptorSetLayoutBinding> bindings;
  for (const KernelBuffer& buffer : buffers_) {
    bindings.push_back({static_cast<uint32_t>(bindings.size()), buffer.type, 1,
                        VK_SHADER_STAGE_COMPUTE_BIT, nullptr});
  }
  VkDescriptorSetLayoutCreateInfo set = {
      VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO};
  if (descriptors == Descriptors::kPushed) {
    set.flags = VK_DESCRIPTOR_SET_LAYOUT_CREATE_PUSH_DESCRIPTOR_BIT_KHR;
  }
  set.bindingCount = static_cast<uint32_t>(bindings.size());
  set.pBindings = bindings.data();
  Require(vkCreateDescriptorSetLayout(device_, &set, nullptr, &set_layout_),
          "vkCreateDescriptorSetLayout");
  VkPipelineLayoutCreateInfo layout = {
      VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO};
  layout.setLayoutCount = 1;
  layout.pSetLayouts = &set_layout_;
  Require(vkCreatePipelineLayout(device_, &layout, nullptr, &layout_),
          "vkCreatePipelineLayout");
}

void ComputeKernel::MakePipeline(absl::Span<const uint32_t> code) {
  VkShaderModuleCreateInfo module = {
      VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO};
  module.codeSize = code.size() * sizeof(uint32_t);
  module.pCode = code.data();
  VkShaderModule shader = VK_NULL_HANDLE;
  Require(vkCreateShaderModule(device_, &module, nullptr, &shader),
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

void ComputeKernel::MakeDescriptorSet() {
  std::vector<VkDescriptorPoolSize> sizes;
  for (const KernelBuffer& buffer : buffers_) {
    sizes.push_back({buffer.type, 1});
  }
  VkDescriptorPoolCreateInfo pool = {
      VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO};
  pool.maxSets = 1;
  pool.poolSizeCount = static_cast<uint32_t>(sizes.size());
  pool.pPoolSizes = sizes.data();
  Require(vkCreateDescriptorPool(device_, &pool, nullptr, &pool_),
          "vkCreateDescriptorPool");
  const VkDescriptorSetAllocateInfo allocate = {
      VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO, nullptr, pool_, 1,
      &set_layout_};
  Require(vkAllocateDescriptorSets(device_, &allocate, &set_),
          "vkAllocateDescriptorSets");
  const std::vector<VkWriteDescriptorSet> writes = Writes();
  vkUpdateDescriptorSets(device_, static_cast<uint32_t>(writes.size()),
                         writes.data(), 0, nullptr);
}

std::vector<VkWriteDescriptorSet> ComputeKernel::Writes() const {
  std::vector<VkWriteDescriptorSet> writes;
  for (size_t i = 0; i < buffers_.size(); ++i) {
    VkWriteDescriptorSet write = {VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET};
    write.dstSet = set_;
    write.dstBinding = static_cast<uint32_t>(i);
    write.descriptorCount = 1;
    write.descriptorType = buffers_[i].type;
    write.pBufferInfo = &infos_[i];
    writes.push_back(write);
  }
  return writes;
}

void ComputeKernel::Bind(Commands& commands,
                         const std::vector<uint32_t>& offsets) const {
  vkCmdBindPipeline(commands.handle(), VK_PIPELINE_BIND_POINT_COMPUTE,
                    pipeline_);
  if (set_ != VK_NULL_HANDLE) {
    vkCmdBindDescriptorSets(
        commands.handle(), VK_PIPELINE_BIND_POINT_COMPUTE, layout_, 0, 1, &set_,
        static_cast<uint32_t>(offsets.size()), offsets.data());
    return;
  }
  const auto push = app_.DeviceCommand<PFN_vkCmdPushDescriptorSetKHR>(
      "vkCmdPushDescriptorSetKHR");
  const std::vector<VkWriteDescriptorSet> writes = Writes();
  push(commands.handle(), VK_PIPELINE_BIND_POINT_COMPUTE, layout_, 0,
       static_cast<uint32_t>(writes.size()), writes.data());
}

void ComputeKernel::Dispatch(Commands& commands,
                             const std::vector<uint32_t>& offsets) const {
  Bind(commands, offsets);
  vkCmdDispatch(commands.handle(), 1, 1, 1);
}

}  // namespace incoherent
