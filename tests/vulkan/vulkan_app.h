#ifndef INCOHERENT_TESTS_VULKAN_VULKAN_APP_H_
#define INCOHERENT_TESTS_VULKAN_VULKAN_APP_H_

// VulkanApp: the least application: an instance, a device and one queue.
//
//   VulkanApp app(WithProfile("strict"));
//   AppMemory m(app, 4096);                      // not coherent
//   uint8_t* p = m.Map();
//   Write(p, Numbered(4096, 1));
//   m.Flush(0, VK_WHOLE_SIZE);
//   app.Run([&](Commands& rec) { rec.Copy(m, 0, other, 0, 4096); });
//   EXPECT_EQ(app.DeviceBytes(m), Numbered(4096, 1));
//
// A call that must succeed ends the program if it does not.

#include <vulkan/vulkan.h>

#include <functional>
#include <memory>
#include <vector>

#include "tests/vulkan/bytes.h"
#include "tests/vulkan/icd_environment.h"
#include "tests/vulkan/vulkan_instance.h"

namespace incoherent {

class AppMemory;
class Commands;

enum class MemoryKind {
  kNonCoherent,  // HOST_VISIBLE without HOST_COHERENT; where the device has no
                 // such type, the first HOST_VISIBLE one
  kCoherent,
  kNotMappable,
};

struct DeviceRequest {
  std::vector<const char*> extensions;
  const void* features = nullptr;  // chain of VkDeviceCreateInfo
  std::vector<const char*> instance_extensions;
};

class VulkanApp {
 public:
  explicit VulkanApp(const IcdEnvironment& environment = IcdEnvironment(),
                     const DeviceRequest& request = DeviceRequest());
  ~VulkanApp();
  VulkanApp(const VulkanApp&) = delete;
  VulkanApp& operator=(const VulkanApp&) = delete;

  VkInstance instance() const { return instance_.handle(); }
  VkPhysicalDevice physical_device() const { return physical_device_; }
  VkDevice device() const { return device_; }
  VkCommandPool pool() const { return pool_; }
  VkQueue queue() const { return queue_; }

  VkDeviceSize atom() const { return limits_.nonCoherentAtomSize; }
  const VkPhysicalDeviceLimits& limits() const { return limits_; }
  const VkPhysicalDeviceMemoryProperties& memory_properties() const {
    return memory_properties_;
  }
  uint32_t TypeOf(MemoryKind kind) const;
  // The first type whose flags contain these, as most programs search.
  uint32_t FirstTypeWith(VkMemoryPropertyFlags flags) const;
  VkMemoryPropertyFlags FlagsOf(uint32_t type_index) const {
    return memory_properties_.memoryTypes[type_index].propertyFlags;
  }

  template <typename Function>
  Function DeviceCommand(const char* name) const {
    return reinterpret_cast<Function>(vkGetDeviceProcAddr(device_, name));
  }

  // Records and submits; the fence is the app's.
  using Record = std::function<void(Commands&)>;
  VkFence Submit(const Record& record);
  void Wait(VkFence fence);
  void Run(const Record& record) { Wait(Submit(record)); }

  // The two halves of Submit.
  VkCommandBuffer Recorded(const Record& record);
  VkFence Submit(const VkSubmitInfo& info);

  // What the device has there, found out by a copy to coherent memory.
  Bytes DeviceBytes(const AppMemory& memory);
  Bytes DeviceBytes(const AppMemory& memory, VkDeviceSize offset,
                    VkDeviceSize size);
  // Makes the device write `bytes` there; available to the host afterwards.
  void DeviceWrite(const AppMemory& memory, VkDeviceSize offset,
                   const Bytes& bytes);

 private:
  void CreateDevice(const DeviceRequest& request);

  VulkanInstance instance_;
  VkPhysicalDevice physical_device_ = VK_NULL_HANDLE;
  VkPhysicalDeviceLimits limits_ = {};
  VkPhysicalDeviceMemoryProperties memory_properties_ = {};
  VkDevice device_ = VK_NULL_HANDLE;
  VkQueue queue_ = VK_NULL_HANDLE;
  VkCommandPool pool_ = VK_NULL_HANDLE;
  std::vector<VkFence> fences_;
};

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_VULKAN_APP_H_
