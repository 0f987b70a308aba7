#ifndef INCOHERENT_SIM_ICD_DISPATCH_H_
#define INCOHERENT_SIM_ICD_DISPATCH_H_

// The downstream's entry points that the ICD itself calls.
//
// Each command stands once, under its core name; where the driver has it only
// as an extension, the suffixed name is looked up. A null member means that
// the driver does not have the command under any name.

#include "sim/icd/downstream_driver.h"
#include "sim/icd/vulkan_newer.h"

namespace incoherent {

#define INCOHERENT_INSTANCE_COMMANDS(X)        \
  X(CreateDevice)                              \
  X(DestroyInstance)                           \
  X(EnumerateDeviceExtensionProperties)        \
  X(EnumeratePhysicalDeviceGroups)             \
  X(EnumeratePhysicalDevices)                  \
  X(GetDeviceProcAddr)                         \
  X(GetPhysicalDeviceExternalBufferProperties) \
  X(GetPhysicalDeviceFeatures2)                \
  X(GetPhysicalDeviceImageFormatProperties2)   \
  X(GetPhysicalDeviceMemoryProperties)         \
  X(GetPhysicalDeviceMemoryProperties2)        \
  X(GetPhysicalDeviceProperties)               \
  X(GetPhysicalDeviceProperties2)

#define INCOHERENT_DEVICE_COMMANDS(X)             \
  X(AllocateMemory)                               \
  X(CreateImage)                                  \
  X(DestroyDevice)                                \
  X(DestroyImage)                                 \
  X(DeviceWaitIdle)                               \
  X(FreeMemory)                                   \
  X(GetAccelerationStructureMemoryRequirementsNV) \
  X(GetBufferMemoryRequirements)                  \
  X(GetBufferMemoryRequirements2)                 \
  X(GetDeviceBufferMemoryRequirements)            \
  X(GetDeviceGroupPeerMemoryFeatures)             \
  X(GetDeviceImageMemoryRequirements)             \
  X(GetDeviceQueue)                               \
  X(GetDeviceQueue2)                              \
  X(GetFenceStatus)                               \
  X(GetGeneratedCommandsMemoryRequirementsNV)     \
  X(GetImageMemoryRequirements)                   \
  X(GetImageMemoryRequirements2)                  \
  X(GetMemoryFdKHR)                               \
  X(GetMemoryFdPropertiesKHR)                     \
  X(GetMemoryHostPointerPropertiesEXT)            \
  X(GetVideoSessionMemoryRequirementsKHR)         \
  X(MapMemory)                                    \
  X(QueueSubmit)                                  \
  X(QueueSubmit2)                                 \
  X(QueueWaitIdle)                                \
  X(SetDeviceMemoryPriorityEXT)                   \
  X(WaitForFences)                                \
  X(WaitSemaphores)

#define INCOHERENT_MEMBER(name) PFN_vk##name name = nullptr;

struct InstanceDispatch {
  INCOHERENT_INSTANCE_COMMANDS(INCOHERENT_MEMBER)

  static InstanceDispatch Load(const DownstreamDriver& driver,
                               VkInstance instance);
};

struct DeviceDispatch {
  INCOHERENT_DEVICE_COMMANDS(INCOHERENT_MEMBER)

  static DeviceDispatch Load(PFN_vkGetDeviceProcAddr get, VkDevice device);
};

#undef INCOHERENT_MEMBER

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_DISPATCH_H_
