#include "sim/litmus/explorer/happens_before.h"

namespace incoherent::litmus {
namespace {

// What a wait for a semaphore or an event needs, and what gives it.
struct Trigger {
  int event = 0;  // the step
  int semaphore = -1;
  int rank = 0;
  int device_event = -1;

  bool Satisfies(const Trigger& wait) const {
    if (wait.semaphore >= 0) {
      return semaphore == wait.semaphore && rank >= wait.rank;
    }
    return wait.device_event >= 0 && device_event == wait.device_event;
  }
};

struct Triggers {
  std::vector<Trigger> waits;
  std::vector<Trigger> causes;
};

void AddDeviceTriggers(const MachineProgram& machine, const Events& events,
                       Triggers& triggers) {
  for (size_t i = 0; i < machine.device_ops.size(); ++i) {
    const DeviceOp& op = machine.device_ops[i];
    const Trigger trigger = {events.OfDevice(static_cast<int>(i)), op.semaphore,
                             op.rank, op.event};
    switch (op.kind) {
      case DeviceOp::Kind::kSignal:
      case DeviceOp::Kind::kSetEvent:
        triggers.causes.push_back(trigger);
        break;
      case DeviceOp::Kind::kWait:
        if (op.rank > 0) triggers.waits.push_back(trigger);
        break;
      case DeviceOp::Kind::kBarrier:
        if (op.event >= 0) triggers.waits.push_back(trigger);
        break;
      default:
        break;
    }
  }
}

void AddHostTriggers(const MachineProgram& machine, const Events& events,
                     Triggers& triggers) {
  for (size_t thread = 0; thread < machine.threads.size(); ++thread) {
    for (size_t i = 0; i < machine.threads[thread].size(); ++i) {
      const HostOp& op = machine.threads[thread][i];
      const Trigger trigger = {
          events.OfThread(static_cast<int>(thread), static_cast<int>(i)),
          op.semaphore, op.rank, op.event};
      if (op.kind == OpKind::kSignal || op.kind == OpKind::kSetEvent) {
        triggers.causes.push_back(trigger);
      } else if (op.kind == OpKind::kWait && op.rank > 0) {
        triggers.waits.push_back(trigger);
      }
    }
  }
}

}  // namespace

Events::Events(const MachineProgram& machine)
    : size_(static_cast<int>(machine.device_ops.size())) {
  for (const std::vector<HostOp>& thread : machine.threads) {
    first_.push_back(size_);
    size_ += static_cast<int>(thread.size());
  }
}

HappensBefore::HappensBefore(const MachineProgram& machine,
                             const Events& events)
    : before_(events.size(), EventSet(events.size())) {
  AddThreads(machine, events);
  AddDevice(machine, events);
  AddOnlyCauses(machine, events);
  Close();
}

void HappensBefore::AddThreads(const MachineProgram& machine,
                               const Events& events) {
  for (size_t i = 0; i < machine.threads.size(); ++i) {
    const int thread = static_cast<int>(i);
    for (size_t j = 0; j < machine.threads[i].size(); ++j) {
      const int index = static_cast<int>(j);
      const int event = events.OfThread(thread, index);
      if (index > 0) Add(event - 1, event);
      const HostOp& op = machine.threads[i][j];
      if (op.posts.size() == 1) {
        Add(events.OfThread(op.posts[0].first, op.posts[0].second), event);
      }
      AddRunsMet(machine, events, thread, index);
    }
  }
}

// The fences that a wait is sure to have met.
void HappensBefore::AddRunsMet(const MachineProgram& machine,
                               const Events& events, int thread, int index) {
  const HostOp& op = machine.threads[thread][index];
  for (const int run : op.runs) {
    const bool only = op.kind == OpKind::kWaitSubmission && op.runs.size() == 1;
    const bool submitted =
        machine.runs[run].thread == thread && machine.runs[run].op < index;
    if (only || (op.kind == OpKind::kWaitIdle && submitted)) {
      Add(events.OfDevice(machine.run_fence[run]),
          events.OfThread(thread, index));
    }
  }
}

void HappensBefore::AddDevice(const MachineProgram& machine,
                              const Events& events) {
  const int ops = static_cast<int>(machine.device_ops.size());
  for (int i = 0; i < ops; ++i) {
    const DeviceOp& op = machine.device_ops[i];
    for (int j = 0; j < ops; ++j) {
      if (op.follows & OpBit(j)) Add(events.OfDevice(j), events.OfDevice(i));
    }
    const Run& run = machine.runs[op.run];
    Add(events.OfThread(run.thread, run.op), events.OfDevice(i));
  }
  for (size_t i = 0; i < machine.runs.size(); ++i) {
    if (machine.run_before[i] < 0) continue;
    const Run& before = machine.runs[machine.run_before[i]];
    Add(events.OfThread(before.thread, before.op),
        events.OfThread(machine.runs[i].thread, machine.runs[i].op));
  }
}

void HappensBefore::AddOnlyCauses(const MachineProgram& machine,
                                  const Events& events) {
  Triggers triggers;
  AddDeviceTriggers(machine, events, triggers);
  AddHostTriggers(machine, events, triggers);
  for (const Trigger& wait : triggers.waits) {
    const Trigger* only = nullptr;
    int count = 0;
    for (const Trigger& cause : triggers.causes) {
      if (!cause.Satisfies(wait)) continue;
      only = &cause;
      ++count;
    }
    if (count == 1) Add(only->event, wait.event);
  }
}

void HappensBefore::Close() {
  const int size = static_cast<int>(before_.size());
  for (int middle = 0; middle < size; ++middle) {
    for (int later = 0; later < size; ++later) {
      if (before_[later].Has(middle)) before_[later].AddAll(before_[middle]);
    }
  }
}

}  // namespace incoherent::litmus
