#ifndef INCOHERENT_SIM_LITMUS_MACHINE_STATE_BYTES_H_
#define INCOHERENT_SIM_LITMUS_MACHINE_STATE_BYTES_H_

// StateBytes: the bytes of a machine state (machine_state.h), in the hands of
// the rules of sim/memory: PayloadBytes for the two domains, HostLines for a
// cached view. It also has what they know nothing of: device caches, store
// buffers and registers, which only hold bytes.
//
// Cells are named by position (cell_map.h). Functions that only look take a
// const state.
//
// Example:
//
//   bytes.WriteDevice(position, Byte{1}, state);
//   bytes.MoveToHost(CellBit(position), state);
//   CachedView(bytes, cache, state).lines.Refill(atom);

#include <cstdint>
#include <vector>

#include "sim/litmus/machine/machine_program.h"
#include "sim/litmus/machine/machine_state.h"
#include "sim/memory/payload_bytes.h"

namespace incoherent::litmus {

class StateBytes {
 public:
  // `program` must outlive it.
  explicit StateBytes(const MachineProgram& program);

  const MachineProgram& program() const { return program_; }
  const StateLayout& layout() const { return layout_; }

  // The contents that the program's memories begin with, everywhere.
  void Start(uint8_t* state) const;

  // Domains.
  PayloadBytes PayloadAt(uint8_t* state, int payload) const;
  Byte HostByte(const uint8_t* state, int position) const;
  Byte DeviceByte(const uint8_t* state, int position) const;
  void WriteHost(int position, Byte byte, uint8_t* state) const;
  void WriteDevice(int position, Byte byte, uint8_t* state) const;
  bool IsHostAhead(const uint8_t* state, int position) const;
  bool IsDeviceAhead(const uint8_t* state, int position) const;
  void MoveToDevice(CellMask cells, uint8_t* state) const;
  void MoveToHost(CellMask cells, uint8_t* state) const;

  // Device caches: the copies of one reader class, by slot.
  StoredByte* CopiesAt(uint8_t* state, int reader) const {
    return reinterpret_cast<StoredByte*>(state + layout_.copies[reader]);
  }
  const StoredByte* CopiesAt(const uint8_t* state, int reader) const {
    return reinterpret_cast<const StoredByte*>(state + layout_.copies[reader]);
  }
  void Refresh(int reader, CellMask cells, uint8_t* state) const;

  // Store buffers: of one device operation, by slot.
  StoredByte* BufferAt(uint8_t* state, int op) const {
    return reinterpret_cast<StoredByte*>(state + layout_.buffers[op]);
  }
  const StoredByte* BufferAt(const uint8_t* state, int op) const {
    return reinterpret_cast<const StoredByte*>(state + layout_.buffers[op]);
  }
  void Drain(int op, CellMask cells, uint8_t* state) const;

  // Registers; bytes beyond what anything loads are 0.
  Byte RegisterByte(const uint8_t* state, int reg, int index) const;
  void SetRegister(int reg, const Byte* bytes, int count, uint8_t* state) const;

 private:
  uint64_t IndexOf(int position) const {
    return position - program_.cells.payloads()[payload_of_[position]].first;
  }
  PayloadBytes PayloadOf(uint8_t* state, int position) const {
    return PayloadAt(state, payload_of_[position]);
  }
  // PayloadBytes has no form that only looks.
  const PayloadBytes PayloadOf(const uint8_t* state, int position) const {
    return PayloadAt(const_cast<uint8_t*>(state), payload_of_[position]);
  }

  const MachineProgram& program_;
  StateLayout layout_;
  std::vector<int> payload_of_;  // by position
};

// A host cache over the payload under it. Ranges count from the payload's first
// position.
struct CachedView {
  CachedView(const StateBytes& bytes, int cache, uint8_t* state);

  // Requires nothing but Has... and Load of the result.
  static const CachedView Of(const StateBytes& bytes, int cache,
                             const uint8_t* state) {
    return CachedView(bytes, cache, const_cast<uint8_t*>(state));
  }
  CachedView(const CachedView&) = delete;

  // The atom that holds the cell at `position`.
  ByteRange AtomAt(int position) const {
    return atoms.AtomAt(position - first);
  }

  PayloadBytes payload;
  HostLines lines;
  const AtomGrid& atoms;
  int first;
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_MACHINE_STATE_BYTES_H_
