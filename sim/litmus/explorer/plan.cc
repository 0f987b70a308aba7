#include "sim/litmus/explorer/plan.h"

#include <utility>

#include "absl/types/optional.h"

namespace incoherent::litmus {

Planner::Planner(const Machine& machine, const std::vector<int>& named,
                 bool prune)
    : machine_(machine),
      prune_(prune),
      events_(machine.program()),
      order_(machine.program(), events_),
      effects_(machine.program(), events_),
      groups_(effects_.Groups()) {
  for (const int position : named) named_ |= CellBit(position);
}

Planner::Rest Planner::RestIn(const uint8_t* state) const {
  const MachineProgram& program = machine_.program();
  Rest rest;
  const OpMask done = DoneIn(state);
  for (size_t i = 0; i < program.device_ops.size(); ++i) {
    if (done & OpBit(static_cast<int>(i))) continue;
    rest.events.push_back(events_.OfDevice(static_cast<int>(i)));
  }
  for (size_t thread = 0; thread < program.threads.size(); ++thread) {
    const size_t next = state[machine_.layout().counters + thread];
    for (size_t i = next; i < program.threads[thread].size(); ++i) {
      rest.events.push_back(
          events_.OfThread(static_cast<int>(thread), static_cast<int>(i)));
    }
  }
  rest.class_reads.resize(program.readers.size(), 0);
  for (const int event : rest.events) {
    const StepEffect& effect = effects_.Of(event);
    rest.host_accesses |= effect.host_accesses;
    rest.reads |= effect.host_reads | effect.device_reads;
    rest.device_accesses |= effect.device_reads | effect.device_writes;
    if (effect.reader_class >= 0) {
      rest.class_reads[effect.reader_class] |= effect.device_reads;
    }
  }
  return rest;
}

CellMask Planner::ReadGroups(const Rest& rest) const {
  return effects_.GroupsOf(rest.reads | named_);
}

std::vector<GroupNeeds> Planner::NeedsOf(const Rest& rest) const {
  std::vector<GroupNeeds> all;
  for (const CellMask group : groups_) {
    GroupNeeds needs;
    needs.read = (group & ReadGroups(rest)) != 0;
    needs.host = (group & rest.host_accesses) != 0;
    needs.device = group & (rest.device_accesses | named_);
    for (const CellMask reads : rest.class_reads) {
      needs.class_reads.push_back(reads & group);
    }
    all.push_back(std::move(needs));
  }
  return all;
}

int Planner::EventOf(const uint8_t* state, Transition step) const {
  if (!machine_.IsThreadStep(step)) {
    return events_.OfDevice(machine_.DeviceOpOf(step));
  }
  return events_.OfThread(step, state[machine_.layout().counters + step]);
}

// `read` are the groups in which anything can be noticed.
bool Planner::IsUndisturbed(int event, const Rest& rest, CellMask read) const {
  const CellMask touched = effects_.Of(event).touched & read;
  for (const int other : rest.events) {
    if (other == event || order_.IsBefore(event, other)) continue;
    if (effects_.AreTied(event, other)) return false;
    if (effects_.Of(other).stirred & touched) return false;
  }
  return true;
}

// Leaves the steps to be tried; the groups that they touch.
CellMask Planner::ChooseSteps(const uint8_t* state, const Rest& rest,
                              std::vector<Transition>& steps) const {
  const CellMask read = ReadGroups(rest);
  CellMask all = 0;
  absl::optional<std::pair<Transition, CellMask>> alone;
  for (const Transition step : steps) {
    const int event = EventOf(state, step);
    const CellMask touched = effects_.Of(event).touched & read;
    all |= touched;
    const bool is_less = !alone || __builtin_popcountll(touched) <
                                       __builtin_popcountll(alone->second);
    if (is_less && IsUndisturbed(event, rest, read)) alone = {step, touched};
  }
  if (!alone) return all;
  steps = {alone->first};
  return alone->second;
}

PlannedStep Planner::PlanStep(const uint8_t* state, Transition step) const {
  PlannedStep planned;
  planned.step = step;
  planned.event = EventOf(state, step);
  const StepEffect& effect = effects_.Of(planned.event);
  planned.is_local = effect.is_local;
  if (machine_.IsThreadStep(step)) {
    const int memory = machine_.NextOf(state, step)->memory;
    if (memory >= 0) planned.row = state[machine_.layout().rows + memory];
  }
  for (size_t i = 0; i < groups_.size(); ++i) {
    const int group = static_cast<int>(i);
    if (groups_[i] & effect.stirred) planned.reads.push_back(group);
    if (groups_[i] & effect.changed) planned.changes.push_back(group);
  }
  return planned;
}

// Acts on the groups; without `rest` even those that nobody can notice.
void Planner::AddActs(const uint8_t* state, CellMask touched, const Rest* rest,
                      Plan& plan) const {
  const MachineProgram& program = machine_.program();
  plan.tried.resize(program.acts.size(), 0);
  for (size_t i = 0; i < program.acts.size(); ++i) {
    const Act& act = program.acts[i];
    const CellMask cell = CellBit(act.position);
    const bool unread = act.kind == Act::Kind::kRefresh && rest != nullptr &&
                        !(rest->class_reads[act.subject] & cell);
    plan.tried[i] =
        (touched & cell) && !unread && !machine_.IsOfFreedMemory(state, act);
  }
  for (size_t i = 0; i < groups_.size(); ++i) {
    if (groups_[i] & touched) plan.groups.push_back(static_cast<int>(i));
  }
}

Plan Planner::Make(const uint8_t* state) const {
  Plan plan;
  std::vector<Transition> steps;
  machine_.AppendSteps(state, steps);
  plan.finished = machine_.IsFinished(state);
  plan.blocked =
      steps.empty() && !plan.finished && !machine_.IsHeldByOrder(state);
  const bool acts_matter = !steps.empty() || (plan.finished && named_ != 0);
  if (!prune_) {
    for (const Transition step : steps) {
      plan.steps.push_back(PlanStep(state, step));
    }
    if (acts_matter) AddActs(state, ~CellMask{0}, nullptr, plan);
    return plan;
  }
  const Rest rest = RestIn(state);
  plan.needs = NeedsOf(rest);
  if (!acts_matter) return plan;
  const CellMask touched = plan.finished ? effects_.GroupsOf(named_)
                                         : ChooseSteps(state, rest, steps);
  for (const Transition step : steps) {
    plan.steps.push_back(PlanStep(state, step));
  }
  AddActs(state, touched, &rest, plan);
  return plan;
}

}  // namespace incoherent::litmus
