#ifndef INCOHERENT_TESTS_LAWS_EXPLORATION_TEXT_H_
#define INCOHERENT_TESTS_LAWS_EXPLORATION_TEXT_H_

// Explorations of random programs, and words for what came out.

#include <cstdint>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "rapidcheck.h"
#include "sim/litmus/explorer/explorer.h"

namespace incoherent::litmus {

// What a test explored and what was too large for it, told when it ends.
struct Tally {
  uint64_t explored = 0;
  uint64_t discarded = 0;
  uint64_t states = 0;

  ~Tally() {
    absl::PrintF("programs explored: %d (%d states), discarded: %d\n", explored,
                 states, discarded);
  }
};

inline Tally& TallyOfTest() {
  static Tally tally;
  return tally;
}

// Discards a program that is too large to be explored whole.
inline Exploration ExploreAll(const Program& program,
                              ExploreOptions options = ExploreOptions()) {
  options.max_states = 3'000'000;
  absl::StatusOr<Exploration> exploration = Explore(program, options);
  const bool whole = exploration.ok() && !exploration->bounded;
  ++(whole ? TallyOfTest().explored : TallyOfTest().discarded);
  if (!exploration.ok()) RC_DISCARD(exploration.status().ToString());
  if (exploration->bounded) RC_DISCARD("too many states");
  TallyOfTest().states += exploration->states;
  return *std::move(exploration);
}

// The kinds of the findings that a value can show.
inline std::set<std::string> VisibleKinds(const Exploration& exploration) {
  std::set<std::string> kinds;
  for (const LitmusFinding& finding : exploration.findings) {
    if (!finding.by_the_letter) kinds.insert(HazardKindName(finding.kind));
  }
  return kinds;
}

// "1 undef | 3 | ": thread after thread, then queue after queue.
inline std::string RegistersText(const FinalState& state) {
  std::string text;
  for (const auto& agents : {state.host_registers, state.queue_registers}) {
    for (const auto& registers : agents) {
      for (const Value& value : registers) {
        absl::StrAppend(&text, value.undefined_bytes ? "undef" : "",
                        value.undefined_bytes ? "" : absl::StrCat(value.bits),
                        " ");
      }
      text += "| ";
    }
  }
  return text;
}

inline std::set<std::string> Outcomes(const Exploration& exploration) {
  std::set<std::string> outcomes;
  for (const FinalState& state : exploration.finals) {
    outcomes.insert(RegistersText(state));
  }
  return outcomes;
}

inline std::string FindingsText(const Exploration& exploration) {
  std::string text;
  for (const LitmusFinding& finding : exploration.findings) {
    absl::StrAppend(&text, "\n  ", finding.by_the_letter ? "(letter) " : "",
                    HazardKindName(finding.kind), " (missing ", finding.missing,
                    "): ", finding.message);
  }
  return text;
}

}  // namespace incoherent::litmus

#endif  // INCOHERENT_TESTS_LAWS_EXPLORATION_TEXT_H_
