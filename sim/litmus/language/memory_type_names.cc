#include "sim/litmus/language/memory_type_names.h"

namespace incoherent::litmus {
namespace {

struct NamedType {
  absl::string_view name;
  uint32_t flags;
};

constexpr NamedType kTypes[] = {
    {kDefaultTypeName, kHostVisible | kHostCached},
    {"coherent", kHostVisible | kHostCoherent},
    {"cached_coherent", kHostVisible | kHostCoherent | kHostCached},
    {"device_local", kDeviceLocal},
    {"device_coherent", kHostVisible | kHostCoherent | kDeviceCoherentAmd},
    {"lazy", kDeviceLocal | kLazilyAllocated},
    {"protected", kDeviceLocal | kProtected},
};

}  // namespace

std::vector<absl::string_view> MemoryTypeNames() {
  std::vector<absl::string_view> names;
  for (const NamedType& type : kTypes) names.push_back(type.name);
  return names;
}

absl::optional<uint32_t> FlagsOfType(absl::string_view name) {
  for (const NamedType& type : kTypes) {
    if (type.name == name) return type.flags;
  }
  return absl::nullopt;
}

absl::string_view NearestTypeName(uint32_t property_flags) {
  constexpr uint32_t kForHost = kHostVisible | kHostCoherent;
  absl::string_view nearest;
  for (const NamedType& type : kTypes) {
    if (type.flags == property_flags) return type.name;
    if (nearest.empty() &&
        (type.flags & kForHost) == (property_flags & kForHost)) {
      nearest = type.name;
    }
  }
  return nearest;
}

absl::optional<uint32_t> FirstFit(const std::vector<MemoryType>& types,
                                  uint32_t property_flags) {
  const MemoryType wanted{property_flags, 0};
  for (uint32_t i = 0; i < types.size(); ++i) {
    if (types[i].Has(property_flags) &&
        types[i].IsNonCoherent() == wanted.IsNonCoherent()) {
      return i;
    }
  }
  return absl::nullopt;
}

}  // namespace incoherent::litmus
