#include "sim/litmus/explorer/schedule.h"

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "sim/litmus/explorer/answers.h"
#include "sim/litmus/explorer/step_text.h"
#include "sim/memory/check.h"

namespace incoherent::litmus {
namespace {

constexpr char kVersion[] = "v1";

std::vector<Value> ReadRegisters(const Machine& machine, const uint8_t* state,
                                 int first, size_t count) {
  std::vector<Value> values;
  for (size_t i = 0; i < count; ++i) {
    values.push_back(
        RegisterValue(machine, state, first + static_cast<int>(i)));
  }
  return values;
}

// What the state says of registers and of the memory that questions name.
FinalState ReadFinalState(const Machine& machine, const uint8_t* state) {
  const MachineProgram& compiled = machine.program();
  const Program& program = *compiled.program;
  FinalState final;
  for (size_t i = 0; i < program.hosts.size(); ++i) {
    final.host_registers.push_back(
        ReadRegisters(machine, state, compiled.first_host_register[i],
                      program.hosts[i].registers.size()));
  }
  for (size_t i = 0; i < program.queues.size(); ++i) {
    final.queue_registers.push_back(
        ReadRegisters(machine, state, compiled.first_queue_register[i],
                      program.queues[i].registers.size()));
  }
  for (const Range& range : NamedMemory(program)) {
    Value value;
    for (uint64_t i = 0; i < range.bytes.size; ++i) {
      const auto position =
          compiled.cells.PositionOf(range.memory, range.bytes.offset + i);
      INCOHERENT_CHECK(position.has_value(), "a byte that is named is a cell");
      AddByte(machine.bytes().DeviceByte(state, *position), static_cast<int>(i),
              value);
    }
    final.memory.push_back(value);
  }
  return final;
}

std::string TokenOf(const Machine& machine, Transition transition) {
  if (machine.IsThreadStep(transition)) return absl::StrCat("h", transition);
  if (machine.IsAct(transition)) {
    return absl::StrCat("a", machine.ActIndexOf(transition));
  }
  return absl::StrCat("d", machine.DeviceOpOf(transition));
}

absl::StatusOr<Transition> TransitionOf(const Machine& machine,
                                        absl::string_view token) {
  int number = 0;
  const bool is_number = !token.empty() &&
                         absl::SimpleAtoi(token.substr(1), &number) &&
                         number >= 0;
  const int threads = static_cast<int>(machine.program().threads.size());
  const int ops = static_cast<int>(machine.program().device_ops.size());
  const int acts = static_cast<int>(machine.program().acts.size());
  if (is_number && token[0] == 'h' && number < threads) {
    return machine.ThreadStep(number);
  }
  if (is_number && token[0] == 'd' && number < ops) {
    return machine.DeviceStep(number);
  }
  if (is_number && token[0] == 'a' && number < acts) {
    return machine.ActOf(number);
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "'", token, "' is no step of this program; expected h, d or a and a ",
      "number: h below ", threads, ", d below ", ops, ", a below ", acts));
}

void AddText(absl::string_view text, uint32_t& checksum) {
  for (const char c : text) {
    checksum = (checksum ^ static_cast<unsigned char>(c)) * 16777619u;
  }
  checksum = (checksum ^ '\n') * 16777619u;
}

void AddOps(absl::string_view name, const std::vector<Op>& ops,
            uint32_t& checksum) {
  AddText(name, checksum);
  for (const Op& op : ops) AddText(op.text, checksum);
}

}  // namespace

FinalState EndOf(const Machine& machine,
                 const std::vector<Transition>& transitions) {
  std::vector<uint8_t> state(machine.state_size());
  machine.Start(state.data());
  for (const Transition transition : transitions) {
    INCOHERENT_CHECK(machine.IsPossible(state.data(), transition),
                     "a schedule takes possible steps only");
    machine.Apply(transition, state.data());
  }
  return ReadFinalState(machine, state.data());
}

Schedule DescribeSchedule(const Machine& machine, int order,
                          const std::vector<Transition>& transitions) {
  Schedule schedule;
  std::vector<std::string> tokens;
  std::vector<uint8_t> state(machine.state_size());
  std::vector<uint8_t> before(machine.state_size());
  machine.Start(state.data());
  for (const Transition transition : transitions) {
    INCOHERENT_CHECK(machine.IsPossible(state.data(), transition),
                     "a schedule takes possible steps only");
    before = state;
    machine.Apply(transition, state.data());
    schedule.steps.push_back(
        DescribeStep(machine, before.data(), state.data(), transition));
    tokens.push_back(TokenOf(machine, transition));
  }
  schedule.end = ReadFinalState(machine, state.data());
  schedule.replay = absl::StrFormat("%s:%08x:%d:%s", kVersion,
                                    ChecksumOf(*machine.program().program),
                                    order, absl::StrJoin(tokens, "."));
  return schedule;
}

absl::StatusOr<ReplayLine> ParseReplayLine(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ':');
  ReplayLine line;
  uint64_t checksum = 0;
  if (parts.size() != 4 || parts[0] != kVersion ||
      !absl::SimpleHexAtoi(parts[1], &checksum) || checksum > 0xffffffff ||
      !absl::SimpleAtoi(parts[2], &line.order) || line.order < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", text, "' is no replay line; expected ", kVersion,
                     ":PROGRAM:ORDER:STEP.STEP..., as a witness prints it"));
  }
  line.program = static_cast<uint32_t>(checksum);
  line.steps = absl::StrSplit(parts[3], '.', absl::SkipEmpty());
  return line;
}

uint32_t ChecksumOf(const Program& program) {
  uint32_t checksum = 2166136261u;
  for (const Memory& memory : program.memories) {
    AddText(absl::StrCat(memory.name, " ", memory.size, " ", memory.atom_size,
                         " ", memory.type.property_flags),
            checksum);
  }
  for (const Agent& host : program.hosts) {
    AddOps(host.name, host.ops, checksum);
  }
  for (const Submission& submission : program.submissions) {
    AddOps(submission.name, submission.ops, checksum);
  }
  for (const Question& question : program.questions) {
    AddText(question.text, checksum);
  }
  return checksum;
}

absl::StatusOr<std::vector<Transition>> TransitionsOf(const Machine& machine,
                                                      const ReplayLine& line) {
  std::vector<Transition> transitions;
  std::vector<uint8_t> state(machine.state_size());
  machine.Start(state.data());
  for (const std::string& token : line.steps) {
    const absl::StatusOr<Transition> transition = TransitionOf(machine, token);
    if (!transition.ok()) return transition.status();
    if (!machine.IsPossible(state.data(), *transition)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "step ", transitions.size() + 1, " of the replay line ('", token,
          "') is not possible there; is the line of another program?"));
    }
    machine.Apply(*transition, state.data());
    transitions.push_back(*transition);
  }
  return transitions;
}

}  // namespace incoherent::litmus
