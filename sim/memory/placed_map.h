#ifndef INCOHERENT_SIM_MEMORY_PLACED_MAP_H_
#define INCOHERENT_SIM_MEMORY_PLACED_MAP_H_

// The rules of VK_EXT_map_memory_placed: a mapping at an address that the
// application chooses, and an unmap that keeps the address range reserved.
//
// A placed map that fails for any reason leaves the object unmapped; an unmap
// with RESERVE that fails leaves it mapped. Both report
// VK_ERROR_MEMORY_MAP_FAILED.

#include <cstdint>
#include <vector>

#include "absl/types/optional.h"
#include "sim/memory/device_memory.h"
#include "sim/memory/valid_usage.h"

namespace incoherent {

// VkPhysicalDeviceMapMemoryPlacedFeaturesEXT, as enabled on the device.
struct PlacedMapFeatures {
  bool memory_map_placed = false;
  bool memory_map_range_placed = false;
  bool memory_unmap_reserve = false;
};

struct PlacedMapRequest {
  MapRequest map;
  // VkMemoryMapPlacedInfoEXT::pPlacedAddress; none if not chained or null.
  absl::optional<uint64_t> address;
};

struct PlacedMapRules {
  PlacedMapFeatures features;
  uint64_t min_placed_memory_map_alignment = 1;
};

// vkMapMemory flags-09568: the old form cannot place; the flag is ignored.
absl::Status CheckMapMemoryFlags(bool placed);

// VkMemoryMapInfo flags-09569 to 09575 and 09651, VkMemoryMapPlacedInfoEXT
// pPlacedAddress-09577 and 09578. `in_use` are the address ranges of all other
// Vulkan mappings. Every error carries VK_ERROR_MEMORY_MAP_FAILED.
absl::Status CheckPlacedMap(const PlacedMapRules& rules,
                            const DeviceMemoryInfo& memory,
                            const PlacedMapRequest& request,
                            const std::vector<ByteRange>& in_use);

// VkMemoryUnmapInfo flags-09579 and flags-09580.
absl::Status CheckReservingUnmap(const PlacedMapFeatures& features,
                                 const DeviceMemoryInfo& memory);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_PLACED_MAP_H_
