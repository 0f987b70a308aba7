#ifndef INCOHERENT_SIM_LITMUS_PRUNING_H_
#define INCOHERENT_SIM_LITMUS_PRUNING_H_

// Pruning: makes states equal that differ only in what nothing can notice.
//
//   what is left of the program            and in the state     then
//   no read of a group of cells            -                    all of it is 0
//   a reader class reads a cell no more    -                    its copy is 0
//   no host access to a group              no byte dirty, none  device writes
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
// Plan (plan.h) is the other half: which transitions to try.

#include <cstdint>
#include <vector>

#include "sim/litmus/machine.h"
#include "sim/litmus/plan.h"

namespace incoherent::litmus {

class Pruning {
 public:
  Pruning(const Machine& machine, const StepEffects& effects);

  // `plan` is that of the state.
  void Forget(const Plan& plan, uint8_t* state) const;

 private:
  // The acts on one cell; -1: there is none.
  struct CellActs {
    int to_device = -1;
    int to_host = -1;
    std::vector<int> drains;
  };
  struct Group {
    CellMask cells = 0;
    std::vector<int> evictions;
    std::vector<int> refills;
  };
  // Where one cell has bytes of its own in a state.
  struct CellBytes {
    std::vector<int> at;
  };

  void FindGroups(const StepEffects& effects);
  void FindActs();
  void FindBytes();

  bool Can(int act, const uint8_t* state) const;
  bool CanAny(const std::vector<int>& acts, const uint8_t* state) const;
  void DoIfPossible(int act, uint8_t* state) const;
  void Clear(CellMask cells, uint8_t* state) const;
  void ClearCopies(const Plan& plan, uint8_t* state) const;
  void SettleHost(const Group& group, uint8_t* state) const;
  void SettleDevice(CellMask cells, uint8_t* state) const;

  const Machine& machine_;
  CellMask all_ = 0;
  std::vector<Group> groups_;
  std::vector<CellActs> acts_;    // by position
  std::vector<CellBytes> bytes_;  // by position
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_PRUNING_H_
