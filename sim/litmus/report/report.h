#ifndef INCOHERENT_SIM_LITMUS_REPORT_REPORT_H_
#define INCOHERENT_SIM_LITMUS_REPORT_REPORT_H_

// Report: what checking one litmus file came to, for people and for programs.
//
// Text and JSON come from the same struct, so neither knows more than the
// other. The lines of the text begin with what they are about, to be found with
// grep:
//
//   Test upload-without-flush
//   States 2
//   1 > q:r0=0
//   1 > q:r0=1
//   exists (q:r0 == 0): Allowed, 1 positive, 1 negative: ok
//   finding lost-host-write: buf[0..1): up.litmus:6 host: buf[0] = 1, then
//       up.litmus:11 q: r0 = buf[0]; missing: flush       (all in one line)
//     `q: r0 = buf[0]` touches what ...                   (the advice)
//   reports lost-host-write: ok
//   Explored 21 states
//
// A question ends in `ok` or `FAILED: expected X, got Y` if the file says what
// it expects. `Unknown (bounded)` meets no expectation.
//
// JSON, "schema": "incoherent-litmus/1": an object with `tests`, an element for
// each file, in order. Members are added from release to release, not renamed:
//
//   file, test, ok, error (null, or the one line to tell; the rest is absent)
//   states[{count, values{"q:r0": 0 | "undef" | "0x??01"}}]
//   questions[{text, line, verdict, positive, negative, expected (or null), ok,
//              witness (or null) {steps[{actor, what, result}], replay}}]
//   findings[{kind, memory, range{offset, size},
//             earlier (or null) {line, column, text}, later (likewise),
//             missing, by_the_letter, message}]
//   reports (or null) {expected[], found[], ok}
//   explored{states, transitions, blocked, bounded}
//   replay (of --replay; the rest after `test` is absent) {steps, replay}

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "sim/litmus/explorer/explorer.h"
#include "sim/litmus/program.h"

namespace incoherent::litmus {

struct ReportedValue {
  std::string name;  // "host:r0", "buf[0]", "buf[0..4)"
  Value value;
  uint64_t bytes = 1;
};

struct ReportedState {
  uint64_t count = 0;
  std::vector<ReportedValue> values;
};

struct ReportedQuestion {
  std::string text;
  Place place;
  Verdict verdict = Verdict::kUnknown;
  uint64_t positive = 0;
  uint64_t negative = 0;
  absl::optional<Verdict> expected;
  bool ok = true;
  absl::optional<Schedule> witness;
};

// What the file says of findings, and what was found; each kind once.
struct ReportedKinds {
  std::vector<HazardKind> expected;
  std::vector<HazardKind> found;
  bool ok = true;
};

struct Report {
  std::string file;
  std::string test;
  absl::Status error;  // why there is no answer
  std::vector<ReportedState> states;
  std::vector<ReportedQuestion> questions;
  std::vector<LitmusFinding> findings;
  absl::optional<ReportedKinds> reports;
  uint64_t explored = 0;
  uint64_t transitions = 0;
  uint64_t blocked = 0;
  bool bounded = false;
  // Of a replayed schedule; then there are no answers.
  absl::optional<Schedule> replay;

  // There are answers, and every expectation of the file held.
  bool ok() const;
};

Report MakeReport(const Program& program, const Exploration& exploration);
Report MakeReplayReport(const Program& program, const Schedule& schedule);
Report MakeErrorReport(absl::string_view file, const absl::Status& error);

// `witnesses`: also the schedules that show what is allowed, or fails.
std::string ReportText(const Report& report, bool witnesses);
std::string ReportJson(absl::Span<const Report> reports, bool witnesses);

// "Allowed", "Unknown (bounded)".
const char* VerdictName(Verdict verdict);

// "17", "undef", or byte by byte where only some are undefined: "0x??01".
std::string ValueText(const ReportedValue& value);

// "missing-host-barrier, stale-host-read", or "nothing".
std::string KindsText(absl::Span<const HazardKind> kinds);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_REPORT_REPORT_H_
