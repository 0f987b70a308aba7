#include "sim/icd/operation_log.h"

#include <utility>

namespace incoherent {
namespace {

constexpr size_t kMostOperations = size_t{1} << 13;
// Stacks that are held for the next operation from the same place.
constexpr size_t kMostStacks = size_t{1} << 12;

// An id is the payload, and the number of the operation among the payload's.
constexpr int kNumberBits = 40;
constexpr uint64_t kNumberMask = (uint64_t{1} << kNumberBits) - 1;

}  // namespace

OperationId OperationLog::Add(Journey::PayloadId payload, Operation operation) {
  Kept& kept = kept_[payload];
  if (kept.operations.size() == kMostOperations) {
    kept.operations.pop_front();
    ++kept.first;
  }
  kept.operations.push_back(std::move(operation));
  const uint64_t number = kept.first + kept.operations.size() - 1;
  return (OperationId{payload} << kNumberBits) | (number & kNumberMask);
}

void OperationLog::Remove(Journey::PayloadId payload) { kept_.erase(payload); }

std::shared_ptr<const CallStack> OperationLog::Keep(const CallStack& stack) {
  if (stacks_.size() == kMostStacks) stacks_.clear();
  std::shared_ptr<const CallStack>& kept = stacks_[stack.Place()];
  if (kept == nullptr || !(*kept == stack)) {
    kept = std::make_shared<const CallStack>(stack);
  }
  return kept;
}

const Operation* OperationLog::Find(OperationId id) const {
  const auto found =
      kept_.find(static_cast<Journey::PayloadId>(id >> kNumberBits));
  if (id == 0 || found == kept_.end()) return nullptr;
  const Kept& kept = found->second;
  const uint64_t number = id & kNumberMask;
  if (number < kept.first || number - kept.first >= kept.operations.size()) {
    return nullptr;
  }
  return &kept.operations[number - kept.first];
}

}  // namespace incoherent
