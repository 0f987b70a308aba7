#include "sim/icd/options.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace incoherent {
namespace {

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// A switch that is one of two words; `word` keeps it as it is when empty.
absl::Status ReadSwitch(const char* name, absl::string_view off,
                        absl::string_view on, bool& value) {
  const std::string word = Variable(name);
  if (word.empty()) return absl::OkStatus();
  if (word != off && word != on) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": '", word, "' is neither ", off, " nor ", on));
  }
  value = word == on;
  return absl::OkStatus();
}

absl::Status ReadEviction(EvictionPolicy& eviction) {
  const std::string word = Variable(Options::kEviction);
  if (word.empty()) return absl::OkStatus();
  absl::StatusOr<EvictionPolicy> policy = EvictionPolicy::Parse(word);
  if (!policy.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(Options::kEviction, ": ", policy.status().message()));
  }
  eviction = *policy;
  return absl::OkStatus();
}

absl::Status ReadHostDomain(HostDomain& mode) {
  const std::string word = Variable(Options::kHostDomain);
  if (word.empty()) return absl::OkStatus();
  const absl::optional<HostDomain> parsed = ParseHostDomain(word);
  if (!parsed.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat(Options::kHostDomain, ": '", word,
                     "' is neither report, strict nor merged"));
  }
  mode = *parsed;
  return absl::OkStatus();
}

absl::Status ReadErrorExitcode(absl::optional<int>& exitcode) {
  const std::string word = Variable(Options::kErrorExitcode);
  if (word.empty()) return absl::OkStatus();
  exitcode = ParseErrorExitcode(word);
  if (exitcode.has_value()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(Options::kErrorExitcode, ": '", word,
                   "' is no exit status; say a number from 1 to 255"));
}

constexpr HostDomain kHostDomains[] = {HostDomain::kReport, HostDomain::kStrict,
                                       HostDomain::kMerged};

}  // namespace

const char* HostDomainName(HostDomain mode) {
  switch (mode) {
    case HostDomain::kReport:
      return "report";
    case HostDomain::kStrict:
      return "strict";
    case HostDomain::kMerged:
      return "merged";
  }
  return "unknown";
}

absl::optional<HostDomain> ParseHostDomain(absl::string_view name) {
  for (HostDomain mode : kHostDomains) {
    if (name == HostDomainName(mode)) return mode;
  }
  return absl::nullopt;
}

absl::optional<int> ParseErrorExitcode(absl::string_view text) {
  int status = 0;
  if (!absl::SimpleAtoi(text, &status) || status < 1 || status > 255) {
    return absl::nullopt;
  }
  return status;
}

bool Options::Hides(absl::string_view extension) const {
  return std::find(hidden_extensions.begin(), hidden_extensions.end(),
                   extension) != hidden_extensions.end();
}

absl::StatusOr<Options> Options::FromEnvironment() {
  Options options;
  if (std::string profile = Variable(kProfile); !profile.empty()) {
    options.profile = profile;
  }
  options.downstream = Variable(kDownstream);
  options.hidden_extensions =
      absl::StrSplit(Variable(kHideExtensions), ',', absl::SkipWhitespace());
  options.report = Variable(kReport);
  options.sarif = Variable(kSarif);
  options.suppressions = Variable(kSuppressions);
  for (const absl::Status& status : {
           ReadEviction(options.eviction),
           ReadSwitch(kQuiet, "0", "1", options.quiet),
           ReadHostDomain(options.host_domain),
           ReadSwitch(kTrap, "off", "on", options.trap),
           ReadSwitch(kLint, "0", "1", options.lint),
           ReadErrorExitcode(options.error_exitcode),
       }) {
    if (!status.ok()) return status;
  }
  return options;
}

std::map<std::string, std::string> Options::ToEnvironment() const {
  return {
      {kProfile, profile},
      {kEviction, eviction.ToString()},
      {kDownstream, downstream},
      {kHideExtensions, absl::StrJoin(hidden_extensions, ",")},
      {kQuiet, quiet ? "1" : ""},
      {kHostDomain,
       host_domain == HostDomain::kReport ? "" : HostDomainName(host_domain)},
      {kTrap, trap ? "" : "off"},
      {kLint, lint ? "1" : ""},
      {kReport, report},
      {kSarif, sarif},
      {kSuppressions, suppressions},
      {kErrorExitcode,
       error_exitcode.has_value() ? absl::StrCat(*error_exitcode) : ""},
  };
}

}  // namespace incoherent
