#include "sim/litmus/search.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace incoherent::litmus {
namespace {

constexpr uint32_t kUnknown = ~uint32_t{0};
constexpr uint32_t kNoParent = ~uint32_t{0};

// Places in the parts of a state.
constexpr size_t kControl = 0;
constexpr size_t kRegisters = 1;
constexpr size_t kFirstGroup = 2;

// How often the search looks at what it has allocated.
constexpr uint32_t kBytesCheckedEvery = 1024;

// A plan's own size, roughly.
constexpr uint64_t kPlanBytes = 500;

int Padded(int bytes) { return std::max(8, (bytes + 7) / 8 * 8); }

}  // namespace

Search::Search(const Machine& machine, bool prune, std::vector<int> named,
               const SearchLimits& limits)
    : machine_(machine),
      prune_(prune),
      planner_(machine, named, prune),
      named_(std::move(named)),
      limits_(limits),
      controls_(Padded(machine.layout().control_size)),
      registers_(Padded(machine.layout().registers_size)),
      states_(Padded(static_cast<int>(
          sizeof(uint32_t) * (kFirstGroup + planner_.groups().size())))),
      state_(machine.state_size()),
      next_state_(machine.state_size()),
      next_(states_.block_size() / sizeof(uint32_t), 0) {
  for (const CellMask cells : planner_.groups()) {
    groups_.emplace_back(machine, cells);
  }
}

uint64_t Search::Bytes() const {
  uint64_t bytes = states_.bytes() + controls_.bytes() + registers_.bytes() +
                   parents_.capacity() * sizeof(Parent) +
                   plans_.size() * kPlanBytes;
  for (const GroupStates& group : groups_) bytes += group.bytes();
  return bytes;
}

bool Search::IsFull() const {
  if (states_.size() >= limits_.states) return true;
  return states_.size() % kBytesCheckedEvery == 0 && Bytes() > limits_.bytes;
}

uint32_t Search::NumberControl(const uint8_t* state) {
  packed_.assign(controls_.block_size(), 0);
  std::memcpy(packed_.data(), state, machine_.layout().control_size);
  return controls_.Insert(packed_.data());
}

uint32_t Search::NumberRegisters(const uint8_t* state) {
  packed_.assign(registers_.block_size(), 0);
  std::memcpy(packed_.data(), state + machine_.layout().first_register,
              machine_.layout().registers_size);
  return registers_.Insert(packed_.data());
}

void Search::WriteState(const uint32_t* parts, uint8_t* state) const {
  const StateLayout& layout = machine_.layout();
  std::memcpy(state, controls_.At(parts[kControl]), layout.control_size);
  std::memcpy(state + layout.first_register, registers_.At(parts[kRegisters]),
              layout.registers_size);
  for (size_t i = 0; i < groups_.size(); ++i) {
    groups_[i].Write(parts[kFirstGroup + i], state);
  }
}

Search::KnownPlan& Search::PlanOf(uint32_t control) {
  if (control >= plans_.size()) plans_.resize(control + 1);
  if (plans_[control] != nullptr) return *plans_[control];
  auto known = std::make_unique<KnownPlan>();
  known->plan = planner_.Make(controls_.At(control));
  known->after.assign(known->plan.steps.size(), kUnknown);
  for (size_t i = 0; i < known->plan.needs.size(); ++i) {
    known->needs.push_back(groups_[i].NumberNeeds(known->plan.needs[i]));
  }
  plans_[control] = std::move(known);
  return *plans_[control];
}

void Search::Run() {
  Start();
  for (uint32_t index = 0; index < states_.size(); ++index) Expand(index);
}

void Search::Start() {
  machine_.Start(state_.data());
  next_[kControl] = NumberControl(state_.data());
  next_[kRegisters] = NumberRegisters(state_.data());
  const KnownPlan& known = PlanOf(next_[kControl]);
  for (size_t i = 0; i < groups_.size(); ++i) {
    next_[kFirstGroup + i] = groups_[i].Number(state_.data());
    Forget(known, static_cast<int>(i));
  }
  states_.Insert(reinterpret_cast<const uint8_t*>(next_.data()));
  parents_.push_back({kNoParent, 0});
}

