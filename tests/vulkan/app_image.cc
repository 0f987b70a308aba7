#include "tests/vulkan/app_image.h"

#include "tests/vulkan/commands.h"
#include "tests/vulkan/debug_name.h"

namespace incoherent {

AppImage::AppImage(VulkanApp& app, uint32_t width, uint32_t height,
                   VkImageTiling tiling, MemoryKind kind,
                   VkImageUsageFlags more_usage)
    : device_(app.device()), width_(width), height_(height) {
  VkImageCreateInfo info = {VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO};
  info.imageType = VK_IMAGE_TYPE_2D;
  info.format = VK_FORMAT_R8G8B8A8_UNORM;
  info.extent = {width, height, 1};
  info.mipLevels = 1;
  info.arrayLayers = 1;
  info.samples = VK_SAMPLE_COUNT_1_BIT;
  info.tiling = tiling;
  info.usage = VK_IMAGE_USAGE_TRANSFER_SRC_BIT |
               VK_IMAGE_USAGE_TRANSFER_DST_BIT | more_usage;
  Require(vkCreateImage(device_, &info, nullptr, &image_), "vkCreateImage");
  VkMemoryRequirements requirements;
  vkGetImageMemoryRequirements(device_, image_, &requirements);
  memory_ = std::make_unique<AppMemory>(app, requirements.size, kind);
  Require(vkBindImageMemory(device_, image_, memory_->handle(), 0),
          "vkBindImageMemory");
  EnterGeneralLayout(app);
}

AppImage::~AppImage() { vkDestroyImage(device_, image_, nullptr); }

void AppImage::Name(const std::string& name) const {
  memory_->Name(name);
  NameObject(device_, VK_OBJECT_TYPE_IMAGE, image_, name + " image");
}

VkSubresourceLayout AppImage::Layout() const {
  const VkImageSubresource subresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0};
  VkSubresourceLayout layout;
  vkGetImageSubresourceLayout(device_, image_, &subresource, &layout);
  return layout;
}

void AppImage::EnterGeneralLayout(VulkanApp& app) {
  VkImageMemoryBarrier barrier = {VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER};
  // A transition may write: it is made available to the host as well.
  barrier.dstAccessMask = VK_ACCESS_TRANSFER_READ_BIT |
                          VK_ACCESS_TRANSFER_WRITE_BIT |
                          VK_ACCESS_HOST_READ_BIT | VK_ACCESS_HOST_WRITE_BIT;
  barrier.oldLayout = VK_IMAGE_LAYOUT_UNDEFINED;
  barrier.newLayout = VK_IMAGE_LAYOUT_GENERAL;
  barrier.srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
  barrier.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
  barrier.image = image_;
  barrier.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
  app.Run([&](Commands& rec) {
    vkCmdPipelineBarrier(
        rec.handle(), VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT,
        VK_PIPELINE_STAGE_TRANSFER_BIT | VK_PIPELINE_STAGE_HOST_BIT, 0, 0,
        nullptr, 0, nullptr, 1, &barrier);
  });
}

}  // namespace incoherent
