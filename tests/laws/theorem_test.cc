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

#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "sim/litmus/explorer/explorer.h"
#include "tests/laws/coherent_reference.h"
#include "tests/laws/exploration_text.h"
#include "tests/laws/random_program.h"

namespace incoherent::litmus {
namespace {

// Returns whether there is a finding that a value can show.
bool Judge(const Sketch& sketch) {
  const Program program = ProgramOf(sketch);
  const Exploration exploration = ExploreAll(program);
  CoherentReference reference(program);
  const std::set<std::string> coherent = {RegistersText(reference.Run())};
  const std::set<std::string> reached = Outcomes(exploration);
  RC_ASSERT(reference.IsFinished());
  RC_LOG() << TextOf(sketch) << "coherent: " << *coherent.begin()
           << "\nreached:\n  " << absl::StrJoin(reached, "\n  ")
           << "\nfound:" << FindingsText(exploration) << "\n";
  RC_ASSERT(exploration.blocked == 0u);
  const std::set<std::string> kinds = VisibleKinds(exploration);
  // The reference never reads undefined bytes.
  if (kinds.empty()) RC_ASSERT(reached == coherent);
  if (!kinds.empty()) RC_ASSERT(reached != coherent);
  for (const std::string& kind : kinds) RC_TAG(kind);
  return !kinds.empty();
}

// Judges each prefix up to the first that has findings.
void JudgePrefixes(const Sketch& sketch) {
  bool racy = false;
  for (size_t size = 0; size <= sketch.steps.size() && !racy; ++size) {
    racy = Judge(sketch.Prefix(size));
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
