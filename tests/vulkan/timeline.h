#ifndef INCOHERENT_TESTS_VULKAN_TIMELINE_H_
#define INCOHERENT_TESTS_VULKAN_TIMELINE_H_

// Timeline: a timeline semaphore.
//
//   VulkanApp app(environment, Timeline::Device());
//   Timeline timeline(app);
//   timeline.Submit({/*wait=*/1, /*signal=*/2}, commands);  // waits
//   timeline.Signal(1);                                     // now it runs
//   timeline.Wait(2);

#include <vulkan/vulkan.h>

#include <cstdint>

#include "tests/vulkan/commands.h"
#include "tests/vulkan/vulkan_app.h"

namespace incoherent {

class Timeline {
 public:
  // What a submit waits for and signals; 0: nothing.
  struct Values {
    uint64_t wait = 0;
    uint64_t signal = 0;
  };

  // A device that has timeline semaphores.
  static DeviceRequest Device();

  explicit Timeline(VulkanApp& app);
  ~Timeline();
  Timeline(const Timeline&) = delete;
  Timeline& operator=(const Timeline&) = delete;

  // Every stage of the commands waits. The fence is the app's.
  VkFence Submit(const Values& values, const VulkanApp::Record& record);

  // The host's.
  void Signal(uint64_t value);
  void Wait(uint64_t value);
  uint64_t Value() const;

 private:
  VulkanApp& app_;
  VkSemaphore semaphore_ = VK_NULL_HANDLE;
};

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_TIMELINE_H_
