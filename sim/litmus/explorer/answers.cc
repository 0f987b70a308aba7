#include "sim/litmus/explorer/answers.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "sim/memory/check.h"

namespace incoherent::litmus {
namespace {

bool SameRange(const Range& a, const Range& b) {
  return a.memory == b.memory && a.bytes == b.bytes;
}

void AppendNamed(const Condition& condition, std::vector<Range>& named) {
  for (const Condition& operand : condition.operands) {
    AppendNamed(operand, named);
  }
  if (condition.kind != Condition::Kind::kEquals ||
      condition.subject != Condition::Subject::kMemory) {
    return;
  }
  const auto same = [&](const Range& range) {
    return SameRange(range, condition.range);
  };
  if (std::none_of(named.begin(), named.end(), same)) {
    named.push_back(condition.range);
  }
}

Value SubjectIn(const Program& program, const Condition& condition,
                const FinalState& state) {
  switch (condition.subject) {
    case Condition::Subject::kHostRegister:
      return state.host_registers[condition.agent][condition.reg];
    case Condition::Subject::kQueueRegister:
      return state.queue_registers[condition.agent][condition.reg];
    case Condition::Subject::kMemory:
      break;
  }
  const std::vector<Range> named = NamedMemory(program);
  for (size_t i = 0; i < named.size(); ++i) {
    if (SameRange(named[i], condition.range)) return state.memory[i];
  }
  INCOHERENT_CHECK(false, "the condition is one of the program's");
  return {};
}

bool Equals(const Condition& condition, const Value& value) {
  if (condition.undefined) return value.undefined_bytes != 0;
  return value.undefined_bytes == 0 && value.bits == condition.value;
}

auto Key(const Value& value) {
  return std::make_pair(value.bits, value.undefined_bytes);
}

bool ValueLess(const Value& a, const Value& b) { return Key(a) < Key(b); }

// <0, 0 or >0.
int Compare(const std::vector<Value>& a, const std::vector<Value>& b) {
  const auto less = [](const std::vector<Value>& x,
                       const std::vector<Value>& y) {
    return std::lexicographical_compare(x.begin(), x.end(), y.begin(), y.end(),
                                        ValueLess);
  };
  if (less(a, b)) return -1;
  return less(b, a) ? 1 : 0;
}

int Compare(const std::vector<std::vector<Value>>& a,
            const std::vector<std::vector<Value>>& b) {
  for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (const int order = Compare(a[i], b[i]); order != 0) return order;
  }
  return static_cast<int>(a.size()) - static_cast<int>(b.size());
}

Verdict VerdictOf(const Question& question, const Answer& answer,
                  bool bounded) {
  const bool exists = question.kind == Question::Kind::kExists;
  const uint64_t deciding = question.kind == Question::Kind::kForall
                                ? answer.negative
                                : answer.positive;
  if (deciding > 0) return exists ? Verdict::kAllowed : Verdict::kFails;
  if (bounded) return Verdict::kUnknown;
  return exists ? Verdict::kForbidden : Verdict::kHolds;
}

bool IsAsExpected(const Question& question, Verdict verdict) {
  if (question.expect_allowed) {
    return verdict ==
           (*question.expect_allowed ? Verdict::kAllowed : Verdict::kForbidden);
  }
  if (question.expect_holds) {
    return verdict ==
           (*question.expect_holds ? Verdict::kHolds : Verdict::kFails);
  }
  return true;
}

}  // namespace

std::vector<Range> NamedMemory(const Program& program) {
  std::vector<Range> named;
  for (const Question& question : program.questions) {
    AppendNamed(question.condition, named);
  }
  return named;
}

bool Satisfies(const Program& program, const Condition& condition,
               const FinalState& state) {
  const auto satisfied = [&](const Condition& operand) {
    return Satisfies(program, operand, state);
  };
  const std::vector<Condition>& operands = condition.operands;
  switch (condition.kind) {
    case Condition::Kind::kTrue:
      return true;
    case Condition::Kind::kEquals:
      return Equals(condition, SubjectIn(program, condition, state));
    case Condition::Kind::kNot:
      return !satisfied(operands[0]);
    case Condition::Kind::kAnd:
      return std::all_of(operands.begin(), operands.end(), satisfied);
    case Condition::Kind::kOr:
      return std::any_of(operands.begin(), operands.end(), satisfied);
  }
  return false;
}

bool Decides(const Program& program, const Question& question,
             const FinalState& state) {
  const bool satisfied = Satisfies(program, question.condition, state);
  return question.kind == Question::Kind::kForall ? !satisfied : satisfied;
}

Answer AnswerOf(const Program& program, const Question& question,
                const std::vector<FinalState>& finals, bool bounded) {
  Answer answer;
  for (const FinalState& state : finals) {
    ++(Satisfies(program, question.condition, state) ? answer.positive
                                                     : answer.negative);
  }
  answer.verdict = VerdictOf(question, answer, bounded);
  answer.expectation_met = IsAsExpected(question, answer.verdict);
  return answer;
}

bool ReportsAreMet(const Program& program,
                   const std::vector<LitmusFinding>& findings, bool bounded) {
  if (!program.expect_reports) return true;
  const std::set<HazardKind> expected(program.expect_reports->begin(),
                                      program.expect_reports->end());
  std::set<HazardKind> found;
  for (const LitmusFinding& finding : findings) found.insert(finding.kind);
  if (!bounded) return found == expected;
  return std::includes(expected.begin(), expected.end(), found.begin(),
                       found.end());
}

bool ComesBefore(const FinalState& a, const FinalState& b) {
  if (const int order = Compare(a.host_registers, b.host_registers)) {
    return order < 0;
  }
  if (const int order = Compare(a.queue_registers, b.queue_registers)) {
    return order < 0;
  }
  return Compare(a.memory, b.memory) < 0;
}

}  // namespace incoherent::litmus
