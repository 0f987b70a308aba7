#include "tests/vulkan/findings/triangle_renderer.h"

#include <cstring>

#include "tests/vulkan/findings/triangle_shaders.h"

namespace incoherent {
namespace {

constexpr VkFormat kFormat = VK_FORMAT_R8G8B8A8_UNORM;

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

// What the pipeline has besides shaders. It refers to itself: not copied.
struct FixedState {
  FixedState() {
    assembly.topology = VK_PRIMITIVE_TOPOLOGY_TRIANGLE_LIST;
    raster.lineWidth = 1;
    samples.rasterizationSamples = VK_SAMPLE_COUNT_1_BIT;
    attachment.colorWriteMask = 0xf;
    blend.attachmentCount = 1;
    blend.pAttachments = &attachment;
  }
  FixedState(const FixedState&) = delete;
  FixedState& operator=(const FixedState&) = delete;

  VkVertexInputBindingDescription binding = {0, TriangleRenderer::kVertexSize,
                                             VK_VERTEX_INPUT_RATE_VERTEX};
  VkVertexInputAttributeDescription corner = {0, 0,
                                              VK_FORMAT_R32G32B32A32_SFLOAT, 0};
  VkPipelineVertexInputStateCreateInfo input = {
      VK_STRUCTURE_TYPE_PIPELINE_VERTEX_INPUT_STATE_CREATE_INFO,
      nullptr,
      0,
      1,
      &binding,
      1,
      &corner};
  VkPipelineInputAssemblyStateCreateInfo assembly = {
      VK_STRUCTURE_TYPE_PIPELINE_INPUT_ASSEMBLY_STATE_CREATE_INFO};
  VkViewport viewport = {
      0, 0, TriangleRenderer::kWidth, TriangleRenderer::kWidth, 0, 1};
  VkRect2D scissor = {{0, 0},
                      {TriangleRenderer::kWidth, TriangleRenderer::kWidth}};
  VkPipelineViewportStateCreateInfo viewports = {
      VK_STRUCTURE_TYPE_PIPELINE_VIEWPORT_STATE_CREATE_INFO,
      nullptr,
      0,
      1,
      &viewport,
      1,
      &scissor};
  VkPipelineRasterizationStateCreateInfo raster = {
      VK_STRUCTURE_TYPE_PIPELINE_RASTERIZATION_STATE_CREATE_INFO};
  VkPipelineMultisampleStateCreateInfo samples = {
      VK_STRUCTURE_TYPE_PIPELINE_MULTISAMPLE_STATE_CREATE_INFO};
  VkPipelineColorBlendAttachmentState attachment = {};
  VkPipelineColorBlendStateCreateInfo blend = {
      VK_STRUCTURE_TYPE_PIPELINE_COLOR_BLEND_STATE_CREATE_INFO};
};

}  // namespace

DeviceRequest TriangleRenderer::Device() {
  static const VkPhysicalDeviceDynamicRenderingFeatures features = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DYNAMIC_RENDERING_FEATURES, nullptr,
      VK_TRUE};
  return {{}, &features};
}

Bytes TriangleRenderer::BigTriangle() {
  constexpr float kCorners[] = {-1, -1, 0.5, 1, 3, -1, 0.5, 1, -1, 3, 0.5, 1};
  Bytes bytes(sizeof kCorners);
  std::memcpy(bytes.data(), kCorners, sizeof kCorners);
  return bytes;
}

Bytes TriangleRenderer::AllWhite() { return Filled(kTexels, 0xff); }

TriangleRenderer::TriangleRenderer(VulkanApp& app)
    : app_(app),
      image_(app, kWidth, kWidth, VK_IMAGE_TILING_OPTIMAL,
             MemoryKind::kNotMappable, VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT) {
  VkImageViewCreateInfo view = {VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO};
  view.image = image_.handle();
  view.viewType = VK_IMAGE_VIEW_TYPE_2D;
  view.format = kFormat;
  view.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
  Require(vkCreateImageView(app.device(), &view, nullptr, &view_),
          "vkCreateImageView");
  const VkPipelineLayoutCreateInfo layout = {
      VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO};
  Require(vkCreatePipelineLayout(app.device(), &layout, nullptr, &layout_),
          "vkCreatePipelineLayout");
  MakePipeline();
}

