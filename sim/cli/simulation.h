#ifndef INCOHERENT_SIM_CLI_SIMULATION_H_
#define INCOHERENT_SIM_CLI_SIMULATION_H_

// Simulation: all that an application needs to run on a simulated device.
//
//   absl::StatusOr<Plan> plan = ReadPlan(arguments);
//   absl::StatusOr<Simulation> simulation = Simulation::Prepare(*plan);
//   simulation->EnterEnvironment();
//   execvp(app, ...);
//
// An option comes from the command line, else from its INCOHERENT_* variable,
// else it has its default (sim/icd/options.h).

#include <string>

#include "absl/status/statusor.h"
#include "sim/cli/command_line.h"
#include "sim/cli/installation.h"
#include "sim/icd/driver_manifest.h"
#include "sim/icd/options.h"
#include "sim/profiles/profile.h"

namespace incoherent {

// The options of every command that runs something on a simulated device.
inline constexpr OptionSpec kSimulationOptions[] = {
    {"profile", "NAME|FILE",
     "device to simulate: one of `incoherent profiles`, or a\n"
     "JSON file (default: strict) [INCOHERENT_PROFILE]"},
    {"eviction", "POLICY",
     "what the host cache does on its own: lazy (nothing),\n"
     "eager (everything), random or random:SEED (default:\n"
     "lazy) [INCOHERENT_EVICTION]"},
    {"downstream", "ICD.json",
     "manifest of the Vulkan driver that does the work\n"
     "(default: lavapipe's) [INCOHERENT_DOWNSTREAM]"},
    {"hide-extension", "NAME",
     "do not offer this extension; may be given again\n"
     "[INCOHERENT_HIDE_EXTENSIONS, comma-separated]"},
    {"host-domain", "MODE",
     "device writes that no barrier makes available to the\n"
     "host: report (they arrive, with a warning), strict\n"
     "(they do not; an error) or merged (ignored) (default:\n"
     "report) [INCOHERENT_HOST_DOMAIN]"},
    {"trap", "on|off",
     "see what the host reads (default: on)\n"
     "[INCOHERENT_TRAP]"},
    {"lint", nullptr,
     "also find flushes and invalidates that have nothing\n"
     "to do [INCOHERENT_LINT=1]"},
    {"report", "FILE",
     "write the findings there as JSON; %p is the process\n"
     "[INCOHERENT_REPORT]"},
    {"sarif", "FILE",
     "the same as SARIF 2.1.0, for editors and code hosts\n"
     "[INCOHERENT_SARIF]"},
    {"suppressions", "FILE",
     "findings that are known and not to be told\n"
     "[INCOHERENT_SUPPRESSIONS]"},
    {"error-exitcode", "N",
     "end with status N, 1 to 255, if there were errors\n"
     "[INCOHERENT_ERROR_EXITCODE]"},
    {"quiet", nullptr,
     "say nothing but findings and errors\n"
     "[INCOHERENT_QUIET=1]"},
};

// What was asked for, and what there is to do it with; nothing is checked yet.
struct Plan {
  Options options;
  Installation installation;
};

// The variables that the command line overrules are removed from this process's
// environment. The error is one line that names the option or the variable.
absl::StatusOr<Plan> ReadPlan(const Arguments& arguments);

struct Simulation {
  Options options;  // whose files are absolute paths
  Profile profile;
  std::string icd_manifest;
  DriverManifest downstream;

  // The error is one line: what is missing, and what to do.
  static absl::StatusOr<Simulation> Prepare(const Plan& plan);

  // Makes this process, and what it executes, see the simulated device only.
  void EnterEnvironment() const;
};

// The parts of Prepare. Each makes its option's files absolute.
absl::StatusOr<Profile> PrepareProfile(Plan& plan);
absl::StatusOr<DriverManifest> PrepareDownstream(Plan& plan);
absl::Status PrepareFindingFiles(Plan& plan);

// Makes the Vulkan loader of this process, and of what it executes, load that
// driver only.
void UseOnlyDriver(const std::string& manifest);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_CLI_SIMULATION_H_
