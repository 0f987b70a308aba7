#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_SCOPE_PARSER_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_SCOPE_PARSER_H_

// Stages and accesses, as a statement names them:
//
//   compute_shader/shader_storage_write      a point, where one command touches
//                                            memory
//   copy|clear/transfer_write|transfer_read  a scope, one side of a barrier
//   copy|clear                               the same, for execution only
//   none                                     no stage

#include "absl/types/optional.h"
#include "sim/litmus/language/parse_state.h"

namespace incoherent::litmus {

enum class Direction { kRead, kWrite };

// STAGE "/" ACCESS: one stage that commands run in, one access that it
// supports and that reads, or writes.
absl::optional<AccessPoint> ParsePoint(ParseState& state, Direction direction);

// SCOPE "->" SCOPE, each of which CheckScope accepts.
struct Dependency {
  Scope source;
  Scope destination;
};
absl::optional<Dependency> ParseDependency(ParseState& state);

// STAGE ("|" STAGE)*, for what happens on a queue: never HOST.
absl::optional<uint64_t> ParseQueueStages(ParseState& state);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_SCOPE_PARSER_H_
