#include "sim/memory/memory_properties.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "sim/memory/atom_grid.h"

namespace incoherent {
namespace {

struct FlagName {
  uint32_t flag;
  const char* name;
};

constexpr FlagName kFlagNames[] = {
    {kDeviceLocal, "DEVICE_LOCAL"},
    {kHostVisible, "HOST_VISIBLE"},
    {kHostCoherent, "HOST_COHERENT"},
    {kHostCached, "HOST_CACHED"},
    {kLazilyAllocated, "LAZILY_ALLOCATED"},
    {kProtected, "PROTECTED"},
    {kDeviceCoherentAmd, "DEVICE_COHERENT_AMD"},
    {kDeviceUncachedAmd, "DEVICE_UNCACHED_AMD"},
    {kRdmaCapableNv, "RDMA_CAPABLE_NV"},
};

// The only values of propertyFlags that the specification allows. 0xa and 0xb
// are the only ones that can be mapped and are not coherent.
constexpr uint32_t kAllowedFlags[] = {
    0x0,  0x6,  0xa,  0xe,  0x1,  0x7,  0xb,  0xf,  0x11, 0x20, 0x21,
    0x46, 0x4e, 0x41, 0x47, 0x4f, 0xc6, 0xce, 0xc1, 0xc7, 0xcf, 0x101,
};

bool IsStrictSubset(uint32_t flags, uint32_t of) {
  return flags != of && (flags & of) == flags;
}

bool IsAmdDeviceCoherent(const MemoryType& type) {
  return (type.property_flags & (kDeviceCoherentAmd | kDeviceUncachedAmd)) != 0;
}

std::string TypeField(size_t index, const char* member) {
  return absl::StrFormat("memoryTypes[%d].%s", index, member);
}

absl::Status CheckCounts(const MemoryProperties& properties) {
  if (properties.types.empty() || properties.types.size() > kMaxMemoryTypes) {
    return absl::InvalidArgumentError(
        absl::StrFormat("memoryTypes: %d types; a device has 1 to %d",
                        properties.types.size(), kMaxMemoryTypes));
  }
  if (properties.heaps.empty() || properties.heaps.size() > kMaxMemoryHeaps) {
    return absl::InvalidArgumentError(
        absl::StrFormat("memoryHeaps: %d heaps; a device has 1 to %d",
                        properties.heaps.size(), kMaxMemoryHeaps));
  }
  return absl::OkStatus();
}

absl::Status CheckHeaps(const std::vector<MemoryHeap>& heaps) {
  constexpr uint32_t kKnown = kHeapDeviceLocal | kHeapMultiInstance;
  for (size_t i = 0; i < heaps.size(); ++i) {
    if ((heaps[i].flags & ~kKnown) != 0) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "memoryHeaps[%d].flags: 0x%x has an unknown bit", i, heaps[i].flags));
    }
  }
  if (std::none_of(heaps.begin(), heaps.end(), [](const MemoryHeap& heap) {
        return (heap.flags & kHeapDeviceLocal) != 0;
      })) {
    return absl::InvalidArgumentError(
        "memoryHeaps: no heap is DEVICE_LOCAL; the specification requires one "
        "(VkPhysicalDeviceMemoryProperties)");
  }
  return absl::OkStatus();
}

absl::Status CheckType(const MemoryProperties& properties, size_t index) {
  const MemoryType& type = properties.types[index];
  if (type.heap_index >= properties.heaps.size()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: %d, but there are only %d heaps "
                        "(VkPhysicalDeviceMemoryProperties)",
                        TypeField(index, "heapIndex"), type.heap_index,
                        properties.heaps.size()));
  }
  if (std::find(std::begin(kAllowedFlags), std::end(kAllowedFlags),
                type.property_flags) == std::end(kAllowedFlags)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: %s is not among the combinations that the specification allows "
        "(chapter Device Memory, propertyFlags bitmask list)",
        TypeField(index, "propertyFlags"),
        PropertyFlagsName(type.property_flags)));
  }
  const bool heap_is_local =
      (properties.heaps[type.heap_index].flags & kHeapDeviceLocal) != 0;
  if (type.Has(kDeviceLocal) != heap_is_local) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: %s on heap %d, which is%s DEVICE_LOCAL; type and heap must agree "
        "(VkMemoryPropertyFlagBits)",
        TypeField(index, "propertyFlags"),
        PropertyFlagsName(type.property_flags), type.heap_index,
        heap_is_local ? "" : " not"));
  }
  return absl::OkStatus();
}

