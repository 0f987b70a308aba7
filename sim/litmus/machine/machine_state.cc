#include "sim/litmus/machine/machine_state.h"

namespace incoherent::litmus {
namespace {

int CountOf(CellMask cells) { return __builtin_popcountll(cells); }

}  // namespace

StateLayout::StateLayout(const MachineProgram& machine) {
  int next = sizeof(OpMask);
  const auto take = [&next](size_t bytes) {
    const int at = next;
    next += static_cast<int>(bytes);
    return at;
  };
  const Program& program = *machine.program;
  counters = take(machine.threads.size());
  semaphores = take(program.semaphores.size());
  events = take(program.events.size());
  rows = take(program.memories.size());
  control_size = next;
  host = take(machine.cells.size());
  device = take(machine.cells.size());
  marks = take(machine.cells.size());
  for (const HostCache& cache : machine.caches) {
    caches.push_back(take(2 * cache.atoms.object_size()));
  }
  for (const ReaderClass& reader : machine.readers) {
    copies.push_back(take(sizeof(StoredByte) * CountOf(reader.cells)));
  }
  for (const DeviceOp& op : machine.device_ops) {
    const int cells = op.writes_domain ? 0 : CountOf(op.written);
    buffers.push_back(take(sizeof(StoredByte) * cells));
  }
  first_register = next;
  for (int register_size : machine.register_sizes) {
    registers.push_back(take(register_size == 0 ? 0 : register_size + 1));
  }
  registers_size = next - first_register;
  size = (next + 7) / 8 * 8;
}

}  // namespace incoherent::litmus
