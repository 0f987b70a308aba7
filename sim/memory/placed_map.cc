#include "sim/memory/placed_map.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace incoherent {
namespace {

absl::Status PlacedError(absl::string_view rule, absl::string_view message) {
  return ValidUsageError(absl::StrCat("VUID-", rule), message,
                         ReturnCode::kMemoryMapFailed);
}

absl::Status CheckWholeObject(const DeviceMemoryInfo& memory,
                              const MapRequest& map) {
  if (map.offset != 0) {
    return PlacedError("VkMemoryMapInfo-flags-09571",
                       absl::StrFormat("placed map at offset 0x%x; without "
                                       "memoryMapRangePlaced it must be 0",
                                       map.offset));
  }
  if (map.size != kWholeSize && map.size != memory.size) {
    return PlacedError(
        "VkMemoryMapInfo-flags-09572",
        absl::StrFormat("placed map of 0x%x bytes; without "
                        "memoryMapRangePlaced it must be the whole object "
                        "(0x%x)",
                        map.size, memory.size));
  }
  return absl::OkStatus();
}

absl::Status CheckAlignment(const PlacedMapRules& rules,
                            const DeviceMemoryInfo& memory,
                            const PlacedMapRequest& request) {
  const uint64_t alignment = rules.min_placed_memory_map_alignment;
  const MapRequest& map = request.map;
  const auto error = [alignment](absl::string_view rule, const char* what,
                                 uint64_t value) {
    return PlacedError(rule,
                       absl::StrFormat("%s 0x%x is no multiple of "
                                       "minPlacedMemoryMapAlignment (0x%x)",
                                       what, value, alignment));
  };
  if (rules.features.memory_map_range_placed &&
      !IsMultipleOf(map.offset, alignment)) {
    return error("VkMemoryMapInfo-flags-09573", "placed map: offset",
                 map.offset);
  }
  if (map.size == kWholeSize && !IsMultipleOf(memory.size, alignment)) {
    return error("VkMemoryMapInfo-flags-09651", "placed map: allocation size",
                 memory.size);
  }
  if (map.size != kWholeSize && !IsMultipleOf(map.size, alignment)) {
    return error("VkMemoryMapInfo-flags-09574", "placed map: size", map.size);
  }
  if (!IsMultipleOf(*request.address, alignment)) {
    return error("VkMemoryMapPlacedInfoEXT-pPlacedAddress-09577",
                 "placed map: address", *request.address);
  }
  return absl::OkStatus();
}

absl::Status CheckOverlap(const DeviceMemoryInfo& memory,
                          const PlacedMapRequest& request,
                          const std::vector<ByteRange>& in_use) {
  // An offset beyond the object is DeviceMemory::Map's to refuse; "the rest of
  // the object" is no size then.
  if (request.map.offset > memory.size) return absl::OkStatus();
  const uint64_t size = request.map.size == kWholeSize
                            ? memory.size - request.map.offset
                            : request.map.size;
  if (!Fits(*request.address, size, kWholeSize)) {
    return ReturnCodeError(ReturnCode::kMemoryMapFailed,
                           "placed map wraps around the address space");
  }
  const ByteRange wanted = {*request.address, size};
  for (const ByteRange& other : in_use) {
    if (Intersect(wanted, other).empty()) continue;
    return PlacedError(
        "VkMemoryMapPlacedInfoEXT-pPlacedAddress-09578",
        absl::StrFormat("placed map at [0x%x, 0x%x) overlaps the Vulkan "
                        "mapping at [0x%x, 0x%x)",
                        wanted.offset, wanted.end(), other.offset,
                        other.end()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckMapMemoryFlags(bool placed) {
  if (!placed) return absl::OkStatus();
  return ValidUsageError("VUID-vkMapMemory-flags-09568",
                         "VK_MEMORY_MAP_PLACED_BIT_EXT needs vkMapMemory2KHR; "
                         "the flag is ignored");
}

absl::Status CheckPlacedMap(const PlacedMapRules& rules,
                            const DeviceMemoryInfo& memory,
                            const PlacedMapRequest& request,
                            const std::vector<ByteRange>& in_use) {
  if (!rules.features.memory_map_placed) {
    return PlacedError("VkMemoryMapInfo-flags-09569",
                       "VK_MEMORY_MAP_PLACED_BIT_EXT without the feature "
                       "memoryMapPlaced");
  }
  if (!request.address.has_value()) {
    return PlacedError("VkMemoryMapInfo-flags-09570",
                       "VK_MEMORY_MAP_PLACED_BIT_EXT without an address in "
                       "VkMemoryMapPlacedInfoEXT");
  }
  if (memory.imported_from_host_pointer) {
    return PlacedError("VkMemoryMapInfo-flags-09575",
                       "memory imported from a host pointer cannot be placed");
  }
  if (!rules.features.memory_map_range_placed) {
    if (absl::Status status = CheckWholeObject(memory, request.map);
        !status.ok()) {
      return status;
    }
  }
  if (absl::Status status = CheckAlignment(rules, memory, request);
      !status.ok()) {
    return status;
  }
  return CheckOverlap(memory, request, in_use);
}

absl::Status CheckReservingUnmap(const PlacedMapFeatures& features,
                                 const DeviceMemoryInfo& memory) {
  if (!features.memory_unmap_reserve) {
    return PlacedError("VkMemoryUnmapInfo-flags-09579",
                       "VK_MEMORY_UNMAP_RESERVE_BIT_EXT without the feature "
                       "memoryUnmapReserve");
  }
  if (memory.imported_from_host_pointer) {
    return PlacedError("VkMemoryUnmapInfo-flags-09580",
                       "the address range of memory imported from a host "
                       "pointer is the application's own; it cannot be "
                       "reserved");
  }
  return absl::OkStatus();
}

}  // namespace incoherent
