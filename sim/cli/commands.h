#ifndef INCOHERENT_SIM_CLI_COMMANDS_H_
#define INCOHERENT_SIM_CLI_COMMANDS_H_

// The subcommands; each is in a file of its name.

#include <string>
#include <vector>

#include "sim/cli/command_line.h"

namespace incoherent {

extern const Command kRunCommand;
extern const Command kCheckCommand;
extern const Command kExplainCommand;
extern const Command kProfilesCommand;
extern const Command kDoctorCommand;
extern const Command kDemoCommand;

// Does what the words after `incoherent` say; returns the exit status.
int Dispatch(const std::vector<std::string>& words);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_CLI_COMMANDS_H_
