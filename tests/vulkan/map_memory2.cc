#include "tests/vulkan/map_memory2.h"

#include "sim/memory/check.h"

namespace incoherent {

VkPhysicalDeviceMapMemoryPlacedFeaturesEXT PlacedMapFeatures(bool placed,
                                                             bool range_placed,
                                                             bool reserve) {
  return {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAP_MEMORY_PLACED_FEATURES_EXT,
          nullptr, placed, range_placed, reserve};
}

DeviceRequest PlacedMapDevice(
    const VkPhysicalDeviceMapMemoryPlacedFeaturesEXT& features) {
  return {{VK_KHR_MAP_MEMORY_2_EXTENSION_NAME,
           VK_EXT_MAP_MEMORY_PLACED_EXTENSION_NAME},
          &features};
}

MapMemory2::MapMemory2(const VulkanApp& app)
    : device_(app.device()),
      map_(app.DeviceCommand<PFN_vkMapMemory2KHR>("vkMapMemory2KHR")),
      unmap_(app.DeviceCommand<PFN_vkUnmapMemory2KHR>("vkUnmapMemory2KHR")) {
  INCOHERENT_CHECK(map_ != nullptr && unmap_ != nullptr,
                   "the device has no VK_KHR_map_memory2");
}

VkResult MapMemory2::Map(const AppMemory& memory, VkDeviceSize offset,
                         VkDeviceSize size, void** data) const {
  const VkMemoryMapInfoKHR info = {VK_STRUCTURE_TYPE_MEMORY_MAP_INFO_KHR,
                                   nullptr,
                                   0,
                                   memory.handle(),
                                   offset,
                                   size};
  return map_(device_, &info, data);
}

VkResult MapMemory2::MapPlaced(const AppMemory& memory, void* address,
                               VkDeviceSize offset, VkDeviceSize size) const {
  const VkMemoryMapPlacedInfoEXT placed = {
      VK_STRUCTURE_TYPE_MEMORY_MAP_PLACED_INFO_EXT, nullptr, address};
  const VkMemoryMapInfoKHR info = {VK_STRUCTURE_TYPE_MEMORY_MAP_INFO_KHR,
                                   &placed,
                                   VK_MEMORY_MAP_PLACED_BIT_EXT,
                                   memory.handle(),
                                   offset,
                                   size};
  void* data = nullptr;
  const VkResult result = map_(device_, &info, &data);
  INCOHERENT_CHECK(result != VK_SUCCESS || data == address,
                   "a placed map must return its address");
  return result;
}

VkResult MapMemory2::Unmap(const AppMemory& memory) const {
  const VkMemoryUnmapInfoKHR info = {VK_STRUCTURE_TYPE_MEMORY_UNMAP_INFO_KHR,
                                     nullptr, 0, memory.handle()};
  return unmap_(device_, &info);
}

VkResult MapMemory2::UnmapReserving(const AppMemory& memory) const {
  const VkMemoryUnmapInfoKHR info = {VK_STRUCTURE_TYPE_MEMORY_UNMAP_INFO_KHR,
                                     nullptr, VK_MEMORY_UNMAP_RESERVE_BIT_EXT,
                                     memory.handle()};
  return unmap_(device_, &info);
}

}  // namespace incoherent
