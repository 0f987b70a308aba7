#include "sim/litmus/explorer/search.h"

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
      parts_(states_.block_size() / sizeof(uint32_t)) {
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

void Search::WriteControl(const uint32_t* parts, uint8_t* state) const {
  const StateLayout& layout = machine_.layout();
  std::memcpy(state, controls_.At(parts[kControl]), layout.control_size);
  std::memcpy(state + layout.first_register, registers_.At(parts[kRegisters]),
              layout.registers_size);
}

void Search::WriteGroup(const uint32_t* parts, int group,
                        uint8_t* state) const {
  groups_[group].Write(parts[kFirstGroup + group], state);
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
  for (const PlannedStep& step : known->plan.steps) {
    known->local.emplace_back();
    for (const int group : step.changes) {
      known->local.back().push_back(
          groups_[group].NumberStep(step.event, step.row));
    }
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
  std::vector<uint32_t> parts(parts_, 0);
  parts[kControl] = NumberControl(state_.data());
  parts[kRegisters] = NumberRegisters(state_.data());
  const KnownPlan& known = PlanOf(parts[kControl]);
  for (size_t i = 0; i < groups_.size(); ++i) {
    parts[kFirstGroup + i] = groups_[i].Number(state_.data());
    if (prune_) Forget(known, static_cast<int>(i), parts.data());
  }
  states_.Insert(reinterpret_cast<const uint8_t*>(parts.data()));
  parents_.push_back({kNoParent, 0});
}

// What the plan needs no more of the group's part.
void Search::Forget(const KnownPlan& known, int group, uint32_t* parts) {
  uint32_t& part = parts[kFirstGroup + group];
  part = groups_[group].Forget(known.needs[group], part);
}

void Search::Expand(uint32_t index) {
  const auto* parts = reinterpret_cast<const uint32_t*>(states_.At(index));
  KnownPlan& known = PlanOf(parts[kControl]);
  if (known.plan.finished) Record(index, parts);
  if (known.plan.blocked) ++blocked_;
  batch_.clear();
  batch_parts_.clear();
  if (!known.plan.steps.empty()) WriteControl(parts, state_.data());
  for (size_t i = 0; i < known.plan.steps.size(); ++i) {
    if (known.plan.steps[i].is_local && known.after[i] != kUnknown) {
      TakeLocalStep(parts, i, known);
    } else {
      TakeStep(parts, i, known);
    }
  }
  TakeActs(parts, known);
  InsertBatch(index);
}

void Search::TakeStep(const uint32_t* parts, size_t step, KnownPlan& known) {
  const PlannedStep& planned = known.plan.steps[step];
  next_state_ = state_;
  for (const int group : planned.reads) {
    WriteGroup(parts, group, next_state_.data());
  }
  machine_.Apply(planned.step, next_state_.data());
  if (known.after[step] == kUnknown) {
    known.after[step] = NumberControl(next_state_.data());
  }
  uint32_t* next = AddToBatch(parts, planned.step);
  next[kControl] = known.after[step];
  next[kRegisters] = NumberRegisters(next_state_.data());
  for (const int group : planned.changes) {
    next[kFirstGroup + group] = groups_[group].Number(next_state_.data());
  }
  ForgetAll(next);
}

void Search::TakeLocalStep(const uint32_t* parts, size_t step,
                           KnownPlan& known) {
  const PlannedStep& planned = known.plan.steps[step];
  uint32_t* next = AddToBatch(parts, planned.step);
  next[kControl] = known.after[step];
  for (size_t i = 0; i < planned.changes.size(); ++i) {
    const int group = planned.changes[i];
    uint32_t& part = next[kFirstGroup + group];
    part = groups_[group].Step(known.local[step][i], planned.step,
                               controls_.At(parts[kControl]), part);
  }
  ForgetAll(next);
}

void Search::ForgetAll(uint32_t* next) {
  if (!prune_) return;
  const KnownPlan& next_plan = PlanOf(next[kControl]);
  for (size_t group = 0; group < groups_.size(); ++group) {
    Forget(next_plan, static_cast<int>(group), next);
  }
}

void Search::TakeActs(const uint32_t* parts, const KnownPlan& known) {
  for (const int group : known.plan.groups) {
    const uint32_t part = parts[kFirstGroup + group];
    for (const GroupStates::ActTo& act : groups_[group].ActsFrom(part)) {
      if (!known.plan.tried[act.act]) continue;
      uint32_t* next = AddToBatch(parts, machine_.ActOf(act.act));
      next[kFirstGroup + group] = act.state;
      if (prune_) Forget(known, group, next);
    }
  }
}

// A copy of the parts, to be changed.
uint32_t* Search::AddToBatch(const uint32_t* parts, Transition transition) {
  batch_.push_back({0, transition});
  batch_parts_.insert(batch_parts_.end(), parts, parts + parts_);
  return &batch_parts_[batch_parts_.size() - parts_];
}

void Search::InsertBatch(uint32_t from) {
  const auto* blocks = reinterpret_cast<const uint8_t*>(batch_parts_.data());
  for (size_t i = 0; i < batch_.size(); ++i) {
    batch_[i].hash = states_.HashOf(blocks + i * states_.block_size());
    states_.PrefetchEntry(batch_[i].hash);
  }
  for (const Successor& next : batch_) states_.PrefetchBlock(next.hash);
  for (size_t i = 0; i < batch_.size(); ++i) {
    const uint8_t* block = blocks + i * states_.block_size();
    if (IsFull() && !states_.Has(block, batch_[i].hash)) {
      bounded_ = true;
      return;
    }
    ++transitions_;
    const uint32_t before = states_.size();
    states_.Insert(block, batch_[i].hash);
    if (states_.size() != before) {
      parents_.push_back({from, batch_[i].transition});
    }
  }
}

void Search::Record(uint32_t index, const uint32_t* parts) {
  WriteControl(parts, state_.data());
  for (size_t i = 0; i < groups_.size(); ++i) {
    WriteGroup(parts, static_cast<int>(i), state_.data());
  }
  reading_.assign(reinterpret_cast<const char*>(&parts[kRegisters]),
                  sizeof(uint32_t));
  for (const int position : named_) {
    const Byte byte = machine_.bytes().DeviceByte(state_.data(), position);
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
