#include "sim/icd/instance.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"

namespace incoherent {
namespace {

struct Owners {
  absl::Mutex mutex;
  absl::flat_hash_map<VkPhysicalDevice, Instance*> instances
      ABSL_GUARDED_BY(mutex);
};

Owners& PhysicalDeviceOwners() {
  static auto* const owners = new Owners;
  return *owners;
}

}  // namespace

absl::StatusOr<Setup> Setup::FromEnvironment() {
  Setup setup;
  absl::StatusOr<Options> options = Options::FromEnvironment();
  if (!options.ok()) return options.status();
  setup.options = *std::move(options);
  absl::StatusOr<Profile> profile = LoadProfile(setup.options.profile);
  if (!profile.ok()) return profile.status();
  setup.profile = *std::move(profile);
  absl::StatusOr<Suppressions> suppressions =
      Suppressions::Read(setup.options.suppressions);
  if (!suppressions.ok()) return suppressions.status();
  setup.suppressions = *std::move(suppressions);
  const absl::StatusOr<DriverManifest> manifest =
      FindDownstream(setup.options.downstream);
  if (!manifest.ok()) return manifest.status();
  const absl::StatusOr<const DownstreamDriver*> driver =
      DownstreamDriver::Load(*manifest);
  if (!driver.ok()) return driver.status();
  setup.driver = *driver;
  return setup;
}

Instance::Instance(Setup setup, VkInstance handle)
    : setup_(std::move(setup)),
      handle_(handle),
      dispatch_(InstanceDispatch::Load(*setup_.driver, handle)) {}

absl::StatusOr<PhysicalDevice*> Instance::GetPhysicalDevice(
    VkPhysicalDevice handle) {
  if (PhysicalDevice* known = physical_devices_.Find(handle)) return known;
  absl::StatusOr<std::unique_ptr<PhysicalDevice>> made =
      PhysicalDevice::Make(*this, handle);
  if (!made.ok()) return made.status();
  return physical_devices_.InsertIfAbsent(handle, *std::move(made));
}

HandleTable<VkInstance, Instance>& Instances() {
  static auto* const instances = new HandleTable<VkInstance, Instance>;
  return *instances;
}

void RememberOwner(VkPhysicalDevice handle, Instance* instance) {
  Owners& owners = PhysicalDeviceOwners();
  absl::MutexLock lock(&owners.mutex);
  owners.instances[handle] = instance;
}

void ForgetOwner(const Instance* instance) {
  Owners& owners = PhysicalDeviceOwners();
  absl::MutexLock lock(&owners.mutex);
  absl::erase_if(owners.instances, [instance](const auto& entry) {
    return entry.second == instance;
  });
}

PhysicalDevice* FindPhysicalDevice(VkPhysicalDevice handle) {
  Owners& owners = PhysicalDeviceOwners();
  Instance* instance = nullptr;
  {
    absl::MutexLock lock(&owners.mutex);
    const auto found = owners.instances.find(handle);
    if (found == owners.instances.end()) return nullptr;
    instance = found->second;
  }
  const absl::StatusOr<PhysicalDevice*> device =
      instance->GetPhysicalDevice(handle);
  return device.ok() ? *device : nullptr;
}

}  // namespace incoherent
