#ifndef INCOHERENT_SIM_ICD_DISPATCH_H_
#define INCOHERENT_SIM_ICD_DISPATCH_H_

// The downstream's entry points that the ICD itself calls.
//
// Each command stands once, under its core name; where the driver has it only
// as an extension, the suffixed name is looked up. A null member means that
// the driver does not have the command under any name.

#include "sim/icd/downstream_driver.h"
#include "sim/icd/messenger_commands.h"
#include "sim/icd/queue_dispatch.h"
#include "sim/icd/recording/recording_dispatch.h"
#include "sim/icd/resources/descriptor_dispatch.h"
#include "sim/icd/resources/resource_dispatch.h"
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
  X(GetPhysicalDeviceProperties2)              \
  INCOHERENT_MESSENGER_COMMANDS(X)

#define INCOHERENT_DEVICE_COMMANDS(X)             \
  X(AllocateMemory)                               \
  X(CreateImage)                                  \
  X(DestroyDevice)                                \
  X(DestroyImage)                                 \
  X(FreeMemory)                                   \
  X(GetAccelerationStructureMemoryRequirementsNV) \
  X(GetBufferMemoryRequirements)                  \
  X(GetBufferMemoryRequirements2)                 \
  X(GetDeviceBufferMemoryRequirements)            \
  X(GetDeviceGroupPeerMemoryFeatures)             \
  X(GetDeviceImageMemoryRequirements)             \
  X(GetGeneratedCommandsMemoryRequirementsNV)     \
  X(GetImageMemoryRequirements)                   \
  X(GetImageMemoryRequirements2)                  \
  X(GetMemoryFdKHR)                               \
  X(GetMemoryFdPropertiesKHR)                     \
  X(GetMemoryHostPointerPropertiesEXT)            \
  X(GetVideoSessionMemoryRequirementsKHR)         \
  X(MapMemory)                                    \
  X(SetDeviceMemoryPriorityEXT)

#define INCOHERENT_MEMBER(name) PFN_vk##name name = nullptr;

struct InstanceDispatch {
  INCOHERENT_INSTANCE_COMMANDS(INCOHERENT_MEMBER)

  static InstanceDispatch Load(const DownstreamDriver& driver,
                               VkInstance instance);
};

struct DeviceDispatch {
  INCOHERENT_DEVICE_COMMANDS(INCOHERENT_MEMBER)
  INCOHERENT_QUEUE_COMMANDS(INCOHERENT_MEMBER)
  INCOHERENT_RECORDING_COMMANDS(INCOHERENT_MEMBER)
  INCOHERENT_RESOURCE_COMMANDS(INCOHERENT_MEMBER)
  INCOHERENT_DESCRIPTOR_COMMANDS(INCOHERENT_MEMBER)

  static DeviceDispatch Load(PFN_vkGetDeviceProcAddr get, VkDevice device);
};

#undef INCOHERENT_MEMBER

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_DISPATCH_H_
