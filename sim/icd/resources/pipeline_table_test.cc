#include "sim/icd/resources/pipeline_table.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sim/icd/resources/sample_block_shaders.h"
#include "sim/icd/resources/sample_handle_shaders.h"
#include "sim/memory/pipeline_scope.h"

namespace incoherent {
namespace {

template <typename Handle>
Handle Fake(uintptr_t number) {
  return reinterpret_cast<Handle>(number);
}

VkShaderModuleCreateInfo Code(absl::Span<const uint32_t> words) {
  return {VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO, nullptr, 0,
          words.size() * sizeof(uint32_t), words.data()};
}

VkPipelineShaderStageCreateInfo Stage(VkShaderStageFlagBits stage,
                                      VkShaderModule module) {
  return {VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
          nullptr,
          0,
          stage,
          module,
          "main",
          nullptr};
}

class PipelineTableTest : public testing::Test {
 protected:
  static constexpr auto kCompute = VK_SHADER_STAGE_COMPUTE_BIT;

  PipelineTableTest() {
    const VkDescriptorSetLayoutBinding bindings[] = {
        {0, VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, 1, kCompute, nullptr},
        {1, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 2, VK_SHADER_STAGE_ALL, nullptr},
        {2, VK_DESCRIPTOR_TYPE_SAMPLER, 1, kCompute, nullptr},
        {3, VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, 1, VK_SHADER_STAGE_VERTEX_BIT,
         nullptr},
    };
    const auto set = Fake<VkDescriptorSetLayout>(1);
    descriptors_.AddSetLayout(
        set, {VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO, nullptr, 0,
              4, bindings});
    descriptors_.AddPipelineLayout(
        layout_,
        {VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO, nullptr, 0, 1, &set});
    table_.AddModule(blocks_, Code(kBlocksShader));
    table_.AddModule(layout_shader_, Code(kLayoutShader));
    table_.AddModule(images_, Code(kImagesShader));
  }

  std::shared_ptr<const PipelineInfo> AddCompute(
      const VkPipelineShaderStageCreateInfo& stage) {
    VkComputePipelineCreateInfo info = {
        VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO};
    info.stage = stage;
    info.layout = layout_;
    table_.Add(pipeline_, info);
    return table_.Find(pipeline_);
  }

  DescriptorTable descriptors_;
  PipelineTable table_{descriptors_};
  const VkPipelineLayout layout_ = Fake<VkPipelineLayout>(2);
  const VkShaderModule blocks_ = Fake<VkShaderModule>(3);
  const VkShaderModule layout_shader_ = Fake<VkShaderModule>(4);
  const VkShaderModule images_ = Fake<VkShaderModule>(5);
  const VkPipeline pipeline_ = Fake<VkPipeline>(6);
};

TEST_F(PipelineTableTest, ComputePipelineUsesWhatItsShaderUses) {
  const auto pipeline = AddCompute(Stage(kCompute, blocks_));
  ASSERT_NE(pipeline, nullptr);
  EXPECT_EQ(pipeline->uses.size(), 5u);
  for (const PipelineInfo::Use& use : pipeline->uses) {
    EXPECT_EQ(use.stage, kStageComputeShader);
  }
  EXPECT_FALSE(pipeline->reads_physical_addresses);
  table_.Remove(pipeline_);
  EXPECT_EQ(table_.Find(pipeline_), nullptr);
}

TEST_F(PipelineTableTest, TakesCodeChainedToTheStage) {
  const VkShaderModuleCreateInfo code = Code(kAddressesShader);
  VkPipelineShaderStageCreateInfo stage = Stage(kCompute, VK_NULL_HANDLE);
  stage.pNext = &code;
  const auto pipeline = AddCompute(stage);
  EXPECT_EQ(pipeline->uses.size(), 1u);
  EXPECT_TRUE(pipeline->reads_physical_addresses);
  EXPECT_FALSE(pipeline->writes_physical_addresses);
}

TEST_F(PipelineTableTest, UnknownCodeMayUseWhatTheLayoutShowsItsStage) {
  const auto pipeline = AddCompute(Stage(kCompute, VK_NULL_HANDLE));
  ASSERT_EQ(pipeline->uses.size(), 2u);
  const ShaderBinding& uniform = pipeline->uses[0].shader;
  EXPECT_EQ(uniform.binding, 0u);
  EXPECT_EQ(uniform.resource, ShaderResource::kUniformBlock);
  EXPECT_TRUE(uniform.reads.empty());
  EXPECT_FALSE(uniform.may_reads.empty());
  EXPECT_TRUE(uniform.writes.empty());
  const ShaderBinding& storage = pipeline->uses[1].shader;
  EXPECT_EQ(storage.binding, 1u);
  EXPECT_EQ(storage.array_size, 0u);
  EXPECT_FALSE(storage.writes.empty());
  EXPECT_TRUE(pipeline->reads_physical_addresses);
  EXPECT_TRUE(pipeline->writes_physical_addresses);
}

TEST_F(PipelineTableTest, PipelineThatCouldNotBeCreatedIsLeftOut) {
  table_.Add(VK_NULL_HANDLE, VkComputePipelineCreateInfo{});
  EXPECT_EQ(table_.Find(VK_NULL_HANDLE), nullptr);
}

// A graphics pipeline with two vertex bindings.
struct GraphicsInfo {
  GraphicsInfo(VkShaderModule vertex, VkShaderModule fragment)
      : stages{Stage(VK_SHADER_STAGE_VERTEX_BIT, vertex),
               Stage(VK_SHADER_STAGE_FRAGMENT_BIT, fragment)} {
    divisors.vertexBindingDivisorCount = 1;
    divisors.pVertexBindingDivisors = &divisor;
    input.pNext = &divisors;
    input.vertexBindingDescriptionCount = 2;
    input.pVertexBindingDescriptions = bindings;
    input.vertexAttributeDescriptionCount = 3;
    input.pVertexAttributeDescriptions = attributes;
    assembly.topology = VK_PRIMITIVE_TOPOLOGY_TRIANGLE_STRIP;
    info.stageCount = 2;
    info.pStages = stages;
    info.pVertexInputState = &input;
    info.pInputAssemblyState = &assembly;
  }

