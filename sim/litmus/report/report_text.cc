// The report for people.

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "sim/litmus/report/report.h"

namespace incoherent::litmus {
namespace {

constexpr char kIndent[] = "  ";

std::string StateText(const ReportedState& state) {
  return absl::StrCat(
      state.count, " > ",
      absl::StrJoin(state.values, "; ",
                    [](std::string* out, const ReportedValue& value) {
                      absl::StrAppend(out, value.name, "=", ValueText(value));
                    }),
      "\n");
}

// The steps in columns: number, actor, what it does, what it got.
std::string ScheduleText(const Schedule& schedule) {
  size_t actors = 0;
  size_t whats = 0;
  for (const Step& step : schedule.steps) {
    actors = std::max(actors, step.actor.size());
    whats = std::max(whats, step.what.size());
  }
  const size_t numbers = absl::StrCat(schedule.steps.size()).size();
  std::string text;
  for (size_t i = 0; i < schedule.steps.size(); ++i) {
    const Step& step = schedule.steps[i];
    std::string line = absl::StrFormat(
        "%s%*d  %-*s  %-*s  %s", kIndent, static_cast<int>(numbers), i + 1,
        static_cast<int>(actors), step.actor, static_cast<int>(whats),
        step.what, step.result);
    absl::StripTrailingAsciiWhitespace(&line);
    absl::StrAppend(&text, line, "\n");
  }
  absl::StrAppend(&text, kIndent, "replay ", schedule.replay, "\n");
  return text;
}

std::string Lower(Verdict verdict) {
  return absl::AsciiStrToLower(VerdictName(verdict));
}

std::string QuestionText(const ReportedQuestion& question, bool witnesses) {
  std::string text = absl::StrCat(
      question.text, ": ", VerdictName(question.verdict), ", ",
      question.positive, " positive, ", question.negative, " negative");
  if (question.expected) {
    absl::StrAppend(
        &text, question.ok ? ": ok"
                           : absl::StrCat(": FAILED: expected ",
                                          Lower(*question.expected), ", got ",
                                          Lower(question.verdict)));
  }
  text += '\n';
  if (witnesses && question.witness) {
    absl::StrAppend(&text, ScheduleText(*question.witness));
  }
  return text;
}

std::string Party(const Report& report, const Place& place,
                  const std::string& text) {
  return absl::StrCat(report.file, ":", place.line, " ", text);
}

std::string FindingText(const Report& report, const LitmusFinding& finding) {
  std::string text =
      absl::StrCat("finding ", HazardKindName(finding.kind), ":");
  if (!finding.range.empty()) {
    absl::StrAppend(&text, " ", finding.memory, "[", finding.range.offset, "..",
                    finding.range.end(), "):");
  }
  if (finding.earlier.line != 0) {
    absl::StrAppend(&text, " ",
                    Party(report, finding.earlier, finding.earlier_text),
                    ", then");
  }
  absl::StrAppend(&text, " ", Party(report, finding.later, finding.later_text));
  if (!finding.missing.empty() && finding.missing != "none") {
    absl::StrAppend(&text, "; missing: ", finding.missing);
  }
  if (finding.by_the_letter) absl::StrAppend(&text, "; by the letter only");
  text += '\n';
  if (!finding.message.empty()) {
    absl::StrAppend(&text, kIndent, finding.message, "\n");
  }
  return text;
}

std::string KindsLine(const ReportedKinds& kinds) {
  const std::string expected = KindsText(kinds.expected);
  if (kinds.ok) return absl::StrCat("reports ", expected, ": ok\n");
  return absl::StrCat("reports ", expected, ": FAILED: expected ", expected,
                      ", got ", KindsText(kinds.found), "\n");
}

std::string ExploredLine(const Report& report) {
  std::string text = absl::StrCat("Explored ", report.explored, " states");
  if (report.blocked != 0) {
    absl::StrAppend(&text, ", in ", report.blocked,
                    " of them somebody waits for ever");
  }
  if (report.bounded) {
    absl::StrAppend(&text,
                    "; bounded: there are more, so nothing is forbidden");
  }
  return text + "\n";
}

}  // namespace

std::string ReportText(const Report& report, bool witnesses) {
  if (!report.error.ok()) return absl::StrCat(report.error.message(), "\n");
  std::string text = absl::StrCat("Test ", report.test, "\n");
  if (report.replay) return text + ScheduleText(*report.replay);
  absl::StrAppend(&text, "States ", report.states.size(), "\n");
  for (const ReportedState& state : report.states) text += StateText(state);
  for (const ReportedQuestion& question : report.questions) {
    text += QuestionText(question, witnesses);
  }
  for (const LitmusFinding& finding : report.findings) {
    text += FindingText(report, finding);
  }
  if (report.reports) text += KindsLine(*report.reports);
  return text + ExploredLine(report);
}

}  // namespace incoherent::litmus
