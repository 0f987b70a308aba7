#ifndef INCOHERENT_SIM_CLI_COMMAND_LINE_H_
#define INCOHERENT_SIM_CLI_COMMAND_LINE_H_

// Command: one subcommand with its table of options, from which its arguments
// are read and its --help is printed.
//
//   --name VALUE and --name=VALUE; `--` ends the options
//   an option given twice: Last() is the later one, All() has both
//   --help and -h need no row in the table
//
// Example:
//
//   absl::StatusOr<Arguments> arguments =
//       ParseArguments(kRunCommand, {"--profile", "strict", "--", "vkcube"});
//   arguments->Last("profile");  // "strict"
//   arguments->operands;         // {"vkcube"}

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace incoherent {

// Exit statuses of the command itself; `run` has the application's instead.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;

struct OptionSpec {
  const char* name;   // "profile"
  const char* value;  // "NAME|FILE"; null where the option takes none
  const char* help;   // lines of at most 60 columns
};

struct Arguments {
  std::vector<std::pair<std::string, std::string>> options;  // as given
  std::vector<std::string> operands;

  bool Has(absl::string_view name) const { return Last(name).has_value(); }
  std::optional<std::string> Last(absl::string_view name) const;
  std::vector<std::string> All(absl::string_view name) const;
};

enum class Operands {
  kNone,        // an operand is wrong usage
  kAnywhere,    // options may follow an operand
  kEndOptions,  // the first operand ends the options: it is a command line
};

struct Command {
  const char* name;      // "incoherent run"
  const char* synopsis;  // "[OPTION]... [--] APP [ARG]..."
  const char* purpose;   // one line
  const char* details;   // paragraphs after the options; may be empty
  absl::Span<const OptionSpec> options;
  Operands operands;
  int (*run)(const Arguments& arguments);  // returns the exit status
};

// The error is one line, without the command's name: what is wrong and what
// would be right.
absl::StatusOr<Arguments> ParseArguments(const Command& command,
                                         const std::vector<std::string>& words);

// "usage: ..." with the option table.
std::string HelpText(const Command& command);

// Prints "NAME: MESSAGE" to stderr; returns kExitUsage.
int RefuseUsage(const Command& command, absl::string_view message);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_CLI_COMMAND_LINE_H_
