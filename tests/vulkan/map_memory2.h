#ifndef INCOHERENT_TESTS_VULKAN_MAP_MEMORY2_H_
#define INCOHERENT_TESTS_VULKAN_MAP_MEMORY2_H_

// MapMemory2: the commands of VK_KHR_map_memory2 on a device that may have
// VK_EXT_map_memory_placed; and what older headers lack of both extensions.
//
//   PlacedMapFeatures features(true, true, true);
//   VulkanApp app(WithProfile("strict"), PlacedMapDevice(features));
//   MapMemory2 map2(app);
//   map2.MapPlaced(m, address);

#include <vulkan/vulkan.h>

#include "tests/vulkan/app_memory.h"

#ifndef VK_KHR_map_memory2
#define VK_KHR_MAP_MEMORY_2_EXTENSION_NAME "VK_KHR_map_memory2"
#define VK_STRUCTURE_TYPE_MEMORY_MAP_INFO_KHR \
  static_cast<VkStructureType>(1000271000)
#define VK_STRUCTURE_TYPE_MEMORY_UNMAP_INFO_KHR \
  static_cast<VkStructureType>(1000271001)
struct VkMemoryMapInfoKHR {
  VkStructureType sType;
  const void* pNext;
  VkMemoryMapFlags flags;
  VkDeviceMemory memory;
  VkDeviceSize offset;
  VkDeviceSize size;
};
struct VkMemoryUnmapInfoKHR {
  VkStructureType sType;
  const void* pNext;
  VkFlags flags;
  VkDeviceMemory memory;
};
using PFN_vkMapMemory2KHR = VkResult(VKAPI_PTR*)(VkDevice,
                                                 const VkMemoryMapInfoKHR*,
                                                 void**);
using PFN_vkUnmapMemory2KHR = VkResult(VKAPI_PTR*)(VkDevice,
                                                   const VkMemoryUnmapInfoKHR*);
#endif

#ifndef VK_EXT_map_memory_placed
#define VK_EXT_MAP_MEMORY_PLACED_EXTENSION_NAME "VK_EXT_map_memory_placed"
#define VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAP_MEMORY_PLACED_FEATURES_EXT \
  static_cast<VkStructureType>(1000272000)
#define VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAP_MEMORY_PLACED_PROPERTIES_EXT \
  static_cast<VkStructureType>(1000272001)
#define VK_STRUCTURE_TYPE_MEMORY_MAP_PLACED_INFO_EXT \
  static_cast<VkStructureType>(1000272002)
#define VK_MEMORY_MAP_PLACED_BIT_EXT 0x1
#define VK_MEMORY_UNMAP_RESERVE_BIT_EXT 0x1
struct VkPhysicalDeviceMapMemoryPlacedFeaturesEXT {
  VkStructureType sType;
  void* pNext;
  VkBool32 memoryMapPlaced;
  VkBool32 memoryMapRangePlaced;
  VkBool32 memoryUnmapReserve;
};
struct VkPhysicalDeviceMapMemoryPlacedPropertiesEXT {
  VkStructureType sType;
  void* pNext;
  VkDeviceSize minPlacedMemoryMapAlignment;
};
struct VkMemoryMapPlacedInfoEXT {
  VkStructureType sType;
  const void* pNext;
  void* pPlacedAddress;
};
#endif

namespace incoherent {

// The features structure; it must outlive the device's creation.
VkPhysicalDeviceMapMemoryPlacedFeaturesEXT PlacedMapFeatures(bool placed,
                                                             bool range_placed,
                                                             bool reserve);

// A device with both extensions and those features.
DeviceRequest PlacedMapDevice(
    const VkPhysicalDeviceMapMemoryPlacedFeaturesEXT& features);

class MapMemory2 {
 public:
  explicit MapMemory2(const VulkanApp& app);

  VkResult Map(const AppMemory& memory, VkDeviceSize offset, VkDeviceSize size,
               void** data) const;
  // With VK_MEMORY_MAP_PLACED_BIT_EXT.
  VkResult MapPlaced(const AppMemory& memory, void* address,
                     VkDeviceSize offset = 0,
                     VkDeviceSize size = VK_WHOLE_SIZE) const;
  VkResult Unmap(const AppMemory& memory) const;
  // With VK_MEMORY_UNMAP_RESERVE_BIT_EXT.
  VkResult UnmapReserving(const AppMemory& memory) const;

 private:
  VkDevice device_;
  PFN_vkMapMemory2KHR map_;
  PFN_vkUnmapMemory2KHR unmap_;
};

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_MAP_MEMORY2_H_
