// Laws of the explorer, tried on random programs.

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"
#include "sim/litmus/explorer/every_state.h"
#include "sim/litmus/explorer/explorer.h"
#include "sim/litmus/explorer/outcome_text.h"
#include "sim/litmus/explorer/random_exploration.h"

namespace incoherent::litmus {
namespace {

// Programs with more states than this prove nothing that smaller ones do not.
constexpr uint64_t kMostStates = 2'000;

std::set<std::vector<std::pair<int, bool>>> BytesOf(
    const Exploration& exploration) {
  std::set<std::vector<std::pair<int, bool>>> outcomes;
  for (const FinalState& state : exploration.finals) {
    std::vector<std::pair<int, bool>> outcome;
    const auto add = [&](const Value& value, int size) {
      for (int i = 0; i < size; ++i) {
        outcome.emplace_back(value.bits >> (8 * i) & 0xff,
                             (value.undefined_bytes >> i & 1) != 0);
      }
    };
    for (const auto& agents : {state.host_registers, state.queue_registers}) {
      for (const std::vector<Value>& agent : agents) {
        for (const Value& value : agent) add(value, 8);
      }
    }
    for (const Value& value : state.memory) add(value, 1);
    outcomes.insert(std::move(outcome));
  }
  return outcomes;
}

RC_GTEST_PROP(ExplorerLaw, VisitsEveryStateOnce, ()) {
  const Program program = DrawProgram();
  const Exploration exploration =
      ExploreWith(program, /*prune=*/false, kMostStates);
  if (exploration.bounded) return;
  const EveryState all = VisitEveryState(program);
  RC_ASSERT(exploration.states == all.states);
  RC_ASSERT(BytesOf(exploration) == all.outcomes);
  RC_ASSERT((exploration.blocked > 0) == all.blocked);
}

Condition Is(Condition::Subject subject, size_t agent, size_t reg,
             const Value& value) {
  Condition is;
  is.kind = Condition::Kind::kEquals;
  is.subject = subject;
  is.agent = static_cast<int>(agent);
  is.reg = static_cast<int>(reg);
  is.value = value.bits;
  is.undefined = value.undefined_bytes != 0;
  return is;
}

Question AsksFor(const FinalState& state) {
  Question question;
  question.condition.kind = Condition::Kind::kAnd;
  std::vector<Condition>& operands = question.condition.operands;
  operands.resize(2);  // two that are true, so that there are enough
  const auto add = [&](Condition::Subject subject,
                       const std::vector<std::vector<Value>>& registers) {
    for (size_t i = 0; i < registers.size(); ++i) {
      for (size_t j = 0; j < registers[i].size(); ++j) {
        operands.push_back(Is(subject, i, j, registers[i][j]));
      }
    }
  };
  add(Condition::Subject::kHostRegister, state.host_registers);
  add(Condition::Subject::kQueueRegister, state.queue_registers);
  return question;
}

RC_GTEST_PROP(ExplorerLaw, EveryOutcomeHasAWitnessThatReplays, ()) {
  Program program = DrawProgram();
  program.questions.clear();
  const Exploration plain = ExploreWith(program, /*prune=*/true, kMostStates);
  if (plain.bounded) return;
  for (const FinalState& state : plain.finals) {
    program.questions.push_back(AsksFor(state));
  }
  const Exploration asked = ExploreWith(program, /*prune=*/true, kMostStates);
  for (size_t i = 0; i < plain.finals.size(); ++i) {
    RC_ASSERT(asked.answers[i].verdict == Verdict::kAllowed);
    RC_ASSERT(asked.answers[i].witness.has_value());
    const Schedule& witness = *asked.answers[i].witness;
    RC_ASSERT(TextOf(program, witness.end) == TextOf(program, plain.finals[i]));
    const absl::StatusOr<Schedule> replayed =
        ReplaySchedule(program, witness.replay);
    RC_ASSERT(replayed.ok());
    RC_ASSERT(replayed->replay == witness.replay);
    RC_ASSERT(TextOf(program, replayed->end) == TextOf(program, witness.end));
  }
}

RC_GTEST_PROP(ExplorerLaw, IsTheSameEveryTime, ()) {
  const Program program = DrawProgram();
  const Exploration first = ExploreWith(program, /*prune=*/true, kMostStates);
  const Exploration second = ExploreWith(program, /*prune=*/true, kMostStates);
  RC_ASSERT(first.states == second.states);
  RC_ASSERT(first.transitions == second.transitions);
  RC_ASSERT(first.finals.size() == second.finals.size());
  for (size_t i = 0; i < first.finals.size(); ++i) {
    RC_ASSERT(first.finals[i].count == second.finals[i].count);
    RC_ASSERT(TextOf(program, first.finals[i]) ==
              TextOf(program, second.finals[i]));
  }
}

}  // namespace
}  // namespace incoherent::litmus
