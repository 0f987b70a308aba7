#ifndef INCOHERENT_SIM_FINDINGS_SARIF_H_
#define INCOHERENT_SIM_FINDINGS_SARIF_H_

// A Report as SARIF 2.1.0, which code hosts and editors show beside the code.
//
// One run, whose tool is Incoherent and whose rules are the kinds of finding.
// Each finding is a result:
//
//   ruleId               the kind; a VUID is a property and in the message
//   level                "error", "warning"; "note" for useless-sync, and for
//                        what is not certain
//   message              what a terminal shows
//   locations            the innermost frame of the two stacks whose file and
//                        line are known; else the Vulkan command
//   stacks               both, the writer's first
//   partialFingerprints  the same finding in another run has the same one
//   properties           count, vuid, rule, memory, resource, range, fix
//
// A frame that ends in " at FILE:LINE" has a file and a line.

#include <string>

#include "sim/findings/report.h"

namespace incoherent {

// Indented, without a newline at the end. What is no UTF-8 becomes U+FFFD.
std::string ReportToSarif(const Report& report);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_FINDINGS_SARIF_H_
