#ifndef INCOHERENT_SIM_LITMUS_EXPLORER_STEP_EFFECTS_H_
#define INCOHERENT_SIM_LITMUS_EXPLORER_STEP_EFFECTS_H_

// StepEffects: what each event of a program (happens_before.h) has to do with
// shared bytes, so that steps which have nothing to do with each other can be
// told.
//
// Cells fall into *groups*: those of one atom, where a host cache lies over the
// payload, or single ones. Each act of the hardware touches one group, so acts
// on different groups never disturb each other. All masks of what is touched
// have whole groups.
//
// An event *disturbs* another if it touches a group that the other touches, or
// makes an act on it possible. Two events are *tied* if one of them decides
// about the other in another way: a map and an access of the memory, a wait for
// whatever was submitted and a submit, and all that names a binary semaphore or
// an event.

#include <vector>

#include "sim/litmus/explorer/happens_before.h"
#include "sim/litmus/machine/machine_program.h"

namespace incoherent::litmus {

struct StepEffect {
  CellMask touched = 0;
  // And where it makes acts possible: what it put into a store buffer may drain
  // from then on.
  CellMask stirred = 0;
  CellMask changed = 0;  // where it changes bytes, store buffers included
  CellMask host_accesses = 0;
  CellMask host_reads = 0;
  CellMask device_reads = 0;
  CellMask device_writes = 0;
  int reader_class = -1;
  bool is_local = true;  // uses no register, carries nothing between groups
};

class StepEffects {
 public:
  StepEffects(const MachineProgram& machine, const Events& events);

  const StepEffect& Of(int event) const { return effects_[event]; }
  // Whether they disturb each other otherwise than by touching bytes.
  bool AreTied(int a, int b) const { return tied_[a].Has(b); }

  // Whole groups: every group of which `cells` has a cell.
  CellMask GroupsOf(CellMask cells) const;
  // Each group once, by first cell.
  std::vector<CellMask> Groups() const;

 private:
  void FindGroups(const MachineProgram& machine);
  StepEffect EffectOf(const MachineProgram& machine, const HostOp& op) const;
  StepEffect EffectOf(const MachineProgram& machine, const DeviceOp& op) const;
  void TieAll(const std::vector<int>& events);
  void FindTies(const MachineProgram& machine, const Events& events);
  void TieSubmits(const MachineProgram& machine, const Events& events);

  std::vector<CellMask> groups_;  // by position
  std::vector<StepEffect> effects_;
  std::vector<EventSet> tied_;
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_EXPLORER_STEP_EFFECTS_H_
