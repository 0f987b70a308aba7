#include "sim/litmus/report/report.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "sim/litmus/explorer/answers.h"
#include "sim/memory/check.h"

namespace incoherent::litmus {
namespace {

// A program's registers and named bytes, in the order of a FinalState.
struct Names {
  std::vector<std::vector<ReportedValue>> hosts;
  std::vector<std::vector<ReportedValue>> queues;
  std::vector<ReportedValue> memory;
};

std::vector<ReportedValue> RegistersOf(const Agent& agent) {
  std::vector<ReportedValue> registers;
  for (const std::string& name : agent.registers) {
    registers.push_back({absl::StrCat(agent.name, ":", name), Value(), 1});
  }
  return registers;
}

// As wide as the widest load into it.
void WidenByLoads(const std::vector<Op>& ops,
                  std::vector<ReportedValue>& registers) {
  for (const Op& op : ops) {
    if (op.kind != OpKind::kLoad) continue;
    ReportedValue& reg = registers[op.reg];
    reg.bytes = std::max(reg.bytes, op.source_range->bytes.size);
  }
}

std::string RangeName(const Program& program, const Range& range) {
  const std::string& memory = program.memories[range.memory].name;
  if (range.bytes.size == 1) {
    return absl::StrCat(memory, "[", range.bytes.offset, "]");
  }
  return absl::StrCat(memory, "[", range.bytes.offset, "..", range.bytes.end(),
                      ")");
}

Names NamesOf(const Program& program) {
  Names names;
  for (const Agent& host : program.hosts) {
    names.hosts.push_back(RegistersOf(host));
    WidenByLoads(host.ops, names.hosts.back());
  }
  for (const Agent& queue : program.queues) {
    names.queues.push_back(RegistersOf(queue));
  }
  for (const Submission& submission : program.submissions) {
    WidenByLoads(submission.ops, names.queues[submission.queue]);
  }
  for (const Range& range : NamedMemory(program)) {
    names.memory.push_back(
        {RangeName(program, range), Value(), range.bytes.size});
  }
  return names;
}

void AddValues(const std::vector<ReportedValue>& names,
               const std::vector<Value>& values, ReportedState& state) {
  INCOHERENT_CHECK(names.size() == values.size(), "a value for each name");
  for (size_t i = 0; i < names.size(); ++i) {
    state.values.push_back(names[i]);
    state.values.back().value = values[i];
  }
}

ReportedState StateOf(const Names& names, const FinalState& final_state) {
  ReportedState state;
  state.count = final_state.count;
  for (size_t i = 0; i < names.hosts.size(); ++i) {
    AddValues(names.hosts[i], final_state.host_registers[i], state);
  }
  for (size_t i = 0; i < names.queues.size(); ++i) {
    AddValues(names.queues[i], final_state.queue_registers[i], state);
  }
  AddValues(names.memory, final_state.memory, state);
  return state;
}

absl::optional<Verdict> ExpectedOf(const Question& question) {
  if (question.expect_allowed) {
    return *question.expect_allowed ? Verdict::kAllowed : Verdict::kForbidden;
  }
  if (question.expect_holds) {
    return *question.expect_holds ? Verdict::kHolds : Verdict::kFails;
  }
  return absl::nullopt;
}

ReportedQuestion QuestionOf(const Question& question, const Answer& answer) {
  ReportedQuestion reported;
  reported.text = question.text;
  reported.place = question.place;
  reported.verdict = answer.verdict;
  reported.positive = answer.positive;
  reported.negative = answer.negative;
  reported.expected = ExpectedOf(question);
  reported.ok = !reported.expected || *reported.expected == answer.verdict;
  reported.witness = answer.witness;
  return reported;
}

std::vector<HazardKind> Sorted(std::vector<HazardKind> kinds) {
  std::sort(kinds.begin(), kinds.end());
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  return kinds;
}

ReportedKinds KindsOf(const std::vector<HazardKind>& expected,
                      const Exploration& exploration) {
  ReportedKinds kinds;
  kinds.expected = Sorted(expected);
  for (const LitmusFinding& finding : exploration.findings) {
    kinds.found.push_back(finding.kind);
  }
  kinds.found = Sorted(std::move(kinds.found));
  kinds.ok = exploration.reports_met;
  return kinds;
}

}  // namespace

bool Report::ok() const {
  return error.ok() && (!reports || reports->ok) &&
         std::all_of(questions.begin(), questions.end(),
                     [](const ReportedQuestion& q) { return q.ok; });
}

Report MakeReport(const Program& program, const Exploration& exploration) {
  INCOHERENT_CHECK(exploration.answers.size() == program.questions.size(),
                   "an answer for each question");
  Report report;
  report.file = program.file;
  report.test = program.name;
  const Names names = NamesOf(program);
  for (const FinalState& final_state : exploration.finals) {
    report.states.push_back(StateOf(names, final_state));
  }
  for (size_t i = 0; i < program.questions.size(); ++i) {
    report.questions.push_back(
        QuestionOf(program.questions[i], exploration.answers[i]));
  }
  report.findings = exploration.findings;
  if (program.expect_reports) {
    report.reports = KindsOf(*program.expect_reports, exploration);
  }
  report.explored = exploration.states;
  report.transitions = exploration.transitions;
  report.blocked = exploration.blocked;
  report.bounded = exploration.bounded;
  return report;
}

Report MakeReplayReport(const Program& program, const Schedule& schedule) {
  Report report;
  report.file = program.file;
  report.test = program.name;
  report.replay = schedule;
  return report;
}

Report MakeErrorReport(absl::string_view file, const absl::Status& error) {
  INCOHERENT_CHECK(!error.ok(), "an error");
  Report report;
  report.file = std::string(file);
  report.error = error;
  return report;
}

const char* VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kAllowed:
      return "Allowed";
    case Verdict::kForbidden:
      return "Forbidden";
    case Verdict::kHolds:
      return "Holds";
    case Verdict::kFails:
      return "Fails";
    case Verdict::kUnknown:
      return "Unknown (bounded)";
  }
  INCOHERENT_CHECK(false, "no verdict");
  return "";
}

std::string ValueText(const ReportedValue& value) {
  const uint32_t undefined = value.value.undefined_bytes;
  if (undefined == 0) return absl::StrCat(value.value.bits);
  if (undefined == (uint32_t{1} << value.bytes) - 1) return "undef";
  std::string text = "0x";
  for (uint64_t i = value.bytes; i-- > 0;) {
    const uint64_t byte = (value.value.bits >> (8 * i)) & 0xff;
    if ((undefined >> i) & 1) {
      text += "??";
    } else {
      absl::StrAppendFormat(&text, "%02x", byte);
    }
  }
  return text;
}

std::string KindsText(absl::Span<const HazardKind> kinds) {
  if (kinds.empty()) return "nothing";
  return absl::StrJoin(kinds, ", ", [](std::string* out, HazardKind kind) {
    out->append(HazardKindName(kind));
  });
}

}  // namespace incoherent::litmus
