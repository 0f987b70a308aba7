// What steps and acts do to the bytes of a state.

#include "sim/litmus/machine/machine.h"

namespace incoherent::litmus {
namespace {

constexpr int kMaxLoadBytes = 8;
constexpr int kMaxReadBytes = kMaxCells;  // of a copy

}  // namespace

Byte Machine::ValueOf(const uint8_t* state, const ByteWrite& write,
                      int value_reg) const {
  return write.from == ByteWrite::From::kRegister
             ? bytes_.RegisterByte(state, value_reg, write.index)
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
  CachedView cache(bytes_, op.cache, state);
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
  for (const ByteWrite& write : op.writes) {
    if (!(accessible & CellBit(write.position))) continue;
    const Byte byte = ValueOf(state, write, op.value_reg);
    if (op.cache < 0) {
      bytes_.WriteHost(write.position, byte, state);
      continue;
    }
    CachedView cache(bytes_, op.cache, state);
    cache.lines.Store(write.position - cache.first, byte);
  }
}

void Machine::HostLoad(const HostOp& op, CellMask accessible,
                       uint8_t* state) const {
  Byte bytes[kMaxLoadBytes];
  int count = 0;
  for (const int position : op.reads) {
    Byte& byte = bytes[count++];
    if (!(accessible & CellBit(position))) {
      byte = Byte::Undefined();
    } else if (op.cache < 0) {
      byte = bytes_.HostByte(state, position);
    } else {
      const CachedView cache = CachedView::Of(bytes_, op.cache, state);
      byte = cache.lines.Load(position - cache.first);
    }
  }
  bytes_.SetRegister(op.reg, bytes, count, state);
}

void Machine::Submit(uint8_t* state) const {
  bytes_.MoveToDevice(~CellMask{0}, state);
  for (size_t i = 0; i < program_.readers.size(); ++i) {
    bytes_.Refresh(static_cast<int>(i), ~CellMask{0}, state);
  }
}

// The `index`th byte that the command reads.
Byte Machine::ReadByte(const uint8_t* state, const DeviceOp& op,
                       size_t index) const {
  if (op.reader_class < 0) return bytes_.DeviceByte(state, op.reads[index]);
  return bytes_.CopiesAt(state, op.reader_class)[op.read_slots[index]].byte();
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
  if (step.reg >= 0) bytes_.SetRegister(step.reg, read, count, state);
  int slot = 0;
  for (const ByteWrite& write : step.writes) {
    const Byte byte = write.from == ByteWrite::From::kRead
                          ? read[write.index]
                          : ValueOf(state, write, step.value_reg);
    if (step.writes_domain) {
      bytes_.WriteDevice(write.position, byte, state);
    } else {
      bytes_.BufferAt(state, op)[slot++].Put(byte);
    }
  }
}

void Machine::RunDependency(const DeviceOp& op, uint8_t* state) const {
  bytes_.MoveToDevice(op.to_device, state);
  for (OpMask rest = op.drained; rest != 0; rest &= rest - 1) {
    bytes_.Drain(__builtin_ctzll(rest), op.range, state);
  }
  for (uint64_t rest = op.refreshed; rest != 0; rest &= rest - 1) {
    bytes_.Refresh(__builtin_ctzll(rest), op.range, state);
  }
  bytes_.MoveToHost(op.to_host, state);
}

void Machine::ActOnCache(const Act& act, uint8_t* state) const {
  CachedView cache(bytes_, act.subject, state);
  const ByteRange atom = cache.AtomAt(act.position);
  if (act.kind == Act::Kind::kEvict) cache.lines.Evict(atom);
  if (act.kind == Act::Kind::kRefill) cache.lines.Refill(atom);
  if (act.kind == Act::Kind::kDiscard) cache.lines.Discard(atom);
}

void Machine::DoAct(const Act& act, uint8_t* state) const {
  switch (act.kind) {
    case Act::Kind::kEvict:
    case Act::Kind::kRefill:
    case Act::Kind::kDiscard:
      return ActOnCache(act, state);
    case Act::Kind::kMoveToDevice:
      return bytes_.MoveToDevice(CellBit(act.position), state);
    case Act::Kind::kMoveToHost:
      return bytes_.MoveToHost(CellBit(act.position), state);
    case Act::Kind::kDrain:
      return bytes_.Drain(act.subject, CellBit(act.position), state);
    case Act::Kind::kRefresh:
      return bytes_.Refresh(act.subject, CellBit(act.position), state);
  }
}

}  // namespace incoherent::litmus
