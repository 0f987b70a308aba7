#include "tests/vulkan/icd_environment.h"

#include <cstdlib>

#include "sim/icd/driver_manifest.h"
#include "sim/memory/check.h"

namespace incoherent {
namespace {

// What else would change which drivers and layers the loader loads.
constexpr const char* kForeignVariables[] = {
    "VK_ADD_DRIVER_FILES",
    "VK_LOADER_DRIVERS_SELECT",
    "VK_LOADER_DRIVERS_DISABLE",
    "VK_LOADER_LAYERS_ENABLE",
};

}  // namespace

std::string IcdEnvironment::TestedDownstream() {
  const char* manifest = std::getenv("INCOHERENT_TEST_DOWNSTREAM");
  return manifest == nullptr ? "" : manifest;
}

std::string IcdEnvironment::BuiltManifest() {
  const char* runfiles = std::getenv("TEST_SRCDIR");
  const char* workspace = std::getenv("TEST_WORKSPACE");
  INCOHERENT_CHECK(runfiles != nullptr && workspace != nullptr,
                   "run me with bazel test");
  return std::string(runfiles) + "/" + workspace +
         "/sim/icd/incoherent_icd.json";
}

void IcdEnvironment::Enter() const {
  for (const char* name : kForeignVariables) unsetenv(name);
  setenv("VK_INSTANCE_LAYERS", layers.c_str(), 1);
  setenv("VK_DRIVER_FILES", driver.c_str(), 1);
  setenv("VK_ICD_FILENAMES", driver.c_str(), 1);
  setenv("INCOHERENT_PROFILE", profile.c_str(), 1);
  setenv("INCOHERENT_EVICTION", eviction.c_str(), 1);
  setenv("INCOHERENT_HIDE_EXTENSIONS", hidden_extensions.c_str(), 1);
  setenv("INCOHERENT_DOWNSTREAM", downstream.c_str(), 1);
  setenv("INCOHERENT_QUIET", quiet.c_str(), 1);
  setenv("INCOHERENT_HOST_DOMAIN", host_domain.c_str(), 1);
  setenv("INCOHERENT_TRAP", trap.c_str(), 1);
  setenv("INCOHERENT_LINT", lint.c_str(), 1);
  setenv("INCOHERENT_REPORT", report.c_str(), 1);
  setenv("INCOHERENT_SUPPRESSIONS", suppressions.c_str(), 1);
  setenv("INCOHERENT_ERROR_EXITCODE", error_exitcode.c_str(), 1);
}

IcdEnvironment WithProfile(const std::string& name_or_file) {
  IcdEnvironment environment;
  environment.profile = name_or_file;
  return environment;
}

IcdEnvironment WithEviction(const std::string& policy) {
  IcdEnvironment environment;
  environment.eviction = policy;
  return environment;
}

IcdEnvironment PlainLavapipe() {
  const absl::StatusOr<DriverManifest> lavapipe = FindLavapipe();
  INCOHERENT_CHECK(lavapipe.ok(), "lavapipe is in mesa-vulkan-drivers");
  IcdEnvironment environment;
  environment.driver = lavapipe->file;
  return environment;
}

}  // namespace incoherent
