#ifndef INCOHERENT_SIM_LITMUS_MACHINE_MACHINE_STATE_H_
#define INCOHERENT_SIM_LITMUS_MACHINE_MACHINE_STATE_H_

// StateLayout: where everything of one machine state lies in a block of plain
// bytes, so that a state can be copied, compared and hashed as such. Equal
// states are equal bytes.
//
// First the control part, which acts never change:
//
//   done          8 bytes: which device operations are done
//   counters      by thread: how many of its operations are done
//   semaphores    by semaphore: the rank of its value (semaphore_ranks.h)
//   events        by event: whether it is set
//   rows          by memory: the row of its MappingTable
//
// then the bytes:
//
//   host, device, marks   by position: PayloadBytes
//   caches        by host cache: view, then marks, by position: HostLines
//   copies        by reader class, by cell it reads: a StoredByte
//   buffers       by device operation, by cell it writes: a StoredByte, absent
//                 unless it waits to reach the device domain
//   registers     values, then a mask of undefined bytes
//
// The block's size is a multiple of 8; what is left over is 0.

#include <cstdint>
#include <cstring>
#include <vector>

#include "sim/litmus/machine/machine_program.h"
#include "sim/memory/payload_bytes.h"

namespace incoherent::litmus {

// A byte in a device cache or in a store buffer.
struct StoredByte {
  enum Mark : uint8_t { kPresent = 1, kUndefined = 2 };
  uint8_t value;
  uint8_t marks;

  bool present() const { return (marks & kPresent) != 0; }
  Byte byte() const { return {value, (marks & kUndefined) != 0}; }
  void Put(Byte byte) {
    value = byte.value;
    marks = byte.undefined ? kPresent | kUndefined : kPresent;
  }
  void Clear() { value = marks = 0; }
};

struct StateLayout {
  explicit StateLayout(const MachineProgram& machine);

  int counters = 0;
  int semaphores = 0;
  int events = 0;
  int rows = 0;
  int control_size = 0;
  int host = 0;
  int device = 0;
  int marks = 0;
  std::vector<int> caches;
  std::vector<int> copies;
  std::vector<int> buffers;
  std::vector<int> registers;
  int first_register = 0;
  int registers_size = 0;
  int size = 0;
};

inline OpMask DoneIn(const uint8_t* state) {
  OpMask done;
  std::memcpy(&done, state, sizeof(done));
  return done;
}

inline void SetDone(uint8_t* state, OpMask done) {
  std::memcpy(state, &done, sizeof(done));
}

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_MACHINE_MACHINE_STATE_H_
