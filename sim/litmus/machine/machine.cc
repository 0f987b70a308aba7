#include "sim/litmus/machine/machine.h"

#include "sim/memory/check.h"

namespace incoherent::litmus {

Machine::Machine(const MachineProgram& program)
    : program_(program),
      bytes_(program),
      layout_(bytes_.layout()),
      first_device_(static_cast<Transition>(program.threads.size())),
      first_act_(
          static_cast<Transition>(first_device_ + program.device_ops.size())) {
  INCOHERENT_CHECK(transitions() <= 0xffff, "a transition has 16 bits");
}

void Machine::Start(uint8_t* state) const {
  std::memset(state, 0, layout_.size);
  for (size_t i = 0; i < program_.mappings.size(); ++i) {
    state[layout_.rows + i] =
        static_cast<uint8_t>(program_.mappings[i].initial());
  }
  bytes_.Start(state);
}

bool Machine::RunsAreDone(const uint8_t* state, const HostOp& op) const {
  const OpMask done = DoneIn(state);
  if (op.kind == OpKind::kWaitIdle) {
    for (int run : op.runs) {
      if (IsSubmitted(state, run) && !(done & OpBit(program_.run_fence[run]))) {
        return false;
      }
    }
    return true;
  }
  for (size_t i = op.runs.size(); i-- > 0;) {
    if (!IsSubmitted(state, op.runs[i])) continue;
    return (done & OpBit(program_.run_fence[op.runs[i]])) != 0;
  }
  return false;
}

bool Machine::CanStep(const uint8_t* state, const HostOp& op) const {
  switch (op.kind) {
    case OpKind::kSubmit: {
      const int before = program_.run_before[op.run];
      return before < 0 || IsSubmitted(state, before);
    }
    case OpKind::kWaitSubmission:
    case OpKind::kWaitIdle:
      return RunsAreDone(state, op);
    case OpKind::kWait:
      return state[layout_.semaphores + op.semaphore] >= op.rank;
    case OpKind::kAwait:
      for (const auto& [thread, index] : op.posts) {
        if (state[layout_.counters + thread] > index) return true;
      }
      return false;
    default:
      return true;
  }
}

bool Machine::CanStep(const uint8_t* state, int device_op, OpMask done) const {
  const DeviceOp& op = program_.device_ops[device_op];
  if ((done & OpBit(device_op)) || (op.follows & ~done)) return false;
  if (!IsSubmitted(state, op.run)) return false;
  switch (op.kind) {
    case DeviceOp::Kind::kWait:
      return state[layout_.semaphores + op.semaphore] >= op.rank;
    case DeviceOp::Kind::kBarrier:
      return op.event < 0 || state[layout_.events + op.event] != 0;
    default:
      return true;
  }
}

bool Machine::IsOfFreedMemory(const uint8_t* state, const Act& act) const {
  if (act.kind != Act::Kind::kEvict && act.kind != Act::Kind::kRefill &&
      act.kind != Act::Kind::kDiscard) {
    return false;
  }
  const int memory = program_.caches[act.subject].memory;
  return program_.mappings[memory].freed(state[layout_.rows + memory]);
}

bool Machine::CanActOnCache(const uint8_t* state, const Act& act) const {
  if (IsOfFreedMemory(state, act)) return false;
  const CachedView cache = CachedView::Of(bytes_, act.subject, state);
  const ByteRange atom = cache.AtomAt(act.position);
  if (act.kind == Act::Kind::kEvict) return cache.lines.HasDirtyByte(atom);
  if (act.kind == Act::Kind::kRefill) return cache.lines.HasStaleByte(atom);
  return cache.lines.HasAbandonedByte(atom);
}

bool Machine::CanAct(const uint8_t* state, const Act& act) const {
  switch (act.kind) {
    case Act::Kind::kEvict:
    case Act::Kind::kRefill:
    case Act::Kind::kDiscard:
      return CanActOnCache(state, act);
    case Act::Kind::kMoveToDevice:
      return bytes_.IsHostAhead(state, act.position);
    case Act::Kind::kMoveToHost:
      return bytes_.IsDeviceAhead(state, act.position);
    case Act::Kind::kDrain:
      return bytes_.BufferAt(state, act.subject)[act.slot].present();
    case Act::Kind::kRefresh:
      return bytes_.CopiesAt(state, act.subject)[act.slot].byte() !=
             bytes_.DeviceByte(state, act.position);
  }
  return false;
}

void Machine::AppendSteps(const uint8_t* state,
                          std::vector<Transition>& out) const {
  for (size_t i = 0; i < program_.threads.size(); ++i) {
    const HostOp* next = NextOf(state, static_cast<int>(i));
    if (next != nullptr && CanStep(state, *next)) {
      out.push_back(ThreadStep(static_cast<int>(i)));
    }
  }
  const OpMask done = DoneIn(state);
  for (size_t i = 0; i < program_.device_ops.size(); ++i) {
    if (CanStep(state, static_cast<int>(i), done)) {
      out.push_back(DeviceStep(static_cast<int>(i)));
    }
  }
}

void Machine::AppendActs(const uint8_t* state,
                         std::vector<Transition>& out) const {
  for (size_t i = 0; i < program_.acts.size(); ++i) {
    if (CanAct(state, program_.acts[i])) {
      out.push_back(ActOf(static_cast<int>(i)));
    }
  }
}

bool Machine::IsPossible(const uint8_t* state, Transition transition) const {
  if (IsAct(transition)) {
    return CanAct(state, program_.acts[ActIndexOf(transition)]);
  }
  if (!IsThreadStep(transition)) {
    return CanStep(state, DeviceOpOf(transition), DoneIn(state));
  }
  const HostOp* next = NextOf(state, transition);
  return next != nullptr && CanStep(state, *next);
}

void Machine::Apply(Transition transition, uint8_t* state) const {
  if (IsAct(transition)) {
    DoAct(program_.acts[ActIndexOf(transition)], state);
  } else if (IsThreadStep(transition)) {
    StepThread(transition, state);
  } else {
    StepDevice(DeviceOpOf(transition), state);
  }
}

bool Machine::IsFinished(const uint8_t* state) const {
  for (size_t i = 0; i < program_.threads.size(); ++i) {
    if (NextOf(state, static_cast<int>(i)) != nullptr) return false;
  }
  // Every submit was made, so every device operation is to be done.
  const size_t ops = program_.device_ops.size();
  return ops == 0 || DoneIn(state) == (~OpMask{0} >> (kMaxDeviceOps - ops));
}

bool Machine::IsHeldByOrder(const uint8_t* state) const {
  for (size_t i = 0; i < program_.threads.size(); ++i) {
    const HostOp* next = NextOf(state, static_cast<int>(i));
    if (next != nullptr && next->kind == OpKind::kSubmit &&
        !CanStep(state, *next)) {
      return true;
    }
  }
  return false;
}

}  // namespace incoherent::litmus
