#include "sim/litmus/findings/operation_names.h"

namespace incoherent::litmus {
namespace {

constexpr int kInstanceShift = 32;

}  // namespace

OperationNames::OperationNames(const Program& program) {
  named_.push_back({nullptr, nullptr});  // 0 is nobody
  for (const Agent& host : program.hosts) {
    first_of_host_.push_back(named_.size());
    for (const Op& op : host.ops) named_.push_back({&op, &host.name});
  }
  for (const Submission& submission : program.submissions) {
    first_of_submission_.push_back(named_.size());
    const std::string& queue = program.queues[submission.queue].name;
    for (const Op& op : submission.ops) named_.push_back({&op, &queue});
  }
}

OperationId OperationNames::OfHost(int thread, size_t op) const {
  return first_of_host_[thread] + op;
}

OperationId OperationNames::OfDevice(int submission, size_t op,
                                     uint32_t instance) const {
  return first_of_submission_[submission] + op +
         (OperationId{instance} << kInstanceShift);
}

const OperationNames::Named* OperationNames::Find(OperationId operation) const {
  const size_t index = operation & ((OperationId{1} << kInstanceShift) - 1);
  return index == 0 ? nullptr : &named_[index];
}

}  // namespace incoherent::litmus
