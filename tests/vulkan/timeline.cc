#include "tests/vulkan/timeline.h"

namespace incoherent {

DeviceRequest Timeline::Device() {
  static const VkPhysicalDeviceTimelineSemaphoreFeatures features = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES, nullptr,
      VK_TRUE};
  return {{}, &features};
}

Timeline::Timeline(VulkanApp& app) : app_(app) {
  const VkSemaphoreTypeCreateInfo type = {
      VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO, nullptr,
      VK_SEMAPHORE_TYPE_TIMELINE, 0};
  const VkSemaphoreCreateInfo info = {VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO,
                                      &type, 0};
  Require(vkCreateSemaphore(app.device(), &info, nullptr, &semaphore_),
          "vkCreateSemaphore");
}

Timeline::~Timeline() {
  vkDeviceWaitIdle(app_.device());
  vkDestroySemaphore(app_.device(), semaphore_, nullptr);
}

VkFence Timeline::Submit(const Values& values,
                         const VulkanApp::Record& record) {
  const VkCommandBuffer commands = app_.Recorded(record);
  const bool waits = values.wait != 0;
  const bool signals = values.signal != 0;
  const VkTimelineSemaphoreSubmitInfo timeline = {
      VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO,
      nullptr,
      waits ? 1u : 0u,
      &values.wait,
      signals ? 1u : 0u,
      &values.signal};
  const VkPipelineStageFlags stages = VK_PIPELINE_STAGE_ALL_COMMANDS_BIT;
  VkSubmitInfo info = {VK_STRUCTURE_TYPE_SUBMIT_INFO, &timeline};
  info.waitSemaphoreCount = timeline.waitSemaphoreValueCount;
  info.pWaitSemaphores = &semaphore_;
  info.pWaitDstStageMask = &stages;
  info.commandBufferCount = 1;
  info.pCommandBuffers = &commands;
  info.signalSemaphoreCount = timeline.signalSemaphoreValueCount;
  info.pSignalSemaphores = &semaphore_;
  return app_.Submit(info);
}

void Timeline::Signal(uint64_t value) {
  const VkSemaphoreSignalInfo info = {VK_STRUCTURE_TYPE_SEMAPHORE_SIGNAL_INFO,
                                      nullptr, semaphore_, value};
  Require(vkSignalSemaphore(app_.device(), &info), "vkSignalSemaphore");
}

void Timeline::Wait(uint64_t value) {
  const VkSemaphoreWaitInfo info = {VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO,
                                    nullptr,
                                    0,
                                    1,
                                    &semaphore_,
                                    &value};
  Require(vkWaitSemaphores(app_.device(), &info, UINT64_MAX),
          "vkWaitSemaphores");
}

uint64_t Timeline::Value() const {
  uint64_t value = 0;
  Require(vkGetSemaphoreCounterValue(app_.device(), semaphore_, &value),
          "vkGetSemaphoreCounterValue");
  return value;
}

}  // namespace incoherent
