#include "sim/cli/child_process.h"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "gtest/gtest.h"

namespace incoherent {
namespace {

ChildOutcome Outcome(const std::function<int()>& body) {
  absl::StatusOr<ChildOutcome> child = RunInChild(body);
  EXPECT_TRUE(child.ok()) << child.status();
  return child.ok() ? *child : ChildOutcome();
}

TEST(RunInChild, CapturesBothStreams) {
  const ChildOutcome child = Outcome([] {
    std::fputs("to stdout", stdout);
    std::fputs("to stderr", stderr);
    return 0;
  });
  EXPECT_TRUE(child.Succeeded());
  EXPECT_EQ(child.out, "to stdout");
  EXPECT_EQ(child.err, "to stderr");
}

TEST(RunInChild, CapturesMoreThanAPipeHolds) {
  const ChildOutcome child = Outcome([] {
    for (int i = 0; i < 1 << 20; ++i) std::fputc('x', stdout);
    return 0;
  });
  EXPECT_EQ(child.out, std::string(1 << 20, 'x'));
}

TEST(RunInChild, CapturesWhatItExecutes) {
  const ChildOutcome child = Outcome([] {
    execl("/bin/sh", "sh", "-c", "echo $0-$1; echo oops >&2; exit 7", "a", "b",
          nullptr);
    return 1;
  });
  EXPECT_FALSE(child.Succeeded());
  EXPECT_FALSE(child.Crashed());
  EXPECT_EQ(child.Ending(), "exited with status 7");
  EXPECT_EQ(child.out, "a-b\n");
  EXPECT_EQ(child.err, "oops\n");
}

TEST(RunInChild, SurvivesACrash) {
  const ChildOutcome child = Outcome([] {
    std::fputs("before", stdout);
    std::fflush(stdout);
    std::signal(SIGSEGV, SIG_DFL);
    std::raise(SIGSEGV);
    return 0;
  });
  EXPECT_TRUE(child.Crashed());
  EXPECT_EQ(child.out, "before");
  EXPECT_EQ(child.Ending(), "crashed: Segmentation fault (signal 11)");
}

TEST(RunInChild, NamesATimeout) {
  const ChildOutcome child = Outcome([] {
    alarm(1);
    pause();
    return 0;
  });
  EXPECT_EQ(child.Ending(), "gave no answer within 60 seconds");
}

TEST(RunInChild, ChangesNothingHere) {
  unsetenv("INCOHERENT_TEST");
  Outcome([] { return setenv("INCOHERENT_TEST", "1", 1); });
  EXPECT_EQ(std::getenv("INCOHERENT_TEST"), nullptr);
}

TEST(RunInChild, LearnsTheStatusWhereSigchldWasIgnored) {
  std::signal(SIGCHLD, SIG_IGN);
  EXPECT_EQ(Outcome([] { return 5; }).Ending(), "exited with status 5");
}

TEST(RunInChild, DoesNotRepeatUnwrittenOutput) {
  std::printf("[ waiting  ] in the buffer of stdout\n");
  EXPECT_EQ(Outcome([] { return 0; }).out, "");
}

}  // namespace
}  // namespace incoherent
