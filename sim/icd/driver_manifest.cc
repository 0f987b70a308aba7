#include "sim/icd/driver_manifest.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace incoherent {
namespace {

namespace fs = std::filesystem;

absl::Status ManifestError(const std::string& file, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("driver manifest ", file, ": ", what));
}

std::string Variable(const char* name, const std::string& fallback) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? fallback : value;
}

// A path with a slash is relative to the manifest; a bare name is left to the
// dynamic linker.
std::string ResolveLibrary(const std::string& file, const std::string& path) {
  if (!absl::StrContains(path, '/') || fs::path(path).is_absolute()) {
    return path;
  }
  std::error_code ignored;
  const fs::path folder = fs::absolute(fs::path(file), ignored).parent_path();
  return (folder / path).lexically_normal().string();
}

std::vector<std::string> ManifestsIn(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().extension() == ".json") files.push_back(at->path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

absl::StatusOr<DriverManifest> DriverManifest::Read(const std::string& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) {
    return ManifestError(file,
                         "no such file; name the JSON file of a Vulkan driver, "
                         "as in /usr/share/vulkan/icd.d");
  }
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  if (!stream) return ManifestError(file, "cannot be read");
  const nlohmann::json json =
      nlohmann::json::parse(text.str(), nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return ManifestError(file, "is not JSON");
  const nlohmann::json::json_pointer library("/ICD/library_path");
  if (!json.is_object() || !json.contains(library) ||
      !json[library].is_string()) {
    return ManifestError(file,
                         "has no string ICD.library_path; it is not a Vulkan "
                         "driver's manifest");
  }
  const nlohmann::json::json_pointer version("/ICD/api_version");
  DriverManifest manifest;
  manifest.file = file;
  manifest.library_path =
      ResolveLibrary(file, json[library].get<std::string>());
  if (json.contains(version) && json[version].is_string()) {
    manifest.api_version = json[version].get<std::string>();
  }
  return manifest;
}

std::vector<std::string> DriverManifestFolders() {
  const std::string home = Variable("HOME", "");
  std::vector<std::string> roots;
  const auto add = [&roots](const std::string& paths) {
    for (absl::string_view path : absl::StrSplit(paths, ':', absl::SkipEmpty()))
      roots.emplace_back(path);
  };
  add(Variable("XDG_CONFIG_HOME", home.empty() ? "" : home + "/.config"));
  add(Variable("XDG_CONFIG_DIRS", "/etc/xdg"));
  add("/etc");
  add(Variable("XDG_DATA_HOME", home.empty() ? "" : home + "/.local/share"));
  add(Variable("XDG_DATA_DIRS", "/usr/local/share:/usr/share"));
  std::vector<std::string> folders;
  for (const std::string& root : roots)
    folders.push_back(root + "/vulkan/icd.d");
  return folders;
}

absl::StatusOr<DriverManifest> FindLavapipe() {
  const std::vector<std::string> folders = DriverManifestFolders();
  for (const std::string& folder : folders) {
    for (const std::string& file : ManifestsIn(folder)) {
      absl::StatusOr<DriverManifest> manifest = DriverManifest::Read(file);
      if (manifest.ok() &&
          absl::StrContains(manifest->library_path, "libvulkan_lvp")) {
        return manifest;
      }
    }
  }
  return absl::NotFoundError(absl::StrCat(
      "no lavapipe driver in ", absl::StrJoin(folders, ", "),
      "; install Debian's mesa-vulkan-drivers, or name another driver's "
      "manifest with --downstream or INCOHERENT_DOWNSTREAM"));
}

absl::StatusOr<DriverManifest> FindDownstream(const std::string& file) {
  return file.empty() ? FindLavapipe() : DriverManifest::Read(file);
}

}  // namespace incoherent
