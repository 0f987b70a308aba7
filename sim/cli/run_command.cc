#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "sim/cli/commands.h"
#include "sim/cli/simulation.h"

namespace incoherent {
namespace {

constexpr char kDetails[] =
    R"(Every Vulkan device that APP sees has the memory of the profile. What APP does
wrong with it is told on stderr, once for each place, and summed up at the end;
`incoherent explain KIND` tells what a finding means.

The exit status is that of APP, or that of --error-exitcode; it is 2 if the
options are wrong or something is missing, 126 if APP cannot be executed and 127
if there is no APP. Other processes that APP starts are watched as well: with %p
in the name, each writes a report of its own.

The variables in brackets say the same as the options, which win over them.
)";

// What a shell says and returns when it cannot execute a program.
int RefuseApp(const std::string& app, int error) {
  std::error_code ignored;
  if (error == ENOENT && absl::StrContains(app, '/') &&
      std::filesystem::exists(app, ignored)) {
    absl::FPrintF(stderr,
                  "incoherent run: %s: its interpreter is missing; look at its "
                  "first line, or at `readelf -l`\n",
                  app);
    return 127;
  }
  if (error == ENOENT || error == ENOTDIR) {
    absl::FPrintF(stderr, "incoherent run: %s: not found%s\n", app,
                  absl::StrContains(app, '/') ? "" : " in PATH");
    return 127;
  }
  absl::FPrintF(stderr, "incoherent run: %s: cannot be executed: %s\n", app,
                std::strerror(error));
  return 126;
}

int Execute(std::vector<std::string> words) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  return RefuseApp(words[0], errno);
}

int Run(const Arguments& arguments) {
  if (arguments.operands.empty()) {
    return RefuseUsage(kRunCommand,
                       "no application; say `incoherent run [OPTION]... -- APP "
                       "[ARG]...`");
  }
  const absl::StatusOr<Plan> plan = ReadPlan(arguments);
  if (!plan.ok()) return RefuseUsage(kRunCommand, plan.status().message());
  const absl::StatusOr<Simulation> simulation = Simulation::Prepare(*plan);
  if (!simulation.ok()) {
    return RefuseUsage(kRunCommand, simulation.status().message());
  }
  simulation->EnterEnvironment();
  return Execute(arguments.operands);
}

}  // namespace

const Command kRunCommand = {
    "incoherent run",
    "[OPTION]... [--] APP [ARG]...",
    "Runs a Vulkan application on a device whose memory is not coherent.",
    kDetails,
    kSimulationOptions,
    Operands::kEndOptions,
    Run,
};

}  // namespace incoherent
