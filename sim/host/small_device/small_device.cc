#include "incoherent/device.h"
#include "sim/profiles/profile.h"

namespace incoherent {
namespace {

constexpr uint64_t kHeapSize = uint64_t{16} << 20;

DeviceOptions WithUndefinedContents(DeviceOptions options) {
  options.undefined_contents = true;
  options.report_undefined_loads = true;
  return options;
}

}  // namespace

DeviceOptions SmallDevice(EvictionPolicy policy) {
  DeviceOptions options;
  options.policy = policy;
  options.memory.types = {{kDeviceLocal, 0},
                          {kHostVisible | kHostCoherent, 1},
                          {kHostVisible | kHostCached, 1}};
  options.memory.heaps = {{kHeapSize, kHeapDeviceLocal}, {kHeapSize, 0}};
  options.memory.limits.non_coherent_atom_size = 64;
  options.memory.limits.min_memory_map_alignment = 64;
  options.memory.limits.min_imported_host_pointer_alignment = 4096;
  options.memory.host_pointer_types =
      1 << SmallDeviceTypes::kCoherent | 1 << SmallDeviceTypes::kNonCoherent;
  return WithUndefinedContents(options);
}

absl::StatusOr<DeviceOptions> DeviceOfProfile(absl::string_view name_or_file,
                                              EvictionPolicy policy) {
  const absl::StatusOr<Profile> profile = LoadProfile(name_or_file);
  if (!profile.ok()) return profile.status();
  return WithUndefinedContents(DeviceOptions::Of(*profile, policy));
}

absl::optional<uint32_t> FindMemoryType(const Device& device, uint32_t wanted,
                                        uint32_t unwanted) {
  const std::vector<MemoryType>& types = device.memory_properties().types;
  for (uint32_t index = 0; index < types.size(); ++index) {
    if (types[index].Has(wanted) &&
        (types[index].property_flags & unwanted) == 0) {
      return index;
    }
  }
  return absl::nullopt;
}

MemoryBarrier ToHostBarrier() {
  MemoryBarrier barrier;
  barrier.source = {kStageAllCommands, kAccessMemoryWrite};
  barrier.destination = {kStageHost, kAccessHostRead | kAccessHostWrite};
  return barrier;
}

}  // namespace incoherent
