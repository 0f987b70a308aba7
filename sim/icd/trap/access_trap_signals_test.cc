// The trap's handlers among those of an application.

#include <gtest/gtest.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>

#include <atomic>
#include <vector>

#include "sim/icd/trap/access_trap.h"
#include "sim/icd/trap/application_under_test.h"
#include "sim/icd/trap/trapped_region_under_test.h"

namespace incoherent {
namespace {

void HandlerBefore(bool with_info) {
  calls = 0;
  if (with_info) {
    SetHandler(JumpOutWithInfo);
  } else {
    SetHandler(JumpOut);
  }
  TrappedRegion region(2);
  for (int i = 1; i <= 3; ++i) {
    ExpectTrapWorks(region);
    EXPECT_TRUE(FaultIsCaught());
    EXPECT_EQ(calls, i);
  }
}

TEST(AccessTrapSignalsTest, AHandlerFromBeforeGetsItsOwnFaults) {
  ExpectPassesAlone([] { HandlerBefore(/*with_info=*/false); });
  ExpectPassesAlone([] { HandlerBefore(/*with_info=*/true); });
}

void HandlerAfter(bool with_info) {
  TrappedRegion region(2);
  ExpectTrapWorks(region);
  calls = 0;
  if (with_info) {
    SetHandler(JumpOutWithInfo);
  } else {
    SetHandler(JumpOut);
  }
  AccessTrap::KeepHandlers();
  for (int i = 1; i <= 3; ++i) {
    ExpectTrapWorks(region);
    EXPECT_TRUE(FaultIsCaught());
    EXPECT_EQ(calls, i);
  }
}

TEST(AccessTrapSignalsTest, AHandlerFromAfterwardsGetsItsOwnFaults) {
  ExpectPassesAlone([] { HandlerAfter(/*with_info=*/false); });
  ExpectPassesAlone([] { HandlerAfter(/*with_info=*/true); });
}

TEST(AccessTrapSignalsTest, AHandlerThatCallsTheReplacedOneDoesNotMeetItself) {
  ExpectPassesAlone([] {
    old_calls = 0;
    calls = 0;
    SetHandler([](int) {
      ++old_calls;
      siglongjmp(way_out, 1);
    });
    TrappedRegion region(2);
    SetHandler(CallReplaced);
    AccessTrap::KeepHandlers();
    AccessTrap::KeepHandlers();
    ExpectTrapWorks(region);
    EXPECT_TRUE(FaultIsCaught());
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(old_calls, 1);
  });
}

TEST(AccessTrapSignalsTest, ARestoredActionTakesTheHandlerOutOfTheChain) {
  ExpectPassesAlone([] {
    old_calls = 0;
    calls = 0;
    SetHandler([](int) {
      ++old_calls;
      siglongjmp(way_out, 1);
    });
    TrappedRegion region(2);
    // More often than there are levels.
    for (int i = 1; i <= 30; ++i) {
      SetHandler(JumpOut);
      AccessTrap::KeepHandlers();
      EXPECT_TRUE(FaultIsCaught());
      EXPECT_EQ(calls, i);
      ASSERT_EQ(sigaction(SIGSEGV, &replaced, nullptr), 0);
      AccessTrap::KeepHandlers();
      ExpectTrapWorks(region);
      EXPECT_TRUE(FaultIsCaught());
      EXPECT_EQ(calls, i);
      EXPECT_EQ(old_calls, i);
    }
  });
}

TEST(AccessTrapSignalsTest, HandlersWithoutEndStillLeaveTheTrapOnTop) {
  ExpectPassesAlone([] {
    TrappedRegion region(2);
    calls = 0;
    for (int i = 1; i <= 30; ++i) {
      if (i % 2 == 0) {
        SetHandler(JumpOut);
      } else {
        SetHandler(JumpOutWithInfo);
      }
      AccessTrap::KeepHandlers();
      ExpectTrapWorks(region);
      EXPECT_TRUE(FaultIsCaught());
      EXPECT_EQ(calls, i);
    }
  });
}

TEST(AccessTrapSignalsTest, AHandlerMayRepairItsFaultAndReturn) {
  ExpectPassesAlone([] {
    SetHandler([](int) {
      mprotect(const_cast<uint8_t*>(OwnFault()), kPage, PROT_READ | PROT_WRITE);
    });
    TrappedRegion region(2);
    region.trap().Guard({{0, region.size()}});
    // From a guarded page to the application's own: two faults, one signal for
    // each of them.
    void* to = const_cast<uint8_t*>(OwnFault());
    const void* from = region.view() + 3;
    uint64_t count = 20;
    asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count)::"memory");
    EXPECT_EQ(OwnFault()[19], TrappedRegion::Pattern(22));
    to = const_cast<uint8_t*>(OwnFault());
    from = region.view() + 33;
    asm volatile("movsb" : "+D"(to), "+S"(from)::"memory");
    EXPECT_EQ(OwnFault()[0], TrappedRegion::Pattern(33));
    const std::vector<TrappedAccess> seen = region.trap().Take();
    ASSERT_EQ(seen.size(), 2u);
    EXPECT_EQ(seen[0].range(), (ByteRange{3, 20}));
    EXPECT_EQ(seen[1].range(), (ByteRange{33, 1}));
  });
}

