#include "sim/icd/recording/render_accesses.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "sim/icd/chain.h"
#include "sim/icd/device.h"

namespace incoherent {
namespace {

constexpr AccessPoint kColorRead = {kStageColorAttachmentOutput,
                                    kAccessColorAttachmentRead};
constexpr AccessPoint kColorWrite = {kStageColorAttachmentOutput,
                                     kAccessColorAttachmentWrite};
constexpr AccessPoint kDepthRead = {kStageEarlyFragmentTests,
                                    kAccessDepthStencilAttachmentRead};
constexpr AccessPoint kDepthWrite = {kStageLateFragmentTests,
                                     kAccessDepthStencilAttachmentWrite};

struct UsedView {
  VkImageView view;
  AttachmentUse use;
};

void RecordUses(CommandBufferState& state, const std::vector<UsedView>& views,
                const VkRect2D& area) {
  const ResourceTable& resources = state.resources();
  for (const UsedView& used : views) {
    if (!used.use.loads) continue;
    state.Read(used.use.depth_stencil ? kDepthRead : kColorRead,
               resources.BytesOf(used.view, area));
  }
  for (const UsedView& used : views) {
    if (!used.use.writes) continue;
    state.Write(used.use.depth_stencil ? kDepthWrite : kColorWrite,
                resources.BytesOf(used.view, area));
  }
}

void RecordDependency(CommandBufferState& state, const Scope& source,
                      const Scope& destination) {
  state.AddSynchronization(DeviceOperation::OfDependency(source, destination));
}

// What the subpass that begins waits for, and the attachments that are new in
// it.
void RecordSubpass(CommandBufferState& state,
                   const CommandBufferState::RenderPass& instance) {
  const RenderPassInfo& pass = *instance.pass;
  for (const RenderPassInfo::Dependency& one : pass.dependencies) {
    if (one.destination_subpass != instance.subpass) continue;
    RecordDependency(state, one.source, one.destination);
  }
  std::vector<UsedView> views;
  const size_t count =
      std::min(pass.attachments.size(), instance.attachments.size());
  for (size_t i = 0; i < count; ++i) {
    if (pass.attachments[i].first_subpass != instance.subpass) continue;
    views.push_back({instance.attachments[i], pass.attachments[i].use});
  }
  RecordUses(state, views, instance.area);
}

std::vector<VkImageView> AttachmentsOf(Device& device,
                                       const VkRenderPassBeginInfo& info) {
  const auto* brought = FindInChain<VkRenderPassAttachmentBeginInfo>(
      info.pNext, VK_STRUCTURE_TYPE_RENDER_PASS_ATTACHMENT_BEGIN_INFO);
  if (brought != nullptr && brought->attachmentCount > 0) {
    return {brought->pAttachments,
            brought->pAttachments + brought->attachmentCount};
  }
  const FramebufferInfo* framebuffer =
      device.framebuffers().Find(info.framebuffer);
  if (framebuffer == nullptr) return {};
  return framebuffer->attachments;
}

void AddAttachment(const CommandBufferState& state,
                   const VkRenderingAttachmentInfo& attachment,
                   VkRenderingFlags flags, std::vector<UsedView>& views) {
  if (attachment.imageView == VK_NULL_HANDLE) return;
  // What was suspended goes on with what it has.
  if ((flags & VK_RENDERING_RESUMING_BIT) != 0) return;
  const VkFormat format = state.resources().FormatOf(attachment.imageView);
  UsedView used = {
      attachment.imageView,
      UseOfAttachment(format, attachment.loadOp, attachment.storeOp)};
  views.push_back(used);
  if (attachment.resolveMode == VK_RESOLVE_MODE_NONE) return;
  used.view = attachment.resolveImageView;
  used.use.loads = false;
  used.use.writes = true;
  views.push_back(used);
}

}  // namespace

void RecordBeginRenderPass(CommandBufferState& state,
                           const VkRenderPassBeginInfo& info) {
  Device& device = state.device();
  state.render_pass().reset();
  const RenderPassInfo* pass = device.render_passes().Find(info.renderPass);
  if (pass == nullptr) return;
  CommandBufferState::RenderPass instance;
  instance.pass = std::make_shared<const RenderPassInfo>(*pass);
  instance.attachments = AttachmentsOf(device, info);
  instance.area = info.renderArea;
  RecordSubpass(state, instance);
  state.render_pass() = std::move(instance);
}

void RecordNextSubpass(CommandBufferState& state) {
  absl::optional<CommandBufferState::RenderPass>& instance =
      state.render_pass();
  if (!instance.has_value()) return;
  ++instance->subpass;
  RecordSubpass(state, *instance);
}

void RecordEndRenderPass(CommandBufferState& state) {
  if (!state.render_pass().has_value()) return;
  for (const RenderPassInfo::Dependency& one :
       state.render_pass()->pass->dependencies) {
    if (one.destination_subpass != VK_SUBPASS_EXTERNAL) continue;
    RecordDependency(state, one.source, one.destination);
  }
  state.render_pass().reset();
}

void RecordBeginRendering(CommandBufferState& state,
                          const VkRenderingInfo& info) {
  std::vector<UsedView> views;
  for (uint32_t i = 0; i < info.colorAttachmentCount; ++i) {
    AddAttachment(state, info.pColorAttachments[i], info.flags, views);
  }
  // One image for both is one attachment.
  const VkRenderingAttachmentInfo* depth = info.pDepthAttachment;
  const VkRenderingAttachmentInfo* stencil = info.pStencilAttachment;
  if (depth != nullptr) AddAttachment(state, *depth, info.flags, views);
  const bool same = depth != nullptr && stencil != nullptr &&
                    depth->imageView == stencil->imageView;
  if (stencil != nullptr && !same) {
    AddAttachment(state, *stencil, info.flags, views);
  }
  RecordUses(state, views, info.renderArea);
}

}  // namespace incoherent
