#ifndef INCOHERENT_TESTS_VULKAN_CHILD_RUN_H_
#define INCOHERENT_TESTS_VULKAN_CHILD_RUN_H_

// ChildRun: what a function did in a process of its own.
//
// For what a process does once or cannot take back: the ICD's summary at exit,
// a crash, a finding that is told once per place. The parent must not have
// used Vulkan, since a forked process has none of the driver's threads.

#include <functional>
#include <string>

namespace incoherent {

struct ChildRun {
  int exit_status = -1;  // -1: ended by a signal
  int signal = 0;
  std::string answer;  // what the function returned
  std::string errors;  // what was written to stderr, until the very end

  bool ok() const { return exit_status == 0; }

  static ChildRun Of(const std::function<std::string()>& function);
};

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_CHILD_RUN_H_
