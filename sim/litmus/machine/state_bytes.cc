#include "sim/litmus/machine/state_bytes.h"

namespace incoherent::litmus {
namespace {

HostLines::Storage LinesAt(const StateBytes& bytes, int cache, uint8_t* state) {
  const size_t size = bytes.program().caches[cache].atoms.object_size();
  uint8_t* view = state + bytes.layout().caches[cache];
  return {absl::MakeSpan(view, size), absl::MakeSpan(view + size, size)};
}

}  // namespace

StateBytes::StateBytes(const MachineProgram& program)
    : program_(program), layout_(program) {
  const std::vector<PayloadCells>& payloads = program.cells.payloads();
  for (size_t i = 0; i < payloads.size(); ++i) {
    payload_of_.insert(payload_of_.end(), payloads[i].size,
                       static_cast<int>(i));
  }
}

void StateBytes::Start(uint8_t* state) const {
  const std::vector<PayloadCells>& payloads = program_.cells.payloads();
  for (size_t i = 0; i < payloads.size(); ++i) {
    if (!program_.program->memories[payloads[i].root].undefined_contents) {
      continue;
    }
    PayloadAt(state, static_cast<int>(i))
        .MakeUndefined({0, static_cast<uint64_t>(payloads[i].size)});
  }
  for (size_t i = 0; i < program_.caches.size(); ++i) {
    CachedView cache(*this, static_cast<int>(i), state);
    cache.lines.Refill({0, cache.atoms.object_size()});
  }
  for (size_t i = 0; i < program_.readers.size(); ++i) {
    Refresh(static_cast<int>(i), ~CellMask{0}, state);
  }
}

PayloadBytes StateBytes::PayloadAt(uint8_t* state, int payload) const {
  const PayloadCells& cells = program_.cells.payloads()[payload];
  const size_t size = cells.size;
  return PayloadBytes(
      {absl::MakeSpan(state + layout_.host + cells.first, size),
       absl::MakeSpan(state + layout_.device + cells.first, size),
       absl::MakeSpan(state + layout_.marks + cells.first, size)},
      program_.merged[payload]);
}

Byte StateBytes::HostByte(const uint8_t* state, int position) const {
  return PayloadOf(state, position).HostLoad(IndexOf(position));
}

Byte StateBytes::DeviceByte(const uint8_t* state, int position) const {
  return PayloadOf(state, position).DeviceLoad(IndexOf(position));
}

void StateBytes::WriteHost(int position, Byte byte, uint8_t* state) const {
  PayloadOf(state, position).HostWrite(IndexOf(position), byte);
}

void StateBytes::WriteDevice(int position, Byte byte, uint8_t* state) const {
  PayloadOf(state, position).DeviceWrite(IndexOf(position), byte);
}

bool StateBytes::IsHostAhead(const uint8_t* state, int position) const {
  return PayloadOf(state, position).IsHostAhead(IndexOf(position));
}

bool StateBytes::IsDeviceAhead(const uint8_t* state, int position) const {
  return PayloadOf(state, position).IsDeviceAhead(IndexOf(position));
}

void StateBytes::MoveToDevice(CellMask cells, uint8_t* state) const {
  ForEachCell(cells & program_.cells.All(), [&](int position) {
    PayloadOf(state, position).MoveToDevice({IndexOf(position), 1});
  });
}

void StateBytes::MoveToHost(CellMask cells, uint8_t* state) const {
  ForEachCell(cells & program_.cells.All(), [&](int position) {
    PayloadOf(state, position).MoveToHost({IndexOf(position), 1});
  });
}

void StateBytes::Refresh(int reader, CellMask cells, uint8_t* state) const {
  const CellMask all = program_.readers[reader].cells;
  ForEachCell(all & cells, [&](int position) {
    CopiesAt(state, reader)[SlotOf(all, position)].Put(
        DeviceByte(state, position));
  });
}

void StateBytes::Drain(int op, CellMask cells, uint8_t* state) const {
  const CellMask all = program_.device_ops[op].written;
  ForEachCell(all & cells, [&](int position) {
    StoredByte& stored = BufferAt(state, op)[SlotOf(all, position)];
    if (!stored.present()) return;
    WriteDevice(position, stored.byte(), state);
    stored.Clear();
  });
}

Byte StateBytes::RegisterByte(const uint8_t* state, int reg, int index) const {
  const int size = program_.register_sizes[reg];
  if (index >= size) return {};
  const uint8_t* at = state + layout_.registers[reg];
  return {at[index], ((at[size] >> index) & 1) != 0};
}

void StateBytes::SetRegister(int reg, const Byte* bytes, int count,
                             uint8_t* state) const {
  const int size = program_.register_sizes[reg];
  uint8_t* at = state + layout_.registers[reg];
  std::memset(at, 0, size + 1);
  for (int i = 0; i < count; ++i) {
    at[i] = bytes[i].value;
    at[size] |= static_cast<uint8_t>(bytes[i].undefined << i);
  }
}

CachedView::CachedView(const StateBytes& bytes, int cache, uint8_t* state)
    : payload(bytes.PayloadAt(state, bytes.program().caches[cache].payload)),
      lines(LinesAt(bytes, cache, state), payload,
            bytes.program().caches[cache].atoms,
            bytes.program().caches[cache].write_back),
      atoms(bytes.program().caches[cache].atoms),
      first(bytes.program()
                .cells.payloads()[bytes.program().caches[cache].payload]
                .first) {}

}  // namespace incoherent::litmus
