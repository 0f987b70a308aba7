#ifndef INCOHERENT_SIM_LITMUS_EXPLORER_GROUP_STATES_H_
#define INCOHERENT_SIM_LITMUS_EXPLORER_GROUP_STATES_H_

// GroupStates: every state that the bytes of one group of cells
// (step_effects.h) have been seen in, numbered.
//
// An act of the hardware looks at one group and changes nothing else. So what
// the acts on a group lead to is worked out once for each state of the group;
// from then on an act is a number that replaces another. So is forgetting.
//
// Forgetting makes states equal that differ only in what nothing can notice:
//
//   what is left of the program            and in the state     then
//   no read of the group                   -                    all of it is 0
//   a reader class reads a cell no more    -                    its copy is 0
//   no host access to the group            no byte dirty, none  device writes
//                                          ahead on the host    move to the
//                                                               host, and
//                                                               caches are
//                                                               refilled
//   no device access to a cell             no write of it in a  host writes
//   move
//                                          buffer, and it is    to the device
//                                          not ahead there
//
// The last two let an act happen at once whose time nobody can tell.
//
// Example:
//
//   GroupStates group(machine, cells);
//   uint32_t number = group.Number(state);
//   for (const GroupStates::ActTo& act : group.ActsFrom(number)) ...
//   group.Write(number, state);

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "sim/litmus/explorer/block_table.h"
#include "sim/litmus/machine/machine.h"

namespace incoherent::litmus {

// What the rest of a program wants of one group.
struct GroupNeeds {
  bool read = true;                   // by anybody, or named by a question
  bool host = true;                   // a host thread loads or stores in it
  CellMask device = ~CellMask{0};     // read or written by the device, or named
  std::vector<CellMask> class_reads;  // by reader class

  bool operator==(const GroupNeeds& other) const {
    return read == other.read && host == other.host && device == other.device &&
           class_reads == other.class_reads;
  }
};

class GroupStates {
 public:
  struct ActTo {
    int act;
    uint32_t state;
  };

  // `machine` must outlive it.
  GroupStates(const Machine& machine, CellMask cells);

  CellMask cells() const { return cells_; }
  uint64_t bytes() const;

  // The group's part of a machine state.
  uint32_t Number(const uint8_t* state);
  void Write(uint32_t number, uint8_t* state) const;

  // All acts that are possible, in canonical order; those on a cache whose
  // memory was freed are not told apart. Good until the next call.
  const std::vector<ActTo>& ActsFrom(uint32_t number);

  // A number for an event (happens_before.h) under a row of its memory's
  // mapping table, and where its step leads the group; for steps that neither
  // store a register nor read another group. `control` is the control part of
  // the machine's state.
  int NumberStep(int event, int row);
  uint32_t Step(int step, Transition transition, const uint8_t* control,
                uint32_t number) {
    const std::vector<uint32_t>& known = stepped_[step];
    if (number < known.size() && known[number] != 0) return known[number] - 1;
    return WorkOutStep(step, transition, control, number);
  }

  // A number for the needs, and what is left of a state when forgetting.
  int NumberNeeds(const GroupNeeds& needs);
  uint32_t Forget(int needs, uint32_t number) {
    std::vector<uint32_t>& known = forgotten_[needs];
    if (number < known.size() && known[number] != 0) return known[number] - 1;
    return WorkOutForgetting(needs, number);
  }

 private:
  // The acts on one cell; -1: there is none.
  struct CellActs {
    int to_device = -1;
    int to_host = -1;
    std::vector<int> drains;
  };

  void FindActs();
  uint32_t WorkOutStep(int step, Transition transition, const uint8_t* control,
                       uint32_t number);
  uint32_t WorkOutForgetting(int needs, uint32_t number);

  bool Can(int act) const;
  bool CanAny(const std::vector<int>& acts) const;
  void DoIfPossible(int act);
  void ClearCopies(const GroupNeeds& needs);
  void SettleHost();
  void SettleDevice(CellMask cells);

  const Machine& machine_;
  CellMask cells_;
  std::vector<int> places_;  // of the group's bytes in a machine state
  std::vector<int> acts_;
  std::vector<int> evictions_;
  std::vector<int> refills_;
  std::vector<CellActs> cell_acts_;  // by position
  BlockTable table_;
  std::vector<uint8_t> packed_;
  std::vector<uint8_t> state_;  // of the machine, to try acts on
  std::vector<std::vector<ActTo>> acts_from_;
  std::vector<bool> acts_known_;
  std::map<std::pair<int, int>, int> steps_;    // by event and row
  std::vector<std::vector<uint32_t>> stepped_;  // plus one; 0: unknown
  std::vector<GroupNeeds> needs_;
  std::vector<std::vector<uint32_t>> forgotten_;  // plus one; 0: unknown
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_EXPLORER_GROUP_STATES_H_
