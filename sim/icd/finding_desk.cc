#include "sim/icd/finding_desk.h"

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "sim/icd/device.h"
#include "sim/icd/messenger.h"
#include "sim/icd/voice.h"

namespace incoherent {
namespace {

// Every new finding rewrites the report; where there are many, not at once.
constexpr int kPromptReports = 50;
constexpr std::chrono::seconds kReportPause(1);

// Never destroyed: an application's own exit code may still add to it.
std::atomic<FindingDesk*> desk_of_this_process{nullptr};
bool status_is_chosen = false;

std::vector<std::string> CommandLine() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  const std::string words{std::istreambuf_iterator<char>(file),
                          std::istreambuf_iterator<char>()};
  std::vector<std::string> line = absl::StrSplit(words, '\0');
  if (!line.empty() && line.back().empty()) line.pop_back();
  return line;
}

// Leaves out what started the program or the thread.
std::vector<std::string> WithoutStart(std::vector<std::string> stack) {
  const auto starts = [](absl::string_view frame) {
    for (const char* name : {"_start()", "__libc_start", "start_thread()",
                             "clone3()", "clone()", "__clone"}) {
      if (absl::StartsWith(frame, name)) return true;
    }
    return false;
  };
  while (stack.size() > 1 && starts(stack.back())) stack.pop_back();
  return stack;
}

// What a forked child has of its parent's it can neither use (another thread
// may hold its locks) nor tell.
void BeginAnew() { desk_of_this_process = new FindingDesk; }

// exit() within an exit handler changes the status; the other handlers and
// destructors run all the same.
void EndWithStatusOfFindings() {
  if (status_is_chosen) return;
  LookAtAllDevices();
  const absl::optional<int> status = FindingDesk::OfThisProcess().ExitStatus();
  if (!status.has_value()) return;
  status_is_chosen = true;
  std::exit(*status);
}

[[gnu::constructor]] void Load() {
  BeginAnew();
  pthread_atfork(nullptr, nullptr, BeginAnew);
  std::atexit(EndWithStatusOfFindings);
}

// The last that is run of the ICD, after the exit handlers and the static
// objects of the application, which may still use Vulkan.
[[gnu::destructor]] void End() {
  FindingDesk::OfThisProcess().Close();
  EndWithStatusOfFindings();
}

}  // namespace

FindingDesk& FindingDesk::OfThisProcess() { return *desk_of_this_process; }

void FindingDesk::Open(const Options& options, absl::string_view profile,
                       absl::string_view downstream,
                       Suppressions suppressions) {
  log_.Suppress(std::move(suppressions));
  absl::MutexLock lock(&mutex_);
  files_.emplace(options.report, options.sarif);
  profile_ = std::string(profile);
  downstream_ = std::string(downstream);
  error_exitcode_ = options.error_exitcode;
  files_->Write(MakeReport(), ReportFiles::kSoFar);
}

void FindingDesk::Add(Finding finding, uint64_t place) {
  finding.writer_stack = WithoutStart(std::move(finding.writer_stack));
  finding.reader_stack = WithoutStart(std::move(finding.reader_stack));
  if (!log_.Add(finding, place)) return;
  std::vector<std::string> lines = {ToText(finding)};
  for (const std::string& line : DetailsOf(finding)) {
    lines.push_back("  " + line);
  }
  SayTogether(lines);
  WriteReportSoFar();
  TellMessengers(finding);
}

bool FindingDesk::CountIfKnown(const Finding& finding, uint64_t place) {
  return log_.CountIfKnown(finding, place);
}

absl::optional<int> FindingDesk::ExitStatus() const {
  if (!log_.HasErrors()) return absl::nullopt;
  absl::MutexLock lock(&mutex_);
  return error_exitcode_;
}

void FindingDesk::Close() {
  if (const std::string summary = log_.Summary(); !summary.empty()) {
    Say(summary);
  }
  absl::MutexLock lock(&mutex_);
  if (files_.has_value()) files_->Write(MakeReport(), ReportFiles::kFinal);
}

Report FindingDesk::MakeReport() const {
  return Report{profile_, downstream_, CommandLine(), log_.Findings()};
}

void FindingDesk::WriteReportSoFar() {
  absl::MutexLock lock(&mutex_);
  if (!files_.has_value()) return;
  const auto now = std::chrono::steady_clock::now();
  if (reports_written_ >= kPromptReports &&
      now - last_written_ < kReportPause) {
    return;
  }
  ++reports_written_;
  last_written_ = now;
  files_->Write(MakeReport(), ReportFiles::kSoFar);
}

}  // namespace incoherent