  const VkPipelineShaderStageCreateInfo stages[2];
  const VkVertexInputBindingDescription bindings[2] = {
      {0, 32, VK_VERTEX_INPUT_RATE_VERTEX},
      {4, 16, VK_VERTEX_INPUT_RATE_INSTANCE}};
  const VkVertexInputAttributeDescription attributes[3] = {
      {0, 0, VK_FORMAT_R32G32B32_SFLOAT, 0},
      {1, 0, VK_FORMAT_R8G8B8A8_UNORM, 20},
      {2, 4, VK_FORMAT_R32G32_SFLOAT, 4}};
  const VkVertexInputBindingDivisorDescriptionEXT divisor = {4, 3};
  VkPipelineVertexInputDivisorStateCreateInfoEXT divisors = {
      VK_STRUCTURE_TYPE_PIPELINE_VERTEX_INPUT_DIVISOR_STATE_CREATE_INFO_EXT};
  VkPipelineVertexInputStateCreateInfo input = {
      VK_STRUCTURE_TYPE_PIPELINE_VERTEX_INPUT_STATE_CREATE_INFO};
  VkPipelineInputAssemblyStateCreateInfo assembly = {
      VK_STRUCTURE_TYPE_PIPELINE_INPUT_ASSEMBLY_STATE_CREATE_INFO};
  VkGraphicsPipelineCreateInfo info = {
      VK_STRUCTURE_TYPE_GRAPHICS_PIPELINE_CREATE_INFO};
};

TEST_F(PipelineTableTest, GraphicsPipelineHasItsStagesAndVertexBindings) {
  const GraphicsInfo graphics(layout_shader_, images_);
  table_.Add(pipeline_, graphics.info);
  const auto pipeline = table_.Find(pipeline_);
  EXPECT_EQ(pipeline->stages,
            static_cast<VkShaderStageFlags>(VK_SHADER_STAGE_VERTEX_BIT |
                                            VK_SHADER_STAGE_FRAGMENT_BIT));
  EXPECT_EQ(std::count_if(pipeline->uses.begin(), pipeline->uses.end(),
                          [](const PipelineInfo::Use& use) {
                            return use.stage == kStageVertexShader;
                          }),
            1);
  EXPECT_EQ(pipeline->uses.size(), 1u + 7u);
  EXPECT_EQ(pipeline->topology, VK_PRIMITIVE_TOPOLOGY_TRIANGLE_STRIP);
  ASSERT_EQ(pipeline->vertex_bindings.size(), 2u);
  const PipelineInfo::VertexBinding& vertices = pipeline->vertex_bindings[0];
  EXPECT_EQ(vertices.stride, 32u);
  EXPECT_EQ(vertices.extent, 24u);
  EXPECT_FALSE(vertices.per_instance);
  const PipelineInfo::VertexBinding& instances = pipeline->vertex_bindings[1];
  EXPECT_EQ(instances.binding, 4u);
  EXPECT_EQ(instances.extent, 12u);
  EXPECT_TRUE(instances.per_instance);
  EXPECT_EQ(instances.divisor, 3u);
  EXPECT_FALSE(instances.dynamic_stride);
}

TEST_F(PipelineTableTest, DynamicStateIsNotTakenFromTheCreateInfo) {
  GraphicsInfo graphics(layout_shader_, images_);
  VkDynamicState state = VK_DYNAMIC_STATE_VERTEX_INPUT_BINDING_STRIDE;
  VkPipelineDynamicStateCreateInfo dynamic = {
      VK_STRUCTURE_TYPE_PIPELINE_DYNAMIC_STATE_CREATE_INFO, nullptr, 0, 1,
      &state};
  graphics.info.pDynamicState = &dynamic;
  table_.Add(pipeline_, graphics.info);
  EXPECT_TRUE(table_.Find(pipeline_)->vertex_bindings[0].dynamic_stride);
  state = VK_DYNAMIC_STATE_VERTEX_INPUT_EXT;
  graphics.info.pVertexInputState = Fake<VkPipelineVertexInputStateCreateInfo*>(
      1);  // ignored, so it may lead nowhere
  table_.Add(pipeline_, graphics.info);
  EXPECT_TRUE(table_.Find(pipeline_)->dynamic_vertex_input);
  EXPECT_TRUE(table_.Find(pipeline_)->vertex_bindings.empty());
}

TEST_F(PipelineTableTest, LinksWhatLibrariesBring) {
  const VkPipeline libraries[] = {Fake<VkPipeline>(20), Fake<VkPipeline>(21)};
  VkGraphicsPipelineLibraryCreateInfoEXT given = {
      VK_STRUCTURE_TYPE_GRAPHICS_PIPELINE_LIBRARY_CREATE_INFO_EXT, nullptr,
      VK_GRAPHICS_PIPELINE_LIBRARY_VERTEX_INPUT_INTERFACE_BIT_EXT};
  GraphicsInfo input(layout_shader_, images_);
  input.info.pNext = &given;
  input.info.flags = VK_PIPELINE_CREATE_LIBRARY_BIT_KHR;
  input.info.stageCount = 1;
  input.info.pStages = Fake<VkPipelineShaderStageCreateInfo*>(1);  // ignored
  table_.Add(libraries[0], input.info);
  EXPECT_TRUE(table_.Find(libraries[0])->uses.empty());

  GraphicsInfo shaders(layout_shader_, images_);
  given.flags = VK_GRAPHICS_PIPELINE_LIBRARY_PRE_RASTERIZATION_SHADERS_BIT_EXT |
                VK_GRAPHICS_PIPELINE_LIBRARY_FRAGMENT_SHADER_BIT_EXT;
  shaders.info.pNext = &given;
  shaders.info.flags = VK_PIPELINE_CREATE_LIBRARY_BIT_KHR;
  shaders.info.pVertexInputState =
      Fake<VkPipelineVertexInputStateCreateInfo*>(1);  // ignored
  table_.Add(libraries[1], shaders.info);
  EXPECT_FALSE(table_.Find(libraries[1])->has_vertex_input);

  const VkPipelineLibraryCreateInfoKHR linked = {
      VK_STRUCTURE_TYPE_PIPELINE_LIBRARY_CREATE_INFO_KHR, nullptr, 2,
      libraries};
  VkGraphicsPipelineCreateInfo info = {
      VK_STRUCTURE_TYPE_GRAPHICS_PIPELINE_CREATE_INFO, &linked};
  table_.Add(pipeline_, info);
  const auto pipeline = table_.Find(pipeline_);
  EXPECT_EQ(pipeline->uses.size(), 8u);
  EXPECT_EQ(pipeline->vertex_bindings.size(), 2u);
  EXPECT_EQ(pipeline->topology, VK_PRIMITIVE_TOPOLOGY_TRIANGLE_STRIP);
}

}  // namespace
}  // namespace incoherent
