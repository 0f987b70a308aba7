#ifndef INCOHERENT_SIM_ICD_RESOURCES_FRAMEBUFFER_H_
#define INCOHERENT_SIM_ICD_RESOURCES_FRAMEBUFFER_H_

// FramebufferInfo: the image views that a render pass renders to. An imageless
// framebuffer has none; the command that begins the pass brings them.

#include <vulkan/vulkan.h>

#include <vector>

namespace incoherent {

struct FramebufferInfo {
  std::vector<VkImageView> attachments;

  static FramebufferInfo Of(const VkFramebufferCreateInfo& info) {
    FramebufferInfo made;
    if ((info.flags & VK_FRAMEBUFFER_CREATE_IMAGELESS_BIT) == 0) {
      made.attachments.assign(info.pAttachments,
                              info.pAttachments + info.attachmentCount);
    }
    return made;
  }
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_FRAMEBUFFER_H_
