#ifndef INCOHERENT_SIM_ICD_PHYSICAL_DEVICE_H_
#define INCOHERENT_SIM_ICD_PHYSICAL_DEVICE_H_

// PhysicalDevice: a downstream physical device that wears a profile's memory.
//
// Types and heaps are the profile's. A limit is the profile's where the
// simulation can keep its promise, and otherwise the stricter of both:
//
//   nonCoherentAtomSize               profile
//   minMemoryMapAlignment             the smaller, at most a page: coherent
//                                     memory is mapped at the downstream's own
//                                     address
//   bufferImageGranularity            the larger: the downstream relies on it
//   maxMemoryAllocationCount, Size    the smaller
//   minImportedHostPointerAlignment   the larger of both and a page
//   minPlacedMemoryMapAlignment       the larger of profile and a page

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "sim/icd/dispatch.h"
#include "sim/icd/memory_type_map.h"
#include "sim/memory/heap_usage.h"
#include "sim/memory/memory_properties.h"

namespace incoherent {

class Instance;

// The newest Vulkan that is offered.
inline constexpr uint32_t kNewestApiVersion =
    VK_MAKE_API_VERSION(0, 1, 3, VK_HEADER_VERSION);

class PhysicalDevice {
 public:
  static absl::StatusOr<std::unique_ptr<PhysicalDevice>> Make(
      Instance& instance, VkPhysicalDevice handle);

  Instance& instance() const { return *instance_; }
  const InstanceDispatch& dispatch() const;

  // As the application sees them.
  const MemoryProperties& memory() const { return memory_; }
  const MemoryTypeMap& type_map() const { return type_map_; }

  // What the downstream itself asks of a host pointer.
  uint64_t downstream_import_alignment() const {
    return downstream_import_alignment_;
  }

  // Whether memory of this type has a host cache of its own to simulate, given
  // the eviction policy (under `eager` no cache is ever out of step).
  bool HasHostCache(uint32_t type_index) const;

  // The device extensions as the application sees them.
  const std::vector<VkExtensionProperties>& extensions() const {
    return extensions_;
  }
  bool Offers(const char* extension) const;

  // Overwrites what the downstream said with what the profile says.
  void Apply(VkPhysicalDeviceProperties& properties) const;
  void Apply(VkPhysicalDeviceMemoryProperties& properties) const;
  void ApplyToPropertiesChain(void* chain) const;
  void ApplyToFeaturesChain(void* chain) const;
  void ApplyToMemoryChain(void* chain) const;

  // Bytes in use of each heap, over all logical devices.
  absl::Mutex& heap_mutex() const { return heap_mutex_; }
  HeapUsage& heap_usage() { return heap_usage_; }

 private:
  PhysicalDevice(Instance& instance, MemoryProperties memory,
                 MemoryTypeMap type_map, uint64_t downstream_import_alignment,
                 std::vector<VkExtensionProperties> extensions);

  Instance* instance_;
  MemoryProperties memory_;
  MemoryTypeMap type_map_;
  uint64_t downstream_import_alignment_;
  std::vector<VkExtensionProperties> extensions_;
  std::set<std::string> extension_names_;
  mutable absl::Mutex heap_mutex_;
  HeapUsage heap_usage_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_PHYSICAL_DEVICE_H_