TriangleRenderer::~TriangleRenderer() {
  vkDestroyPipeline(app_.device(), pipeline_, nullptr);
  vkDestroyPipelineLayout(app_.device(), layout_, nullptr);
  vkDestroyImageView(app_.device(), view_, nullptr);
}

VkShaderModule TriangleRenderer::Module(absl::Span<const uint32_t> code) const {
  VkShaderModuleCreateInfo info = {VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO};
  info.codeSize = code.size() * sizeof(uint32_t);
  info.pCode = code.data();
  VkShaderModule module = VK_NULL_HANDLE;
  Require(vkCreateShaderModule(app_.device(), &info, nullptr, &module),
          "vkCreateShaderModule");
  return module;
}

void TriangleRenderer::MakePipeline() {
  const FixedState state;
  VkPipelineRenderingCreateInfo rendering = {
      VK_STRUCTURE_TYPE_PIPELINE_RENDERING_CREATE_INFO};
  rendering.colorAttachmentCount = 1;
  rendering.pColorAttachmentFormats = &kFormat;
  const VkShaderModule vertex = Module(kTriangleCorners);
  const VkShaderModule fragment = Module(kTriangleColor);
  const VkPipelineShaderStageCreateInfo stages[] = {
      Stage(VK_SHADER_STAGE_VERTEX_BIT, vertex),
      Stage(VK_SHADER_STAGE_FRAGMENT_BIT, fragment)};
  VkGraphicsPipelineCreateInfo info = {
      VK_STRUCTURE_TYPE_GRAPHICS_PIPELINE_CREATE_INFO, &rendering};
  info.stageCount = 2;
  info.pStages = stages;
  info.pVertexInputState = &state.input;
  info.pInputAssemblyState = &state.assembly;
  info.pViewportState = &state.viewports;
  info.pRasterizationState = &state.raster;
  info.pMultisampleState = &state.samples;
  info.pColorBlendState = &state.blend;
  info.layout = layout_;
  Require(vkCreateGraphicsPipelines(app_.device(), VK_NULL_HANDLE, 1, &info,
                                    nullptr, &pipeline_),
          "vkCreateGraphicsPipelines");
  vkDestroyShaderModule(app_.device(), vertex, nullptr);
  vkDestroyShaderModule(app_.device(), fragment, nullptr);
}

void TriangleRenderer::RecordPass(Commands& commands,
                                  const VulkanApp::Record& draw) const {
  VkRenderingAttachmentInfo color = {
      VK_STRUCTURE_TYPE_RENDERING_ATTACHMENT_INFO};
  color.imageView = view_;
  color.imageLayout = VK_IMAGE_LAYOUT_GENERAL;
  color.loadOp = VK_ATTACHMENT_LOAD_OP_CLEAR;
  color.storeOp = VK_ATTACHMENT_STORE_OP_STORE;
  VkRenderingInfo info = {VK_STRUCTURE_TYPE_RENDERING_INFO};
  info.renderArea = {{0, 0}, {kWidth, kWidth}};
  info.layerCount = 1;
  info.colorAttachmentCount = 1;
  info.pColorAttachments = &color;
  vkCmdBeginRendering(commands.handle(), &info);
  vkCmdBindPipeline(commands.handle(), VK_PIPELINE_BIND_POINT_GRAPHICS,
                    pipeline_);
  draw(commands);
  vkCmdEndRendering(commands.handle());
}

VkFence TriangleRenderer::Submit(const VulkanApp::Record& draw,
                                 const AppMemory& texels) {
  const Side drawn = {VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT,
                      VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT};
  const Side copied = {VK_PIPELINE_STAGE_TRANSFER_BIT, 0};
  return app_.Submit([&](Commands& rec) {
    // The image of the draw before this one was copied.
    rec.Barrier(copied, drawn);
    RecordPass(rec, draw);
    rec.Barrier(drawn, kTransferReads);
    rec.Copy(image_, texels);
    rec.BarrierToHost();
  });
}

Bytes TriangleRenderer::Draw(const VulkanApp::Record& draw) {
  AppMemory texels(app_, kTexels, MemoryKind::kCoherent);
  app_.Wait(Submit(draw, texels));
  return Read(texels.Map(), kTexels);
}

}  // namespace incoherent
