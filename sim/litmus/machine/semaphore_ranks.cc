#include "sim/litmus/machine/semaphore_ranks.h"

#include <iterator>

namespace incoherent::litmus {

SemaphoreRanks::SemaphoreRanks(const Program& program)
    : values_(program.semaphores.size()) {
  for (const Semaphore& semaphore : program.semaphores) {
    timeline_.push_back(semaphore.timeline);
  }
  const auto add = [this](const std::vector<Op>& ops) {
    for (const Op& op : ops) {
      if (op.kind != OpKind::kSignal || op.value.value == 0) continue;
      values_[op.semaphore].insert(op.value.value);
    }
  };
  for (const Agent& host : program.hosts) add(host.ops);
  for (const Submission& submission : program.submissions) add(submission.ops);
}

int SemaphoreRanks::OfSignal(const Op& signal) const {
  if (!timeline_[signal.semaphore]) return 1;
  const std::set<uint64_t>& values = values_[signal.semaphore];
  return static_cast<int>(
      std::distance(values.begin(), values.upper_bound(signal.value.value)));
}

int SemaphoreRanks::OfWait(const Op& wait) const {
  if (!timeline_[wait.semaphore]) return 1;
  if (wait.value.value == 0) return 0;
  const std::set<uint64_t>& values = values_[wait.semaphore];
  const auto reached = values.lower_bound(wait.value.value);
  if (reached == values.end()) return kNever;
  return static_cast<int>(std::distance(values.begin(), reached)) + 1;
}

}  // namespace incoherent::litmus
