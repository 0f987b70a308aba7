#include "sim/litmus/machine.h"

#include "sim/memory/check.h"

namespace incoherent::litmus {
namespace {

constexpr int kMaxReadBytes = 64;

}  // namespace

// A host cache together with the payload under it.
struct Machine::Lines {
  Lines(const Machine& machine, int cache, uint8_t* state)
      : payload(
            machine.PayloadAt(state, machine.program_.caches[cache].payload)),
        lines(StorageOf(machine, cache, state), payload,
              machine.program_.caches[cache].atoms,
              machine.program_.caches[cache].write_back),
        first(machine.program_.cells
                  .payloads()[machine.program_.caches[cache].payload]
                  .first) {}

  static HostLines::Storage StorageOf(const Machine& machine, int cache,
                                      uint8_t* state) {
    const size_t size = machine.program_.caches[cache].atoms.object_size();
    uint8_t* view = state + machine.layout_.caches[cache];
    return {absl::MakeSpan(view, size), absl::MakeSpan(view + size, size)};
  }

  PayloadBytes payload;
  HostLines lines;
  int first;
};

Machine::Machine(const MachineProgram& program)
    : program_(program),
      layout_(program),
      first_device_(static_cast<Transition>(program.threads.size())),
      first_act_(
          static_cast<Transition>(first_device_ + program.device_ops.size())) {
  const std::vector<PayloadCells>& payloads = program.cells.payloads();
  for (size_t i = 0; i < payloads.size(); ++i) {
    payload_of_.insert(payload_of_.end(), payloads[i].size,
                       static_cast<int>(i));
  }
  INCOHERENT_CHECK(transitions() <= 0xffff, "a transition has 16 bits");
}

PayloadBytes Machine::PayloadAt(uint8_t* state, int payload) const {
  const PayloadCells& cells = program_.cells.payloads()[payload];
  const size_t size = cells.size;
  return PayloadBytes(
      {absl::MakeSpan(state + layout_.host + cells.first, size),
       absl::MakeSpan(state + layout_.device + cells.first, size),
       absl::MakeSpan(state + layout_.marks + cells.first, size)},
      program_.merged[payload]);
}

// PayloadBytes has no form that only looks.
PayloadBytes Machine::PayloadAt(const uint8_t* state, int payload) const {
  return PayloadAt(const_cast<uint8_t*>(state), payload);
}

StoredByte* Machine::CopiesAt(uint8_t* state, int reader) const {
  return reinterpret_cast<StoredByte*>(state + layout_.copies[reader]);
}

StoredByte* Machine::BufferAt(uint8_t* state, int op) const {
  return reinterpret_cast<StoredByte*>(state + layout_.buffers[op]);
}

void Machine::Start(uint8_t* state) const {
  std::memset(state, 0, layout_.size);
  const std::vector<PayloadCells>& payloads = program_.cells.payloads();
  for (size_t i = 0; i < payloads.size(); ++i) {
    if (!program_.program->memories[payloads[i].root].undefined_contents) {
      continue;
    }
    PayloadAt(state, static_cast<int>(i))
        .MakeUndefined({0, static_cast<uint64_t>(payloads[i].size)});
  }
  for (size_t i = 0; i < program_.mappings.size(); ++i) {
    state[layout_.rows + i] =
        static_cast<uint8_t>(program_.mappings[i].initial());
  }
  for (size_t i = 0; i < program_.caches.size(); ++i) {
    Lines cache(*this, static_cast<int>(i), state);
    cache.lines.Refill({0, program_.caches[i].atoms.object_size()});
  }
  for (size_t i = 0; i < program_.readers.size(); ++i) {
    Refresh(static_cast<int>(i), ~CellMask{0}, state);
  }
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

bool Machine::CanAct(const uint8_t* state, const Act& act) const {
  uint8_t* at = const_cast<uint8_t*>(state);
  switch (act.kind) {
    case Act::Kind::kEvict:
    case Act::Kind::kRefill:
    case Act::Kind::kDiscard: {
      if (IsOfFreedMemory(state, act)) return false;
      const HostCache& cache = program_.caches[act.subject];
      const Lines lines(*this, act.subject, at);
      const ByteRange atom = cache.atoms.AtomAt(act.position - lines.first);
      if (act.kind == Act::Kind::kEvict) return lines.lines.HasDirtyByte(atom);
      if (act.kind == Act::Kind::kRefill) return lines.lines.HasStaleByte(atom);
      return lines.lines.HasAbandonedByte(atom);
    }
    case Act::Kind::kMoveToDevice:
    case Act::Kind::kMoveToHost: {
      const int payload = payload_of_[act.position];
      const PayloadBytes bytes = PayloadAt(state, payload);
      const uint64_t index =
          act.position - program_.cells.payloads()[payload].first;
      return act.kind == Act::Kind::kMoveToDevice ? bytes.IsHostAhead(index)
                                                  : bytes.IsDeviceAhead(index);
    }
    case Act::Kind::kDrain:
      return BufferAt(at, act.subject)[act.slot].present();
    case Act::Kind::kRefresh:
      return CopiesAt(at, act.subject)[act.slot].byte() !=
             DeviceByte(state, act.position);
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

Byte Machine::DeviceByte(const uint8_t* state, int position) const {
  const int payload = payload_of_[position];
  return PayloadAt(state, payload)
      .DeviceLoad(position - program_.cells.payloads()[payload].first);
}

Byte Machine::RegisterByte(const uint8_t* state, int reg, int index) const {
  const int size = program_.register_sizes[reg];
  if (index >= size) return {};
  const uint8_t* at = state + layout_.registers[reg];
  return {at[index], ((at[size] >> index) & 1) != 0};
}

void Machine::SetRegister(int reg, const Byte* bytes, int count,
                          uint8_t* state) const {
  const int size = program_.register_sizes[reg];
  uint8_t* at = state + layout_.registers[reg];
  std::memset(at, 0, size + 1);
  for (int i = 0; i < count; ++i) {
    at[i] = bytes[i].value;
    at[size] |= static_cast<uint8_t>(bytes[i].undefined << i);
  }
}

Byte Machine::ValueOf(const uint8_t* state, const ByteWrite& write,
                      int value_reg) const {
  return write.from == ByteWrite::From::kRegister
             ? RegisterByte(state, value_reg, write.index)
             : Byte{write.constant};
}

void Machine::StepThread(int thread, uint8_t* state) const {
  const HostOp& op = *NextOf(state, thread);
  ++state[layout_.counters + thread];
  switch (op.kind) {
    case OpKind::kSubmit:
      Submit(state);
      break;
    case OpKind::kSignal: {
      uint8_t& rank = state[layout_.semaphores + op.semaphore];
      if (rank < op.rank) rank = static_cast<uint8_t>(op.rank);
      break;
    }
    case OpKind::kSetEvent:
    case OpKind::kResetEvent:
      state[layout_.events + op.event] = op.kind == OpKind::kSetEvent;
      break;
    default:
      if (op.memory >= 0) HostAccess(op, state);
      break;
  }
}

void Machine::HostAccess(const HostOp& op, uint8_t* state) const {
  uint8_t& row = state[layout_.rows + op.memory];
  const MappedEffect& effect = op.rows[row];
  const bool was_freed = program_.mappings[op.memory].freed(row);
  row = static_cast<uint8_t>(effect.next_row);
  if (op.kind == OpKind::kStore) HostStore(op, effect.accessible, state);
  if (op.kind == OpKind::kLoad) HostLoad(op, effect.accessible, state);
  if (op.cache < 0 || was_freed) return;
  Lines cache(*this, op.cache, state);
  if (op.kind == OpKind::kFlush) cache.lines.Flush(effect.atoms);
  if (op.kind == OpKind::kInvalidate) cache.lines.Invalidate(effect.atoms);
  if (op.kind == OpKind::kUnmap) cache.lines.Abandon();
  if (op.kind == OpKind::kFree) Free(op, state);
}

void Machine::Free(const HostOp& op, uint8_t* state) const {
  std::memset(state + layout_.caches[op.cache], 0,
              2 * program_.caches[op.cache].atoms.object_size());
}

void Machine::HostStore(const HostOp& op, CellMask accessible,
                        uint8_t* state) const {
  const int first = program_.cells.payloads()[op.payload].first;
  for (const ByteWrite& write : op.writes) {
    if (!(accessible & CellBit(write.position))) continue;
    const Byte byte = ValueOf(state, write, op.value_reg);
    if (op.cache >= 0) {
      Lines(*this, op.cache, state).lines.Store(write.position - first, byte);
    } else {
      PayloadAt(state, op.payload).HostWrite(write.position - first, byte);
    }
  }
}

void Machine::HostLoad(const HostOp& op, CellMask accessible,
                       uint8_t* state) const {
  const int first = program_.cells.payloads()[op.payload].first;
  Byte bytes[8];
  int count = 0;
  for (int position : op.reads) {
    Byte& byte = bytes[count++];
    if (!(accessible & CellBit(position))) {
      byte = Byte::Undefined();
    } else if (op.cache >= 0) {
      byte = Lines(*this, op.cache, state).lines.Load(position - first);
    } else {
      byte = PayloadAt(state, op.payload).HostLoad(position - first);
    }
  }
  SetRegister(op.reg, bytes, count, state);
}

void Machine::MoveToDevice(CellMask cells, uint8_t* state) const {
  for (size_t i = 0; i < program_.cells.payloads().size(); ++i) {
    const PayloadCells& payload = program_.cells.payloads()[i];
    PayloadBytes bytes = PayloadAt(state, static_cast<int>(i));
    ForEachCell(cells & program_.cells.MaskOfPayload(static_cast<int>(i)),
                [&](int position) {
                  bytes.MoveToDevice(
                      {static_cast<uint64_t>(position - payload.first), 1});
                });
  }
}

void Machine::MoveToHost(CellMask cells, uint8_t* state) const {
  for (size_t i = 0; i < program_.cells.payloads().size(); ++i) {
    const PayloadCells& payload = program_.cells.payloads()[i];
    PayloadBytes bytes = PayloadAt(state, static_cast<int>(i));
    ForEachCell(cells & program_.cells.MaskOfPayload(static_cast<int>(i)),
                [&](int position) {
                  bytes.MoveToHost(
                      {static_cast<uint64_t>(position - payload.first), 1});
                });
  }
}

void Machine::Refresh(int reader, CellMask cells, uint8_t* state) const {
  const CellMask all = program_.readers[reader].cells;
  ForEachCell(all & cells, [&](int position) {
    CopiesAt(state, reader)[SlotOf(all, position)].Put(
        DeviceByte(state, position));
  });
}

void Machine::Drain(int op, CellMask cells, uint8_t* state) const {
  const CellMask all = program_.device_ops[op].written;
  ForEachCell(all & cells, [&](int position) {
    StoredByte& stored = BufferAt(state, op)[SlotOf(all, position)];
    if (!stored.present()) return;
    const int payload = payload_of_[position];
    PayloadAt(state, payload)
        .DeviceWrite(position - program_.cells.payloads()[payload].first,
                     stored.byte());
    stored.Clear();
  });
}

void Machine::Submit(uint8_t* state) const {
  MoveToDevice(~CellMask{0}, state);
  for (size_t i = 0; i < program_.readers.size(); ++i) {
    Refresh(static_cast<int>(i), ~CellMask{0}, state);
  }
}

// The `index`th byte that the command reads.
Byte Machine::ReadByte(const uint8_t* state, const DeviceOp& op,
                       size_t index) const {
  if (op.reader_class < 0) return DeviceByte(state, op.reads[index]);
  return CopiesAt(const_cast<uint8_t*>(state),
                  op.reader_class)[op.read_slots[index]]
      .byte();
}

void Machine::StepDevice(int op, uint8_t* state) const {
  SetDone(state, DoneIn(state) | OpBit(op));
  const DeviceOp& step = program_.device_ops[op];
  switch (step.kind) {
    case DeviceOp::Kind::kCommand:
      RunCommand(op, state);
      return;
    case DeviceOp::Kind::kSetEvent:
    case DeviceOp::Kind::kResetEvent:
      state[layout_.events + step.event] =
          step.kind == DeviceOp::Kind::kSetEvent;
      return;
    case DeviceOp::Kind::kWait:
      if (step.binary) state[layout_.semaphores + step.semaphore] = 0;
      break;
    case DeviceOp::Kind::kSignal: {
      uint8_t& rank = state[layout_.semaphores + step.semaphore];
      if (rank < step.rank) rank = static_cast<uint8_t>(step.rank);
      break;
    }
    default:
      break;
  }
  RunDependency(step, state);
}

void Machine::RunCommand(int op, uint8_t* state) const {
  const DeviceOp& step = program_.device_ops[op];
  Byte read[kMaxReadBytes];
  int count = 0;
  for (size_t i = 0; i < step.reads.size(); ++i) {
    read[count++] = ReadByte(state, step, i);
  }
  if (step.reg >= 0) SetRegister(step.reg, read, count, state);
  int slot = 0;
  for (const ByteWrite& write : step.writes) {
    const Byte byte = write.from == ByteWrite::From::kRead
                          ? read[write.index]
                          : ValueOf(state, write, step.value_reg);
    if (step.writes_domain) {
      const int payload = payload_of_[write.position];
      PayloadAt(state, payload)
          .DeviceWrite(
              write.position - program_.cells.payloads()[payload].first, byte);
    } else {
      BufferAt(state, op)[slot++].Put(byte);
    }
  }
}

void Machine::RunDependency(const DeviceOp& op, uint8_t* state) const {
  if (op.to_device != 0) MoveToDevice(op.to_device, state);
  for (OpMask rest = op.drained; rest != 0; rest &= rest - 1) {
    Drain(__builtin_ctzll(rest), op.range, state);
  }
  for (uint64_t rest = op.refreshed; rest != 0; rest &= rest - 1) {
    Refresh(__builtin_ctzll(rest), op.range, state);
  }
  if (op.to_host != 0) MoveToHost(op.to_host, state);
}

void Machine::DoAct(const Act& act, uint8_t* state) const {
  switch (act.kind) {
    case Act::Kind::kEvict:
    case Act::Kind::kRefill:
    case Act::Kind::kDiscard: {
      Lines cache(*this, act.subject, state);
      const ByteRange atom =
          program_.caches[act.subject].atoms.AtomAt(act.position - cache.first);
      if (act.kind == Act::Kind::kEvict) cache.lines.Evict(atom);
      if (act.kind == Act::Kind::kRefill) cache.lines.Refill(atom);
      if (act.kind == Act::Kind::kDiscard) cache.lines.Discard(atom);
      return;
    }
    case Act::Kind::kMoveToDevice:
      return MoveToDevice(CellBit(act.position), state);
    case Act::Kind::kMoveToHost:
      return MoveToHost(CellBit(act.position), state);
    case Act::Kind::kDrain:
      return Drain(act.subject, CellBit(act.position), state);
    case Act::Kind::kRefresh:
      return Refresh(act.subject, CellBit(act.position), state);
  }
}

}  // namespace incoherent::litmus
