// The two theorems that tie the model's halves together, on random programs:
//
//   1. The journey finds nothing if and only if in every schedule every read
//      gives what coherent memory would give.
//   2. What it finds has a witness: a schedule in which a read gives something
//      else, or undefined bytes.
//
// The shortest prefix of a program that has findings is the program to judge:
// after it, a later write may hide what an earlier race did.

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "sim/litmus/explorer.h"
#include "tests/laws/coherent_reference.h"
#include "tests/laws/random_program.h"

namespace incoherent::litmus {
namespace {

Exploration ExploreAll(const Program& program) {
  ExploreOptions options;
  options.max_states = 3'000'000;
  absl::StatusOr<Exploration> exploration = Explore(program, options);
  if (!exploration.ok()) RC_DISCARD(exploration.status().ToString());
  if (exploration->bounded) RC_DISCARD("too many states");
  return *std::move(exploration);
}

// Findings that a value can show.
std::set<std::string> VisibleKinds(const Exploration& exploration) {
  std::set<std::string> kinds;
  for (const LitmusFinding& finding : exploration.findings) {
    if (!finding.by_the_letter) kinds.insert(HazardKindName(finding.kind));
  }
  return kinds;
}

std::string RegistersText(const FinalState& state) {
  std::string text;
  for (const auto& agents : {state.host_registers, state.queue_registers}) {
    for (const auto& registers : agents) {
      for (const Value& value : registers) {
        absl::StrAppend(&text, value.undefined_bytes ? "undef" : "", value.bits,
                        " ");
      }
      text += "| ";
    }
  }
  return text;
}

std::string FinalsText(const Exploration& exploration) {
  std::string text;
  for (const FinalState& state : exploration.finals) {
    absl::StrAppend(&text, "\n  ", RegistersText(state));
  }
  return text;
}

std::string FindingsText(const Exploration& exploration) {
  std::string text;
  for (const LitmusFinding& finding : exploration.findings) {
    absl::StrAppend(&text, "\n  ", finding.by_the_letter ? "(letter) " : "",
                    HazardKindName(finding.kind), ": ", finding.message);
  }
  return text;
}

void Judge(const Sketch& sketch, bool& racy) {
  const Program program = ProgramOf(sketch);
  const Exploration exploration = ExploreAll(program);
  CoherentReference reference(program);
  const std::string coherent = RegistersText(reference.Run());
  RC_ASSERT(reference.IsFinished());
  RC_LOG() << TextOf(sketch) << "coherent:\n  " << coherent
           << "\nreached:" << FinalsText(exploration)
           << "\nfound:" << FindingsText(exploration) << "\n";
  RC_ASSERT(exploration.blocked == 0u);
  const std::set<std::string> kinds = VisibleKinds(exploration);
  racy = !kinds.empty();
  bool differs = false;
  bool seen = false;
  for (const FinalState& state : exploration.finals) {
    (RegistersText(state) == coherent ? seen : differs) = true;
  }
  // Undefined bytes never equal the reference's.
  if (!racy) RC_ASSERT(seen && !differs);
  if (racy) RC_ASSERT(differs);
  for (const std::string& kind : kinds) RC_TAG(kind);
}

// Judges each prefix up to the first that has findings.
void JudgePrefixes(const Sketch& sketch) {
  bool racy = false;
  for (size_t size = 0; size <= sketch.steps.size() && !racy; ++size) {
    Judge(sketch.Prefix(size), racy);
  }
  RC_CLASSIFY(!racy, "clean");
}

RC_GTEST_PROP(Theorems, HoldOnOneThread, ()) {
  JudgePrefixes(*ArbitrarySketch({/*steps=*/14, /*threads=*/1, /*queues=*/2}));
}

RC_GTEST_PROP(Theorems, HoldOnTwoThreads, ()) {
  JudgePrefixes(*ArbitrarySketch({/*steps=*/12, /*threads=*/2, /*queues=*/1}));
}

}  // namespace
}  // namespace incoherent::litmus
