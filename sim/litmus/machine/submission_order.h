#ifndef INCOHERENT_SIM_LITMUS_MACHINE_SUBMISSION_ORDER_H_
#define INCOHERENT_SIM_LITMUS_MACHINE_SUBMISSION_ORDER_H_

// Runs: one for each `submit` of a program, and the orders in which a queue may
// meet them.
//
// A queue works in submission order (chapter Synchronization, "Implicit
// Synchronization Guarantees"). One thread submits in its own order; where
// several submit to one queue, every merge of theirs is a possible order, and
// the explorer tries each.

#include <vector>

#include "absl/status/statusor.h"
#include "sim/litmus/program.h"

namespace incoherent::litmus {

struct Run {
  int thread = 0;
  int op = 0;  // index of the kSubmit in its thread
  int submission = 0;
};

// In program order, thread after thread.
std::vector<Run> RunsOf(const Program& program);

// For each queue, its runs (indices into RunsOf) in submission order.
using SubmissionOrder = std::vector<std::vector<int>>;

inline constexpr int kMaxSubmissionOrders = 1000;

// At least one. ResourceExhausted beyond kMaxSubmissionOrders.
absl::StatusOr<std::vector<SubmissionOrder>> SubmissionOrdersOf(
    const Program& program);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_MACHINE_SUBMISSION_ORDER_H_
