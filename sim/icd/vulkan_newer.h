#ifndef INCOHERENT_SIM_ICD_VULKAN_NEWER_H_
#define INCOHERENT_SIM_ICD_VULKAN_NEWER_H_

// Vulkan, and what the headers of Debian 12 (1.3.239) lack of it:
// VK_KHR_map_memory2 (1.3.244) and VK_EXT_map_memory_placed (1.3.278). The
// declarations stand back where newer headers have them.

#include <vulkan/vulkan.h>

#ifndef VK_KHR_map_memory2
#define VK_KHR_map_memory2 1
#define VK_KHR_MAP_MEMORY_2_SPEC_VERSION 1
#define VK_KHR_MAP_MEMORY_2_EXTENSION_NAME "VK_KHR_map_memory2"
inline constexpr VkStructureType VK_STRUCTURE_TYPE_MEMORY_MAP_INFO_KHR =
    static_cast<VkStructureType>(1000271000);
inline constexpr VkStructureType VK_STRUCTURE_TYPE_MEMORY_UNMAP_INFO_KHR =
    static_cast<VkStructureType>(1000271001);

typedef VkFlags VkMemoryUnmapFlagsKHR;

typedef struct VkMemoryMapInfoKHR {
  VkStructureType sType;
  const void* pNext;
  VkMemoryMapFlags flags;
  VkDeviceMemory memory;
  VkDeviceSize offset;
  VkDeviceSize size;
} VkMemoryMapInfoKHR;

typedef struct VkMemoryUnmapInfoKHR {
  VkStructureType sType;
  const void* pNext;
  VkMemoryUnmapFlagsKHR flags;
  VkDeviceMemory memory;
} VkMemoryUnmapInfoKHR;

typedef VkResult(VKAPI_PTR* PFN_vkMapMemory2KHR)(VkDevice,
                                                 const VkMemoryMapInfoKHR*,
                                                 void**);
typedef VkResult(VKAPI_PTR* PFN_vkUnmapMemory2KHR)(VkDevice,
                                                   const VkMemoryUnmapInfoKHR*);
#endif  // VK_KHR_map_memory2

#ifndef VK_EXT_map_memory_placed
#define VK_EXT_map_memory_placed 1
#define VK_EXT_MAP_MEMORY_PLACED_SPEC_VERSION 1
#define VK_EXT_MAP_MEMORY_PLACED_EXTENSION_NAME "VK_EXT_map_memory_placed"
inline constexpr VkStructureType
    VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAP_MEMORY_PLACED_FEATURES_EXT =
        static_cast<VkStructureType>(1000272000);
inline constexpr VkStructureType
    VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAP_MEMORY_PLACED_PROPERTIES_EXT =
        static_cast<VkStructureType>(1000272001);
inline constexpr VkStructureType VK_STRUCTURE_TYPE_MEMORY_MAP_PLACED_INFO_EXT =
    static_cast<VkStructureType>(1000272002);
inline constexpr VkFlags VK_MEMORY_MAP_PLACED_BIT_EXT = 0x1;
inline constexpr VkFlags VK_MEMORY_UNMAP_RESERVE_BIT_EXT = 0x1;

typedef struct VkPhysicalDeviceMapMemoryPlacedFeaturesEXT {
  VkStructureType sType;
  void* pNext;
  VkBool32 memoryMapPlaced;
  VkBool32 memoryMapRangePlaced;
  VkBool32 memoryUnmapReserve;
} VkPhysicalDeviceMapMemoryPlacedFeaturesEXT;

typedef struct VkPhysicalDeviceMapMemoryPlacedPropertiesEXT {
  VkStructureType sType;
  void* pNext;
  VkDeviceSize minPlacedMemoryMapAlignment;
} VkPhysicalDeviceMapMemoryPlacedPropertiesEXT;

typedef struct VkMemoryMapPlacedInfoEXT {
  VkStructureType sType;
  const void* pNext;
  void* pPlacedAddress;
} VkMemoryMapPlacedInfoEXT;
#endif  // VK_EXT_map_memory_placed

namespace incoherent {
// VK_MEMORY_ALLOCATE_ZERO_INITIALIZE_BIT_EXT (1.4.3xx).
inline constexpr VkMemoryAllocateFlags kAllocateZeroInitialize = 0x8;
}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_VULKAN_NEWER_H_
