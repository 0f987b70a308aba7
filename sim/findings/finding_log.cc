#include "sim/findings/finding_log.h"

#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace incoherent {

void FindingLog::Add(const Finding& finding, uint64_t place) {
  {
    absl::MutexLock lock(&mutex_);
    const Key key{finding.kind, finding.vuid, place};
    if (++counts_[key] > 1) return;
  }
  sink_(ToText(finding));
}

std::string FindingLog::Summary() const {
  absl::MutexLock lock(&mutex_);
  if (counts_.empty()) return "";
  std::map<std::string, uint64_t> by_vuid;
  uint64_t total = 0;
  for (const auto& [key, count] : counts_) {
    by_vuid[key.vuid] += count;
    total += count;
  }
  const std::string rules =
      absl::StrJoin(by_vuid, ", ",
                    [](std::string* out,
                       const std::pair<const std::string, uint64_t>& entry) {
                      absl::StrAppend(out, entry.first, " x", entry.second);
                    });
  return absl::StrCat(
      total, total == 1 ? " error" : " errors", " from ", counts_.size(),
      counts_.size() == 1 ? " place" : " places", " (", rules, ")");
}

}  // namespace incoherent
