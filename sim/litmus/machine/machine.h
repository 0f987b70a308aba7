#ifndef INCOHERENT_SIM_LITMUS_MACHINE_MACHINE_H_
#define INCOHERENT_SIM_LITMUS_MACHINE_MACHINE_H_

// Machine: moves bytes, and knows no rule of its own about them.
//
// A state goes to the next by a *step* of the program (the next operation of a
// host thread, or a device operation all of whose predecessors are done) or by
// an *act* of the hardware. What a step does to bytes:
//
//   host store, load, flush,      HostLines of the memory's cache; on coherent
//     invalidate, unmap           memory PayloadBytes, as far as it is mapped
//   free                          the cache is gone, and what was dirty in it
//   submit                        host writes move to the device domain; every
//                                 device cache is refreshed
//   device read                   the copy in its reader class's cache
//   device write                  into a store buffer of its own
//   barrier, event wait           1. host writes move to the device domain, if
//                                    the source has HOST_WRITE
//                                 2. store buffers in the first scope drain
//                                 3. caches in the second scope are refreshed
//                                 4. device writes move to the host domain, if
//                                    the destination has HOST_READ, HOST_WRITE
//   signal, fence                 as 2
//   semaphore wait                as 3
//
// Acts are: a host cache evicts, refills or discards an atom; a byte moves
// between the domains; a byte of a store buffer drains; a byte of a device
// cache is refreshed. An act is possible only where it changes something.
//
// Acts touch bytes only, and no step waits for bytes: which steps are possible
// never depends on acts.
//
// Example:
//
//   Machine machine(program);
//   std::vector<uint8_t> state(machine.state_size());
//   machine.Start(state.data());
//   std::vector<Transition> steps;
//   machine.AppendSteps(state.data(), steps);
//   machine.Apply(steps[0], state.data());

#include <cstdint>
#include <vector>

#include "sim/litmus/machine/machine_program.h"
#include "sim/litmus/machine/machine_state.h"
#include "sim/litmus/machine/state_bytes.h"
#include "sim/memory/payload_bytes.h"

namespace incoherent::litmus {

// A thread's next operation, a device operation, or an act: threads first.
using Transition = uint16_t;

class Machine {
 public:
  // `program` must outlive the machine.
  explicit Machine(const MachineProgram& program);
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  const MachineProgram& program() const { return program_; }
  const StateLayout& layout() const { return layout_; }
  int state_size() const { return layout_.size; }

  Transition ThreadStep(int thread) const { return thread; }
  Transition DeviceStep(int op) const { return first_device_ + op; }
  Transition ActOf(int act) const { return first_act_ + act; }
  bool IsThreadStep(Transition t) const { return t < first_device_; }
  bool IsAct(Transition t) const { return t >= first_act_; }
  int DeviceOpOf(Transition t) const { return t - first_device_; }
  int ActIndexOf(Transition t) const { return t - first_act_; }
  int transitions() const {
    return first_act_ + static_cast<int>(program_.acts.size());
  }

  void Start(uint8_t* state) const;

  // In canonical order.
  void AppendSteps(const uint8_t* state, std::vector<Transition>& out) const;
  void AppendActs(const uint8_t* state, std::vector<Transition>& out) const;
  bool IsPossible(const uint8_t* state, Transition transition) const;

  // Requires that the transition is possible.
  void Apply(Transition transition, uint8_t* state) const;

  // All threads are done, and all that they submitted.
  bool IsFinished(const uint8_t* state) const;
  // Whether a thread stands before a submit that only this submission order
  // holds back; in another order it would go on.
  bool IsHeldByOrder(const uint8_t* state) const;

  // Acts on its cache are over.
  bool IsOfFreedMemory(const uint8_t* state, const Act& act) const;

  bool IsSubmitted(const uint8_t* state, int run) const {
    const Run& submit = program_.runs[run];
    return state[layout_.counters + submit.thread] > submit.op;
  }
  // The thread's next operation; null if it is done.
  const HostOp* NextOf(const uint8_t* state, int thread) const {
    const size_t next = state[layout_.counters + thread];
    const std::vector<HostOp>& ops = program_.threads[thread];
    return next < ops.size() ? &ops[next] : nullptr;
  }

  const StateBytes& bytes() const { return bytes_; }

 private:
  bool CanStep(const uint8_t* state, const HostOp& op) const;
  bool CanStep(const uint8_t* state, int device_op, OpMask done) const;
  bool RunsAreDone(const uint8_t* state, const HostOp& op) const;
  bool CanAct(const uint8_t* state, const Act& act) const;
  bool CanActOnCache(const uint8_t* state, const Act& act) const;

  void StepThread(int thread, uint8_t* state) const;
  void HostAccess(const HostOp& op, uint8_t* state) const;
  void HostStore(const HostOp& op, CellMask accessible, uint8_t* state) const;
  void HostLoad(const HostOp& op, CellMask accessible, uint8_t* state) const;
  void Free(const HostOp& op, uint8_t* state) const;
  void Submit(uint8_t* state) const;

  void StepDevice(int op, uint8_t* state) const;
  void RunCommand(int op, uint8_t* state) const;
  void RunDependency(const DeviceOp& op, uint8_t* state) const;
  void ActOnCache(const Act& act, uint8_t* state) const;
  void DoAct(const Act& act, uint8_t* state) const;

  Byte ReadByte(const uint8_t* state, const DeviceOp& op, size_t index) const;
  Byte ValueOf(const uint8_t* state, const ByteWrite& write,
               int value_reg) const;

  const MachineProgram& program_;
  StateBytes bytes_;
  const StateLayout& layout_;  // of bytes_
  Transition first_device_;
  Transition first_act_;
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_MACHINE_MACHINE_H_
