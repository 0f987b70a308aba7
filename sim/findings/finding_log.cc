#include "sim/findings/finding_log.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace incoherent {
namespace {

// "1 error", "2 errors".
std::string Counted(uint64_t count, absl::string_view noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

}  // namespace

void FindingLog::Add(const Finding& finding, uint64_t place) {
  {
    absl::MutexLock lock(&mutex_);
    const auto [entry, is_new] = index_.try_emplace(
        Key{finding.kind, finding.vuid, place}, findings_.size());
    if (!is_new) {
      findings_[entry->second].count += finding.count;
      return;
    }
    findings_.push_back(finding);
  }
  sink_(ToText(finding));
}

std::vector<Finding> FindingLog::Findings() const {
  absl::MutexLock lock(&mutex_);
  return findings_;
}

std::string FindingLog::Summary() const {
  const std::vector<Finding> findings = Findings();
  if (findings.empty()) return "";
  std::map<std::string, uint64_t> by_rule;
  uint64_t errors = 0;
  uint64_t warnings = 0;
  for (const Finding& finding : findings) {
    by_rule[finding.vuid.empty() ? HazardKindName(finding.kind)
                                 : finding.vuid] += finding.count;
    (finding.severity == Severity::kError ? errors : warnings) += finding.count;
  }
  std::vector<std::string> totals;
  if (errors > 0) totals.push_back(Counted(errors, "error"));
  if (warnings > 0) totals.push_back(Counted(warnings, "warning"));
  const std::string rules =
      absl::StrJoin(by_rule, ", ",
                    [](std::string* out,
                       const std::pair<const std::string, uint64_t>& entry) {
                      absl::StrAppend(out, entry.first, " x", entry.second);
                    });
  return absl::StrCat(absl::StrJoin(totals, ", "), " from ",
                      Counted(findings.size(), "place"), " (", rules, ")");
}

}  // namespace incoherent
