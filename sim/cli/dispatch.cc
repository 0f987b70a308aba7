// The command as a whole: its own options, `help`, and which subcommand runs.

#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "sim/cli/commands.h"
#include "sim/cli/text_table.h"
#include "sim/findings/version.h"

namespace incoherent {
namespace {

int Help(const Arguments& arguments);
int Main(const Arguments& arguments);

constexpr OptionSpec kMainOptions[] = {
    {"version", nullptr, "print the version and exit"},
};

constexpr Command kMainCommand = {
    "incoherent",
    "COMMAND [OPTION]... [ARGUMENT]...",
    "A Vulkan device whose memory is not coherent: what your desktop forgives, "
    "it\nshows.",
    "",
    kMainOptions,
    Operands::kEndOptions,
    Main,
};

constexpr Command kHelpCommand = {
    "incoherent help",
    "[COMMAND]",
    "Tells how the command, or one of its "
    "subcommands, is used.",
    "",
    {},
    Operands::kAnywhere,
    Help,
};

const Command* const kCommands[] = {
    &kRunCommand,    &kCheckCommand, &kExplainCommand, &kProfilesCommand,
    &kDoctorCommand, &kDemoCommand,  &kHelpCommand,
};

// "run" of "incoherent run".
absl::string_view ShortName(const Command& command) {
  return absl::StripPrefix(command.name, "incoherent ");
}

const Command* FindCommand(absl::string_view name) {
  for (const Command* command : kCommands) {
    if (ShortName(*command) == name) return command;
  }
  return nullptr;
}

int RefuseCommand(absl::string_view name) {
  return RefuseUsage(
      kMainCommand,
      absl::StrCat("unknown command '", name, "'; known are ",
                   absl::StrJoin(kCommands, ", ",
                                 [](std::string* out, const Command* command) {
                                   absl::StrAppend(out, ShortName(*command));
                                 })));
}

std::string MainHelp() {
  TextTable table;
  for (const Command* command : kCommands) {
    table.AddRow({absl::StrCat("  ", ShortName(*command)), command->purpose});
  }
  return absl::StrCat(HelpText(kMainCommand), "\ncommands:\n", table.ToString(),
                      "\n`incoherent COMMAND --help` tells more.\n");
}

int PrintHelp(const Command& command) {
  const std::string text =
      &command == &kMainCommand ? MainHelp() : HelpText(command);
  std::fputs(text.c_str(), stdout);
  return kExitOk;
}

int Execute(const Command& command, const std::vector<std::string>& words) {
  const absl::StatusOr<Arguments> arguments = ParseArguments(command, words);
  if (!arguments.ok()) {
    return RefuseUsage(command, arguments.status().message());
  }
  if (arguments->Has("help")) return PrintHelp(command);
  return command.run(*arguments);
}

int Help(const Arguments& arguments) {
  if (arguments.operands.empty()) return PrintHelp(kMainCommand);
  if (arguments.operands.size() > 1) {
    return RefuseUsage(kHelpCommand, "one command at a time");
  }
  const Command* command = FindCommand(arguments.operands[0]);
  if (command == nullptr) return RefuseCommand(arguments.operands[0]);
  return PrintHelp(*command);
}

int Main(const Arguments& arguments) {
  if (arguments.Has("version")) {
    absl::PrintF("incoherent %s\n", kVersion);
    return kExitOk;
  }
  if (arguments.operands.empty()) {
    return RefuseUsage(kMainCommand,
                       "no command; `incoherent --help` lists them");
  }
  const Command* command = FindCommand(arguments.operands[0]);
  if (command == nullptr) return RefuseCommand(arguments.operands[0]);
  return Execute(*command,
                 {arguments.operands.begin() + 1, arguments.operands.end()});
}

}  // namespace

int Dispatch(const std::vector<std::string>& words) {
  return Execute(kMainCommand, words);
}

}  // namespace incoherent
