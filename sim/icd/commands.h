#ifndef INCOHERENT_SIM_ICD_COMMANDS_H_
#define INCOHERENT_SIM_ICD_COMMANDS_H_

// The Vulkan commands that the ICD intercepts, under their own names less the
// "vk". Each is short: it finds the state behind the handle and delegates.

#include "sim/icd/vulkan_newer.h"

namespace incoherent {

// instance_commands.cc
VKAPI_ATTR VkResult VKAPI_CALL EnumerateInstanceExtensionProperties(
    const char* layer, uint32_t* count, VkExtensionProperties* properties);
VKAPI_ATTR VkResult VKAPI_CALL
CreateInstance(const VkInstanceCreateInfo* info,
               const VkAllocationCallbacks* allocator, VkInstance* instance);
VKAPI_ATTR void VKAPI_CALL
DestroyInstance(VkInstance instance, const VkAllocationCallbacks* allocator);
VKAPI_ATTR VkResult VKAPI_CALL EnumeratePhysicalDevices(
    VkInstance instance, uint32_t* count, VkPhysicalDevice* devices);
VKAPI_ATTR VkResult VKAPI_CALL
EnumeratePhysicalDeviceGroups(VkInstance instance, uint32_t* count,
                              VkPhysicalDeviceGroupProperties* groups);

// physical_device_commands.cc
VKAPI_ATTR void VKAPI_CALL GetPhysicalDeviceProperties(
    VkPhysicalDevice device, VkPhysicalDeviceProperties* properties);
VKAPI_ATTR void VKAPI_CALL GetPhysicalDeviceProperties2(
    VkPhysicalDevice device, VkPhysicalDeviceProperties2* properties);
VKAPI_ATTR void VKAPI_CALL GetPhysicalDeviceMemoryProperties(
    VkPhysicalDevice device, VkPhysicalDeviceMemoryProperties* properties);
VKAPI_ATTR void VKAPI_CALL GetPhysicalDeviceMemoryProperties2(
    VkPhysicalDevice device, VkPhysicalDeviceMemoryProperties2* properties);
VKAPI_ATTR void VKAPI_CALL GetPhysicalDeviceFeatures2(
    VkPhysicalDevice device, VkPhysicalDeviceFeatures2* features);
VKAPI_ATTR VkResult VKAPI_CALL EnumerateDeviceExtensionProperties(
    VkPhysicalDevice device, const char* layer, uint32_t* count,
    VkExtensionProperties* properties);
VKAPI_ATTR void VKAPI_CALL GetPhysicalDeviceExternalBufferProperties(
    VkPhysicalDevice device, const VkPhysicalDeviceExternalBufferInfo* info,
    VkExternalBufferProperties* properties);
VKAPI_ATTR VkResult VKAPI_CALL GetPhysicalDeviceImageFormatProperties2(
    VkPhysicalDevice device, const VkPhysicalDeviceImageFormatInfo2* info,
    VkImageFormatProperties2* properties);
VKAPI_ATTR VkResult VKAPI_CALL
CreateDevice(VkPhysicalDevice physical_device, const VkDeviceCreateInfo* info,
             const VkAllocationCallbacks* allocator, VkDevice* device);

// device_commands.cc
VKAPI_ATTR void VKAPI_CALL
DestroyDevice(VkDevice device, const VkAllocationCallbacks* allocator);
VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL GetDeviceProcAddr(VkDevice device,
                                                           const char* name);
VKAPI_ATTR void VKAPI_CALL GetDeviceGroupPeerMemoryFeatures(
    VkDevice device, uint32_t heap_index, uint32_t local_device,
    uint32_t remote_device, VkPeerMemoryFeatureFlags* features);

// memory_commands.cc
VKAPI_ATTR VkResult VKAPI_CALL
AllocateMemory(VkDevice device, const VkMemoryAllocateInfo* info,
               const VkAllocationCallbacks* allocator, VkDeviceMemory* memory);
VKAPI_ATTR void VKAPI_CALL FreeMemory(VkDevice device, VkDeviceMemory memory,
                                      const VkAllocationCallbacks* allocator);
VKAPI_ATTR VkResult VKAPI_CALL MapMemory(VkDevice device, VkDeviceMemory memory,
                                         VkDeviceSize offset, VkDeviceSize size,
                                         VkMemoryMapFlags flags, void** data);
VKAPI_ATTR void VKAPI_CALL UnmapMemory(VkDevice device, VkDeviceMemory memory);
VKAPI_ATTR VkResult VKAPI_CALL MapMemory2KHR(VkDevice device,
                                             const VkMemoryMapInfoKHR* info,
                                             void** data);
VKAPI_ATTR VkResult VKAPI_CALL
UnmapMemory2KHR(VkDevice device, const VkMemoryUnmapInfoKHR* info);
VKAPI_ATTR VkResult VKAPI_CALL FlushMappedMemoryRanges(
    VkDevice device, uint32_t count, const VkMappedMemoryRange* ranges);
VKAPI_ATTR VkResult VKAPI_CALL InvalidateMappedMemoryRanges(
    VkDevice device, uint32_t count, const VkMappedMemoryRange* ranges);
VKAPI_ATTR void VKAPI_CALL GetDeviceMemoryCommitment(VkDevice device,
                                                     VkDeviceMemory memory,
                                                     VkDeviceSize* committed);
VKAPI_ATTR void VKAPI_CALL SetDeviceMemoryPriorityEXT(VkDevice device,
                                                      VkDeviceMemory memory,
                                                      float priority);

VKAPI_ATTR VkResult VKAPI_CALL GetMemoryFdKHR(VkDevice device,
                                              const VkMemoryGetFdInfoKHR* info,
                                              int* fd);

// memory_type_commands.cc: those that mention memoryTypeBits
VKAPI_ATTR void VKAPI_CALL GetBufferMemoryRequirements(
    VkDevice device, VkBuffer buffer, VkMemoryRequirements* requirements);
VKAPI_ATTR void VKAPI_CALL GetImageMemoryRequirements(
    VkDevice device, VkImage image, VkMemoryRequirements* requirements);
VKAPI_ATTR void VKAPI_CALL GetBufferMemoryRequirements2(
    VkDevice device, const VkBufferMemoryRequirementsInfo2* info,
    VkMemoryRequirements2* requirements);
VKAPI_ATTR void VKAPI_CALL GetImageMemoryRequirements2(
    VkDevice device, const VkImageMemoryRequirementsInfo2* info,
    VkMemoryRequirements2* requirements);
VKAPI_ATTR void VKAPI_CALL GetDeviceBufferMemoryRequirements(
    VkDevice device, const VkDeviceBufferMemoryRequirements* info,
    VkMemoryRequirements2* requirements);
VKAPI_ATTR void VKAPI_CALL GetDeviceImageMemoryRequirements(
    VkDevice device, const VkDeviceImageMemoryRequirements* info,
    VkMemoryRequirements2* requirements);
VKAPI_ATTR void VKAPI_CALL GetAccelerationStructureMemoryRequirementsNV(
    VkDevice device,
    const VkAccelerationStructureMemoryRequirementsInfoNV* info,
    VkMemoryRequirements2KHR* requirements);
VKAPI_ATTR void VKAPI_CALL GetGeneratedCommandsMemoryRequirementsNV(
    VkDevice device, const VkGeneratedCommandsMemoryRequirementsInfoNV* info,
    VkMemoryRequirements2* requirements);
VKAPI_ATTR VkResult VKAPI_CALL GetVideoSessionMemoryRequirementsKHR(
    VkDevice device, VkVideoSessionKHR session, uint32_t* count,
    VkVideoSessionMemoryRequirementsKHR* requirements);
VKAPI_ATTR VkResult VKAPI_CALL GetMemoryHostPointerPropertiesEXT(
    VkDevice device, VkExternalMemoryHandleTypeFlagBits handle_type,
    const void* pointer, VkMemoryHostPointerPropertiesEXT* properties);
VKAPI_ATTR VkResult VKAPI_CALL GetMemoryFdPropertiesKHR(
    VkDevice device, VkExternalMemoryHandleTypeFlagBits handle_type, int fd,
    VkMemoryFdPropertiesKHR* properties);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_COMMANDS_H_
