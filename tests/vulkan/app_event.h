#ifndef INCOHERENT_TESTS_VULKAN_APP_EVENT_H_
#define INCOHERENT_TESTS_VULKAN_APP_EVENT_H_

// AppEvent: a VkEvent that commands set and wait for.

#include <vulkan/vulkan.h>

#include "tests/vulkan/commands.h"

namespace incoherent {

class AppEvent {
 public:
  explicit AppEvent(const VulkanApp& app) : device_(app.device()) {
    const VkEventCreateInfo info = {VK_STRUCTURE_TYPE_EVENT_CREATE_INFO};
    Require(vkCreateEvent(device_, &info, nullptr, &event_), "vkCreateEvent");
  }
  ~AppEvent() { vkDestroyEvent(device_, event_, nullptr); }
  AppEvent(const AppEvent&) = delete;
  AppEvent& operator=(const AppEvent&) = delete;

  VkEvent handle() const { return event_; }

  void Set(Commands& commands, VkPipelineStageFlags stages) const {
    vkCmdSetEvent(commands.handle(), event_, stages);
  }
  void Wait(Commands& commands, const Side& from, const Side& to) const {
    const VkMemoryBarrier barrier = {VK_STRUCTURE_TYPE_MEMORY_BARRIER, nullptr,
                                     from.accesses, to.accesses};
    vkCmdWaitEvents(commands.handle(), 1, &event_, from.stages, to.stages, 1,
                    &barrier, 0, nullptr, 0, nullptr);
  }

 private:
  VkDevice device_;
  VkEvent event_ = VK_NULL_HANDLE;
};

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_APP_EVENT_H_
