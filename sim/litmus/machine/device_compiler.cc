#include "sim/litmus/machine/device_compiler.h"

#include "absl/strings/str_cat.h"
#include "sim/litmus/machine/execution_order.h"
#include "sim/litmus/machine/semaphore_ranks.h"
#include "sim/memory/check.h"

namespace incoherent::litmus {
namespace {

using Kind = DeviceOp::Kind;

constexpr uint64_t kAnyAccess = kAccessMemoryRead | kAccessMemoryWrite;
constexpr uint64_t kHostAccess = kAccessHostRead | kAccessHostWrite;

Kind KindOf(OpKind kind) {
  switch (kind) {
    case OpKind::kBarrier:
    case OpKind::kWaitEvent:
      return Kind::kBarrier;
    case OpKind::kSignal:
      return Kind::kSignal;
    case OpKind::kWait:
      return Kind::kWait;
    case OpKind::kSetEvent:
      return Kind::kSetEvent;
    case OpKind::kResetEvent:
      return Kind::kResetEvent;
    default:
      return Kind::kCommand;
  }
}

ByteWrite WriteOf(const Op& op, uint64_t index, int position,
                  int register_size) {
  ByteWrite write;
  write.position = position;
  const bool repeats = op.target->bytes.size > 8 || op.kind == OpKind::kFill;
  const int byte = repeats ? 0 : static_cast<int>(index);
  if (op.kind == OpKind::kUpdate) {
    write.constant = op.bytes[index];
  } else if (!op.value.reg) {
    write.constant = static_cast<uint8_t>(op.value.value >> (8 * byte));
  } else if (byte < register_size) {
    write.from = ByteWrite::From::kRegister;
    write.index = byte;
  }
  return write;
}

class DeviceCompiler {
 public:
  explicit DeviceCompiler(MachineProgram& machine)
      : machine_(machine), program_(*machine.program), ranks_(program_) {}

  absl::Status Compile() {
    for (size_t run = 0; run < machine_.runs.size(); ++run) {
      AddRun(static_cast<int>(run));
      if (machine_.device_ops.size() > kMaxDeviceOps) return TooManyOps();
    }
    for (const std::vector<int>& runs : machine_.order) CompileQueue(runs);
    if (machine_.readers.size() > kMaxReaderClasses) return TooManyReaders();
    for (DeviceOp& op : machine_.device_ops) {
      FindRefreshed(op);
      FindReadSlots(op);
    }
    return absl::OkStatus();
  }

 private:
  static absl::Status TooManyOps() {
    return absl::ResourceExhaustedError(absl::StrCat(
        "all submits together run more than ", kMaxDeviceOps,
        " device operations (each submit counts its fence as one)"));
  }

  static absl::Status TooManyReaders() {
    return absl::ResourceExhaustedError(
        absl::StrCat("queues read at more than ", kMaxReaderClasses,
                     " different points (stage and access)"));
  }

  void AddRun(int run) {
    const Submission& submission =
        program_.submissions[machine_.runs[run].submission];
    OpMask ops = 0;
    const auto add = [&](DeviceOp op) {
      op.queue = submission.queue;
      op.run = run;
      if (machine_.device_ops.size() < kMaxDeviceOps) {
        ops |= OpBit(static_cast<int>(machine_.device_ops.size()));
      }
      machine_.device_ops.push_back(std::move(op));
    };
    for (const Op& op : submission.ops) add(Compile(op, submission.queue));
    DeviceOp fence;
    fence.kind = Kind::kFence;
    machine_.run_fence[run] = static_cast<int>(machine_.device_ops.size());
    add(std::move(fence));
    machine_.run_ops[run] = ops;
  }

