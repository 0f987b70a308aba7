#ifndef INCOHERENT_SIM_ICD_DRIVER_MANIFEST_H_
#define INCOHERENT_SIM_ICD_DRIVER_MANIFEST_H_

// DriverManifest: the JSON file by which a Vulkan driver makes itself known.
//
// The format is the Vulkan loader's ("Driver Manifest File Format" in its
// LoaderDriverInterface document). Folders are searched as the loader does on
// Linux: under XDG_CONFIG_HOME, XDG_CONFIG_DIRS, /etc, XDG_DATA_HOME and
// XDG_DATA_DIRS, each with vulkan/icd.d.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace incoherent {

struct DriverManifest {
  std::string file;          // where it was read
  std::string library_path;  // what to dlopen: absolute, or a bare name
  std::string api_version;

  // The error is one line that names the file and what to do.
  static absl::StatusOr<DriverManifest> Read(const std::string& file);
};

// The folders that may hold driver manifests, most important first.
std::vector<std::string> DriverManifestFolders();

// Lavapipe's manifest, from the first of those folders that has one.
absl::StatusOr<DriverManifest> FindLavapipe();

// `file` if given, else lavapipe.
absl::StatusOr<DriverManifest> FindDownstream(const std::string& file);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_DRIVER_MANIFEST_H_
