#ifndef INCOHERENT_SIM_CLI_CHECKS_H_
#define INCOHERENT_SIM_CLI_CHECKS_H_

// Check: one thing that `incoherent doctor` looks at.
//
// A check runs in a child of its own (child_process.h), so it may load drivers
// and change the environment.

#include "absl/types/span.h"
#include "sim/cli/diagnosis.h"
#include "sim/cli/simulation.h"

namespace incoherent {

struct Check {
  const char* topic;
  void (*examine)(Plan plan, Diagnosis& diagnosis);
};

// In the order in which they are worth reading.
absl::Span<const Check> AllChecks();

}  // namespace incoherent

#endif  // INCOHERENT_SIM_CLI_CHECKS_H_
