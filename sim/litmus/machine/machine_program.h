#ifndef INCOHERENT_SIM_LITMUS_MACHINE_MACHINE_PROGRAM_H_
#define INCOHERENT_SIM_LITMUS_MACHINE_MACHINE_PROGRAM_H_

// MachineProgram: a litmus program, compiled for the machine that explores it.
//
// Everything that does not change while the machine runs is worked out here:
// the cells (cell_map.h), the host operations with their effect under every
// mapping, and the device operations of every submit, one after another, each
// with the set of others that must be done before it. A submit ends in a fence,
// which is a device operation as well.
//
// What a device operation must follow comes from execution dependencies alone
// (execution_order.h); commands without one between them run in any order.
//
// One MachineProgram stands for one submission order (submission_order.h).

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "sim/litmus/machine/cell_map.h"
#include "sim/litmus/machine/mapping_table.h"
#include "sim/litmus/machine/submission_order.h"
#include "sim/litmus/program.h"
#include "sim/memory/atom_grid.h"
#include "sim/memory/host_view.h"
#include "sim/memory/pipeline_scope.h"

namespace incoherent::litmus {

using OpMask = uint64_t;  // of device operations
inline constexpr int kMaxDeviceOps = 64;
inline constexpr int kMaxReaderClasses = 64;

constexpr OpMask OpBit(int op) { return OpMask{1} << op; }

// One side's cached view over one non-coherent memory.
struct HostCache {
  int memory = 0;
  int payload = 0;
  AtomGrid atoms{1, 0};  // over the payload's positions
  WriteBack write_back = WriteBack::kWholeAtom;
};

// What the device's caches hold for all reads by one queue at one point.
struct ReaderClass {
  int queue = 0;
  AccessPoint point;
  CellMask cells = 0;
};

// A byte that an operation writes: where, and where its value comes from.
struct ByteWrite {
  enum class From : uint8_t { kConstant, kRegister, kRead };
  int position = 0;
  From from = From::kConstant;
  uint8_t constant = 0;
  int index = 0;  // kRegister: byte of the register; kRead: into `reads`
};

// Which bytes a load or store may touch, and what a flush or invalidate acts
// on, under one row of the memory's MappingTable.
struct MappedEffect {
  CellMask accessible = 0;
  ByteRange atoms;  // positions from the payload's first; whole small atoms
  int next_row = 0;
};

struct HostOp {
  OpKind kind = OpKind::kStore;
  const Op* source = nullptr;
  int memory = -1;
  int payload = -1;
  int cache = -1;                  // index of a HostCache; -1: coherent
  std::vector<MappedEffect> rows;  // by row of the memory's mapping table
  std::vector<ByteWrite> writes;   // kStore
  std::vector<int> reads;          // kLoad: positions
  int reg = -1;                    // kLoad: index into registers
  int value_reg = -1;              // kStore of a register
  int semaphore = -1;
  int rank = 0;  // kSignal, kWait: of the semaphore's value
  int event = -1;
  int run = -1;  // kSubmit
  // kWaitSubmission: the runs it may mean, in submission order; it waits for
  // the last one that was submitted. kWaitIdle: waits for all that were.
  std::vector<int> runs;
  std::vector<std::pair<int, int>> posts;  // kAwait: thread and op, any of them
};

struct DeviceOp {
  enum class Kind : uint8_t {
    kCommand,  // load, store, copy, fill, update
    kBarrier,  // and wait for an event
    kSignal,
    kWait,
    kSetEvent,
    kResetEvent,
    kFence,
  };
  Kind kind = Kind::kCommand;
  const Op* source = nullptr;  // null: the fence
  int queue = 0;
  int run = 0;
  OpMask follows = 0;

  // Execution.
  uint64_t stages = 0;              // kCommand: where it runs
  uint64_t source_stages = 0;       // others, expanded
  uint64_t destination_stages = 0;  // expanded

  // kCommand.
  std::vector<int> reads;         // positions
  std::vector<int> read_slots;    // and which of its class's copies they are
  int reader_class = -1;          // -1: reads the device domain itself
  std::vector<ByteWrite> writes;  // sorted by position
  CellMask written = 0;
  bool writes_domain = false;  // no store buffer: the device domain itself
  AccessPoint write_point;
  int reg = -1;        // loaded
  int value_reg = -1;  // stored

  // The memory dependency of all others.
  CellMask to_device = 0;  // host writes that become available to the device
  OpMask drained = 0;      // store buffers that become available
  CellMask range = 0;      // of `drained` and `refreshed`
  uint64_t refreshed = 0;  // reader classes
  CellMask to_host = 0;

  int semaphore = -1;
  int rank = 0;
  bool binary = false;  // the semaphore
  int event = -1;
};

// Something the hardware may do by itself, at any time.
struct Act {
  enum class Kind : uint8_t {
    kEvict,         // cache, atom
    kRefill,        // cache, atom
    kDiscard,       // cache, atom
    kMoveToDevice,  // position
    kMoveToHost,    // position
    kDrain,         // device op, position
    kRefresh,       // reader class, position
  };
  Kind kind = Kind::kEvict;
  int subject = 0;   // cache, device op or reader class
  int position = 0;  // of the atom's first cell, or of the cell
  int slot = 0;      // kDrain, kRefresh: index among the subject's cells
};

struct MachineProgram {
  const Program* program = nullptr;
  CellMap cells;
  SubmissionOrder order;
  std::vector<Run> runs;
  std::vector<int> run_before;  // by run: the one before it on its queue, or -1
  std::vector<OpMask> run_ops;  // by run
  std::vector<int> run_fence;   // by run: its device op

  std::vector<MappingTable> mappings;  // by memory
  std::vector<HostCache> caches;
  std::vector<bool> merged;  // by payload: both domains kept together
  std::vector<ReaderClass> readers;
  std::vector<std::vector<HostOp>> threads;
  std::vector<DeviceOp> device_ops;
  std::vector<Act> acts;

  // Host registers, thread after thread, then queue registers: how many bytes
  // the widest load gives each; 0 for those that nothing loads.
  std::vector<int> register_sizes;
  std::vector<int> first_host_register;   // by thread
  std::vector<int> first_queue_register;  // by queue
};

// ResourceExhausted if the program needs more than the machine has room for.
// The result points into `program`.
absl::StatusOr<MachineProgram> CompileProgram(const Program& program,
                                              const CellMap& cells,
                                              const SubmissionOrder& order);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_MACHINE_MACHINE_PROGRAM_H_
