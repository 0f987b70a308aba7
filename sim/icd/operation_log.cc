#include "sim/icd/operation_log.h"

#include <utility>

namespace incoherent {
namespace {

constexpr size_t kMostOperations = size_t{1} << 18;

}  // namespace

OperationId OperationLog::Add(Operation operation) {
  if (operations_.size() == kMostOperations) {
    operations_.pop_front();
    ++first_;
  }
  operations_.push_back(std::move(operation));
  return first_ + operations_.size() - 1;
}

const Operation* OperationLog::Find(OperationId id) const {
  if (id < first_ || id - first_ >= operations_.size()) return nullptr;
  return &operations_[id - first_];
}

}  // namespace incoherent
