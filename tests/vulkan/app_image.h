#ifndef INCOHERENT_TESTS_VULKAN_APP_IMAGE_H_
#define INCOHERENT_TESTS_VULKAN_APP_IMAGE_H_

// AppImage: a two-dimensional image of R8G8B8A8 texels, in layout GENERAL.

#include <vulkan/vulkan.h>

#include <memory>
#include <string>

#include "tests/vulkan/app_memory.h"

namespace incoherent {

class AppImage {
 public:
  AppImage(VulkanApp& app, uint32_t width, uint32_t height,
           VkImageTiling tiling, MemoryKind kind,
           VkImageUsageFlags more_usage = 0);
  ~AppImage();
  AppImage(const AppImage&) = delete;
  AppImage& operator=(const AppImage&) = delete;

  VkImage handle() const { return image_; }
  uint32_t width() const { return width_; }
  uint32_t height() const { return height_; }
  uint32_t row_size() const { return 4 * width_; }
  AppMemory& memory() { return *memory_; }

  // Debug names: that of the memory, and `name` + " image".
  void Name(const std::string& name) const;

  // Of a linear image.
  VkSubresourceLayout Layout() const;

 private:
  void EnterGeneralLayout(VulkanApp& app);

  VkDevice device_;
  uint32_t width_;
  uint32_t height_;
  VkImage image_ = VK_NULL_HANDLE;
  std::unique_ptr<AppMemory> memory_;
};

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_APP_IMAGE_H_
