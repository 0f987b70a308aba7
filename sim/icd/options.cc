#include "sim/icd/options.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace incoherent {
namespace {

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

bool Options::Hides(absl::string_view extension) const {
  return std::find(hidden_extensions.begin(), hidden_extensions.end(),
                   extension) != hidden_extensions.end();
}

absl::StatusOr<Options> Options::FromEnvironment() {
  Options options;
  if (std::string profile = Variable(kProfile); !profile.empty()) {
    options.profile = profile;
  }
  if (std::string eviction = Variable(kEviction); !eviction.empty()) {
    absl::StatusOr<EvictionPolicy> policy = EvictionPolicy::Parse(eviction);
    if (!policy.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(kEviction, ": ", policy.status().message()));
    }
    options.eviction = *policy;
  }
  options.downstream = Variable(kDownstream);
  options.hidden_extensions =
      absl::StrSplit(Variable(kHideExtensions), ',', absl::SkipWhitespace());
  const std::string quiet = Variable(kQuiet);
  if (quiet != "" && quiet != "0" && quiet != "1") {
    return absl::InvalidArgumentError(
        absl::StrCat(kQuiet, ": '", quiet, "' is neither 0 nor 1"));
  }
  options.quiet = quiet == "1";
  return options;
}

std::map<std::string, std::string> Options::ToEnvironment() const {
  return {
      {kProfile, profile},
      {kEviction, eviction.ToString()},
      {kDownstream, downstream},
      {kHideExtensions, absl::StrJoin(hidden_extensions, ",")},
      {kQuiet, quiet ? "1" : ""},
  };
}

}  // namespace incoherent
