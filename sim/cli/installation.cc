#include "sim/cli/installation.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sim/icd/driver_manifest.h"

namespace incoherent {
namespace {

namespace fs = std::filesystem;

constexpr char kIcdManifest[] = "sim/icd/incoherent_icd.json";
constexpr char kDemo[] = "sim/cli/demo/incoherent_demo";

// Bazel's name of this workspace.
constexpr char kWorkspace[] = "incoherent";

bool IsFile(const std::string& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

}  // namespace

Installation::Installation(absl::string_view executable,
                           absl::string_view runfiles)
    : executable_(executable), runfiles_(runfiles) {}

absl::StatusOr<Installation> Installation::OfThisProcess() {
  std::error_code error;
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  if (error) {
    return absl::NotFoundError(absl::StrCat(
        "cannot tell where the incoherent command is: /proc/self/exe: ",
        error.message(), "; mount /proc"));
  }
  const char* runfiles = std::getenv("RUNFILES_DIR");
  return Installation(executable.string(), runfiles == nullptr ? "" : runfiles);
}

std::vector<std::string> Installation::Candidates(
    absl::string_view source_path) const {
  const fs::path executable = executable_;
  const fs::path folder = executable.parent_path();
  const fs::path source(std::string{source_path});
  std::vector<std::string> paths = {
      (folder / source).string(),
      (fs::path(executable_ + ".runfiles") / kWorkspace / source).string(),
  };
  if (!runfiles_.empty()) {
    std::error_code error;
    paths.push_back(
        (fs::absolute(runfiles_, error) / kWorkspace / source).string());
  }
  paths.push_back(
      (folder.parent_path() / "lib/incoherent" / source.filename()).string());
  return paths;
}

absl::StatusOr<std::string> Installation::Find(
    absl::string_view source_path) const {
  const std::vector<std::string> candidates = Candidates(source_path);
  for (const std::string& candidate : candidates) {
    if (IsFile(candidate)) return candidate;
  }
  return absl::NotFoundError(absl::StrCat(
      "cannot find ", source_path, ", sought as ",
      absl::StrJoin(candidates, ", "), "; run `bazel build //:incoherent`"));
}

absl::StatusOr<std::string> Installation::FindIcdManifest() const {
  absl::StatusOr<std::string> file = Find(kIcdManifest);
  if (!file.ok()) return file;
  const absl::StatusOr<DriverManifest> manifest = DriverManifest::Read(*file);
  if (!manifest.ok()) return manifest.status();
  if (!IsFile(manifest->library_path)) {
    return absl::NotFoundError(absl::StrCat(
        "driver manifest ", *file, ": its library ", manifest->library_path,
        " is missing; run `bazel build //:incoherent`"));
  }
  return file;
}

absl::StatusOr<std::string> Installation::FindDemo() const {
  return Find(kDemo);
}

}  // namespace incoherent