// The ordering rules, as far as a table shows them (which of two equal types
// is the faster one, it does not).
absl::Status CheckOrder(const std::vector<MemoryType>& types) {
  for (size_t later = 0; later < types.size(); ++later) {
    for (size_t earlier = 0; earlier < later; ++earlier) {
      const MemoryType& first = types[earlier];
      const MemoryType& second = types[later];
      const bool superset_first =
          IsStrictSubset(second.property_flags, first.property_flags);
      const bool amd_first =
          IsAmdDeviceCoherent(first) && !IsAmdDeviceCoherent(second);
      if (!superset_first && !amd_first) continue;
      return absl::InvalidArgumentError(absl::StrFormat(
          "memoryTypes: type %d (%s) must come before type %d (%s): %s "
          "(chapter Device Memory, order of memory types)",
          later, PropertyFlagsName(second.property_flags), earlier,
          PropertyFlagsName(first.property_flags),
          amd_first ? "types with DEVICE_COHERENT_AMD or DEVICE_UNCACHED_AMD "
                      "come last"
                    : "its flags are a strict subset"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckGuaranteedTypes(const std::vector<MemoryType>& types) {
  const auto has = [&types](uint32_t flags) {
    return std::any_of(
        types.begin(), types.end(),
        [flags](const MemoryType& type) { return type.Has(flags); });
  };
  if (!has(kHostVisible | kHostCoherent)) {
    return absl::InvalidArgumentError(
        "memoryTypes: no type is HOST_VISIBLE|HOST_COHERENT; the specification "
        "guarantees one (chapter Device Memory)");
  }
  if (!has(kDeviceLocal)) {
    return absl::InvalidArgumentError(
        "memoryTypes: no type is DEVICE_LOCAL; the specification guarantees "
        "one (chapter Device Memory)");
  }
  return absl::OkStatus();
}

constexpr uint64_t kNoBound = ~uint64_t{0};

struct AlignmentLimit {
  const char* name;
  uint64_t value;
  uint64_t at_least;
  uint64_t at_most;
};

absl::Status CheckLimits(const MemoryLimits& limits) {
  const AlignmentLimit alignments[] = {
      {"nonCoherentAtomSize", limits.non_coherent_atom_size, 1, 256},
      {"minMemoryMapAlignment", limits.min_memory_map_alignment, 64, kNoBound},
      {"minPlacedMemoryMapAlignment", limits.min_placed_memory_map_alignment, 1,
       65536},
      {"minImportedHostPointerAlignment",
       limits.min_imported_host_pointer_alignment, 1, 65536},
      {"bufferImageGranularity", limits.buffer_image_granularity, 1, 131072},
  };
  for (const AlignmentLimit& limit : alignments) {
    if (!IsPowerOfTwo(limit.value)) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: %d is not a power of two (Required Limits)",
                          limit.name, limit.value));
    }
    if (limit.value < limit.at_least) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: %d is below %d (Required Limits)", limit.name,
                          limit.value, limit.at_least));
    }
    if (limit.value > limit.at_most) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: %d is above %d (Required Limits)", limit.name,
                          limit.value, limit.at_most));
    }
  }
  if (limits.max_memory_allocation_count < 4096) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "maxMemoryAllocationCount: %d is below 4096 (Required Limits)",
        limits.max_memory_allocation_count));
  }
  if (limits.max_memory_allocation_size < uint64_t{1} << 30) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "maxMemoryAllocationSize: %d is below 2^30 (Required Limits)",
        limits.max_memory_allocation_size));
  }
  return absl::OkStatus();
}

absl::Status CheckHostPointerTypes(const MemoryProperties& properties) {
  const size_t count = properties.types.size();
  const uint64_t beyond = ~uint64_t{0} << count;
  if ((properties.host_pointer_types & beyond) != 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "hostPointerTypes: 0x%x names a type beyond the last (%d)",
        properties.host_pointer_types, count - 1));
  }
  for (size_t i = 0; i < count; ++i) {
    const bool importable = (properties.host_pointer_types >> i & 1) != 0;
    if (importable && !properties.types[i].IsHostVisible()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "hostPointerTypes: type %d is not HOST_VISIBLE; a general-purpose "
          "system does not import into such types "
          "(vkGetMemoryHostPointerPropertiesEXT)",
          i));
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string PropertyFlagsName(uint32_t flags) {
  std::vector<std::string> names;
  uint32_t unknown = flags;
  for (const FlagName& entry : kFlagNames) {
    if ((flags & entry.flag) != 0) names.push_back(entry.name);
    unknown &= ~entry.flag;
  }
  if (unknown != 0) {
    names.push_back(absl::StrFormat("unknown bits 0x%x", unknown));
  }
  if (names.empty()) names.push_back("no flags");
  return absl::StrFormat("%s (0x%x)", absl::StrJoin(names, "|"), flags);
}

absl::Status CheckMemoryProperties(const MemoryProperties& properties) {
  if (absl::Status status = CheckCounts(properties); !status.ok()) {
    return status;
  }
  if (absl::Status status = CheckHeaps(properties.heaps); !status.ok()) {
    return status;
  }
  for (size_t i = 0; i < properties.types.size(); ++i) {
    if (absl::Status status = CheckType(properties, i); !status.ok()) {
      return status;
    }
  }
  if (absl::Status status = CheckGuaranteedTypes(properties.types);
      !status.ok()) {
    return status;
  }
  if (absl::Status status = CheckOrder(properties.types); !status.ok()) {
    return status;
  }
  if (absl::Status status = CheckHostPointerTypes(properties); !status.ok()) {
    return status;
  }
  return CheckLimits(properties.limits);
}

}  // namespace incoherent
