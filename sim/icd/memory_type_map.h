#ifndef INCOHERENT_SIM_ICD_MEMORY_TYPE_MAP_H_
#define INCOHERENT_SIM_ICD_MEMORY_TYPE_MAP_H_

// MemoryTypeMap: which downstream memory type stands in for each type of the
// profile, and what memoryTypeBits mean on the other side.
//
// A HOST_VISIBLE type rests on a downstream type that is host-visible and
// coherent: its bytes are the device's bytes, and the host cache is ours. Any
// other type rests on the downstream's nearest. A type that no downstream type
// can stand in for (protected memory, say, where the driver has none) keeps
// its index, but appears in no memoryTypeBits.

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "sim/memory/memory_properties.h"

namespace incoherent {

class MemoryTypeMap {
 public:
  // Fails if the downstream has no host-visible coherent type, which the
  // specification forbids.
  static absl::StatusOr<MemoryTypeMap> Make(
      const std::vector<MemoryType>& profile,
      const std::vector<MemoryType>& downstream);

  // The downstream type of a profile's type; none if nothing stands in for it.
  absl::optional<uint32_t> ToDownstream(uint32_t type_index) const {
    return downstream_index_[type_index];
  }

  // The downstream type that can stand in for a HOST_VISIBLE type by importing
  // pages of ours, of those in `downstream_bits`: the usual stand-in if it is
  // among them, else the nearest. None for a type that is not HOST_VISIBLE.
  absl::optional<uint32_t> ToImporting(uint32_t type_index,
                                       uint32_t downstream_bits) const;

  // The downstream heap behind a heap of the profile: that of the first type
  // on it that has a stand-in.
  absl::optional<uint32_t> ToDownstreamHeap(uint32_t heap_index) const;

  // The types of the profile whose downstream type is in `downstream_bits`.
  // LAZILY_ALLOCATED types only for `transient` images: memoryTypeBits never
  // has them for anything else (VkMemoryRequirements).
  uint32_t ToProfileBits(uint32_t downstream_bits, bool transient) const;

 private:
  std::vector<MemoryType> profile_;
  std::vector<MemoryType> downstream_;
  std::vector<absl::optional<uint32_t>> downstream_index_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_MEMORY_TYPE_MAP_H_
