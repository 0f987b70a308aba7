#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_MEMORY_TYPE_NAMES_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_MEMORY_TYPE_NAMES_H_

// What a memory type may be called in a litmus file: `type noncoherent`.
//
//   noncoherent       HOST_VISIBLE|HOST_CACHED
//   coherent          HOST_VISIBLE|HOST_COHERENT
//   cached_coherent   HOST_VISIBLE|HOST_COHERENT|HOST_CACHED
//   device_local      DEVICE_LOCAL
//   device_coherent   HOST_VISIBLE|HOST_COHERENT|DEVICE_COHERENT_AMD
//   lazy              DEVICE_LOCAL|LAZILY_ALLOCATED
//   protected         DEVICE_LOCAL|PROTECTED

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "sim/memory/memory_properties.h"

namespace incoherent::litmus {

inline constexpr char kDefaultTypeName[] = "noncoherent";

// In the order above.
std::vector<absl::string_view> MemoryTypeNames();

absl::optional<uint32_t> FlagsOfType(absl::string_view name);

// The name whose flags these are; failing that, the first whose type the host
// can map, or not, and must flush, or not, as one of these flags.
absl::string_view NearestTypeName(uint32_t property_flags);

// The first type of a device's table with the flags, and non-coherent if and
// only if they are.
absl::optional<uint32_t> FirstFit(const std::vector<MemoryType>& types,
                                  uint32_t property_flags);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_MEMORY_TYPE_NAMES_H_
