#ifndef INCOHERENT_TESTS_VULKAN_COUNTER_KERNEL_H_
#define INCOHERENT_TESTS_VULKAN_COUNTER_KERNEL_H_

// CounterKernel: a compute shader that adds 1 to every 32-bit word of a memory.
//
//   CounterKernel counters(app, m);
//   app.Run([&](Commands& rec) { counters.Dispatch(rec); });

#include <vulkan/vulkan.h>

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"

namespace incoherent {

class CounterKernel {
 public:
  // The memory's size is a multiple of 256.
  CounterKernel(const VulkanApp& app, const AppMemory& memory);
  ~CounterKernel();
  CounterKernel(const CounterKernel&) = delete;
  CounterKernel& operator=(const CounterKernel&) = delete;

  void Dispatch(Commands& commands) const;

 private:
  void MakePipeline();
  void MakeDescriptorSet(const AppMemory& memory);

  VkDevice device_;
  uint32_t group_count_;
  VkDescriptorSetLayout set_layout_ = VK_NULL_HANDLE;
  VkPipelineLayout layout_ = VK_NULL_HANDLE;
  VkPipeline pipeline_ = VK_NULL_HANDLE;
  VkDescriptorPool pool_ = VK_NULL_HANDLE;
  VkDescriptorSet set_ = VK_NULL_HANDLE;
};

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_COUNTER_KERNEL_H_
