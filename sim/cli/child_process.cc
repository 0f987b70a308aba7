#include "sim/cli/child_process.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace incoherent {
namespace {

absl::Status SystemError(const char* call) {
  return absl::ErrnoToStatus(errno,
                             absl::StrCat("cannot start a child: ", call));
}

std::string ReadAll(int file) {
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t got =
        pread(file, buffer, sizeof(buffer), static_cast<off_t>(text.size()));
    if (got <= 0) return text;
    text.append(buffer, static_cast<size_t>(got));
  }
}

[[noreturn]] void BeChild(const std::function<int()>& body, int out, int err) {
  alarm(kChildSeconds);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  const int status = body();
  std::fflush(nullptr);
  // Not exit(): what this process registered to run at exit is its own.
  _exit(status);
}

}  // namespace

bool ChildOutcome::Crashed() const { return WIFSIGNALED(wait_status); }

std::string ChildOutcome::Ending() const {
  if (!Crashed()) {
    return absl::StrCat("exited with status ", WEXITSTATUS(wait_status));
  }
  const int signal = WTERMSIG(wait_status);
  if (signal == SIGALRM) {
    return absl::StrCat("gave no answer within ", kChildSeconds, " seconds");
  }
  return absl::StrCat("crashed: ", strsignal(signal), " (signal ", signal, ")");
}

absl::StatusOr<ChildOutcome> RunInChild(const std::function<int()>& body) {
  // Memory files and not pipes: nobody needs to read them meanwhile, and what
  // the child leaves running cannot keep them open.
  const int out = memfd_create("stdout", MFD_CLOEXEC);
  if (out < 0) return SystemError("memfd_create");
  const absl::Cleanup close_out = [out] { close(out); };
  const int err = memfd_create("stderr", MFD_CLOEXEC);
  if (err < 0) return SystemError("memfd_create");
  const absl::Cleanup close_err = [err] { close(err); };

  // Where SIGCHLD was inherited as ignored, waitpid would learn nothing.
  std::signal(SIGCHLD, SIG_DFL);
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) return SystemError("fork");
  if (child == 0) BeChild(body, out, err);
  ChildOutcome outcome;
  while (waitpid(child, &outcome.wait_status, 0) < 0) {
    if (errno != EINTR) return SystemError("waitpid");
  }
  outcome.out = ReadAll(out);
  outcome.err = ReadAll(err);
  return outcome;
}

}  // namespace incoherent
