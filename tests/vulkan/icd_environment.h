#ifndef INCOHERENT_TESTS_VULKAN_ICD_ENVIRONMENT_H_
#define INCOHERENT_TESTS_VULKAN_ICD_ENVIRONMENT_H_

// IcdEnvironment: the variables under which an instance is created.
//
// The ICD reads them anew at each vkCreateInstance, so one process may hold
// instances of several environments.

#include <string>

namespace incoherent {

struct IcdEnvironment {
  // The manifest that the loader shall load; empty: none at all.
  std::string driver = BuiltManifest();
  // INCOHERENT_PROFILE, _EVICTION, _HIDE_EXTENSIONS, _DOWNSTREAM, _QUIET,
  // _HOST_DOMAIN, _TRAP, _LINT, _REPORT, _SUPPRESSIONS and _ERROR_EXITCODE.
  std::string profile = "strict";
  std::string eviction;
  std::string hidden_extensions;
  std::string downstream = TestedDownstream();
  std::string quiet = "1";
  std::string host_domain;
  std::string trap;
  std::string lint;
  std::string report;
  std::string suppressions;
  std::string error_exitcode;

  // VK_INSTANCE_LAYERS, colon-separated.
  std::string layers;

  // Sets them for this process.
  void Enter() const;

  // The driver that the tests run on: the manifest that the variable
  // INCOHERENT_TEST_DOWNSTREAM names, else lavapipe.
  static std::string TestedDownstream();

  // The manifest of the ICD that was built with this test.
  static std::string BuiltManifest();
};

IcdEnvironment WithProfile(const std::string& name_or_file);
IcdEnvironment WithEviction(const std::string& policy);

// Lavapipe with nothing above it: what a desktop would show.
IcdEnvironment PlainLavapipe();

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_ICD_ENVIRONMENT_H_
