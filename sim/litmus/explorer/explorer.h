#ifndef INCOHERENT_SIM_LITMUS_EXPLORER_EXPLORER_H_
#define INCOHERENT_SIM_LITMUS_EXPLORER_EXPLORER_H_

// Explorer: every schedule of a litmus program.
//
// It walks all states that the machine (machine.h) can reach from the start:
// every interleaving of host threads and queue commands that their
// synchronization permits, and between any two of them every spontaneous act
// of the hardware: an eviction, a refill, a byte moving between the domains, a
// device write reaching memory, a device cache being refreshed. States are
// remembered, so each is visited once.
//
// Pruning leaves out acts that no later read can notice. With and without it
// the outcomes are the same; only the number of states differs.
//
// A bound that is hit is told in `bounded`, and then nothing is forbidden: an
// outcome that was not seen is unknown.
//
// Example:
//
//   absl::StatusOr<Program> program = ParseProgram(text, "mp.litmus");
//   Exploration e = Explore(*program, ExploreOptions());
//   e.answers[0].verdict;   // Verdict::kAllowed

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "sim/litmus/findings/findings_pass.h"
#include "sim/litmus/program.h"

namespace incoherent::litmus {

struct ExploreOptions {
  bool prune = true;
  uint64_t max_states = 50'000'000;
  uint64_t max_bytes = uint64_t{2} << 30;  // of states remembered
};

// A register or memory value: up to 8 bytes, lowest first.
struct Value {
  uint64_t bits = 0;
  uint8_t undefined_bytes = 0;  // bit i: byte i; those are 0 in `bits`
  bool operator==(const Value& other) const {
    return bits == other.bits && undefined_bytes == other.undefined_bytes;
  }
};

// What is left when every thread and queue is done.
struct FinalState {
  std::vector<std::vector<Value>> host_registers;   // by thread, by register
  std::vector<std::vector<Value>> queue_registers;  // by queue, by register
  // What the device domain holds, for each memory range that a question names,
  // in order of appearance.
  std::vector<Value> memory;
  uint64_t count = 0;  // how many distinct end states of the machine show it
};

// One step of a schedule. `actor` is a thread, a queue, or the hardware ("").
struct Step {
  std::string actor;   // "host", "q", "cache of buf", "domains of buf"
  std::string what;    // "buf[0] = 1", "evicts atom [0..64)", ...
  std::string result;  // "r0 = 0"; empty for most
};
struct Schedule {
  std::vector<Step> steps;
  // One line without blanks that ReplaySchedule reads back.
  std::string replay;
  FinalState end;  // what is left after the last step; its count is 0
};

enum class Verdict { kAllowed, kForbidden, kHolds, kFails, kUnknown };

struct Answer {
  Verdict verdict = Verdict::kUnknown;
  uint64_t positive = 0;  // final states that satisfy the condition
  uint64_t negative = 0;
  // For kAllowed: a schedule that ends in such a state; for kFails, one that
  // ends in a counter-example.
  absl::optional<Schedule> witness;
  bool expectation_met = true;  // what the file expects of this question
};

struct Exploration {
  std::vector<FinalState> finals;  // sorted by value
  std::vector<Answer> answers;     // by question
  std::vector<LitmusFinding> findings;
  bool reports_met = true;
  uint64_t states = 0;
  uint64_t transitions = 0;
  uint64_t blocked = 0;  // end states in which somebody still waits
  bool bounded = false;

  // Whether every `expect` and `reports` of the file held.
  bool ExpectationsHold() const;
};

// Errors: a program that needs more than the machine has room for
// (ResourceExhausted, saying what and how much).
absl::StatusOr<Exploration> Explore(const Program& program,
                                    const ExploreOptions& options);

// Runs one schedule again, from a replay string. InvalidArgument if the string
// is not of this program.
absl::StatusOr<Schedule> ReplaySchedule(const Program& program,
                                        absl::string_view replay);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_EXPLORER_EXPLORER_H_