  DeviceOp Compile(const Op& op, int queue) {
    DeviceOp compiled;
    compiled.kind = KindOf(op.kind);
    compiled.source = &op;
    compiled.semaphore = op.semaphore;
    compiled.event = op.event;
    if (compiled.kind == Kind::kCommand) {
      CompileCommand(op, queue, compiled);
      return compiled;
    }
    compiled.source_stages = ExpandSourceStages(op.source.stages);
    compiled.destination_stages =
        ExpandDestinationStages(op.destination.stages);
    if (op.semaphore >= 0) {
      compiled.binary = !program_.semaphores[op.semaphore].timeline;
      compiled.rank = compiled.kind == Kind::kSignal ? ranks_.OfSignal(op)
                                                     : ranks_.OfWait(op);
    }
    if (compiled.kind == Kind::kBarrier) FindDomainOperations(op, compiled);
    return compiled;
  }

  void FindDomainOperations(const Op& op, DeviceOp& compiled) const {
    compiled.range =
        op.target ? machine_.cells.MaskOf(*op.target) : ~CellMask{0};
    if (ExpandScope(op.source).accesses & kAccessHostWrite) {
      compiled.to_device = compiled.range;
    }
    if (ExpandScope(op.destination).accesses & kHostAccess) {
      compiled.to_host = compiled.range;
    }
  }

  void CompileCommand(const Op& op, int queue, DeviceOp& compiled) {
    compiled.stages = op.point.stages;
    compiled.write_point = op.point;
    if (op.kind == OpKind::kLoad) {
      compiled.reg = machine_.first_queue_register[queue] + op.reg;
      const ByteRange& bytes = op.source_range->bytes;
      for (uint64_t at = bytes.offset; at < bytes.end(); ++at) {
        compiled.reads.push_back(PositionOf(op.source_range->memory, at));
      }
      AddReader(op, queue, op.point, compiled);
      return;
    }
    if (op.kind == OpKind::kCopy) {
      compiled.stages |= op.read_point.stages;
      CompileCopy(op, compiled);
      AddReader(op, queue, op.read_point, compiled);
    } else {
      int size = 0;
      if (op.value.reg) {
        compiled.value_reg =
            machine_.first_queue_register[queue] + *op.value.reg;
        size = machine_.register_sizes[compiled.value_reg];
      }
      compiled.writes = MatteringWrites(op, size);
    }
    for (const ByteWrite& write : compiled.writes) {
      compiled.written |= CellBit(write.position);
    }
    compiled.writes_domain = IsDeviceCoherent(op.target->memory);
  }

  // Only the host's stores matter beside the bytes that somebody reads.
  std::vector<ByteWrite> MatteringWrites(const Op& op, int size) const {
    std::vector<ByteWrite> mattering;
    for (const ByteWrite& write : WritesOf(machine_.cells, op, size)) {
      if (machine_.cells.cells()[write.position].matters) {
        mattering.push_back(write);
      }
    }
    return mattering;
  }

  void CompileCopy(const Op& op, DeviceOp& compiled) const {
    for (int i = 0; i < machine_.cells.size(); ++i) {
      if (!(machine_.cells.MaskOf(*op.target) & CellBit(i))) continue;
      const Cell& cell = machine_.cells.cells()[i];
      if (!cell.matters) continue;
      const uint64_t index = cell.byte - op.target->bytes.offset;
      ByteWrite write;
      write.position = i;
      write.from = ByteWrite::From::kRead;
      write.index = static_cast<int>(compiled.reads.size());
      compiled.writes.push_back(write);
      compiled.reads.push_back(PositionOf(
          op.source_range->memory, op.source_range->bytes.offset + index));
    }
  }

  int PositionOf(int memory, uint64_t byte) const {
    const auto position = machine_.cells.PositionOf(memory, byte);
    INCOHERENT_CHECK(position.has_value(), "a byte that is read has its cell");
    return *position;
  }

  bool IsDeviceCoherent(int memory) const {
    const int root =
        machine_.cells.payloads()[machine_.cells.PayloadOf(memory)].root;
    return program_.memories[root].type.Has(kDeviceCoherentAmd);
  }

