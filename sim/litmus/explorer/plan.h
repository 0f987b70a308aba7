#ifndef INCOHERENT_SIM_LITMUS_EXPLORER_PLAN_H_
#define INCOHERENT_SIM_LITMUS_EXPLORER_PLAN_H_

// Plan: what the search tries in a state, as far as bytes have no say in it.
//
// Which steps are possible depends on the control part of a state alone
// (machine_state.h). Many states share it, so that a plan is made once for all
// of them.
//
// Without pruning a plan has every step and every act. With it:
//
//   * One step alone, if nothing that may still run before it disturbs it
//     (step_effects.h): whatever is left out commutes with it. With the step go
//     the acts on the groups of cells that it touches.
//   * Otherwise all steps, with the acts on the groups that they touch. An act
//     elsewhere commutes with all of them and can wait.
//   * When everything is done, only acts on groups whose memory a question
//     names.
//   * No refresh of a device cache that nothing will read any more.
//
// A set of this kind is *persistent*: no path around it can disturb it, so
// every end of the program is still reached (Godefroid's theorem). And it says
// what the rest of the program needs of each group, so that the search may
// forget the rest (group_states.h).

#include <cstdint>
#include <vector>

#include "sim/litmus/explorer/group_states.h"
#include "sim/litmus/explorer/step_effects.h"
#include "sim/litmus/machine/machine.h"

namespace incoherent::litmus {

struct PlannedStep {
  Transition step = 0;
  int event = 0;
  int row = 0;  // that a host operation's memory is in
  // What it does to a group depends on that group alone, and registers stay.
  bool is_local = false;
  std::vector<int> reads;    // groups whose bytes it looks at or changes
  std::vector<int> changes;  // groups whose bytes it changes
};

struct Plan {
  bool finished = false;
  // No step is possible, and not only because of the submission order.
  bool blocked = false;
  std::vector<PlannedStep> steps;
  std::vector<int> groups;        // whose acts are tried
  std::vector<uint8_t> tried;     // by act: whether it is one of those
  std::vector<GroupNeeds> needs;  // by group; everything without pruning
};

class Planner {
 public:
  // `machine` must outlive it. `named` are the positions that questions name.
  Planner(const Machine& machine, const std::vector<int>& named, bool prune);

  // By number.
  const std::vector<CellMask>& groups() const { return groups_; }

  Plan Make(const uint8_t* state) const;

 private:
  // The events that are still to come, and what they do to bytes.
  struct Rest {
    std::vector<int> events;
    CellMask host_accesses = 0;
    CellMask reads = 0;
    CellMask device_accesses = 0;
    std::vector<CellMask> class_reads;
  };

  Rest RestIn(const uint8_t* state) const;
  std::vector<GroupNeeds> NeedsOf(const Rest& rest) const;
  CellMask ReadGroups(const Rest& rest) const;
  int EventOf(const uint8_t* state, Transition step) const;
  bool IsUndisturbed(int event, const Rest& rest, CellMask read) const;
  CellMask ChooseSteps(const uint8_t* state, const Rest& rest,
                       std::vector<Transition>& steps) const;
  PlannedStep PlanStep(const uint8_t* state, Transition step) const;
  void AddActs(const uint8_t* state, CellMask touched, const Rest* rest,
               Plan& plan) const;

  const Machine& machine_;
  bool prune_;
  Events events_;
  HappensBefore order_;
  StepEffects effects_;
  std::vector<CellMask> groups_;
  CellMask named_ = 0;
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_EXPLORER_PLAN_H_
