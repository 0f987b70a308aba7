// Pruning leaves out states, and no outcome: tried on random programs.

#include <string>

#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"
#include "sim/litmus/explorer/explorer.h"
#include "sim/litmus/explorer/outcome_text.h"
#include "sim/litmus/explorer/random_exploration.h"

namespace incoherent::litmus {
namespace {

// Programs with more states than this prove nothing that smaller ones do not.
constexpr uint64_t kMostStates = 1'500;

RC_GTEST_PROP(PruningLaw, ChangesNoOutcome, ()) {
  const Program program = DrawProgram();
  const Exploration all = ExploreWith(program, /*prune=*/false, kMostStates);
  if (all.bounded) return;
  const Exploration pruned = ExploreWith(program, /*prune=*/true, kMostStates);
  RC_ASSERT(!pruned.bounded);
  RC_ASSERT(pruned.states <= all.states);
  RC_ASSERT(OutcomesOf(program, pruned) == OutcomesOf(program, all));
  RC_ASSERT((pruned.blocked > 0) == (all.blocked > 0));
}

}  // namespace
}  // namespace incoherent::litmus
