#include "sim/cli/simulation.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "sim/findings/suppressions.h"

namespace incoherent {
namespace {

namespace fs = std::filesystem;

// What the environment says of an option that the command line has as well.
struct Overruled {
  const char* option;
  const char* variable;
};
constexpr Overruled kOverruled[] = {
    {"profile", Options::kProfile},
    {"eviction", Options::kEviction},
    {"downstream", Options::kDownstream},
    {"hide-extension", Options::kHideExtensions},
    {"quiet", Options::kQuiet},
    {"host-domain", Options::kHostDomain},
    {"trap", Options::kTrap},
    {"lint", Options::kLint},
    {"report", Options::kReport},
    {"sarif", Options::kSarif},
    {"suppressions", Options::kSuppressions},
    {"error-exitcode", Options::kErrorExitcode},
};

std::string Absolute(const std::string& file) {
  std::error_code error;
  const fs::path path = fs::absolute(file, error);
  return error ? file : path.string();
}

absl::Status CheckExtensionName(const std::string& name) {
  if (name.empty()) {
    return absl::InvalidArgumentError(
        "--hide-extension: the name is empty; give one such as "
        "VK_EXT_external_memory_host");
  }
  if (absl::StrContains(name, ',')) {
    return absl::InvalidArgumentError(
        absl::StrCat("--hide-extension: '", name,
                     "' has a comma; give the option once for each extension"));
  }
  return absl::OkStatus();
}

// Whether that manifest loads our own ICD.
bool IsOurs(const DriverManifest& manifest, const Installation& installation) {
  const absl::StatusOr<std::string> icd = installation.FindIcdManifest();
  if (!icd.ok()) return false;
  const absl::StatusOr<DriverManifest> ours = DriverManifest::Read(*icd);
  std::error_code error;
  return ours.ok() &&
         fs::equivalent(manifest.library_path, ours->library_path, error);
}

absl::Status WrongValue(absl::string_view option, absl::string_view value,
                        absl::string_view expected) {
  return absl::InvalidArgumentError(
      absl::StrCat("--", option, ": '", value, "' is ", expected));
}

absl::Status CheckFileName(absl::string_view option, const std::string& file) {
  if (!file.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--", option, ": the name of the file is empty"));
}

// The options that say what is looked for, and how it ends.
absl::Status ApplySearchArguments(const Arguments& arguments,
                                  Options* options) {
  if (auto mode = arguments.Last("host-domain")) {
    const absl::optional<HostDomain> parsed = ParseHostDomain(*mode);
    if (!parsed.has_value()) {
      return WrongValue("host-domain", *mode,
                        "neither report, strict nor merged");
    }
    options->host_domain = *parsed;
  }
  if (auto trap = arguments.Last("trap")) {
    if (*trap != "on" && *trap != "off") {
      return WrongValue("trap", *trap, "neither on nor off");
    }
    options->trap = *trap == "on";
  }
  if (auto status = arguments.Last("error-exitcode")) {
    options->error_exitcode = ParseErrorExitcode(*status);
    if (!options->error_exitcode.has_value()) {
      return WrongValue("error-exitcode", *status,
                        "no exit status; say a number from 1 to 255");
    }
  }
  if (arguments.Has("lint")) options->lint = true;
  return absl::OkStatus();
}

absl::Status ApplyFileArguments(const Arguments& arguments, Options* options) {
  const std::pair<const char*, std::string*> files[] = {
      {"report", &options->report},
      {"sarif", &options->sarif},
      {"suppressions", &options->suppressions},
  };
  for (const auto& [option, file] : files) {
    const std::optional<std::string> name = arguments.Last(option);
    if (!name.has_value()) continue;
    const absl::Status status = CheckFileName(option, *name);
    if (!status.ok()) return status;
    *file = *name;
  }
  return absl::OkStatus();
}

absl::Status ApplyArguments(const Arguments& arguments, Options* options) {
  if (auto profile = arguments.Last("profile")) options->profile = *profile;
  if (auto eviction = arguments.Last("eviction")) {
    const absl::StatusOr<EvictionPolicy> policy =
        EvictionPolicy::Parse(*eviction);
    if (!policy.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--eviction: ", policy.status().message()));
    }
    options->eviction = *policy;
  }
  if (auto file = arguments.Last("downstream")) options->downstream = *file;
  if (arguments.Has("hide-extension")) {
    options->hidden_extensions = arguments.All("hide-extension");
    for (const std::string& name : options->hidden_extensions) {
      const absl::Status status = CheckExtensionName(name);
      if (!status.ok()) return status;
    }
  }
  if (arguments.Has("quiet")) options->quiet = true;
  const absl::Status status = ApplySearchArguments(arguments, options);
  return status.ok() ? ApplyFileArguments(arguments, options) : status;
}

}  // namespace

absl::StatusOr<Plan> ReadPlan(const Arguments& arguments) {
  for (const Overruled& overruled : kOverruled) {
    if (arguments.Has(overruled.option)) unsetenv(overruled.variable);
  }
  absl::StatusOr<Options> options = Options::FromEnvironment();
  if (!options.ok()) return options.status();
  const absl::Status status = ApplyArguments(arguments, &*options);
  if (!status.ok()) return status;
  absl::StatusOr<Installation> installation = Installation::OfThisProcess();
  if (!installation.ok()) return installation.status();
  return Plan{*std::move(options), *std::move(installation)};
}

absl::StatusOr<Profile> PrepareProfile(Plan& plan) {
  std::string& name = plan.options.profile;
  const std::vector<std::string> built_in = ProfileNames();
  if (std::binary_search(built_in.begin(), built_in.end(), name)) {
    return LoadProfile(name);
  }
  std::error_code error;
  if (fs::is_fifo(name, error)) {
    return absl::InvalidArgumentError(
        absl::StrCat(name,
                     ": is a pipe, and the ICD reads the profile once more; "
                     "name a file that stays"));
  }
  absl::StatusOr<Profile> profile = LoadProfile(name);
  if (profile.ok()) name = Absolute(name);
  return profile;
}

absl::StatusOr<DriverManifest> PrepareDownstream(Plan& plan) {
  std::string& file = plan.options.downstream;
  absl::StatusOr<DriverManifest> manifest = FindDownstream(file);
  if (!manifest.ok()) return manifest;
  if (IsOurs(*manifest, plan.installation)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "driver manifest ", manifest->file,
        ": is Incoherent's own; name the driver that is to do the work"));
  }
  if (!file.empty()) file = Absolute(file);
  return manifest;
}