// From the region into the application's own fault, whose handler jumps out.
void CopyIntoOwnFault(const uint8_t* from) {
  if (sigsetjmp(way_out, /*savemask=*/1) != 0) return;
  void* to = const_cast<uint8_t*>(OwnFault());
  uint64_t count = 8;
  asm volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(count)::"memory");
  ADD_FAILURE() << "wrote to an inaccessible page";
}

TEST(AccessTrapSignalsTest, AStepThatMeetsTheApplicationsFaultIsGivenUp) {
  ExpectPassesAlone([] {
    SetHandler(JumpOut);
    TrappedRegion region(2);
    region.trap().Guard({{0, region.size()}});
    calls = 0;
    for (int i = 0; i < 3; ++i) {
      CopyIntoOwnFault(region.view());
      EXPECT_FALSE(region.IsOpen(0));
    }
    EXPECT_EQ(calls, 3);
    EXPECT_TRUE(region.trap().Take().empty());
    // Signals are not blocked any more than before.
    sigset_t blocked;
    sigprocmask(SIG_SETMASK, nullptr, &blocked);
    EXPECT_EQ(sigismember(&blocked, SIGUSR1), 0);
    ExpectTrapWorks(region);
  });
}

TEST(AccessTrapSignalsTest, AlternateStacks) {
  ExpectPassesAlone([] {
    static char stack_bytes[64 * 1024];
    stack_t stack = {};
    stack.ss_sp = stack_bytes;
    stack.ss_size = sizeof(stack_bytes);
    ASSERT_EQ(sigaltstack(&stack, nullptr), 0);
    SetHandler(
        [](int) {
          char here = 0;
          EXPECT_TRUE(&here >= stack_bytes &&
                      &here < stack_bytes + sizeof(stack_bytes));
          siglongjmp(way_out, 1);
        },
        SA_ONSTACK);
    TrappedRegion region(2);
    for (int i = 0; i < 3; ++i) {
      ExpectTrapWorks(region);
      EXPECT_TRUE(FaultIsCaught());
    }
    region.trap().Guard({{0, 1}});
    volatile uint8_t* bytes = region.view();
    (void)bytes[0];
    const std::vector<TrappedAccess> seen = region.trap().Take();
    ASSERT_EQ(seen.size(), 1u);
    EXPECT_GT(seen[0].depth, 2);
  });
}

TEST(AccessTrapSignalsTest, AHandlersMaskIsInForceWhileItRuns) {
  ExpectPassesAlone([] {
    struct sigaction action = {};
    action.sa_handler = [](int) {
      sigset_t blocked;
      sigprocmask(SIG_SETMASK, nullptr, &blocked);
      EXPECT_EQ(sigismember(&blocked, SIGUSR2), 1);
      EXPECT_EQ(sigismember(&blocked, SIGUSR1), 0);
      EXPECT_EQ(sigismember(&blocked, SIGSEGV), 1);
      ++calls;
      siglongjmp(way_out, 1);
    };
    sigaddset(&action.sa_mask, SIGUSR2);
    ASSERT_EQ(sigaction(SIGSEGV, &action, nullptr), 0);
    TrappedRegion region(1);
    calls = 0;
    EXPECT_TRUE(FaultIsCaught());
    EXPECT_EQ(calls, 1);
  });
}

TEST(AccessTrapSignalsTest, SignalsThatArriveMeanwhileAreDelivered) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer runs handlers with SIGSEGV blocked";
#endif
  ExpectPassesAlone([] {
    static std::atomic<int> ticks{0};
    static volatile uint8_t* trapped;
    TrappedRegion region(2);
    trapped = region.view();
    struct sigaction action = {};
    // The handler meets guarded pages itself.
    action.sa_handler = [](int) {
      EXPECT_EQ(trapped[kPage], TrappedRegion::Pattern(kPage));
      ++ticks;
    };
    ASSERT_EQ(sigaction(SIGALRM, &action, nullptr), 0);
    const itimerval often = {{0, 50}, {0, 50}};
    ASSERT_EQ(setitimer(ITIMER_REAL, &often, nullptr), 0);
    int guilty = 0;
    for (int i = 0; ticks < 200 && i < 2'000'000; ++i) {
      if (i % 16 == 0) region.trap().Guard({{0, region.size()}});
      EXPECT_EQ(trapped[i % kPage], TrappedRegion::Pattern(i % kPage));
      guilty += static_cast<int>(region.trap().Take().size());
    }
    const itimerval never = {};
    setitimer(ITIMER_REAL, &never, nullptr);
    EXPECT_GE(ticks, 200);
    // All, or as many as the patience allows.
    EXPECT_GE(guilty, AccessTrap::kGuiltyPatience);
  });
}

}  // namespace
}  // namespace incoherent
