#include "sim/litmus/machine/submission_order.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace incoherent::litmus {
namespace {

using Sequence = std::vector<int>;

// The merges of what each thread submits to one queue, up to a limit.
class Merges {
 public:
  Merges(std::vector<Sequence> threads, size_t limit)
      : threads_(std::move(threads)), next_(threads_.size()), limit_(limit) {
    for (const Sequence& thread : threads_) length_ += thread.size();
    Extend();
  }

  const std::vector<Sequence>& found() const { return found_; }

 private:
  void Extend() {
    if (found_.size() >= limit_) return;
    if (merged_.size() == length_) {
      found_.push_back(merged_);
      return;
    }
    for (size_t i = 0; i < threads_.size(); ++i) {
      if (next_[i] == threads_[i].size()) continue;
      merged_.push_back(threads_[i][next_[i]++]);
      Extend();
      merged_.pop_back();
      --next_[i];
    }
  }

  std::vector<Sequence> threads_;
  std::vector<size_t> next_;
  size_t limit_;
  size_t length_ = 0;
  Sequence merged_;
  std::vector<Sequence> found_;
};

std::vector<Sequence> ByThread(const Program& program,
                               const std::vector<Run>& runs, int queue) {
  std::vector<Sequence> threads(program.hosts.size());
  for (size_t i = 0; i < runs.size(); ++i) {
    if (program.submissions[runs[i].submission].queue != queue) continue;
    threads[runs[i].thread].push_back(static_cast<int>(i));
  }
  return threads;
}

}  // namespace

std::vector<Run> RunsOf(const Program& program) {
  std::vector<Run> runs;
  for (size_t thread = 0; thread < program.hosts.size(); ++thread) {
    const std::vector<Op>& ops = program.hosts[thread].ops;
    for (size_t i = 0; i < ops.size(); ++i) {
      if (ops[i].kind != OpKind::kSubmit) continue;
      runs.push_back(
          {static_cast<int>(thread), static_cast<int>(i), ops[i].submission});
    }
  }
  return runs;
}

absl::StatusOr<std::vector<SubmissionOrder>> SubmissionOrdersOf(
    const Program& program) {
  const std::vector<Run> runs = RunsOf(program);
  std::vector<SubmissionOrder> orders = {{}};
  for (size_t queue = 0; queue < program.queues.size(); ++queue) {
    const Merges merges(ByThread(program, runs, static_cast<int>(queue)),
                        kMaxSubmissionOrders + 1);
    std::vector<SubmissionOrder> longer;
    for (const SubmissionOrder& order : orders) {
      for (const Sequence& merge : merges.found()) {
        longer.push_back(order);
        longer.back().push_back(merge);
        if (longer.size() > kMaxSubmissionOrders) {
          return absl::ResourceExhaustedError(absl::StrCat(
              "host threads submit to the same queue in more than ",
              kMaxSubmissionOrders, " possible orders; submit less, or from ",
              "one thread"));
        }
      }
    }
    orders = std::move(longer);
  }
  return orders;
}

}  // namespace incoherent::litmus
