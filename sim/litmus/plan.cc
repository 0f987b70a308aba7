#include "sim/litmus/plan.h"

#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace incoherent::litmus {
namespace {

constexpr size_t kMaxPlans = 100'000;

}  // namespace

// The events that are still to come, and what they do to bytes.
struct Planner::Rest {
  std::vector<int> events;
  CellMask host_accesses = 0;
  CellMask reads = 0;
  CellMask device_accesses = 0;
  std::vector<CellMask> class_reads;
};

Planner::Planner(const Machine& machine, const std::vector<int>& named,
                 bool prune)
    : machine_(machine),
      prune_(prune),
      events_(machine.program()),
      order_(machine.program(), events_),
      effects_(machine.program(), events_) {
  for (const int position : named) named_ |= CellBit(position);
}

const Plan& Planner::PlanFor(const uint8_t* state) {
  const absl::string_view control(reinterpret_cast<const char*>(state),
                                  machine_.layout().rows);
  const auto known = plans_.find(control);
  if (known != plans_.end()) return *known->second;
  return *plans_
              .emplace(std::string(control),
                       std::make_unique<Plan>(Make(state)))
              .first->second;
}

void Planner::Trim() {
  if (plans_.size() > kMaxPlans) plans_.clear();
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

void Planner::FindUnneeded(const Rest& rest, Plan& plan) const {
  plan.unread = ~effects_.GroupsOf(rest.reads | named_);
  plan.no_host = ~effects_.GroupsOf(rest.host_accesses);
  plan.no_device = ~(rest.device_accesses | named_);
  plan.class_reads = rest.class_reads;
}

int Planner::EventOf(const uint8_t* state, Transition step) const {
  if (!machine_.IsThreadStep(step)) {
    return events_.OfDevice(machine_.DeviceOpOf(step));
  }
  return events_.OfThread(step, state[machine_.layout().counters + step]);
}

bool Planner::IsUndisturbed(int event, const Rest& rest,
                            CellMask unread) const {
  const CellMask touched = effects_.Of(event).touched & ~unread;
  for (const int other : rest.events) {
    if (other == event || order_.IsBefore(event, other)) continue;
    if (effects_.AreTied(event, other)) return false;
    if (effects_.Of(other).stirred & touched) return false;
  }
  return true;
}

// Leaves in the plan the steps to be tried; the cells that they touch.
CellMask Planner::ChooseSteps(const uint8_t* state, const Rest& rest,
                              Plan& plan) const {
  CellMask all = 0;
  absl::optional<std::pair<Transition, CellMask>> alone;
  for (const Transition step : plan.steps) {
    const int event = EventOf(state, step);
    const CellMask touched = effects_.Of(event).touched & ~plan.unread;
    all |= touched;
    const bool is_less = !alone || __builtin_popcountll(touched) <
                                       __builtin_popcountll(alone->second);
    if (is_less && IsUndisturbed(event, rest, plan.unread)) {
      alone = {step, touched};
    }
  }
  if (!alone) return all;
  plan.steps = {alone->first};
  return alone->second;
}

void Planner::ChooseActs(CellMask touched, Plan& plan) const {
  const std::vector<Act>& acts = machine_.program().acts;
  for (size_t i = 0; i < acts.size(); ++i) {
    const Act& act = acts[i];
    const CellMask cell = CellBit(act.position);
    if (!(touched & cell)) continue;
    if (act.kind == Act::Kind::kRefresh &&
        !(plan.class_reads[act.subject] & cell)) {
      continue;
    }
    plan.acts.push_back(static_cast<int>(i));
  }
}

Plan Planner::Make(const uint8_t* state) const {
  Plan plan;
  plan.finished = machine_.IsFinished(state);
  plan.held_by_order = machine_.IsHeldByOrder(state);
  machine_.AppendSteps(state, plan.steps);
  const bool acts_matter =
      !plan.steps.empty() || (plan.finished && named_ != 0);
  plan.class_reads.assign(machine_.program().readers.size(), ~CellMask{0});
  if (!prune_) {
    if (acts_matter) ChooseActs(~CellMask{0}, plan);
    return plan;
  }
  const Rest rest = RestIn(state);
  FindUnneeded(rest, plan);
  if (!acts_matter) return plan;
  const CellMask touched = plan.finished ? effects_.GroupsOf(named_)
                                         : ChooseSteps(state, rest, plan);
  ChooseActs(touched, plan);
  return plan;
}

}  // namespace incoherent::litmus
