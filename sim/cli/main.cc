#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "sim/cli/commands.h"

namespace {

// `bazel run` starts the command elsewhere and leaves the caller's directory in
// a variable. It is used up here: what the command runs may change directory
// and start the command again.
bool EnterCallerDirectory() {
  constexpr char kVariable[] = "BUILD_WORKING_DIRECTORY";
  const char* directory = std::getenv(kVariable);
  if (directory == nullptr) return true;
  if (chdir(directory) != 0) {
    std::fprintf(stderr, "incoherent: %s: cannot enter %s: %s\n", kVariable,
                 directory, std::strerror(errno));
    return false;
  }
  unsetenv(kVariable);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (!EnterCallerDirectory()) return incoherent::kExitUsage;
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  const int status = incoherent::Dispatch(words);
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    std::fprintf(stderr, "incoherent: cannot write to stdout: %s\n",
                 std::strerror(errno));
    return incoherent::kExitFailed;
  }
  return status;
}
