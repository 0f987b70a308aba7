#ifndef INCOHERENT_SIM_LITMUS_EXPLORER_SEARCH_H_
#define INCOHERENT_SIM_LITMUS_EXPLORER_SEARCH_H_

// Search: all states of one machine, breadth first.
//
// Every run of a program takes the same steps in some order, so the first path
// to a state is one with the fewest acts of the hardware.
//
// A state is kept as the numbers of its parts: its control part, its registers,
// and each group of cells (group_states.h). Parts repeat far more often than
// wholes, and most of what a part leads to is known from the last time.
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
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "sim/litmus/explorer/block_table.h"
#include "sim/litmus/explorer/group_states.h"
#include "sim/litmus/explorer/plan.h"
#include "sim/litmus/machine/machine.h"

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
  uint64_t states() const { return states_.size(); }
  uint64_t transitions() const { return transitions_; }
  uint64_t blocked() const { return blocked_; }
  bool bounded() const { return bounded_; }

  // The transitions from the start to the state.
  std::vector<Transition> PathTo(uint32_t state) const;

 private:
  struct Parent {
    uint32_t state;
    Transition transition;
  };
  struct KnownPlan {
    Plan plan;
    std::vector<int> needs;       // by group, as GroupStates numbers them
    std::vector<uint32_t> after;  // by step: the control part it leads to
    std::vector<std::vector<int>> local;  // by step, by group it changes
  };
  // A next state, before it is looked up; its parts are in batch_parts_.
  struct Successor {
    uint32_t hash;
    Transition transition;
  };

  bool IsFull() const;
  uint64_t Bytes() const;
  KnownPlan& PlanOf(uint32_t control);
  uint32_t NumberControl(const uint8_t* state);
  uint32_t NumberRegisters(const uint8_t* state);
  void WriteControl(const uint32_t* parts, uint8_t* state) const;
  void WriteGroup(const uint32_t* parts, int group, uint8_t* state) const;

  void Start();
  void Expand(uint32_t index);
  void TakeSteps(const uint32_t* parts, KnownPlan& known);
  void TakeActs(const uint32_t* parts, const KnownPlan& known);
  void TakeLocalStep(const uint32_t* parts, size_t step, KnownPlan& known);
  void ForgetAll(uint32_t* next);
  void TakeStep(const uint32_t* parts, size_t step, KnownPlan& known);
  void Forget(const KnownPlan& known, int group, uint32_t* parts);
  uint32_t* AddToBatch(const uint32_t* parts, Transition transition);
  void InsertBatch(uint32_t from);
  void Record(uint32_t index, const uint32_t* parts);

  const Machine& machine_;
  bool prune_;
  Planner planner_;
  std::vector<int> named_;
  SearchLimits limits_;

  BlockTable controls_;
  std::vector<std::unique_ptr<KnownPlan>> plans_;  // by control part
  BlockTable registers_;
  std::vector<GroupStates> groups_;
  BlockTable states_;
  std::vector<Parent> parents_;  // by state

  std::vector<uint8_t> state_;  // of the machine
  std::vector<uint8_t> next_state_;
  std::vector<uint8_t> packed_;
  // A state is so many numbers: of its control part, registers, and groups.
  size_t parts_;
  std::vector<uint32_t> batch_parts_;
  std::vector<Successor> batch_;

  std::string reading_;
  absl::flat_hash_map<std::string, size_t> outcome_of_;
  std::vector<SearchOutcome> outcomes_;
  uint64_t transitions_ = 0;
  uint64_t blocked_ = 0;
  bool bounded_ = false;
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_EXPLORER_SEARCH_H_
