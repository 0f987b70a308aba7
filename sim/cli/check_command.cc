#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "sim/cli/commands.h"
#include "sim/litmus/explorer/explorer.h"
#include "sim/litmus/language/parser.h"
#include "sim/litmus/report/report.h"

namespace incoherent {
namespace {

using litmus::Exploration;
using litmus::ExploreOptions;
using litmus::Program;
using litmus::Report;
using litmus::Schedule;

constexpr char kDetails[] =
    R"(Each file is one small program: host threads and queues that share memory. Every
schedule of it is tried, every spontaneous act of the caches included, and its
questions are answered: exists (CONDITION) is Allowed or Forbidden, forall and
never Hold or Fail. What the program does wrong is told as findings. FILE may be
- for standard input.

The exit status is 0 if everything that the files expect is so, 1 if something
is not, 2 if a file cannot be read or the options are wrong.
)";

struct CheckOptions {
  ExploreOptions explore;
  bool witness = false;
  bool json = false;
  std::optional<std::string> replay;
};

absl::Status FileError(const std::string& file, int error) {
  return absl::UnavailableError(
      absl::StrCat(file, ": cannot be read: ", std::strerror(error)));
}

// At most one byte more than a program may have: the parser says so then.
absl::StatusOr<std::string> ReadFile(const std::string& file) {
  const bool standard = file == "-";
  std::FILE* stream = standard ? stdin : std::fopen(file.c_str(), "rb");
  if (stream == nullptr) return FileError(file, errno);
  const auto close = absl::MakeCleanup([&] {
    if (!standard) std::fclose(stream);
  });
  std::string text(litmus::kMostProgramBytes + 1, '\0');
  errno = 0;
  text.resize(std::fread(text.data(), 1, text.size(), stream));
  if (std::ferror(stream)) return FileError(file, errno);
  return text;
}

absl::StatusOr<Report> CheckProgram(const Program& program,
                                    const CheckOptions& options) {
  if (options.replay) {
    const absl::StatusOr<Schedule> schedule =
        ReplaySchedule(program, *options.replay);
    if (!schedule.ok()) return schedule.status();
    return MakeReplayReport(program, *schedule);
  }
  const absl::StatusOr<Exploration> exploration =
      Explore(program, options.explore);
  if (!exploration.ok()) return exploration.status();
  return MakeReport(program, *exploration);
}

Report Check(const std::string& file, const CheckOptions& options) {
  const absl::StatusOr<std::string> text = ReadFile(file);
  if (!text.ok()) return litmus::MakeErrorReport(file, text.status());
  const absl::StatusOr<Program> program =
      litmus::ParseProgram(*text, file == "-" ? "<stdin>" : file);
  if (!program.ok()) return litmus::MakeErrorReport(file, program.status());
  const absl::StatusOr<Report> report = CheckProgram(*program, options);
  if (report.ok()) return *report;
  return litmus::MakeErrorReport(
      file, absl::Status(
                report.status().code(),
                absl::StrCat(program->file, ": ", report.status().message())));
}

struct Tally {
  size_t failed = 0;
  size_t unchecked = 0;
};

Tally CountReports(const std::vector<Report>& reports) {
  Tally tally;
  for (const Report& report : reports) {
    if (!report.error.ok()) {
      ++tally.unchecked;
    } else if (!report.ok()) {
      ++tally.failed;
    }
  }
  return tally;
}

std::string TallyText(size_t files, const Tally& tally) {
  std::string text = absl::StrCat(
      files, " files: ", files - tally.failed - tally.unchecked, " ok");
  if (tally.failed != 0) {
    absl::StrAppend(&text, ", ", tally.failed, " FAILED");
  }
  if (tally.unchecked != 0) {
    absl::StrAppend(&text, ", ", tally.unchecked, " could not be checked");
  }
  return text + "\n";
}

// Answers appear as they are found; what keeps a file from having one goes to
// stderr.
void PrintReport(const Report& report, const CheckOptions& options,
                 bool first) {
  const std::string text = ReportText(report, options.witness);
  if (!report.error.ok()) {
    std::fputs(text.c_str(), stderr);
    return;
  }
  absl::PrintF("%s%s", first ? "" : "\n", text);
  std::fflush(stdout);
}

int CheckFiles(const std::vector<std::string>& files,
               const CheckOptions& options) {
  std::vector<Report> reports;
  bool first = true;
  for (const std::string& file : files) {
    reports.push_back(Check(file, options));
    if (options.json) continue;
    PrintReport(reports.back(), options, first);
    first = first && !reports.back().error.ok();
  }
  const Tally tally = CountReports(reports);
  if (options.json) {
    std::fputs(ReportJson(reports, options.witness).c_str(), stdout);
  } else if (files.size() > 1) {
    absl::PrintF("%s%s", first ? "" : "\n", TallyText(files.size(), tally));
  }
  if (tally.unchecked != 0) return kExitUsage;
  return tally.failed == 0 ? kExitOk : kExitFailed;
}

int Run(const Arguments& arguments) {
  const std::vector<std::string>& files = arguments.operands;
  if (files.empty()) {
    return RefuseUsage(kCheckCommand,
                       "no file; say `incoherent check FILE.litmus...`, or - "
                       "for standard input");
  }
  CheckOptions options;
  options.explore.prune = !arguments.Has("no-prune");
  options.witness = arguments.Has("witness");
  options.json = arguments.Has("json");
  options.replay = arguments.Last("replay");
  if (options.replay && files.size() > 1) {
    return RefuseUsage(kCheckCommand, "--replay is of one file");
  }
  const std::string most = arguments.Last("max-states").value_or("");
  if (arguments.Has("max-states") &&
      (!absl::SimpleAtoi(most, &options.explore.max_states) ||
       options.explore.max_states == 0)) {
    return RefuseUsage(
        kCheckCommand,
        absl::StrCat("--max-states needs a number from 1, not '", most, "'"));
  }
  return CheckFiles(files, options);
}

constexpr OptionSpec kOptions[] = {
    {"json", nullptr, "print one JSON document instead of text"},
    {"witness", nullptr,
     "also print a schedule for whatever is allowed, or fails"},
    {"replay", "STRING", "only run the schedule that a witness named so"},
    {"no-prune", nullptr, "also try what no later read can notice"},
    {"max-states", "N",
     "give up after N states and say so; 50000000 if not said"},
};

}  // namespace

const Command kCheckCommand = {
    "incoherent check",
    "[OPTION]... FILE.litmus...",
    "Tells what litmus programs may observe, on every schedule.",
    kDetails,
    kOptions,
    Operands::kAnywhere,
    Run,
};

}  // namespace incoherent
