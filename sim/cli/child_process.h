#ifndef INCOHERENT_SIM_CLI_CHILD_PROCESS_H_
#define INCOHERENT_SIM_CLI_CHILD_PROCESS_H_

// RunInChild: does something that may crash, hang or change the environment,
// and reports how it went.
//
//   absl::StatusOr<ChildOutcome> child = RunInChild([] {
//     setenv("VK_DRIVER_FILES", manifest, 1);
//     execl(app, app, nullptr);
//     return 1;
//   });
//   if (child.ok() && child->Succeeded()) fputs(child->out.c_str(), stdout);
//
// The body runs in a fork of this process, so this process must have no
// threads. It has kChildSeconds, then SIGALRM ends it.

#include <functional>
#include <string>

#include "absl/status/statusor.h"

namespace incoherent {

inline constexpr unsigned kChildSeconds = 60;

struct ChildOutcome {
  int wait_status = 0;  // of waitpid
  std::string out;      // what it wrote to stdout
  std::string err;      // and to stderr

  bool Succeeded() const { return wait_status == 0; }
  // Whether a signal ended it.
  bool Crashed() const;
  // "exited with status 3", "crashed: Segmentation fault (signal 11)", "gave
  // no answer within 60 seconds".
  std::string Ending() const;
};

// `body` returns the exit status. The error is the system's, when there can be
// no child.
absl::StatusOr<ChildOutcome> RunInChild(const std::function<int()>& body);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_CLI_CHILD_PROCESS_H_
