#ifndef INCOHERENT_SIM_LITMUS_EXPLORER_OUTCOME_TEXT_H_
#define INCOHERENT_SIM_LITMUS_EXPLORER_OUTCOME_TEXT_H_

// Final states as one line each, for tests:
//
//   "host:r0=1 q:r0=undef buf[0]=0x201"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "sim/litmus/explorer/answers.h"
#include "sim/litmus/explorer/explorer.h"

namespace incoherent::litmus {

inline std::string TextOf(const Value& value) {
  if (value.undefined_bytes != 0) return "undef";
  return value.bits < 10 ? absl::StrCat(value.bits)
                         : absl::StrFormat("0x%x", value.bits);
}

inline std::string TextOf(const Program& program, const FinalState& state) {
  std::vector<std::string> words;
  const auto add = [&](const std::vector<Agent>& agents,
                       const std::vector<std::vector<Value>>& registers) {
    for (size_t i = 0; i < agents.size(); ++i) {
      for (size_t j = 0; j < registers[i].size(); ++j) {
        words.push_back(absl::StrCat(agents[i].name, ":",
                                     agents[i].registers[j], "=",
                                     TextOf(registers[i][j])));
      }
    }
  };
  add(program.hosts, state.host_registers);
  add(program.queues, state.queue_registers);
  const std::vector<Range> named = NamedMemory(program);
  for (size_t i = 0; i < named.size(); ++i) {
    words.push_back(absl::StrCat(program.memories[named[i].memory].name, "[",
                                 named[i].bytes.offset,
                                 "]=", TextOf(state.memory[i])));
  }
  return absl::StrJoin(words, " ");
}

inline std::set<std::string> OutcomesOf(const Program& program,
                                        const Exploration& exploration) {
  std::set<std::string> outcomes;
  for (const FinalState& state : exploration.finals) {
    outcomes.insert(TextOf(program, state));
  }
  return outcomes;
}

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_EXPLORER_OUTCOME_TEXT_H_
