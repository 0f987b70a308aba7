#include "sim/icd/resources/render_pass.h"

#include <algorithm>

#include "sim/icd/chain.h"
#include "sim/icd/resources/format_blocks.h"

namespace incoherent {
namespace {

bool HasStencil(VkFormat format) {
  return format == VK_FORMAT_S8_UINT || format == VK_FORMAT_D16_UNORM_S8_UINT ||
         format == VK_FORMAT_D24_UNORM_S8_UINT ||
         format == VK_FORMAT_D32_SFLOAT_S8_UINT;
}

// Both versions of VkAttachmentDescription have these members.
template <typename Description>
AttachmentUse UseOf(const Description& attachment) {
  AttachmentUse use =
      UseOfAttachment(attachment.format, attachment.loadOp, attachment.storeOp);
  if (HasStencil(attachment.format)) {
    const AttachmentUse stencil = UseOfAttachment(
        attachment.format, attachment.stencilLoadOp, attachment.stencilStoreOp);
    use.loads = use.loads || stencil.loads;
    use.writes = use.writes || stencil.writes;
  }
  return use;
}

template <typename Reference>
void NoteUse(const Reference* references, uint32_t count, uint32_t subpass,
             RenderPassInfo& pass) {
  for (uint32_t i = 0; references != nullptr && i < count; ++i) {
    const uint32_t index = references[i].attachment;
    if (index >= pass.attachments.size()) continue;
    uint32_t& first = pass.attachments[index].first_subpass;
    first = std::min(first, subpass);
  }
}

template <typename CreateInfo>
void NoteAttachments(const CreateInfo& info, RenderPassInfo& pass) {
  for (uint32_t i = 0; i < info.attachmentCount; ++i) {
    pass.attachments.push_back(
        {UseOf(info.pAttachments[i]), RenderPassInfo::kUnused});
  }
  for (uint32_t i = 0; i < info.subpassCount; ++i) {
    const auto& subpass = info.pSubpasses[i];
    NoteUse(subpass.pInputAttachments, subpass.inputAttachmentCount, i, pass);
    NoteUse(subpass.pColorAttachments, subpass.colorAttachmentCount, i, pass);
    NoteUse(subpass.pResolveAttachments, subpass.colorAttachmentCount, i, pass);
    NoteUse(subpass.pDepthStencilAttachment, 1, i, pass);
  }
}

RenderPassInfo::Dependency ScopesOf(const VkSubpassDependency& dependency) {
  return {dependency.srcSubpass,
          dependency.dstSubpass,
          {dependency.srcStageMask, dependency.srcAccessMask},
          {dependency.dstStageMask, dependency.dstAccessMask}};
}

RenderPassInfo::Dependency ScopesOf(const VkSubpassDependency2& dependency) {
  RenderPassInfo::Dependency scopes = {
      dependency.srcSubpass,
      dependency.dstSubpass,
      {dependency.srcStageMask, dependency.srcAccessMask},
      {dependency.dstStageMask, dependency.dstAccessMask}};
  const auto* barrier = FindInChain<VkMemoryBarrier2>(
      dependency.pNext, VK_STRUCTURE_TYPE_MEMORY_BARRIER_2);
  if (barrier != nullptr) {
    scopes.source = {barrier->srcStageMask, barrier->srcAccessMask};
    scopes.destination = {barrier->dstStageMask, barrier->dstAccessMask};
  }
  return scopes;
}

template <typename CreateInfo>
RenderPassInfo Describe(const CreateInfo& info) {
  RenderPassInfo pass;
  NoteAttachments(info, pass);
  for (uint32_t i = 0; i < info.dependencyCount; ++i) {
    const RenderPassInfo::Dependency dependency =
        ScopesOf(info.pDependencies[i]);
    // One within a subpass only allows barriers there.
    if (dependency.source_subpass != dependency.destination_subpass) {
      pass.dependencies.push_back(dependency);
    }
  }
  return pass;
}

}  // namespace

AttachmentUse UseOfAttachment(VkFormat format, VkAttachmentLoadOp load,
                              VkAttachmentStoreOp store) {
  AttachmentUse use;
  use.depth_stencil = IsDepthOrStencil(format);
  use.loads = load == VK_ATTACHMENT_LOAD_OP_LOAD;
  use.writes = load == VK_ATTACHMENT_LOAD_OP_CLEAR ||
               load == VK_ATTACHMENT_LOAD_OP_DONT_CARE ||
               store != VK_ATTACHMENT_STORE_OP_NONE;
  return use;
}

RenderPassInfo RenderPassInfo::Of(const VkRenderPassCreateInfo& info) {
  return Describe(info);
}

RenderPassInfo RenderPassInfo::Of(const VkRenderPassCreateInfo2& info) {
  RenderPassInfo pass = Describe(info);
  for (uint32_t i = 0; i < info.subpassCount; ++i) {
    const auto* resolve = FindInChain<VkSubpassDescriptionDepthStencilResolve>(
        info.pSubpasses[i].pNext,
        VK_STRUCTURE_TYPE_SUBPASS_DESCRIPTION_DEPTH_STENCIL_RESOLVE);
    if (resolve == nullptr) continue;
    NoteUse(resolve->pDepthStencilResolveAttachment, 1, i, pass);
  }
  return pass;
}

}  // namespace incoherent
