#ifndef INCOHERENT_SIM_LITMUS_PLAN_H_
#define INCOHERENT_SIM_LITMUS_PLAN_H_

// Plan: what the search tries in a state, as far as bytes have no say in it.
//
// Which steps are possible depends on the control part of a state alone: what
// is done, and the semaphores and events. Many states share it, so the planner
// works each out once.
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
// every end of the program is still reached (Godefroid's theorem).
//
// `unread`, `no_host` and `no_device` say what Pruning may forget.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "sim/litmus/machine.h"
#include "sim/litmus/step_effects.h"

namespace incoherent::litmus {

struct Plan {
  bool finished = false;
  bool held_by_order = false;  // Machine::IsHeldByOrder
  std::vector<Transition> steps;
  std::vector<int> acts;  // those that may be possible
  // Whole groups that nothing will read any more, and no question names.
  CellMask unread = 0;
  // Whole groups that no host thread will load or store.
  CellMask no_host = 0;
  // Cells that no device operation will read or write, and no question names.
  CellMask no_device = 0;
  // By reader class: what it will still read.
  std::vector<CellMask> class_reads;
};

class Planner {
 public:
  // `named` are the positions that questions name.
  Planner(const Machine& machine, const std::vector<int>& named, bool prune);

  // Good until Trim.
  const Plan& PlanFor(const uint8_t* state);

  // Forgets plans if there are too many.
  void Trim();

  const StepEffects& effects() const { return effects_; }

 private:
  struct Rest;

  Plan Make(const uint8_t* state) const;
  Rest RestIn(const uint8_t* state) const;
  void FindUnneeded(const Rest& rest, Plan& plan) const;
  int EventOf(const uint8_t* state, Transition step) const;
  bool IsUndisturbed(int event, const Rest& rest, CellMask unread) const;
  CellMask ChooseSteps(const uint8_t* state, const Rest& rest,
                       Plan& plan) const;
  void ChooseActs(CellMask touched, Plan& plan) const;

  const Machine& machine_;
  bool prune_;
  Events events_;
  HappensBefore order_;
  StepEffects effects_;
  CellMask named_ = 0;
  absl::flat_hash_map<std::string, std::unique_ptr<Plan>> plans_;
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_PLAN_H_