// The group's part of next_, which comes to a state of that plan.
void Search::Forget(const KnownPlan& known, int group) {
  if (!prune_) return;
  uint32_t& part = next_[kFirstGroup + group];
  part = groups_[group].Forget(known.needs[group], part);
}

void Search::Expand(uint32_t index) {
  const auto* parts = reinterpret_cast<const uint32_t*>(states_.At(index));
  KnownPlan& known = PlanOf(parts[kControl]);
  if (known.plan.finished) Record(index, parts);
  if (known.plan.blocked) ++blocked_;
  TakeSteps(parts, known);
  TakeActs(parts, known);
  InsertBatch(index);
}

void Search::TakeSteps(const uint32_t* parts, KnownPlan& known) {
  if (known.plan.steps.empty()) return;
  WriteState(parts, state_.data());
  for (size_t i = 0; i < known.plan.steps.size(); ++i) {
    const PlannedStep& planned = known.plan.steps[i];
    next_state_ = state_;
    machine_.Apply(planned.step, next_state_.data());
    next_.assign(parts, parts + next_.size());
    if (known.after[i] == kUnknown) {
      known.after[i] = NumberControl(next_state_.data());
    }
    next_[kControl] = known.after[i];
    next_[kRegisters] = NumberRegisters(next_state_.data());
    for (const int group : planned.groups) {
      next_[kFirstGroup + group] = groups_[group].Number(next_state_.data());
    }
    const KnownPlan& next_plan = PlanOf(next_[kControl]);
    for (size_t group = 0; group < groups_.size(); ++group) {
      Forget(next_plan, static_cast<int>(group));
    }
    AddToBatch(planned.step);
  }
}

void Search::TakeActs(const uint32_t* parts, const KnownPlan& known) {
  for (const int group : known.plan.groups) {
    const uint32_t part = parts[kFirstGroup + group];
    for (const GroupStates::ActTo& act : groups_[group].ActsFrom(part)) {
      if (!known.plan.tried[act.act]) continue;
      next_.assign(parts, parts + next_.size());
      next_[kFirstGroup + group] = act.state;
      Forget(known, group);
      AddToBatch(machine_.ActOf(act.act));
    }
  }
}

void Search::AddToBatch(Transition transition) {
  const auto* block = reinterpret_cast<const uint8_t*>(next_.data());
  const uint32_t hash = states_.HashOf(block);
  states_.PrefetchEntry(hash);
  batch_.blocks.insert(batch_.blocks.end(), block,
                       block + states_.block_size());
  batch_.hashes.push_back(hash);
  batch_.transitions.push_back(transition);
}

void Search::InsertBatch(uint32_t from) {
  for (const uint32_t hash : batch_.hashes) states_.PrefetchBlock(hash);
  for (size_t i = 0; i < batch_.hashes.size(); ++i) {
    if (IsFull()) {
      bounded_ = true;
      break;
    }
    ++transitions_;
    const uint32_t before = states_.size();
    states_.Insert(batch_.blocks.data() + i * states_.block_size(),
                   batch_.hashes[i]);
    if (states_.size() != before) {
      parents_.push_back({from, batch_.transitions[i]});
    }
  }
  batch_.blocks.clear();
  batch_.hashes.clear();
  batch_.transitions.clear();
}

void Search::Record(uint32_t index, const uint32_t* parts) {
  WriteState(parts, state_.data());
  reading_.assign(reinterpret_cast<const char*>(&parts[kRegisters]),
                  sizeof(uint32_t));
  for (const int position : named_) {
    const Byte byte = machine_.DeviceByte(state_.data(), position);
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
  for (; parents_[state].state != kNoParent; state = parents_[state].state) {
    path.push_back(parents_[state].transition);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace incoherent::litmus