  void AddReader(const Op& op, int queue, const AccessPoint& point,
                 DeviceOp& compiled) {
    if (compiled.reads.empty()) return;
    if (IsDeviceCoherent(op.source_range->memory)) return;
    size_t i = 0;
    while (i < machine_.readers.size() &&
           !(machine_.readers[i].queue == queue &&
             machine_.readers[i].point == point)) {
      ++i;
    }
    if (i == machine_.readers.size()) {
      machine_.readers.push_back({queue, point, 0});
    }
    for (int position : compiled.reads) {
      machine_.readers[i].cells |= CellBit(position);
    }
    compiled.reader_class = static_cast<int>(i);
  }

  void CompileQueue(const std::vector<int>& runs) {
    std::vector<int> in_order;
    int before = -1;
    for (int run : runs) {
      machine_.run_before[run] = before;
      before = run;
      for (int op = 0; op < static_cast<int>(machine_.device_ops.size());
           ++op) {
        if (machine_.run_ops[run] & OpBit(op)) in_order.push_back(op);
      }
    }
    OrderExecution(in_order, machine_.device_ops);
    for (int at = 0; at < static_cast<int>(in_order.size()); ++at) {
      FindDrained(in_order, at);
    }
  }

  static Scope WriteScope(const DeviceOp& op) {
    switch (op.kind) {
      case Kind::kBarrier:
        return ExpandScope(op.source->source);
      case Kind::kSignal:
        // All accesses of what it waits for, logically earlier stages too.
        return ExpandScope(
            {ExpandSourceStages(op.source->source.stages), kAnyAccess});
      case Kind::kFence:
        return ExpandScope({kStageAllCommands, kAnyAccess});
      default:
        return {};
    }
  }

  void FindDrained(const std::vector<int>& in_order, int at) {
    DeviceOp& op = machine_.device_ops[in_order[at]];
    const Scope scope = WriteScope(op);
    for (int i = 0; i < at; ++i) {
      const DeviceOp& earlier = machine_.device_ops[in_order[i]];
      const bool buffers = earlier.written != 0 && !earlier.writes_domain;
      if (buffers && (op.follows & OpBit(in_order[i])) &&
          scope.Includes(earlier.write_point)) {
        op.drained |= OpBit(in_order[i]);
      }
    }
    if (op.kind != Kind::kBarrier) op.range = ~CellMask{0};
  }

  void FindRefreshed(DeviceOp& op) const {
    Scope scope;
    if (op.kind == Kind::kBarrier) scope = ExpandScope(op.source->destination);
    if (op.kind == Kind::kWait) {
      scope = ExpandScope({op.source->destination.stages, kAnyAccess});
    }
    for (size_t i = 0; i < machine_.readers.size(); ++i) {
      const ReaderClass& reader = machine_.readers[i];
      if (reader.queue == op.queue && scope.Includes(reader.point)) {
        op.refreshed |= uint64_t{1} << i;
      }
    }
  }

  void FindReadSlots(DeviceOp& op) const {
    if (op.reader_class < 0) return;
    const CellMask cells = machine_.readers[op.reader_class].cells;
    for (const int position : op.reads) {
      op.read_slots.push_back(SlotOf(cells, position));
    }
  }

  MachineProgram& machine_;
  const Program& program_;
  SemaphoreRanks ranks_;
};

}  // namespace

std::vector<ByteWrite> WritesOf(const CellMap& cells, const Op& op,
                                int register_size) {
  std::vector<ByteWrite> writes;
  const CellMask mask = cells.MaskOf(*op.target);
  for (int i = 0; i < cells.size(); ++i) {
    if (!(mask & CellBit(i))) continue;
    const uint64_t index = cells.cells()[i].byte - op.target->bytes.offset;
    writes.push_back(WriteOf(op, index, i, register_size));
    if (!cells.cells()[i].matters) {
      writes.back().from = ByteWrite::From::kConstant;
      writes.back().constant = 0;
    }
  }
  return writes;
}

absl::Status CompileDeviceOps(MachineProgram& machine) {
  return DeviceCompiler(machine).Compile();
}

}  // namespace incoherent::litmus
