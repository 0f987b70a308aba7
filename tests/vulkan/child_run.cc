#include "tests/vulkan/child_run.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "sim/memory/check.h"

namespace incoherent {
namespace {

constexpr unsigned kSecondsToLive = 60;

std::string Contents(std::FILE* file) {
  std::string text;
  std::rewind(file);
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) {
    text.push_back(static_cast<char>(c));
  }
  std::fclose(file);
  return text;
}

[[noreturn]] void RunAsChild(const std::function<std::string()>& function,
                             std::FILE* answer, std::FILE* errors) {
  alarm(kSecondsToLive);
  dup2(fileno(errors), STDERR_FILENO);
  const std::string text = function();
  std::fwrite(text.data(), 1, text.size(), answer);
  // Exit handlers run, so that a summary at exit is heard.
  std::exit(0);
}

}  // namespace

ChildRun ChildRun::Of(const std::function<std::string()>& function) {
  std::FILE* answer = std::tmpfile();
  std::FILE* errors = std::tmpfile();
  INCOHERENT_CHECK(answer != nullptr && errors != nullptr, "no temporary file");
  std::fflush(nullptr);
  const pid_t child = fork();
  INCOHERENT_CHECK(child >= 0, "no process could be forked");
  if (child == 0) RunAsChild(function, answer, errors);
  int status = 0;
  INCOHERENT_CHECK(waitpid(child, &status, 0) == child, "waitpid");
  ChildRun run;
  if (WIFEXITED(status)) run.exit_status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) run.signal = WTERMSIG(status);
  run.answer = Contents(answer);
  run.errors = Contents(errors);
  return run;
}

}  // namespace incoherent
