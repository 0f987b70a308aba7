#include "sim/litmus/search.h"

#include <algorithm>
#include <cstring>

namespace incoherent::litmus {
namespace {

// How often the search looks at what it has allocated.
constexpr uint32_t kBytesCheckedEvery = 4096;

}  // namespace

Search::Search(const Machine& machine, bool prune, std::vector<int> named,
               const SearchLimits& limits)
    : machine_(machine),
      prune_(prune),
      planner_(machine, named, prune),
      pruning_(machine, planner_.effects()),
      named_(std::move(named)),
      limits_(limits),
      table_(machine.state_size()),
      next_(machine.state_size()) {}

bool Search::IsFull() const {
  if (table_.size() >= limits_.states) return true;
  return table_.size() % kBytesCheckedEvery == 0 &&
         table_.bytes() > limits_.bytes;
}

void Search::Run() {
  machine_.Start(next_.data());
  if (prune_) pruning_.Forget(planner_.PlanFor(next_.data()), next_.data());
  table_.Insert(next_.data(), StateTable::kNoParent, 0);
  for (uint32_t index = 0; index < table_.size(); ++index) Expand(index);
}

void Search::Expand(uint32_t index) {
  planner_.Trim();
  const uint8_t* state = table_.StateAt(index);
  const Plan& plan = planner_.PlanFor(state);
  if (plan.finished) Record(index);
  if (plan.steps.empty() && !plan.finished && !plan.held_by_order) ++blocked_;
  for (const Transition step : plan.steps) {
    std::memcpy(next_.data(), state, next_.size());
    machine_.Apply(step, next_.data());
    if (!Take(index, step, planner_.PlanFor(next_.data()))) return;
  }
  for (const int act : plan.acts) {
    const Transition transition = machine_.ActOf(act);
    if (!machine_.IsPossible(state, transition)) continue;
    std::memcpy(next_.data(), state, next_.size());
    machine_.Apply(transition, next_.data());
    if (!Take(index, transition, plan)) return;
  }
}

bool Search::Take(uint32_t from, Transition transition, const Plan& plan) {
  if (prune_) pruning_.Forget(plan, next_.data());
  ++transitions_;
  if (IsFull()) {
    bounded_ = true;
    return false;
  }
  table_.Insert(next_.data(), from, transition);
  return true;
}

void Search::Record(uint32_t index) {
  const uint8_t* state = table_.StateAt(index);
  reading_.clear();
  const std::vector<int>& sizes = machine_.program().register_sizes;
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == 0) continue;
    reading_.append(
        reinterpret_cast<const char*>(state + machine_.layout().registers[i]),
        sizes[i] + 1);
  }
  for (const int position : named_) {
    const Byte byte = machine_.DeviceByte(state, position);
    reading_.push_back(static_cast<char>(byte.value));
    reading_.push_back(byte.undefined ? 1 : 0);
  }
  const auto [found, is_new] =
      outcome_of_.try_emplace(reading_, outcomes_.size());
  if (is_new) outcomes_.push_back({index, 0});
  ++outcomes_[found->second].count;
}

std::vector<Transition> Search::PathTo(uint32_t state) const {
  std::vector<Transition> path;
  while (table_.ParentOf(state) != StateTable::kNoParent) {
    path.push_back(table_.TransitionTo(state));
    state = table_.ParentOf(state);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace incoherent::litmus
