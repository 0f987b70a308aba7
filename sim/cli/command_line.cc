#include "sim/cli/command_line.h"

#include <getopt.h>

#include <algorithm>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace incoherent {
namespace {

constexpr OptionSpec kHelpOption = {"help", nullptr, "print this and exit"};

std::vector<OptionSpec> AllOptions(const Command& command) {
  std::vector<OptionSpec> specs(command.options.begin(), command.options.end());
  specs.push_back(kHelpOption);
  return specs;
}

// getopt_long returns kFirstValue plus the index of the option's row.
constexpr int kFirstValue = 256;

std::vector<option> LongOptions(const std::vector<OptionSpec>& specs) {
  std::vector<option> rows;
  for (const OptionSpec& spec : specs) {
    const int has_value =
        spec.value == nullptr ? no_argument : required_argument;
    rows.push_back({spec.name, has_value, nullptr,
                    kFirstValue + static_cast<int>(rows.size())});
  }
  rows.push_back({});
  return rows;
}

std::string Synopsis(const OptionSpec& spec) {
  return spec.value == nullptr ? absl::StrCat("--", spec.name)
                               : absl::StrCat("--", spec.name, " ", spec.value);
}

const OptionSpec* FindRow(const std::vector<OptionSpec>& specs, int value) {
  const size_t row = static_cast<size_t>(value - kFirstValue);
  return value >= kFirstValue && row < specs.size() ? &specs[row] : nullptr;
}

// What getopt_long refused: it answered ':' or '?' and left the row in
// `optopt`, or 0 or the letter of a short option.
absl::Status Refusal(const std::vector<OptionSpec>& specs, int answer,
                     absl::string_view word) {
  const OptionSpec* row = FindRow(specs, optopt);
  if (answer == ':' && row != nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("--", row->name, " needs a value: ", Synopsis(*row)));
  }
  if (row != nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("--", row->name, " takes no value"));
  }
  const std::string unknown = optopt != 0
                                  ? std::string{'-', static_cast<char>(optopt)}
                                  : std::string(word.substr(0, word.find('=')));
  return absl::InvalidArgumentError(absl::StrCat(
      "unknown option '", unknown, "'; known are ",
      absl::StrJoin(specs, ", ", [](std::string* out, const OptionSpec& spec) {
        absl::StrAppend(out, "--", spec.name);
      })));
}

// Lets getopt_long read the options of `argv`, which ends with a null; it
// leaves `optind` at the first operand.
absl::Status ReadOptionsOf(const Command& command, std::vector<char*>& argv,
                           Arguments* arguments) {
  const std::vector<OptionSpec> specs = AllOptions(command);
  const std::vector<option> rows = LongOptions(specs);
  // The plus ends the options at an operand; the colon tells a missing value
  // from an unknown option.
  const char* short_options =
      command.operands == Operands::kEndOptions ? "+:h" : ":h";
  opterr = 0;
  optind = 0;
  for (;;) {
    const int answer =
        getopt_long(static_cast<int>(argv.size()) - 1, argv.data(),
                    short_options, rows.data(), nullptr);
    if (answer == -1) return absl::OkStatus();
    if (answer == 'h') {
      arguments->options.emplace_back(kHelpOption.name, "");
      continue;
    }
    const OptionSpec* row = FindRow(specs, answer);
    if (row == nullptr) {
      return Refusal(specs, answer, argv[static_cast<size_t>(optind) - 1]);
    }
    arguments->options.emplace_back(row->name, optarg == nullptr ? "" : optarg);
  }
}

void AppendOptions(const std::vector<OptionSpec>& specs, std::string* text) {
  size_t width = 0;
  for (const OptionSpec& spec : specs) {
    width = std::max(width, Synopsis(spec).size());
  }
  for (const OptionSpec& spec : specs) {
    std::string left = Synopsis(spec);
    for (absl::string_view line : absl::StrSplit(spec.help, '\n')) {
      absl::StrAppendFormat(text, "  %-*s  %s\n", static_cast<int>(width), left,
                            line);
      left.clear();
    }
  }
}

}  // namespace

std::optional<std::string> Arguments::Last(absl::string_view name) const {
  const std::vector<std::string> values = All(name);
  if (values.empty()) return std::nullopt;
  return values.back();
}

std::vector<std::string> Arguments::All(absl::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [option, value] : options) {
    if (option == name) values.push_back(value);
  }
  return values;
}

absl::StatusOr<Arguments> ParseArguments(
    const Command& command, const std::vector<std::string>& words) {
  std::vector<std::string> copies = {command.name};
  copies.insert(copies.end(), words.begin(), words.end());
  std::vector<char*> argv;
  for (std::string& word : copies) argv.push_back(word.data());
  argv.push_back(nullptr);

  Arguments arguments;
  const absl::Status status = ReadOptionsOf(command, argv, &arguments);
  if (!status.ok()) return status;
  for (size_t i = static_cast<size_t>(optind); i + 1 < argv.size(); ++i) {
    arguments.operands.emplace_back(argv[i]);
  }
  if (command.operands == Operands::kNone && !arguments.operands.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("unexpected '", arguments.operands[0],
                     "'; this command takes options only"));
  }
  return arguments;
}

std::string HelpText(const Command& command) {
  std::string text =
      absl::StrCat("usage: ", command.name, " ", command.synopsis, "\n\n",
                   command.purpose, "\n\noptions:\n");
  AppendOptions(AllOptions(command), &text);
  if (*command.details != '\0') absl::StrAppend(&text, "\n", command.details);
  return text;
}

int RefuseUsage(const Command& command, absl::string_view message) {
  absl::FPrintF(stderr, "%s: %s\n", command.name, message);
  return kExitUsage;
}

}  // namespace incoherent
