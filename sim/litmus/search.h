#ifndef INCOHERENT_SIM_LITMUS_SEARCH_H_
#define INCOHERENT_SIM_LITMUS_SEARCH_H_

// Search: all states of one machine, breadth first.
//
// Every run of a program takes the same steps in some order, so the first path
// to a state is one with the fewest acts of the hardware.
//
// A state is an end if all threads and all submits are done; then its registers
// and the named memory are an outcome. Acts may go on from there, which is of
// interest only if memory is named. A state in which no step is possible and
// that is no end is *blocked*: acts cannot help it, since no step waits for
// bytes.
//
// Example:
//
//   Search search(machine, /*prune=*/true, {}, SearchLimits());
//   search.Run();
//   for (const SearchOutcome& outcome : search.outcomes()) ...

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "sim/litmus/machine.h"
#include "sim/litmus/plan.h"
#include "sim/litmus/pruning.h"
#include "sim/litmus/state_table.h"

namespace incoherent::litmus {

struct SearchLimits {
  uint64_t states = 50'000'000;
  uint64_t bytes = uint64_t{2} << 30;
};

// One distinct reading of registers and named memory.
struct SearchOutcome {
  uint32_t first = 0;  // the state that shows it after the fewest steps
  uint64_t count = 0;  // of states that do
};

class Search {
 public:
  // `machine` must outlive the search. Without `prune` it visits everything.
  // `named` are the cells whose device byte an outcome has.
  Search(const Machine& machine, bool prune, std::vector<int> named,
         const SearchLimits& limits);

  void Run();

  // In the order in which they were met.
  const std::vector<SearchOutcome>& outcomes() const { return outcomes_; }
  const StateTable& table() const { return table_; }
  uint64_t transitions() const { return transitions_; }
  uint64_t blocked() const { return blocked_; }
  bool bounded() const { return bounded_; }

  // The transitions from the start to the state.
  std::vector<Transition> PathTo(uint32_t state) const;

 private:
  bool IsFull() const;
  void Expand(uint32_t index);
  // Whether there was room for it.
  bool Take(uint32_t from, Transition transition, const Plan& plan);
  void Record(uint32_t index);

  const Machine& machine_;
  bool prune_;
  Planner planner_;
  Pruning pruning_;
  std::vector<int> named_;
  SearchLimits limits_;
  StateTable table_;
  std::vector<uint8_t> next_;
  std::string reading_;
  absl::flat_hash_map<std::string, size_t> outcome_of_;
  std::vector<SearchOutcome> outcomes_;
  uint64_t transitions_ = 0;
  uint64_t blocked_ = 0;
  bool bounded_ = false;
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_SEARCH_H_
