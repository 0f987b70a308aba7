#include "sim/icd/downstream_driver.h"

#include <dlfcn.h>

#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "sim/icd/icd_interface.h"

namespace incoherent {
namespace {

// The newest interface that needs nothing but what is forwarded here.
constexpr uint32_t kNewestInterface = 5;

absl::Status DriverError(const DriverManifest& manifest,
                         absl::string_view what) {
  return absl::FailedPreconditionError(
      absl::StrCat("downstream driver ", manifest.library_path, " (of ",
                   manifest.file, "): ", what));
}

template <typename Function>
Function Symbol(void* library, const char* name) {
  return reinterpret_cast<Function>(dlsym(library, name));
}

}  // namespace

absl::StatusOr<DownstreamDriver> DownstreamDriver::LoadLibrary(
    const DriverManifest& manifest) {
  void* library = dlopen(manifest.library_path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    return DriverError(manifest, absl::StrCat("cannot be loaded: ", dlerror()));
  }
  DownstreamDriver driver;
  driver.manifest_file_ = manifest.file;
  driver.get_instance_proc_addr_ = Symbol<PFN_vk_icdGetInstanceProcAddr>(
      library, "vk_icdGetInstanceProcAddr");
  if (driver.get_instance_proc_addr_ == nullptr) {
    return DriverError(manifest,
                       "has no vk_icdGetInstanceProcAddr; it is no Vulkan "
                       "driver, or one too old to stand below Incoherent");
  }
  if (driver.get_instance_proc_addr_ == &vk_icdGetInstanceProcAddr) {
    return DriverError(manifest,
                       "is Incoherent itself; name the manifest of a driver "
                       "that does the shading, such as lavapipe's");
  }
  driver.get_physical_device_proc_addr_ = Symbol<PFN_GetPhysicalDeviceProcAddr>(
      library, "vk_icdGetPhysicalDeviceProcAddr");
  const auto negotiate = Symbol<PFN_vkNegotiateLoaderICDInterfaceVersion>(
      library, "vk_icdNegotiateLoaderICDInterfaceVersion");
  uint32_t version = kNewestInterface;
  if (negotiate == nullptr || negotiate(&version) != VK_SUCCESS) {
    return DriverError(manifest,
                       "cannot negotiate a loader interface version up to 5");
  }
  return driver;
}

absl::StatusOr<const DownstreamDriver*> DownstreamDriver::Load(
    const DriverManifest& manifest) {
  static absl::Mutex mutex(absl::kConstInit);
  static auto* const drivers =
      new std::map<std::string, std::unique_ptr<DownstreamDriver>>;
  absl::MutexLock lock(&mutex);
  auto found = drivers->find(manifest.library_path);
  if (found != drivers->end()) return found->second.get();
  absl::StatusOr<DownstreamDriver> driver = LoadLibrary(manifest);
  if (!driver.ok()) return driver.status();
  auto& kept = (*drivers)[manifest.library_path];
  kept = std::make_unique<DownstreamDriver>(*std::move(driver));
  return kept.get();
}

}  // namespace incoherent
