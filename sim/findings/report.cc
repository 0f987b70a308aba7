#include "sim/findings/report.h"

#include <limits>
#include <tuple>

namespace incoherent {
namespace {

void AddUpTo64Bits(uint64_t count, uint64_t& sum) {
  const uint64_t room = std::numeric_limits<uint64_t>::max() - sum;
  sum += count < room ? count : room;
}

}  // namespace

bool operator==(const Report& a, const Report& b) {
  const auto members = [](const Report& report) {
    return std::tie(report.profile, report.downstream, report.application,
                    report.findings);
  };
  return members(a) == members(b);
}

ReportSummary SummaryOf(const Report& report) {
  ReportSummary summary;
  for (const Finding& finding : report.findings) {
    AddUpTo64Bits(finding.count, finding.severity == Severity::kError
                                     ? summary.errors
                                     : summary.warnings);
    AddUpTo64Bits(finding.count, summary.by_kind[finding.kind]);
  }
  return summary;
}

}  // namespace incoherent
