#include <cstdio>
#include <string>

#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "sim/cli/checks.h"
#include "sim/cli/child_process.h"
#include "sim/cli/commands.h"
#include "sim/cli/simulation.h"

namespace incoherent {
namespace {

constexpr char kDetails[] =
    R"(Each line begins with

  ok       as it should be
  warn     `incoherent run` works all the same
  MISSING  `incoherent run` cannot work

Exits with 0 if nothing is missing, else with 1.
)";

// What drivers and the loader had to say, for whoever must find out why.
void QuoteErrors(const std::string& text) {
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    absl::PrintF("         | %s\n", line);
  }
}

// Returns whether nothing was missing.
bool Perform(const Check& check, const Plan& plan) {
  const absl::StatusOr<ChildOutcome> child = RunInChild([&check, &plan] {
    Diagnosis diagnosis;
    check.examine(plan, diagnosis);
    return diagnosis.healthy() ? kExitOk : kExitFailed;
  });
  if (!child.ok()) {
    Diagnosis().Missing(check.topic, child.status());
    return false;
  }
  std::fputs(child->out.c_str(), stdout);
  if (child->Succeeded()) return true;
  if (child->Crashed()) {
    Diagnosis().Missing(check.topic, "the driver " + child->Ending());
  }
  QuoteErrors(child->err);
  return false;
}

int Run(const Arguments& arguments) {
  const absl::StatusOr<Plan> plan = ReadPlan(arguments);
  if (!plan.ok()) return RefuseUsage(kDoctorCommand, plan.status().message());
  bool healthy = true;
  for (const Check& check : AllChecks()) {
    healthy = Perform(check, *plan) && healthy;
  }
  return healthy ? kExitOk : kExitFailed;
}

}  // namespace

const Command kDoctorCommand = {
    "incoherent doctor",
    "[OPTION]...",
    "Tells what `incoherent run` would use, and what is missing.",
    kDetails,
    kSimulationOptions,
    Operands::kNone,
    Run,
};

}  // namespace incoherent
