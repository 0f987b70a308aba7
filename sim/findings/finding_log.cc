#include "sim/findings/finding_log.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace incoherent {
namespace {

// "1 error", "2 errors".
std::string Counted(uint64_t count, absl::string_view noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

// The counts of each rule, or of the kind where there is no rule.
std::string Rules(const std::vector<Finding>& findings) {
  std::map<std::string, uint64_t> by_rule;
  for (const Finding& finding : findings) {
    by_rule[finding.vuid.empty() ? HazardKindName(finding.kind)
                                 : finding.vuid] += finding.count;
  }
  return absl::StrJoin(by_rule, ", ",
                       [](std::string* out,
                          const std::pair<const std::string, uint64_t>& entry) {
                         absl::StrAppend(out, entry.first, " x", entry.second);
                       });
}

}  // namespace

void FindingLog::Suppress(Suppressions suppressions) {
  absl::MutexLock lock(&mutex_);
  suppressions_ = std::move(suppressions);
}

bool FindingLog::Add(const Finding& finding, uint64_t place) {
  absl::MutexLock lock(&mutex_);
  const auto [entry, is_new] = index_.try_emplace(
      Key{finding.kind, finding.vuid, place}, findings_.size());
  if (!is_new) {
    CountAgain(finding, entry->second);
  } else if (suppressions_.Match(finding)) {
    entry->second = kSuppressed;
    suppressed_ += finding.count;
  } else {
    findings_.push_back(finding);
    return true;
  }
  return false;
}

bool FindingLog::CountIfKnown(const Finding& finding, uint64_t place) {
  absl::MutexLock lock(&mutex_);
  const auto found = index_.find(Key{finding.kind, finding.vuid, place});
  if (found == index_.end()) return false;
  CountAgain(finding, found->second);
  return true;
}

void FindingLog::CountAgain(const Finding& finding, size_t index) {
  if (index == kSuppressed) {
    suppressed_ += finding.count;
    return;
  }
  Finding& known = findings_[index];
  known.count += finding.count;
  // What was only possible the first time has happened now.
  if (finding.severity == Severity::kError) known.severity = Severity::kError;
}

std::vector<Finding> FindingLog::Findings() const {
  absl::MutexLock lock(&mutex_);
  return findings_;
}

bool FindingLog::HasErrors() const {
  absl::MutexLock lock(&mutex_);
  return std::any_of(findings_.begin(), findings_.end(),
                     [](const Finding& finding) {
                       return finding.severity == Severity::kError;
                     });
}

std::string FindingLog::Summary() const {
  std::vector<Finding> findings;
  uint64_t suppressed = 0;
  {
    absl::MutexLock lock(&mutex_);
    findings = findings_;
    suppressed = suppressed_;
  }
  uint64_t errors = 0;
  uint64_t warnings = 0;
  for (const Finding& finding : findings) {
    (finding.severity == Severity::kError ? errors : warnings) += finding.count;
  }
  std::vector<std::string> totals;
  if (errors > 0) totals.push_back(Counted(errors, "error"));
  if (warnings > 0) totals.push_back(Counted(warnings, "warning"));
  std::vector<std::string> parts;
  if (!findings.empty()) {
    parts.push_back(absl::StrCat(absl::StrJoin(totals, ", "), " from ",
                                 Counted(findings.size(), "place"), " (",
                                 Rules(findings), ")"));
  }
  if (suppressed > 0) parts.push_back(absl::StrCat(suppressed, " suppressed"));
  return absl::StrJoin(parts, "; ");
}

}  // namespace incoherent
