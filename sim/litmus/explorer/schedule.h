#ifndef INCOHERENT_SIM_LITMUS_EXPLORER_SCHEDULE_H_
#define INCOHERENT_SIM_LITMUS_EXPLORER_SCHEDULE_H_

// Schedules in words, and the line that replays one.
//
// A replay line is
//
//   v1:PROGRAM:ORDER:STEP.STEP.STEP
//
// PROGRAM is a checksum of the compiled program in hex, ORDER the number of the
// submission order, and a STEP is `h` and a host thread, `d` and a device
// operation, or `a` and an act, each a number of the compiled program.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/litmus/explorer/explorer.h"
#include "sim/litmus/machine/machine.h"

namespace incoherent::litmus {

// What they lead to from the start. Requires that each is possible.
FinalState EndOf(const Machine& machine,
                 const std::vector<Transition>& transitions);
Schedule DescribeSchedule(const Machine& machine, int order,
                          const std::vector<Transition>& transitions);

struct ReplayLine {
  uint32_t program = 0;
  int order = 0;
  std::vector<std::string> steps;
};

// InvalidArgument if the text is no replay line.
absl::StatusOr<ReplayLine> ParseReplayLine(absl::string_view text);

uint32_t ChecksumOf(const Program& program);

// The transitions that the steps name. InvalidArgument if one of them does not
// exist or is not possible where it stands.
absl::StatusOr<std::vector<Transition>> TransitionsOf(const Machine& machine,
                                                      const ReplayLine& line);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_EXPLORER_SCHEDULE_H_
