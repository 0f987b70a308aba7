// The trap before the kernel: system calls, child processes, and another who
// watches the same pages.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "sim/icd/trap/access_trap.h"
#include "sim/icd/trap/trapped_region_under_test.h"
#include "sim/icd/write_watch.h"

namespace incoherent {
namespace {

constexpr uint64_t kPage = TrappedRegion::kPage;

TEST(AccessTrapKernelTest, AChildMeetsOpenPages) {
  TrappedRegion region(4);
  region.trap().Guard({{0, region.size()}});
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    volatile uint8_t* bytes = region.view();
    bool is_right = true;
    for (uint64_t i = 0; i < region.size(); i += 100) {
      is_right &= bytes[i] == TrappedRegion::Pattern(i);
    }
    is_right &= region.trap().Take().empty();
    // A region of its own is trapped.
    TrappedRegion own(1);
    own.trap().Guard({{0, 1}});
    bytes = own.view();
    (void)bytes[0];
    is_right &= own.trap().Take().size() == 1;
    _exit(is_right ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  EXPECT_FALSE(region.IsOpen(0));
}

TEST(AccessTrapKernelTest, TheKernelSaysEfault) {
  TrappedRegion region(2);
  region.trap().Guard({{kPage, 1}});
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_EQ(write(ends[1], region.view() + kPage, 8), -1);
  EXPECT_EQ(errno, EFAULT);
  EXPECT_EQ(write(ends[1], region.view(), 8), 8);
  EXPECT_EQ(read(ends[0], region.view() + kPage, 8), -1);
  EXPECT_EQ(errno, EFAULT);
  EXPECT_TRUE(region.trap().Take().empty());
  close(ends[0]);
  close(ends[1]);
}

TEST(AccessTrapKernelTest, ErrnoIsKept) {
  TrappedRegion region(1);
  region.trap().Guard({{0, 1}});
  errno = 1234;
  volatile uint8_t* bytes = region.view();
  (void)bytes[0];
  EXPECT_EQ(errno, 1234);
}

TEST(AccessTrapKernelTest, AWriteWatchOnTheSamePagesSeesTheApplicationOnly) {
  if (!WriteWatch::IsAvailable()) GTEST_SKIP() << "no write watch here";
  TrappedRegion region(4);
  volatile uint8_t* bytes = region.view();
  for (int page = 0; page < 4; ++page) bytes[page * kPage] = 1;
  WriteWatch watch({region.view(), region.size()});
  region.trap().Guard({{0, region.size()}});
  (void)bytes[kPage];
  bytes[2 * kPage + 5] = 9;
  EXPECT_THAT(watch.TakeWritten({0, region.size()}),
              ::testing::ElementsAre(ByteRange{2 * kPage, kPage}));
  region.trap().Guard({});
  bytes[3 * kPage] = 1;
  EXPECT_THAT(watch.TakeWritten({0, region.size()}),
              ::testing::ElementsAre(ByteRange{3 * kPage, kPage}));
}

}  // namespace
}  // namespace incoherent
