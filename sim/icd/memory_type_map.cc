#include "sim/icd/memory_type_map.h"

#include "absl/strings/str_format.h"

namespace incoherent {
namespace {

// Flags of which a stand-in must have exactly what the profile says.
constexpr uint32_t kExact =
    kProtected | kDeviceCoherentAmd | kDeviceUncachedAmd | kRdmaCapableNv;

int CommonFlags(uint32_t a, uint32_t b, uint32_t among) {
  return __builtin_popcount(~(a ^ b) & among);
}

// Whether `candidate` can hold the bytes of `wanted`.
bool CanStandIn(const MemoryType& wanted, const MemoryType& candidate) {
  if ((wanted.property_flags & kExact) != (candidate.property_flags & kExact)) {
    return false;
  }
  if (wanted.IsHostVisible()) {
    return candidate.Has(kHostVisible | kHostCoherent);
  }
  // Lazy memory cannot replace ordinary memory; the reverse is only less lazy.
  return !candidate.Has(kLazilyAllocated) || wanted.Has(kLazilyAllocated);
}

// How near a stand-in is. Cached memory comes first for a host-visible type,
// since the simulated cache reads the device's bytes with the CPU.
int Nearness(const MemoryType& wanted, const MemoryType& candidate) {
  const uint32_t a = wanted.property_flags;
  const uint32_t b = candidate.property_flags;
  if (wanted.IsHostVisible()) {
    const bool cached = candidate.Has(kHostCached);
    return 2 * (wanted.IsNonCoherent() && cached) +
           CommonFlags(a, b, kDeviceLocal | kHostCached);
  }
  return 4 * CommonFlags(a, b, kDeviceLocal) +
         2 * CommonFlags(a, b, kLazilyAllocated) +
         CommonFlags(a, b, kHostVisible);
}

// The nearest of the downstream types in `bits`.
absl::optional<uint32_t> BestStandIn(const MemoryType& wanted,
                                     const std::vector<MemoryType>& downstream,
                                     uint32_t bits) {
  absl::optional<uint32_t> best;
  int best_nearness = -1;
  for (uint32_t i = 0; i < downstream.size(); ++i) {
    if ((bits >> i & 1) == 0 || !CanStandIn(wanted, downstream[i])) continue;
    const int nearness = Nearness(wanted, downstream[i]);
    if (nearness <= best_nearness) continue;
    best = i;
    best_nearness = nearness;
  }
  return best;
}

}  // namespace

absl::StatusOr<MemoryTypeMap> MemoryTypeMap::Make(
    const std::vector<MemoryType>& profile,
    const std::vector<MemoryType>& downstream) {
  MemoryTypeMap map;
  map.profile_ = profile;
  map.downstream_ = downstream;
  for (uint32_t i = 0; i < profile.size(); ++i) {
    map.downstream_index_.push_back(
        BestStandIn(profile[i], downstream, ~uint32_t{0}));
    const bool ordinary = (profile[i].property_flags & kExact) == 0;
    if (ordinary && !map.downstream_index_.back().has_value()) {
      return absl::FailedPreconditionError(absl::StrFormat(
          "the downstream has no memory type to stand in for type %d, %s", i,
          PropertyFlagsName(profile[i].property_flags)));
    }
  }
  return map;
}

absl::optional<uint32_t> MemoryTypeMap::ToImporting(
    uint32_t type_index, uint32_t downstream_bits) const {
  if (!profile_[type_index].IsHostVisible()) return absl::nullopt;
  return BestStandIn(profile_[type_index], downstream_, downstream_bits);
}

absl::optional<uint32_t> MemoryTypeMap::ToDownstreamHeap(
    uint32_t heap_index) const {
  for (uint32_t i = 0; i < profile_.size(); ++i) {
    if (profile_[i].heap_index == heap_index &&
        downstream_index_[i].has_value()) {
      return downstream_[*downstream_index_[i]].heap_index;
    }
  }
  return absl::nullopt;
}

uint32_t MemoryTypeMap::ToProfileBits(uint32_t downstream_bits,
                                      bool transient) const {
  uint32_t bits = 0;
  for (uint32_t i = 0; i < profile_.size(); ++i) {
    const absl::optional<uint32_t>& downstream = downstream_index_[i];
    if (!downstream.has_value()) continue;
    if (profile_[i].Has(kLazilyAllocated) && !transient) continue;
    if ((downstream_bits >> *downstream & 1) != 0) bits |= uint32_t{1} << i;
  }
  return bits;
}

}  // namespace incoherent
