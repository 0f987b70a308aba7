#include "sim/litmus/machine/execution_order.h"

namespace incoherent::litmus {
namespace {

using Kind = DeviceOp::Kind;

bool HasDestination(const DeviceOp& op) {
  return op.kind == Kind::kBarrier || op.kind == Kind::kWait;
}

bool SharesRegister(const DeviceOp& later, const DeviceOp& earlier) {
  const auto uses = [](const DeviceOp& op, int reg) {
    return reg >= 0 && (op.reg == reg || op.value_reg == reg);
  };
  return uses(later, earlier.reg) || uses(earlier, later.reg);
}

// The later one's first scope has the earlier operation.
bool InFirstScope(const DeviceOp& later, const DeviceOp& earlier) {
  if (earlier.kind == Kind::kCommand) {
    return (earlier.stages & later.source_stages) != 0;
  }
  if (!HasDestination(earlier)) return false;
  const bool awaits_host = earlier.kind == Kind::kWait &&
                           later.kind == Kind::kBarrier &&
                           (later.source_stages & kStageHost) != 0;
  return awaits_host || (earlier.destination_stages & later.source_stages) != 0;
}

bool NamesAllCommands(const DeviceOp& op) {
  return op.source != nullptr &&
         (op.source->source.stages & kStageAllCommands) != 0;
}

bool KeepsOrder(const DeviceOp& later, const DeviceOp& earlier) {
  if (later.event >= 0 && later.event == earlier.event) return true;
  return later.kind == earlier.kind && later.semaphore >= 0 &&
         later.semaphore == earlier.semaphore;
}

bool MustFollow(const DeviceOp& later, const DeviceOp& earlier) {
  if (KeepsOrder(later, earlier)) return true;
  switch (later.kind) {
    case Kind::kCommand:
      if (earlier.kind == Kind::kCommand) return SharesRegister(later, earlier);
      return HasDestination(earlier) &&
             (earlier.destination_stages & later.stages) != 0;
    case Kind::kBarrier:
      return InFirstScope(later, earlier);
    case Kind::kSignal:
    case Kind::kSetEvent:
    case Kind::kResetEvent:
      return NamesAllCommands(later) || InFirstScope(later, earlier);
    case Kind::kWait:
      return false;
    case Kind::kFence:
      return true;
  }
  return false;
}

}  // namespace

int MatchingSet(const std::vector<int>& in_order,
                const std::vector<DeviceOp>& ops, int at) {
  const int event = ops[in_order[at]].event;
  for (int i = at - 1; i >= 0; --i) {
    const DeviceOp& op = ops[in_order[i]];
    if (op.kind == Kind::kSetEvent && op.event == event) return i;
  }
  return -1;
}

void OrderExecution(const std::vector<int>& in_order,
                    std::vector<DeviceOp>& ops) {
  for (int later = 0; later < static_cast<int>(in_order.size()); ++later) {
    DeviceOp& op = ops[in_order[later]];
    int end = later;
    if (op.kind == Kind::kBarrier && op.event >= 0) {
      const int set = MatchingSet(in_order, ops, later);
      if (set >= 0) end = set;
    }
    for (int earlier = 0; earlier < later; ++earlier) {
      const DeviceOp& before = ops[in_order[earlier]];
      const bool follows =
          earlier < end ? MustFollow(op, before) : KeepsOrder(op, before);
      if (follows) op.follows |= OpBit(in_order[earlier]);
    }
  }
}

}  // namespace incoherent::litmus
