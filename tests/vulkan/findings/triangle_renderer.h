#ifndef INCOHERENT_TESTS_VULKAN_FINDINGS_TRIANGLE_RENDERER_H_
#define INCOHERENT_TESTS_VULKAN_FINDINGS_TRIANGLE_RENDERER_H_

// TriangleRenderer: draws one triangle, white on black, into an image of 16 x
// 16 texels, and brings the texels back.
//
//   VulkanApp app(environment, TriangleRenderer::Device());
//   TriangleRenderer renderer(app);
//   Write(vertices.Map(), TriangleRenderer::BigTriangle());
//   const Bytes texels = renderer.Draw([&](Commands& rec) { ... });

#include <vulkan/vulkan.h>

#include <memory>

#include "absl/types/span.h"
#include "tests/vulkan/app_image.h"
#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"

namespace incoherent {

class TriangleRenderer {
 public:
  static constexpr uint32_t kWidth = 16;
  static constexpr VkDeviceSize kVertexSize = 16;
  static constexpr VkDeviceSize kTexels = 4 * kWidth * kWidth;

  // A device that can render without a render pass object.
  static DeviceRequest Device();

  // Three vertices, of a triangle that covers the whole image.
  static Bytes BigTriangle();
  // The image that they give.
  static Bytes AllWhite();

  explicit TriangleRenderer(VulkanApp& app);
  ~TriangleRenderer();
  TriangleRenderer(const TriangleRenderer&) = delete;
  TriangleRenderer& operator=(const TriangleRenderer&) = delete;

  // Records `draw` with the pipeline bound, runs it and returns the texels.
  Bytes Draw(const VulkanApp::Record& draw);
  // Does not wait; the texels come to `texels`. The fence is the app's.
  VkFence Submit(const VulkanApp::Record& draw, const AppMemory& texels);

 private:
  void MakePipeline();
  VkShaderModule Module(absl::Span<const uint32_t> code) const;
  void RecordPass(Commands& commands, const VulkanApp::Record& draw) const;

  VulkanApp& app_;
  AppImage image_;
  VkImageView view_ = VK_NULL_HANDLE;
  VkPipelineLayout layout_ = VK_NULL_HANDLE;
  VkPipeline pipeline_ = VK_NULL_HANDLE;
};

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_FINDINGS_TRIANGLE_RENDERER_H_
