#ifndef INCOHERENT_SIM_FINDINGS_REPORT_H_
#define INCOHERENT_SIM_FINDINGS_REPORT_H_

// Report: what the run of one process came to. report_json.h writes it.
//
//   Report report;
//   report.profile = "arm-mali-g78";
//   report.application = {"./viewer", "model.gltf"};
//   report.findings = log.Findings();
//   SummaryOf(report).errors;   // how often something was wrong

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/findings/finding.h"

namespace incoherent {

struct Report {
  std::string profile;                   // name of the simulated device
  std::string downstream;                // of the driver that executes
  std::vector<std::string> application;  // the command line
  std::vector<Finding> findings;         // in the order first seen
};

bool operator==(const Report& a, const Report& b);

// How often, not in how many places: sums of Finding::count, which stop at
// 2^64 - 1.
struct ReportSummary {
  uint64_t errors = 0;
  uint64_t warnings = 0;
  std::map<HazardKind, uint64_t> by_kind;  // the kinds that were seen
};

ReportSummary SummaryOf(const Report& report);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_FINDINGS_REPORT_H_
