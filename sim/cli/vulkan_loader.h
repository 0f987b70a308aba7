#ifndef INCOHERENT_SIM_CLI_VULKAN_LOADER_H_
#define INCOHERENT_SIM_CLI_VULKAN_LOADER_H_

// VulkanLoader: libvulkan.so.1 and what an application sees through it.
//
// The loader reads its environment (VK_DRIVER_FILES, ...) when it is used, and
// runs whatever drivers it names: use it in a child (child_process.h).

#include <vulkan/vulkan.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "sim/memory/memory_properties.h"

namespace incoherent {

struct SeenDevice {
  std::string name;
  uint32_t api_version = 0;
  // Types, heaps and nonCoherentAtomSize; of the rest nothing is known.
  MemoryProperties memory;
  bool imports_host_pointers = false;  // VK_EXT_external_memory_host
};

class VulkanLoader {
 public:
  // The error is the dynamic linker's.
  static absl::StatusOr<VulkanLoader> Load();

  // vkEnumerateInstanceVersion; 1.0 of a loader that has no such thing.
  uint32_t Version() const;

  bool HasLayer(const std::string& name) const;

  // The error names the call that failed, and its VkResult.
  absl::StatusOr<std::vector<SeenDevice>> SeeDevices() const;

 private:
  explicit VulkanLoader(PFN_vkGetInstanceProcAddr get) : get_(get) {}

  PFN_vkGetInstanceProcAddr get_;
};

// "1.3.239".
std::string VersionName(uint32_t version);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_CLI_VULKAN_LOADER_H_
