#include "sim/litmus/machine/machine_program.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "sim/litmus/machine/device_compiler.h"
#include "sim/litmus/machine/host_compiler.h"

namespace incoherent::litmus {
namespace {

constexpr int kMaxMappings = 255;
constexpr size_t kMaxThreadOps = 255;

int AppendRegisters(const Agent& agent, const std::vector<const Op*>& ops,
                    std::vector<int>& sizes) {
  const int first = static_cast<int>(sizes.size());
  sizes.resize(sizes.size() + agent.registers.size(), 0);
  for (const Op* op : ops) {
    if (op->kind != OpKind::kLoad) continue;
    int& size = sizes[first + op->reg];
    size = std::max(size, static_cast<int>(op->source_range->bytes.size));
  }
  return first;
}

void LayOutRegisters(MachineProgram& machine) {
  const Program& program = *machine.program;
  for (const Agent& host : program.hosts) {
    std::vector<const Op*> ops;
    for (const Op& op : host.ops) ops.push_back(&op);
    machine.first_host_register.push_back(
        AppendRegisters(host, ops, machine.register_sizes));
  }
  for (size_t queue = 0; queue < program.queues.size(); ++queue) {
    std::vector<const Op*> ops;
    for (const Submission& submission : program.submissions) {
      if (submission.queue != static_cast<int>(queue)) continue;
      for (const Op& op : submission.ops) ops.push_back(&op);
    }
    machine.first_queue_register.push_back(
        AppendRegisters(program.queues[queue], ops, machine.register_sizes));
  }
}

void AddCaches(MachineProgram& machine) {
  const Program& program = *machine.program;
  for (size_t i = 0; i < program.memories.size(); ++i) {
    const Memory& memory = program.memories[i];
    const int payload = machine.cells.PayloadOf(static_cast<int>(i));
    const int size = machine.cells.payloads()[payload].size;
    if (!memory.type.IsNonCoherent() || size == 0) continue;
    HostCache cache;
    cache.memory = static_cast<int>(i);
    cache.payload = payload;
    cache.atoms =
        AtomGrid(machine.cells.SmallAtomOf(static_cast<int>(i)), size);
    cache.write_back = memory.write_back;
    machine.caches.push_back(cache);
  }
}

bool IsMerged(const Memory& memory) {
  return memory.type.Has(kHostCoherent | kDeviceCoherentAmd);
}

absl::Status AddMemories(MachineProgram& machine) {
  const Program& program = *machine.program;
  for (size_t i = 0; i < program.memories.size(); ++i) {
    machine.mappings.emplace_back(program, static_cast<int>(i));
    if (machine.mappings.back().size() > kMaxMappings) {
      return absl::ResourceExhaustedError(
          absl::StrCat("memory '", program.memories[i].name,
                       "' can be mapped in more than ", kMaxMappings, " ways"));
    }
  }
  for (const PayloadCells& payload : machine.cells.payloads()) {
    machine.merged.push_back(IsMerged(program.memories[payload.root]));
  }
  AddCaches(machine);
  return absl::OkStatus();
}

bool IsHostVisible(const MachineProgram& machine, int payload) {
  for (size_t i = 0; i < machine.program->memories.size(); ++i) {
    if (machine.cells.PayloadOf(static_cast<int>(i)) == payload &&
        machine.program->memories[i].type.IsHostVisible()) {
      return true;
    }
  }
  return false;
}

void AddCacheActs(MachineProgram& machine) {
  for (size_t i = 0; i < machine.caches.size(); ++i) {
    const HostCache& cache = machine.caches[i];
    const PayloadCells& payload = machine.cells.payloads()[cache.payload];
    cache.atoms.ForEachAtom(
        {0, cache.atoms.object_size()}, [&](const ByteRange& atom) {
          const int position = static_cast<int>(atom.offset) + payload.first;
          for (Act::Kind kind :
               {Act::Kind::kEvict, Act::Kind::kRefill, Act::Kind::kDiscard}) {
            machine.acts.push_back({kind, static_cast<int>(i), position, 0});
          }
        });
  }
}

// A domain that nobody can look at moves nowhere.
void AddDomainActs(MachineProgram& machine) {
  const std::vector<PayloadCells>& payloads = machine.cells.payloads();
  for (size_t i = 0; i < payloads.size(); ++i) {
    if (machine.merged[i] || !IsHostVisible(machine, static_cast<int>(i))) {
      continue;
    }
    for (int at = payloads[i].first; at < payloads[i].first + payloads[i].size;
         ++at) {
      if (!machine.cells.cells()[at].matters) continue;
      machine.acts.push_back({Act::Kind::kMoveToDevice, 0, at, 0});
      machine.acts.push_back({Act::Kind::kMoveToHost, 0, at, 0});
    }
  }
}

void AddSlotActs(Act::Kind kind, int subject, CellMask cells,
                 MachineProgram& machine) {
  int slot = 0;
  for (CellMask rest = cells; rest != 0; rest &= rest - 1) {
    machine.acts.push_back({kind, subject, __builtin_ctzll(rest), slot++});
  }
}

void AddActs(MachineProgram& machine) {
  AddCacheActs(machine);
  AddDomainActs(machine);
  for (size_t i = 0; i < machine.device_ops.size(); ++i) {
    const DeviceOp& op = machine.device_ops[i];
    if (op.writes_domain) continue;
    AddSlotActs(Act::Kind::kDrain, static_cast<int>(i), op.written, machine);
  }
  for (size_t i = 0; i < machine.readers.size(); ++i) {
    AddSlotActs(Act::Kind::kRefresh, static_cast<int>(i),
                machine.readers[i].cells, machine);
  }
}

}  // namespace

absl::StatusOr<MachineProgram> CompileProgram(const Program& program,
                                              const CellMap& cells,
                                              const SubmissionOrder& order) {
  MachineProgram machine;
  machine.program = &program;
  machine.cells = cells;
  machine.order = order;
  machine.runs = RunsOf(program);
  machine.run_before.assign(machine.runs.size(), -1);
  machine.run_ops.assign(machine.runs.size(), 0);
  machine.run_fence.assign(machine.runs.size(), -1);
  for (const Agent& host : program.hosts) {
    if (host.ops.size() > kMaxThreadOps) {
      return absl::ResourceExhaustedError(
          absl::StrCat("host '", host.name, "' has more than ", kMaxThreadOps,
                       " operations"));
    }
  }
  LayOutRegisters(machine);
  if (absl::Status status = AddMemories(machine); !status.ok()) return status;
  if (absl::Status status = CompileDeviceOps(machine); !status.ok()) {
    return status;
  }
  CompileHostOps(machine);
  AddActs(machine);
  return machine;
}

}  // namespace incoherent::litmus
