// What imported pages promise for every program: where nothing is found,
// everything looks coherent, whoever touches them; findings do not depend on
// luck; and coherent imports need no care for caches.

#include <ostream>
#include <vector>

#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"
#include "sim/host/import/import_program.h"

namespace incoherent {
namespace {

using Step = ImportProgram::Step;

constexpr EvictionPolicy kLazy = {EvictionPolicy::Kind::kLazy, 0};
constexpr EvictionPolicy kEager = {EvictionPolicy::Kind::kEager, 0};
constexpr EvictionPolicy RandomPolicy(uint64_t seed) {
  return {EvictionPolicy::Kind::kRandom, seed};
}

// Of numbers below the limit, whatever the size: inRange alone prefers small
// ones while programs are short.
template <typename Number>
Number Below(Number limit) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<Number>(0, limit));
}

// Tidy programs do mostly what is right, by any party, with any bytes; wild
// ones do anything, by a few parties, with a few bytes that have neighbours.
enum class Manner { kTidy, kWild };

ByteRange ArbitraryRange(Manner manner) {
  const bool small = manner == Manner::kWild || Below(3) == 0;
  ByteRange range;
  range.offset = Below(small ? uint64_t{4} : ImportProgram::kSize);
  range.size =
      1 + Below(small ? uint64_t{3} : ImportProgram::kSize - range.offset);
  return range;
}

rc::Gen<Step::Kind> ArbitraryKind(Manner manner) {
  const bool tidy = manner == Manner::kTidy;
  const auto either = [tidy](int of_tidy, int of_wild) {
    return static_cast<std::size_t>(tidy ? of_tidy : of_wild);
  };
  return rc::gen::weightedElement<Step::Kind>({{either(2, 8), Step::kWrite},
                                               {either(2, 6), Step::kRead},
                                               {either(1, 5), Step::kClean},
                                               {either(1, 5), Step::kRenew},
                                               {either(1, 2), Step::kWait},
                                               {either(1, 1), Step::kCopyBack},
                                               {either(2, 1), Step::kReimport},
                                               {either(6, 1), Step::kSync},
                                               {either(20, 1), Step::kCarry}});
}

rc::Gen<Step> ArbitraryStep(Manner manner, const std::vector<int>& parties) {
  return rc::gen::exec([manner, parties] {
    Step step = {};
    step.kind = *ArbitraryKind(manner);
    step.from = parties[Below(parties.size())];
    step.to = parties[Below(parties.size())];
    step.range = ArbitraryRange(manner);
    for (int part = 0; part < 6; ++part) {
      if (Below(40) == 0) step.skip |= 1u << part;
    }
    return step;
  });
}

rc::Gen<ImportProgram> ArbitraryProgram(int coherent, int non_coherent) {
  return rc::gen::exec([=] {
    ImportProgram program;
    const int imports = 1 + Below(3);
    for (int i = 0; i < imports; ++i) {
      program.imports.push_back(
          {Below(ImportProgram::kDevices),
           *rc::gen::weightedElement<bool>(
               {{static_cast<std::size_t>(coherent), false},
                {static_cast<std::size_t>(non_coherent), true}})});
    }
    const Manner manner = Below(3) == 0 ? Manner::kWild : Manner::kTidy;
    std::vector<int> parties(manner == Manner::kWild ? 3 : 24);
    for (int& party : parties) party = Below(24);
    program.steps =
        *rc::gen::container<std::vector<Step>>(ArbitraryStep(manner, parties));
    return program;
  });
}

void ExpectCoherent(const ImportOutcome& outcome) {
  RC_ASSERT(outcome.LooksCoherent());
}

RC_GTEST_PROP(ImportLaw, UntilSomethingIsFoundEverythingLooksCoherent, ()) {
  const ImportProgram program = *ArbitraryProgram(1, 2);
  const ImportOutcome lazy = RunImportProgram(program, kLazy);
  const bool silent = lazy.findings.empty();
  RC_CLASSIFY(silent, "silent");
  RC_CLASSIFY(silent && lazy.reads > 400, "silent and long");
  RC_CLASSIFY(program.IsMixed(), "mixed");
  RC_CLASSIFY(!silent && lazy.shown, "shown by lazy");
  ExpectCoherent(lazy);
  ExpectCoherent(RunImportProgram(program, kEager));
  for (uint64_t seed = 0; seed < 4; ++seed) {
    ExpectCoherent(RunImportProgram(program, RandomPolicy(seed)));
  }
}

RC_GTEST_PROP(ImportLaw, FindingsDoNotDependOnThePolicy, ()) {
  const ImportProgram program = *ArbitraryProgram(1, 2);
  const std::string findings = RunImportProgram(program, kLazy).findings;
  RC_ASSERT(RunImportProgram(program, kEager).findings == findings);
  const uint64_t seed = *rc::gen::arbitrary<uint64_t>();
  RC_ASSERT(RunImportProgram(program, RandomPolicy(seed)).findings == findings);
}

RC_GTEST_PROP(ImportLaw, CoherentImportsNeedNoCacheOperations, ()) {
  const ImportProgram program = *ArbitraryProgram(1, 0);
  const uint64_t seed = *rc::gen::arbitrary<uint64_t>();
  for (const EvictionPolicy& policy : {kLazy, RandomPolicy(seed)}) {
    const ImportOutcome with = RunImportProgram(program, policy);
    const ImportOutcome without =
        RunImportProgram(program, policy, /*cache_operations=*/false);
    RC_CLASSIFY(with.findings.empty(), "silent");
    RC_ASSERT(with.findings == without.findings);
    ExpectCoherent(without);
  }
}

}  // namespace
}  // namespace incoherent
