#include "sim/litmus/explorer/step_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace incoherent::litmus {
namespace {

std::string ByteText(const MachineProgram& program, int position) {
  const std::vector<PayloadCells>& payloads = program.cells.payloads();
  size_t payload = 0;
  while (position >= payloads[payload].first + payloads[payload].size) {
    ++payload;
  }
  return absl::StrCat(program.program->memories[payloads[payload].root].name,
                      "[", program.cells.cells()[position].byte, "]");
}

// The atom of the original memory that begins at this small one.
std::string AtomText(const MachineProgram& program, const HostCache& cache,
                     int position) {
  const Memory& memory = program.program->memories[cache.memory];
  const AtomGrid grid(memory.atom_size, memory.size);
  const ByteRange atom = grid.AtomAt(program.cells.cells()[position].byte);
  return absl::StrFormat("[%d..%d)", atom.offset, atom.end());
}

std::string RegisterText(const Machine& machine, const uint8_t* state,
                         const std::string& name, int reg) {
  return absl::StrCat(name, " = ",
                      ValueText(RegisterValue(machine, state, reg)));
}

Step DescribeCacheAct(const MachineProgram& program, const Act& act) {
  const HostCache& cache = program.caches[act.subject];
  const std::string atom = AtomText(program, cache, act.position);
  Step step;
  step.actor =
      absl::StrCat("cache of ", program.program->memories[cache.memory].name);
  const char* verb = act.kind == Act::Kind::kEvict    ? "evicts"
                     : act.kind == Act::Kind::kRefill ? "refills"
                                                      : "discards";
  step.what = absl::StrCat(verb, " atom ", atom);
  return step;
}

Step DescribeDomainAct(const MachineProgram& program, const Act& act) {
  const std::string byte = ByteText(program, act.position);
  Step step;
  step.actor = absl::StrCat("domains of ", byte.substr(0, byte.find('[')));
  step.what =
      absl::StrCat("move ", byte, " to the ",
                   act.kind == Act::Kind::kMoveToDevice ? "device" : "host");
  return step;
}

Step DescribeAct(const MachineProgram& program, const Act& act) {
  Step step;
  switch (act.kind) {
    case Act::Kind::kEvict:
    case Act::Kind::kRefill:
    case Act::Kind::kDiscard:
      return DescribeCacheAct(program, act);
    case Act::Kind::kMoveToDevice:
    case Act::Kind::kMoveToHost:
      return DescribeDomainAct(program, act);
    case Act::Kind::kDrain: {
      const DeviceOp& op = program.device_ops[act.subject];
      step.actor = absl::StrCat("store buffers of ",
                                program.program->queues[op.queue].name);
      step.what = absl::StrCat("drain ", ByteText(program, act.position),
                               " of \"", op.source->text, "\"");
      return step;
    }
    case Act::Kind::kRefresh: {
      const ReaderClass& reader = program.readers[act.subject];
      step.actor = absl::StrCat("device caches of ",
                                program.program->queues[reader.queue].name);
      step.what = absl::StrCat("refresh ", ByteText(program, act.position),
                               " for ", StageNames(reader.point.stages), "/",
                               AccessNames(reader.point.accesses));
      return step;
    }
  }
  return step;
}

std::string RunText(const MachineProgram& program, const DeviceOp& op) {
  const Run& run = program.runs[op.run];
  const std::string& name = program.program->submissions[run.submission].name;
  int count = 0;
  int number = 0;
  for (const int other : program.order[op.queue]) {
    if (program.runs[other].submission != run.submission) continue;
    ++count;
    if (other == op.run) number = count;
  }
  return count == 1 ? name : absl::StrCat(name, " (submit ", number, ")");
}

Step DescribeDeviceStep(const Machine& machine, const uint8_t* after, int op) {
  const MachineProgram& program = machine.program();
  const DeviceOp& device_op = program.device_ops[op];
  const Agent& queue = program.program->queues[device_op.queue];
  Step step;
  step.actor = queue.name;
  const std::string run = RunText(program, device_op);
  if (device_op.kind == DeviceOp::Kind::kFence) {
    step.what = absl::StrCat("fence of ", run);
    return step;
  }
  step.what = device_op.source->text;
  if (run != queue.name) absl::StrAppend(&step.what, "  // in ", run);
  if (device_op.reg >= 0) {
    step.result = RegisterText(
        machine, after, queue.registers[device_op.source->reg], device_op.reg);
  }
  return step;
}

Step DescribeThreadStep(const Machine& machine, const uint8_t* before,
                        const uint8_t* after, int thread) {
  const Agent& host = machine.program().program->hosts[thread];
  const HostOp& op = *machine.NextOf(before, thread);
  Step step;
  step.actor = host.name;
  step.what = op.source->text;
  if (op.reg >= 0) {
    step.result =
        RegisterText(machine, after, host.registers[op.source->reg], op.reg);
  }
  return step;
}

}  // namespace

void AddByte(Byte byte, int index, Value& value) {
  if (byte.undefined) {
    value.undefined_bytes |= static_cast<uint8_t>(1 << index);
  } else {
    value.bits |= static_cast<uint64_t>(byte.value) << (8 * index);
  }
}

Value RegisterValue(const Machine& machine, const uint8_t* state, int reg) {
  Value value;
  for (int i = 0; i < machine.program().register_sizes[reg]; ++i) {
    AddByte(machine.bytes().RegisterByte(state, reg, i), i, value);
  }
  return value;
}

std::string ValueText(const Value& value) {
  if (value.undefined_bytes != 0) return "undef";
  return value.bits < 10 ? absl::StrCat(value.bits)
                         : absl::StrFormat("0x%x", value.bits);
}

Step DescribeStep(const Machine& machine, const uint8_t* before,
                  const uint8_t* after, Transition transition) {
  if (machine.IsAct(transition)) {
    return DescribeAct(machine.program(),
                       machine.program().acts[machine.ActIndexOf(transition)]);
  }
  if (machine.IsThreadStep(transition)) {
    return DescribeThreadStep(machine, before, after, transition);
  }
  return DescribeDeviceStep(machine, after, machine.DeviceOpOf(transition));
}

}  // namespace incoherent::litmus
