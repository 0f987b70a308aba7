#ifndef INCOHERENT_TESTS_VULKAN_FINDINGS_COMPUTE_KERNEL_H_
#define INCOHERENT_TESTS_VULKAN_FINDINGS_COMPUTE_KERNEL_H_

// ComputeKernel: a compute shader with what it reads and writes.
//
//   ComputeKernel copy(app, kCopyOfUniforms,
//                      {{VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, &m, 0, 256},
//                       {VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, &out, 0, 256}});
//   app.Run([&](Commands& rec) { copy.Dispatch(rec); });

#include <vulkan/vulkan.h>

#include <vector>

#include "absl/types/span.h"
#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"

namespace incoherent {

// The descriptor at binding 0, 1, 2...
struct KernelBuffer {
  VkDescriptorType type;
  const AppMemory* memory;
  VkDeviceSize offset = 0;
  VkDeviceSize size = VK_WHOLE_SIZE;
};

class ComputeKernel {
 public:
  enum class Descriptors {
    kInASet,
    kPushed,  // VK_KHR_push_descriptor
  };

  ComputeKernel(const VulkanApp& app, absl::Span<const uint32_t> code,
                std::vector<KernelBuffer> buffers,
                Descriptors descriptors = Descriptors::kInASet);
  ~ComputeKernel();
  ComputeKernel(const ComputeKernel&) = delete;
  ComputeKernel& operator=(const ComputeKernel&) = delete;

  // Binds everything; `offsets` are the dynamic ones.
  void Bind(Commands& commands,
            const std::vector<uint32_t>& offsets = {}) const;
  // Binds, and runs one work group.
  void Dispatch(Commands& commands,
                const std::vector<uint32_t>& offsets = {}) const;

 private:
  void MakeLayouts(Descriptors descriptors);
  void MakePipeline(absl::Span<const uint32_t> code);
  void MakeDescriptorSet();
  std::vector<VkWriteDescriptorSet> Writes() const;

  const VulkanApp& app_;
  VkDevice device_;
  std::vector<KernelBuffer> buffers_;
  std::vector<VkDescriptorBufferInfo> infos_;
  VkDescriptorSetLayout set_layout_ = VK_NULL_HANDLE;
  VkPipelineLayout layout_ = VK_NULL_HANDLE;
  VkPipeline pipeline_ = VK_NULL_HANDLE;
  VkDescriptorPool pool_ = VK_NULL_HANDLE;
  VkDescriptorSet set_ = VK_NULL_HANDLE;  // none if pushed
};

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_FINDINGS_COMPUTE_KERNEL_H_
