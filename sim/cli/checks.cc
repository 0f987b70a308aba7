#include "sim/cli/checks.h"

#include <dlfcn.h>
#include <sys/utsname.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "sim/cli/vulkan_loader.h"
#include "sim/findings/suppressions.h"
#include "sim/icd/trap/access_trap.h"
#include "sim/icd/write_watch.h"

namespace incoherent {
namespace {

constexpr char kInstallLoader[] = "install Debian's libvulkan1";

void CheckLoader(Plan, Diagnosis& diagnosis) {
  const absl::StatusOr<VulkanLoader> loader = VulkanLoader::Load();
  if (!loader.ok()) {
    return diagnosis.Missing(
        "Vulkan loader",
        absl::StrCat(loader.status().message(), "; ", kInstallLoader));
  }
  diagnosis.Ok("Vulkan loader", absl::StrCat("libvulkan.so.1, version ",
                                             VersionName(loader->Version())));
}

// Whether the user has told the loader which drivers to take.
void CheckLoaderVariables(Plan, Diagnosis& diagnosis) {
  for (const char* name :
       {"VK_LOADER_DRIVERS_SELECT", "VK_LOADER_DRIVERS_DISABLE"}) {
    const char* value = std::getenv(name);
    if (value == nullptr) continue;
    diagnosis.Warn("loader variables",
                   absl::StrCat(name, "=", value,
                                " is set; unset it if a device is missing "
                                "below"));
  }
}

// Loads a driver and looks for the symbol that the Vulkan loader begins with.
void CheckDriverLibrary(absl::string_view topic, const std::string& library,
                        absl::string_view remedy, Diagnosis& diagnosis) {
  constexpr char kSymbol[] = "vk_icdNegotiateLoaderICDInterfaceVersion";
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    return diagnosis.Missing(topic, absl::StrCat(dlerror(), "; ", remedy));
  }
  if (dlsym(handle, kSymbol) == nullptr) {
    return diagnosis.Missing(
        topic, absl::StrCat(library, " has no symbol ", kSymbol, "; ", remedy));
  }
  diagnosis.Ok(topic, absl::StrCat(library, ", has ", kSymbol));
}

void CheckIcd(Plan plan, Diagnosis& diagnosis) {
  const absl::StatusOr<std::string> file = plan.installation.FindIcdManifest();
  if (!file.ok()) return diagnosis.Missing("Incoherent's ICD", file.status());
  diagnosis.Ok("Incoherent's ICD", *file);
  const absl::StatusOr<DriverManifest> manifest = DriverManifest::Read(*file);
  if (!manifest.ok()) {
    return diagnosis.Missing("Incoherent's ICD", manifest.status());
  }
  CheckDriverLibrary("Incoherent's library", manifest->library_path,
                     "run `bazel build //:incoherent`", diagnosis);
}

void CheckProfile(Plan plan, Diagnosis& diagnosis) {
  const absl::StatusOr<Profile> profile = PrepareProfile(plan);
  if (!profile.ok()) return diagnosis.Missing("profile", profile.status());
  diagnosis.Ok(
      "profile",
      absl::StrFormat("%s, atom %d, %d memory types", plan.options.profile,
                      profile->memory.limits.non_coherent_atom_size,
                      profile->memory.types.size()));
}

void CheckDownstream(Plan plan, Diagnosis& diagnosis) {
  const absl::StatusOr<DriverManifest> manifest = PrepareDownstream(plan);
  if (!manifest.ok()) {
    return diagnosis.Missing("downstream", manifest.status());
  }
  diagnosis.Ok("downstream", manifest->file);
  CheckDriverLibrary("downstream library", manifest->library_path,
                     "install the driver that the manifest belongs to, or name "
                     "another with --downstream",
                     diagnosis);
}

// The devices of the loader's only driver; says so if there are none.
std::vector<SeenDevice> SeeDevices(absl::string_view topic,
                                   absl::string_view remedy,
                                   Diagnosis& diagnosis) {
  const absl::StatusOr<VulkanLoader> loader = VulkanLoader::Load();
  if (!loader.ok()) {
    diagnosis.Missing(topic, absl::StrCat("cannot be seen without a Vulkan "
                                          "loader; ",
                                          kInstallLoader));
    return {};
  }
  absl::StatusOr<std::vector<SeenDevice>> devices = loader->SeeDevices();
  if (!devices.ok()) {
    diagnosis.Missing(topic,
                      absl::StrCat(devices.status().message(), "; ", remedy));
    return {};
  }
  if (devices->empty()) {
    diagnosis.Missing(topic, absl::StrCat("the driver has none; ", remedy));
  }
  return *std::move(devices);
}

void DescribeDevice(absl::string_view topic, const SeenDevice& device,
                    Diagnosis& diagnosis) {
  diagnosis.Ok(topic,
               absl::StrFormat("%s, Vulkan %s, atom %d", device.name,
                               VersionName(device.api_version),
                               device.memory.limits.non_coherent_atom_size));
  for (size_t i = 0; i < device.memory.types.size(); ++i) {
    const MemoryType& type = device.memory.types[i];
    diagnosis.Ok(topic,
                 absl::StrFormat("memory type %d: %s", i,
                                 PropertyFlagsName(type.property_flags)));
  }
}

void CheckDownstreamDevices(Plan plan, Diagnosis& diagnosis) {
  const absl::StatusOr<DriverManifest> manifest = PrepareDownstream(plan);
  if (!manifest.ok()) return;  // CheckDownstream has said so
  UseOnlyDriver(manifest->file);
  constexpr char kTopic[] = "downstream device";
  for (const SeenDevice& device :
       SeeDevices(kTopic, "name another driver with --downstream", diagnosis)) {
    DescribeDevice(kTopic, device, diagnosis);
    if (device.imports_host_pointers) {
      diagnosis.Ok(kTopic, "offers VK_EXT_external_memory_host");
    } else {
      diagnosis.Warn(kTopic,
                     "lacks VK_EXT_external_memory_host, so applications are "
                     "not offered it; lavapipe has it");
    }
  }
}

void CheckSuppressions(Plan plan, Diagnosis& diagnosis) {
  const std::string& file = plan.options.suppressions;
  if (file.empty()) return;
  const absl::StatusOr<Suppressions> suppressions = Suppressions::Read(file);
  if (!suppressions.ok()) {
    return diagnosis.Missing("suppressions", suppressions.status());
  }
  diagnosis.Ok("suppressions", absl::StrFormat("%s, %d of them", file,
                                               suppressions->list().size()));
}

bool SameTypes(const MemoryProperties& a, const MemoryProperties& b) {
  if (a.types.size() != b.types.size()) return false;
  for (size_t i = 0; i < a.types.size(); ++i) {
    if (a.types[i].property_flags != b.types[i].property_flags) return false;
  }
  return a.limits.non_coherent_atom_size == b.limits.non_coherent_atom_size;
}

void CheckSimulatedDevice(Plan plan, Diagnosis& diagnosis) {
  constexpr char kTopic[] = "simulated device";
  const absl::StatusOr<Simulation> simulation = Simulation::Prepare(plan);
  if (!simulation.ok()) {
    return diagnosis.Missing(kTopic, "see what is missing above");
  }
  simulation->EnterEnvironment();
  for (const SeenDevice& device : SeeDevices(
           kTopic, "`VK_LOADER_DEBUG=error,warn incoherent doctor` tells more",
           diagnosis)) {
    DescribeDevice(kTopic, device, diagnosis);
    if (!SameTypes(device.memory, simulation->profile.memory)) {
      diagnosis.Missing(kTopic,
                        "its memory is not the profile's; run `bazel build "
                        "//:incoherent`, and look for a Vulkan layer that "
                        "changes memory properties");
    }
  }
}

void CheckKernel(Plan, Diagnosis& diagnosis) {
  utsname name = {};
  uname(&name);
  diagnosis.Ok("kernel", absl::StrCat(name.sysname, " ", name.release));
  const absl::Status watch = WriteWatch::Availability();
  if (watch.ok()) {
    diagnosis.Ok("write watch",
                 "UFFD_FEATURE_WP_ASYNC and PAGEMAP_SCAN work; stores that "
                 "change no byte are seen");
  } else {
    diagnosis.Warn("write watch",
                   absl::StrCat(watch.message(),
                                "; stores that change no byte go unseen (Linux "
                                "6.7 and newer can tell them)"));
  }
  const absl::Status trap = AccessTrap::Availability();
  if (trap.ok()) {
    diagnosis.Ok("trap",
                 "what the host reads is seen, by protecting stale pages");
  } else {
    diagnosis.Warn("trap", absl::StrCat(trap.message(),
                                        "; stale reads of the host go unseen"));
  }
}

void CheckValidationLayer(Plan, Diagnosis& diagnosis) {
  constexpr char kLayer[] = "VK_LAYER_KHRONOS_validation";
  const absl::StatusOr<VulkanLoader> loader = VulkanLoader::Load();
  if (loader.ok() && loader->HasLayer(kLayer)) {
    diagnosis.Ok("validation layer", kLayer);
  } else {
    diagnosis.Warn("validation layer",
                   absl::StrCat("no ", kLayer,
                                "; it finds much that Incoherent does not look "
                                "for: install Debian's "
                                "vulkan-validationlayers"));
  }
}

constexpr Check kChecks[] = {
    {"Vulkan loader", CheckLoader},
    {"loader variables", CheckLoaderVariables},
    {"Incoherent's ICD", CheckIcd},
    {"profile", CheckProfile},
    {"downstream", CheckDownstream},
    {"downstream device", CheckDownstreamDevices},
    {"suppressions", CheckSuppressions},
    {"simulated device", CheckSimulatedDevice},
    {"kernel", CheckKernel},
    {"validation layer", CheckValidationLayer},
};

}  // namespace

absl::Span<const Check> AllChecks() { return kChecks; }

}  // namespace incoherent
