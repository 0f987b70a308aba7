#ifndef INCOHERENT_SIM_LITMUS_EXPLORER_RANDOM_EXPLORATION_H_
#define INCOHERENT_SIM_LITMUS_EXPLORER_RANDOM_EXPLORATION_H_

// Explorations of random programs, for the explorer's laws.

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "rapidcheck.h"
#include "sim/litmus/explorer/explorer.h"
#include "sim/litmus/explorer/random_program.h"
#include "sim/litmus/language/parser.h"

namespace incoherent::litmus {

inline Program DrawProgram() {
  const std::string text = RandomProgram().Draw();
  RC_LOG() << text;
  const absl::StatusOr<Program> program = ParseProgram(text, "random.litmus");
  if (!program.ok()) RC_FAIL(std::string(program.status().message()));
  return *program;
}

inline Exploration ExploreWith(const Program& program, bool prune,
                               uint64_t most_states) {
  ExploreOptions options;
  options.prune = prune;
  options.max_states = most_states;
  const absl::StatusOr<Exploration> exploration = Explore(program, options);
  if (!exploration.ok()) RC_FAIL(exploration.status().ToString());
  return *exploration;
}

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_EXPLORER_RANDOM_EXPLORATION_H_
