// The simulated device, which runs one schedule at a time, against the
// explorer, which knows them all.

#include <set>
#include <string>

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "sim/litmus/explorer/explorer.h"
#include "tests/laws/coherent_reference.h"
#include "tests/laws/device_runner.h"
#include "tests/laws/exploration_text.h"
#include "tests/laws/random_program.h"

namespace incoherent::litmus {
namespace {

rc::Gen<Sketch> ArbitraryProgram() {
  return rc::gen::exec([] {
    SketchLimits limits;
    limits.threads = *rc::gen::inRange(1, 3);
    limits.queues = 3 - limits.threads;
    return *ArbitrarySketch(limits);
  });
}

EvictionPolicy RandomPolicy(uint64_t seed) {
  EvictionPolicy policy;
  policy.kind = EvictionPolicy::Kind::kRandom;
  policy.seed = seed;
  return policy;
}

EvictionPolicy Policy(EvictionPolicy::Kind kind) {
  EvictionPolicy policy;
  policy.kind = kind;
  return policy;
}

RC_GTEST_PROP(DevicePolicies, AnyRunIsKnownToTheExplorer, ()) {
  const Sketch sketch = *ArbitraryProgram();
  const Program program = ProgramOf(sketch);
  const Exploration exploration = ExploreAll(program);
  const std::set<std::string> known = Outcomes(exploration);
  std::set<std::string> reached;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const EvictionPolicy policy =
        seed == 0 ? Policy(EvictionPolicy::Kind::kLazy) : RandomPolicy(seed);
    DeviceRunner runner(program, policy, /*turns=*/seed);
    const auto state = runner.Run();
    RC_ASSERT(state.has_value());
    reached.insert(RegistersText(*state));
    RC_LOG() << TextOf(sketch) << "seed " << seed << ": "
             << RegistersText(*state) << "\n";
    RC_ASSERT(known.count(RegistersText(*state)) > 0);
  }
  RC_CLASSIFY(known.size() == 1, "one outcome");
  RC_CLASSIFY(reached.size() > 1, "several reached");
  RC_CLASSIFY(known.size() > 1 && reached == known, "all reached");
}

// The findings of one run are among those of all orders of the calls.
RC_GTEST_PROP(DevicePolicies, FindsWhatTheExplorerFinds, ()) {
  const Sketch sketch = *ArbitrarySketch(SketchLimits());
  const Program program = ProgramOf(sketch);
  const Exploration exploration = ExploreAll(program);
  DeviceRunner runner(program, Policy(EvictionPolicy::Kind::kLazy), 0);
  RC_ASSERT(runner.Run().has_value());
  std::multiset<std::string> explored;
  for (const LitmusFinding& finding : exploration.findings) {
    explored.insert(absl::StrCat(HazardKindName(finding.kind), " ",
                                 finding.range.offset, " ", finding.range.size,
                                 " ", finding.missing));
  }
  std::multiset<std::string> found;
  for (const Hazard& hazard : runner.device().hazards()) {
    found.insert(absl::StrCat(HazardKindName(hazard.kind), " ",
                              hazard.range.offset, " ", hazard.range.size, " ",
                              MissingStepName(hazard.missing)));
  }
  RC_LOG() << TextOf(sketch) << FindingsText(exploration) << "\n";
  RC_CLASSIFY(found.empty(), "clean");
  RC_ASSERT(found == explored);
}

RC_GTEST_PROP(DevicePolicies, EagerLooksCoherent, ()) {
  const Sketch sketch = *ArbitrarySketch(SketchLimits());
  const Program program = ProgramOf(sketch);
  DeviceRunner runner(program, Policy(EvictionPolicy::Kind::kEager), 0);
  const auto state = runner.Run();
  RC_ASSERT(state.has_value());
  CoherentReference reference(program);
  RC_LOG() << TextOf(sketch);
  RC_ASSERT(RegistersText(*state) == RegistersText(reference.Run()));
}

}  // namespace
}  // namespace incoherent::litmus
