#include "sim/litmus/machine/host_compiler.h"

#include "sim/litmus/machine/device_compiler.h"
#include "sim/litmus/machine/semaphore_ranks.h"
#include "sim/memory/check.h"

namespace incoherent::litmus {
namespace {

int MemoryOf(const Op& op) {
  if (op.kind == OpKind::kLoad) return op.source_range->memory;
  return op.target ? op.target->memory : -1;
}

class HostCompiler {
 public:
  explicit HostCompiler(MachineProgram& machine)
      : machine_(machine), program_(*machine.program), ranks_(program_) {}

  void Compile() {
    for (size_t thread = 0; thread < program_.hosts.size(); ++thread) {
      machine_.threads.emplace_back();
      const std::vector<Op>& ops = program_.hosts[thread].ops;
      for (size_t i = 0; i < ops.size(); ++i) {
        machine_.threads.back().push_back(
            Compile(static_cast<int>(thread), static_cast<int>(i), ops[i]));
      }
    }
  }

 private:
  HostOp Compile(int thread, int index, const Op& op) {
    HostOp compiled;
    compiled.kind = op.kind;
    compiled.source = &op;
    compiled.semaphore = op.semaphore;
    compiled.event = op.event;
    compiled.memory = MemoryOf(op);
    if (compiled.memory >= 0) CompileAccess(op, thread, compiled);
    if (op.kind == OpKind::kSignal) compiled.rank = ranks_.OfSignal(op);
    if (op.kind == OpKind::kWait) compiled.rank = ranks_.OfWait(op);
    if (op.kind == OpKind::kSubmit) compiled.run = RunAt(thread, index);
    if (op.kind == OpKind::kWaitSubmission) {
      compiled.runs = RunsMeant(thread, index, op.submission);
    }
    if (op.kind == OpKind::kWaitIdle) compiled.runs = RunsOfQueue(op.queue);
    if (op.kind == OpKind::kAwait) compiled.posts = PostsOf(op.flag);
    return compiled;
  }

  void CompileAccess(const Op& op, int thread, HostOp& compiled) {
    compiled.payload = machine_.cells.PayloadOf(compiled.memory);
    for (size_t i = 0; i < machine_.caches.size(); ++i) {
      if (machine_.caches[i].memory == compiled.memory) {
        compiled.cache = static_cast<int>(i);
      }
    }
    const int first = machine_.first_host_register[thread];
    if (op.kind == OpKind::kLoad) {
      compiled.reg = first + op.reg;
      const ByteRange& bytes = op.source_range->bytes;
      for (uint64_t at = bytes.offset; at < bytes.end(); ++at) {
        const auto position = machine_.cells.PositionOf(compiled.memory, at);
        INCOHERENT_CHECK(position.has_value(), "a byte that is read is a cell");
        compiled.reads.push_back(*position);
      }
    }
    if (op.kind == OpKind::kStore) {
      int size = 0;
      if (op.value.reg) {
        compiled.value_reg = first + *op.value.reg;
        size = machine_.register_sizes[compiled.value_reg];
      }
      compiled.writes = WritesOf(machine_.cells, op, size);
    }
    const MappingTable& table = machine_.mappings[compiled.memory];
    for (int row = 0; row < table.size(); ++row) {
      compiled.rows.push_back(EffectIn(table, row, op, compiled));
    }
  }

  MappedEffect EffectIn(const MappingTable& table, int row, const Op& op,
                        const HostOp& compiled) const {
    MappedEffect effect;
    effect.next_row = row;
    if (op.kind == OpKind::kMap) effect.next_row = table.AfterMap(row, op);
    if (op.kind == OpKind::kUnmap) effect.next_row = table.AfterUnmap(row);
    if (op.kind == OpKind::kFree) effect.next_row = table.AfterFree();
    if (table.mapping(row)) {
      effect.accessible =
          machine_.cells.MaskOf({compiled.memory, *table.mapping(row)});
    }
    if (op.kind == OpKind::kFlush || op.kind == OpKind::kInvalidate) {
      effect.atoms = SmallAtoms(compiled.memory, table.Resolve(row, op));
    }
    return effect;
  }

  // The small atoms whose bytes lie in atoms of the range.
  ByteRange SmallAtoms(int memory, const ByteRange& range) const {
    const Memory& object = program_.memories[memory];
    const AtomGrid grid(object.atom_size, object.size);
    const CellMask mask = machine_.cells.MaskOf({memory, grid.Outward(range)});
    if (mask == 0) return {};
    const int first =
        machine_.cells.payloads()[machine_.cells.PayloadOf(memory)].first;
    const uint64_t low = static_cast<uint64_t>(__builtin_ctzll(mask)) - first;
    const uint64_t high =
        static_cast<uint64_t>(63 - __builtin_clzll(mask)) - first + 1;
    const uint64_t small = machine_.cells.SmallAtomOf(memory);
    const uint64_t begin = low / small * small;
    const uint64_t end = (high + small - 1) / small * small;
    return ByteRange::Between(begin, end);
  }

  int RunAt(int thread, int index) const {
    for (size_t run = 0; run < machine_.runs.size(); ++run) {
      if (machine_.runs[run].thread == thread &&
          machine_.runs[run].op == index) {
        return static_cast<int>(run);
      }
    }
    INCOHERENT_CHECK(false, "every submit has its run");
    return -1;
  }

  std::vector<int> RunsMeant(int thread, int index, int submission) const {
    std::vector<int> all;
    int latest = -1;
    for (int run : machine_.order[program_.submissions[submission].queue]) {
      if (machine_.runs[run].submission != submission) continue;
      all.push_back(run);
      if (machine_.runs[run].thread == thread &&
          machine_.runs[run].op < index) {
        latest = run;
      }
    }
    return latest < 0 ? all : std::vector<int>{latest};
  }

  std::vector<int> RunsOfQueue(int queue) const {
    std::vector<int> runs;
    for (size_t i = 0; i < machine_.order.size(); ++i) {
      if (queue >= 0 && static_cast<int>(i) != queue) continue;
      runs.insert(runs.end(), machine_.order[i].begin(),
                  machine_.order[i].end());
    }
    return runs;
  }

  std::vector<std::pair<int, int>> PostsOf(int flag) const {
    std::vector<std::pair<int, int>> posts;
    for (size_t thread = 0; thread < program_.hosts.size(); ++thread) {
      const std::vector<Op>& ops = program_.hosts[thread].ops;
      for (size_t i = 0; i < ops.size(); ++i) {
        if (ops[i].kind == OpKind::kPost && ops[i].flag == flag) {
          posts.emplace_back(static_cast<int>(thread), static_cast<int>(i));
          break;
        }
      }
    }
    return posts;
  }

  MachineProgram& machine_;
  const Program& program_;
  SemaphoreRanks ranks_;
};

}  // namespace

void CompileHostOps(MachineProgram& machine) {
  HostCompiler(machine).Compile();
}

}  // namespace incoherent::litmus
