// The half of profile.h that finds profiles; profile.cc reads them.

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "sim/profiles/builtin_profiles.h"
#include "sim/profiles/closest_names.h"
#include "sim/profiles/one_line.h"
#include "sim/profiles/profile.h"
#include "sim/profiles/profile_file.h"

namespace incoherent {
namespace {

bool NamesFile(absl::string_view name) {
  return absl::StrContains(name, '/') || absl::EndsWith(name, ".json");
}

absl::Status UnknownProfile(absl::string_view name) {
  std::vector<absl::string_view> names;
  for (const BuiltinProfile& profile : BuiltinProfiles()) {
    names.push_back(profile.name);
  }
  return absl::NotFoundError(absl::StrCat(
      "no profile is called ", Quoted(name), DidYouMean(name, names),
      " (`incoherent profiles` lists them; name a file of your own with its "
      "path, as ./mine.json)"));
}

absl::StatusOr<absl::string_view> BuiltinJson(absl::string_view name) {
  for (const BuiltinProfile& profile : BuiltinProfiles()) {
    if (profile.name == name) return profile.json;
  }
  return UnknownProfile(name);
}

}  // namespace

absl::StatusOr<Profile> LoadProfile(absl::string_view name_or_file) {
  if (NamesFile(name_or_file)) {
    const absl::StatusOr<std::string> json = ReadProfileFile(name_or_file);
    if (!json.ok()) return json.status();
    return ParseProfile(*json, name_or_file);
  }
  const absl::StatusOr<absl::string_view> json = BuiltinJson(name_or_file);
  if (!json.ok()) return json.status();
  return ParseProfile(*json, name_or_file);
}

std::vector<std::string> ProfileNames() {
  std::vector<std::string> names;
  for (const BuiltinProfile& profile : BuiltinProfiles()) {
    names.emplace_back(profile.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

absl::StatusOr<std::string> ProfileJson(absl::string_view name) {
  const absl::StatusOr<absl::string_view> json = BuiltinJson(name);
  if (!json.ok()) return json.status();
  return std::string(*json);
}

}  // namespace incoherent
