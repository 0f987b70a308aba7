#ifndef INCOHERENT_SIM_LITMUS_MACHINE_EXECUTION_ORDER_H_
#define INCOHERENT_SIM_LITMUS_MACHINE_EXECUTION_ORDER_H_

// Execution order: what each operation of a queue must wait for.
//
// Submission order alone orders nothing (chapter Synchronization, "Implicit
// Synchronization Guarantees"). `later` must follow `earlier`, one before the
// other in submission order, if
//
//   later is a     earlier is a          and
//   command        barrier or wait       its destination has later's stage
//   barrier        command               the source has its stage
//                  barrier or wait       its destination meets the source (a
//                                        chain), or it is a semaphore wait and
//                                        the source has HOST
//   event wait     as for a barrier, as far as it precedes the last matching
//                  set; and that set
//   signal, event  command, barrier,     as for a barrier; everything if the
//   set or reset   wait                  source has ALL_COMMANDS
//   fence          anything              -
//
// A command also follows those that it shares a register with, and operations
// on one event or semaphore keep their order.

#include <vector>

#include "sim/litmus/machine/machine_program.h"

namespace incoherent::litmus {

// Sets `follows` of each operation that `in_order` names: all of one queue, in
// submission order.
void OrderExecution(const std::vector<int>& in_order,
                    std::vector<DeviceOp>& ops);

// The last set of the event before place `at` of `in_order`; -1 if none.
int MatchingSet(const std::vector<int>& in_order,
                const std::vector<DeviceOp>& ops, int at);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_MACHINE_EXECUTION_ORDER_H_
