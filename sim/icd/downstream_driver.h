#ifndef INCOHERENT_SIM_ICD_DOWNSTREAM_DRIVER_H_
#define INCOHERENT_SIM_ICD_DOWNSTREAM_DRIVER_H_

// DownstreamDriver: the driver that does the shading, loaded as the Vulkan
// loader would load it.
//
// Its handles are handed to the application unchanged: the loader's dispatch
// word lives in them, and every entry point that is not intercepted can be the
// driver's own pointer.

#include <vulkan/vk_icd.h>
#include <vulkan/vulkan.h>

#include <string>

#include "absl/status/statusor.h"
#include "sim/icd/driver_manifest.h"

namespace incoherent {

class DownstreamDriver {
 public:
  // Loads the driver and negotiates the loader interface; a driver that was
  // loaded before is returned again. Drivers are never unloaded: their threads
  // and exit handlers may outlive every instance.
  static absl::StatusOr<const DownstreamDriver*> Load(
      const DriverManifest& manifest);

  const std::string& manifest_file() const { return manifest_file_; }

  // vk_icdGetInstanceProcAddr; `instance` may be null for global commands.
  PFN_vkVoidFunction GetInstanceProcAddr(VkInstance instance,
                                         const char* name) const {
    return get_instance_proc_addr_(instance, name);
  }
  // vk_icdGetPhysicalDeviceProcAddr; null where the driver has none.
  PFN_vkVoidFunction GetPhysicalDeviceProcAddr(VkInstance instance,
                                               const char* name) const {
    return get_physical_device_proc_addr_ == nullptr
               ? nullptr
               : get_physical_device_proc_addr_(instance, name);
  }

 private:
  DownstreamDriver() = default;
  static absl::StatusOr<DownstreamDriver> LoadLibrary(
      const DriverManifest& manifest);

  std::string manifest_file_;
  PFN_vk_icdGetInstanceProcAddr get_instance_proc_addr_ = nullptr;
  PFN_GetPhysicalDeviceProcAddr get_physical_device_proc_addr_ = nullptr;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_DOWNSTREAM_DRIVER_H_