absl::Status PrepareFindingFiles(Plan& plan) {
  Options& options = plan.options;
  const absl::StatusOr<Suppressions> suppressions =
      Suppressions::Read(options.suppressions);
  if (!suppressions.ok()) return suppressions.status();
  for (std::string* file :
       {&options.report, &options.sarif, &options.suppressions}) {
    if (!file->empty()) *file = Absolute(*file);
  }
  return absl::OkStatus();
}

absl::StatusOr<Simulation> Simulation::Prepare(const Plan& plan) {
  Plan absolute = plan;
  absl::StatusOr<Profile> profile = PrepareProfile(absolute);
  if (!profile.ok()) return profile.status();
  absl::StatusOr<std::string> icd = absolute.installation.FindIcdManifest();
  if (!icd.ok()) return icd.status();
  absl::StatusOr<DriverManifest> downstream = PrepareDownstream(absolute);
  if (!downstream.ok()) return downstream.status();
  const absl::Status files = PrepareFindingFiles(absolute);
  if (!files.ok()) return files;
  return Simulation{absolute.options, *std::move(profile), *std::move(icd),
                    *std::move(downstream)};
}

void Simulation::EnterEnvironment() const {
  UseOnlyDriver(icd_manifest);
  for (const auto& [name, value] : options.ToEnvironment()) {
    if (value.empty()) {
      unsetenv(name.c_str());
    } else {
      setenv(name.c_str(), value.c_str(), 1);
    }
  }
}

void UseOnlyDriver(const std::string& manifest) {
  // The second is the first's name for loaders before 1.3.207.
  setenv("VK_DRIVER_FILES", manifest.c_str(), 1);
  setenv("VK_ICD_FILENAMES", manifest.c_str(), 1);
}

}  // namespace incoherent
