#include "sim/icd/resources/render_pass.h"

#include <gtest/gtest.h>

namespace incoherent {
namespace {

VkAttachmentDescription Attachment(VkFormat format, VkAttachmentLoadOp load,
                                   VkAttachmentStoreOp store) {
  VkAttachmentDescription attachment = {};
  attachment.format = format;
  attachment.loadOp = load;
  attachment.storeOp = store;
  attachment.stencilLoadOp = VK_ATTACHMENT_LOAD_OP_DONT_CARE;
  attachment.stencilStoreOp = VK_ATTACHMENT_STORE_OP_DONT_CARE;
  return attachment;
}

TEST(UseOfAttachment, LoadsReadAndStoresWrite) {
  const AttachmentUse kept =
      UseOfAttachment(VK_FORMAT_R8G8B8A8_UNORM, VK_ATTACHMENT_LOAD_OP_LOAD,
                      VK_ATTACHMENT_STORE_OP_NONE);
  EXPECT_TRUE(kept.loads);
  EXPECT_FALSE(kept.writes);
  EXPECT_FALSE(kept.depth_stencil);
  const AttachmentUse cleared =
      UseOfAttachment(VK_FORMAT_D16_UNORM, VK_ATTACHMENT_LOAD_OP_CLEAR,
                      VK_ATTACHMENT_STORE_OP_NONE);
  EXPECT_FALSE(cleared.loads);
  EXPECT_TRUE(cleared.writes);
  EXPECT_TRUE(cleared.depth_stencil);
}

TEST(RenderPassInfo, AnAttachmentIsUsedFromItsFirstSubpass) {
  const VkAttachmentDescription attachments[] = {
      Attachment(VK_FORMAT_R8G8B8A8_UNORM, VK_ATTACHMENT_LOAD_OP_LOAD,
                 VK_ATTACHMENT_STORE_OP_STORE),
      Attachment(VK_FORMAT_R8G8B8A8_UNORM, VK_ATTACHMENT_LOAD_OP_LOAD,
                 VK_ATTACHMENT_STORE_OP_STORE),
      Attachment(VK_FORMAT_R8G8B8A8_UNORM, VK_ATTACHMENT_LOAD_OP_LOAD,
                 VK_ATTACHMENT_STORE_OP_STORE),
  };
  const VkAttachmentReference first = {1, VK_IMAGE_LAYOUT_GENERAL};
  const VkAttachmentReference second[] = {
      {1, VK_IMAGE_LAYOUT_GENERAL},
      {VK_ATTACHMENT_UNUSED, VK_IMAGE_LAYOUT_GENERAL}};
  const VkAttachmentReference resolve[] = {
      {0, VK_IMAGE_LAYOUT_GENERAL},
      {VK_ATTACHMENT_UNUSED, VK_IMAGE_LAYOUT_GENERAL}};
  VkSubpassDescription subpasses[2] = {};
  subpasses[0].colorAttachmentCount = 1;
  subpasses[0].pColorAttachments = &first;
  subpasses[1].colorAttachmentCount = 2;
  subpasses[1].pColorAttachments = second;
  subpasses[1].pResolveAttachments = resolve;
  VkRenderPassCreateInfo info = {};
  info.attachmentCount = 3;
  info.pAttachments = attachments;
  info.subpassCount = 2;
  info.pSubpasses = subpasses;
  const RenderPassInfo pass = RenderPassInfo::Of(info);
  ASSERT_EQ(pass.attachments.size(), 3u);
  EXPECT_EQ(pass.attachments[0].first_subpass, 1u);
  EXPECT_EQ(pass.attachments[1].first_subpass, 0u);
  EXPECT_EQ(pass.attachments[2].first_subpass, RenderPassInfo::kUnused);
}

TEST(RenderPassInfo, StencilIsReadAndWrittenByItsOwnOperations) {
  VkAttachmentDescription attachment =
      Attachment(VK_FORMAT_D24_UNORM_S8_UINT, VK_ATTACHMENT_LOAD_OP_CLEAR,
                 VK_ATTACHMENT_STORE_OP_STORE);
  attachment.stencilLoadOp = VK_ATTACHMENT_LOAD_OP_LOAD;
  VkRenderPassCreateInfo info = {};
  info.attachmentCount = 1;
  info.pAttachments = &attachment;
  EXPECT_TRUE(RenderPassInfo::Of(info).attachments[0].use.loads);
  attachment.format = VK_FORMAT_D16_UNORM;  // without stencil
  EXPECT_FALSE(RenderPassInfo::Of(info).attachments[0].use.loads);
}

TEST(RenderPassInfo, DependenciesWithinASubpassAreNone) {
  VkSubpassDependency dependencies[2] = {};
  dependencies[0].srcSubpass = 0;
  dependencies[0].dstSubpass = 0;
  dependencies[1].srcSubpass = 0;
  dependencies[1].dstSubpass = VK_SUBPASS_EXTERNAL;
  dependencies[1].srcStageMask = VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT;
  dependencies[1].srcAccessMask = VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT;
  dependencies[1].dstStageMask = VK_PIPELINE_STAGE_HOST_BIT;
  dependencies[1].dstAccessMask = VK_ACCESS_HOST_READ_BIT;
  VkRenderPassCreateInfo info = {};
  info.dependencyCount = 2;
  info.pDependencies = dependencies;
  const RenderPassInfo pass = RenderPassInfo::Of(info);
  ASSERT_EQ(pass.dependencies.size(), 1u);
  const RenderPassInfo::Dependency& end = pass.dependencies[0];
  EXPECT_EQ(end.destination_subpass, VK_SUBPASS_EXTERNAL);
  EXPECT_EQ(end.source,
            (Scope{kStageColorAttachmentOutput, kAccessColorAttachmentWrite}));
  EXPECT_EQ(end.destination, (Scope{kStageHost, kAccessHostRead}));
}

TEST(RenderPassInfo, AChainedBarrierTakesTheDependencysPlace) {
  VkMemoryBarrier2 barrier = {};
  barrier.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER_2;
  barrier.srcStageMask = VK_PIPELINE_STAGE_2_COPY_BIT;
  barrier.srcAccessMask = VK_ACCESS_2_TRANSFER_WRITE_BIT;
  barrier.dstStageMask = VK_PIPELINE_STAGE_2_FRAGMENT_SHADER_BIT;
  barrier.dstAccessMask = VK_ACCESS_2_SHADER_SAMPLED_READ_BIT;
  VkSubpassDependency2 dependency = {};
  dependency.pNext = &barrier;
  dependency.srcSubpass = VK_SUBPASS_EXTERNAL;
  dependency.srcStageMask = VK_PIPELINE_STAGE_ALL_COMMANDS_BIT;
  VkRenderPassCreateInfo2 info = {};
  info.dependencyCount = 1;
  info.pDependencies = &dependency;
  const RenderPassInfo pass = RenderPassInfo::Of(info);
  ASSERT_EQ(pass.dependencies.size(), 1u);
  EXPECT_EQ(pass.dependencies[0].source,
            (Scope{kStageCopy, kAccessTransferWrite}));
  EXPECT_EQ(pass.dependencies[0].destination,
            (Scope{kStageFragmentShader, kAccessShaderSampledRead}));
}

}  // namespace
}  // namespace incoherent
