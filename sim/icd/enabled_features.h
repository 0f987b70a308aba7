#ifndef INCOHERENT_SIM_ICD_ENABLED_FEATURES_H_
#define INCOHERENT_SIM_ICD_ENABLED_FEATURES_H_

#include <vulkan/vulkan.h>

#include "sim/memory/allocation.h"
#include "sim/memory/placed_map.h"

namespace incoherent {

// What the application enabled when it created the device.
struct EnabledFeatures {
  MemoryFeatures memory;
  PlacedMapFeatures placed;
  uint32_t physical_device_count = 1;
  // Extensions, as far as the ICD has commands of theirs.
  bool map_memory2 = false;
  bool external_memory_host = false;

  // Whether mappings may be placed, or their addresses kept, so that pages of
  // ours must be behind them.
  bool uses_placed_maps() const {
    return placed.memory_map_placed || placed.memory_unmap_reserve;
  }

  static EnabledFeatures Read(const VkDeviceCreateInfo& info);
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_ENABLED_FEATURES_H_
