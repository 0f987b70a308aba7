#ifndef INCOHERENT_SIM_ICD_RESOURCES_RENDER_PASS_H_
#define INCOHERENT_SIM_ICD_RESOURCES_RENDER_PASS_H_

// RenderPassInfo: what a VkRenderPass does to memory besides its draws: it
// loads and stores attachments, and its subpass dependencies are barriers.
//
// An attachment that no subpass uses is neither loaded nor stored. The implicit
// dependencies of an attachment's first and last use are left out: they make
// no write available.

#include <vulkan/vulkan.h>

#include <cstdint>
#include <vector>

#include "sim/memory/pipeline_scope.h"

namespace incoherent {

// What beginning and ending a render pass, or a subpass, does to one
// attachment.
struct AttachmentUse {
  bool depth_stencil = false;
  bool loads = false;   // its contents are read
  bool writes = false;  // cleared, stored, or made undefined
};

AttachmentUse UseOfAttachment(VkFormat format, VkAttachmentLoadOp load,
                              VkAttachmentStoreOp store);

struct RenderPassInfo {
  static constexpr uint32_t kUnused = ~uint32_t{0};

  struct Attachment {
    AttachmentUse use;
    uint32_t first_subpass = kUnused;
  };
  // Either subpass may be VK_SUBPASS_EXTERNAL; never both the same.
  struct Dependency {
    uint32_t source_subpass = 0;
    uint32_t destination_subpass = 0;
    Scope source;
    Scope destination;
  };

  std::vector<Attachment> attachments;
  std::vector<Dependency> dependencies;

  static RenderPassInfo Of(const VkRenderPassCreateInfo& info);
  static RenderPassInfo Of(const VkRenderPassCreateInfo2& info);
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_RENDER_PASS_H_
