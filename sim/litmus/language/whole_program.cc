#include "sim/litmus/language/whole_program.h"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace incoherent::litmus {
namespace {

// What the operations of a program bring about.
struct Brought {
  std::set<int> submissions;
  std::set<int> flags;
  std::set<int> events;
  std::vector<uint64_t> semaphores;  // highest value; 1 of a binary one
};

template <typename Visit>
void ForEachOp(const Program& program, Visit visit) {
  for (const Agent& host : program.hosts) {
    for (const Op& op : host.ops) visit(op);
  }
  for (const Submission& submission : program.submissions) {
    for (const Op& op : submission.ops) visit(op);
  }
}

Brought FindBrought(const Program& program) {
  Brought brought;
  brought.semaphores.resize(program.semaphores.size());
  ForEachOp(program, [&](const Op& op) {
    if (op.kind == OpKind::kSubmit) brought.submissions.insert(op.submission);
    if (op.kind == OpKind::kPost) brought.flags.insert(op.flag);
    if (op.kind == OpKind::kSetEvent) brought.events.insert(op.event);
    if (op.kind == OpKind::kSignal) {
      uint64_t& highest = brought.semaphores[op.semaphore];
      highest = std::max({highest, op.value.value, uint64_t{1}});
    }
  });
  return brought;
}

void CheckWaits(ParseState& state, const Brought& brought, const Op& op) {
  const Program& program = state.program;
  if (op.kind == OpKind::kAwait && brought.flags.count(op.flag) == 0) {
    const std::string& flag = program.flags[op.flag];
    state.Fail(op.place, absl::StrCat("flag '", flag,
                                      "' is awaited, but nobody posts it; add "
                                      "'post ",
                                      flag, "' to another host thread"));
  }
  if (op.kind == OpKind::kWaitEvent && brought.events.count(op.event) == 0) {
    const std::string& event = program.events[op.event];
    state.Fail(op.place, absl::StrCat("event '", event,
                                      "' is waited for, but nobody sets it; "
                                      "add 'set ",
                                      event, "'"));
  }
  if (op.kind == OpKind::kWait &&
      brought.semaphores[op.semaphore] <
          (program.semaphores[op.semaphore].timeline ? op.value.value : 1)) {
    const Semaphore& semaphore = program.semaphores[op.semaphore];
    state.Fail(op.place, absl::StrCat("semaphore '", semaphore.name,
                                      "' is waited for, but nobody signals it",
                                      semaphore.timeline ? " so far" : "",
                                      "; add 'signal ", semaphore.name,
                                      semaphore.timeline
                                          ? absl::StrCat(" = ", op.value.value)
                                          : "",
                                      "'"));
  }
}

}  // namespace

void CheckWholeProgram(ParseState& state) {
  const Brought brought = FindBrought(state.program);
  ForEachOp(state.program,
            [&](const Op& op) { CheckWaits(state, brought, op); });
  const std::vector<Submission>& submissions = state.program.submissions;
  for (size_t i = 0; i < submissions.size(); ++i) {
    if (brought.submissions.count(static_cast<int>(i)) != 0) continue;
    state.Fail(submissions[i].place,
               absl::StrCat("submission '", submissions[i].name,
                            "' is never submitted; add 'submit ",
                            submissions[i].name, "' to a host thread"));
  }
}

}  // namespace incoherent::litmus
