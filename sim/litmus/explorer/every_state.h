#ifndef INCOHERENT_SIM_LITMUS_EXPLORER_EVERY_STATE_H_
#define INCOHERENT_SIM_LITMUS_EXPLORER_EVERY_STATE_H_

// The explorer's gold standard, for tests: it takes every step and every act of
// the machine from every state, keeps whole states, and knows no trick.

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/litmus/explorer/answers.h"
#include "sim/litmus/machine/machine.h"
#include "sim/litmus/machine/submission_order.h"
#include "sim/memory/check.h"

namespace incoherent::litmus {

struct EveryState {
  uint64_t states = 0;
  bool blocked = false;
  // Registers, then the bytes of named memory: value and whether undefined.
  std::set<std::vector<std::pair<int, bool>>> outcomes;
};

inline std::vector<std::pair<int, bool>> OutcomeOf(const Machine& machine,
                                                   const uint8_t* state) {
  std::vector<std::pair<int, bool>> outcome;
  const MachineProgram& compiled = machine.program();
  const auto add = [&](Byte byte) {
    outcome.emplace_back(byte.value, byte.undefined);
  };
  for (size_t i = 0; i < compiled.register_sizes.size(); ++i) {
    for (int byte = 0; byte < 8; ++byte) {
      add(machine.bytes().RegisterByte(state, static_cast<int>(i), byte));
    }
  }
  for (const Range& range : NamedMemory(*compiled.program)) {
    for (uint64_t at = range.bytes.offset; at < range.bytes.end(); ++at) {
      add(machine.bytes().DeviceByte(
          state, *compiled.cells.PositionOf(range.memory, at)));
    }
  }
  return outcome;
}

inline void VisitEveryState(const Machine& machine, EveryState& result) {
  const bool names_memory = !NamedMemory(*machine.program().program).empty();
  std::set<std::vector<uint8_t>> seen;
  std::vector<std::vector<uint8_t>> waiting(1);
  waiting[0].resize(machine.state_size());
  machine.Start(waiting[0].data());
  seen.insert(waiting[0]);
  while (!waiting.empty()) {
    const std::vector<uint8_t> state = std::move(waiting.back());
    waiting.pop_back();
    std::vector<Transition> enabled;
    machine.AppendSteps(state.data(), enabled);
    const bool finished = machine.IsFinished(state.data());
    if (finished) result.outcomes.insert(OutcomeOf(machine, state.data()));
    if (enabled.empty() && !finished) {
      result.blocked |= !machine.IsHeldByOrder(state.data());
      continue;
    }
    if (finished && !names_memory) continue;
    machine.AppendActs(state.data(), enabled);
    for (const Transition transition : enabled) {
      std::vector<uint8_t> next = state;
      machine.Apply(transition, next.data());
      if (seen.insert(next).second) waiting.push_back(std::move(next));
    }
  }
  result.states += seen.size();
}

inline EveryState VisitEveryState(const Program& program) {
  EveryState result;
  const auto cells = CellMap::Of(program);
  const auto orders = SubmissionOrdersOf(program);
  INCOHERENT_CHECK(cells.ok() && orders.ok(), "a small program");
  for (const SubmissionOrder& order : *orders) {
    const auto compiled = CompileProgram(program, *cells, order);
    INCOHERENT_CHECK(compiled.ok(), "a small program");
    VisitEveryState(Machine(*compiled), result);
  }
  return result;
}

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_EXPLORER_EVERY_STATE_H_
