// What is none of the trap's business: breakpoints, crashes, sent signals.

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>

#include "sim/icd/trap/access_trap.h"
#include "sim/icd/trap/application_under_test.h"
#include "sim/icd/trap/trapped_region_under_test.h"

namespace incoherent {
namespace {

TEST(AccessTrapCrashTest, ATrapFlagOfTheProgramIsPassedOn) {
  ExpectPassesAlone([] {
    static std::atomic<int> steps{0};
    struct sigaction action = {};
    action.sa_handler = [](int) { ++steps; };
    ASSERT_EQ(sigaction(SIGTRAP, &action, nullptr), 0);
    TrappedRegion region(1);
    region.trap().Guard({{0, 1}});
    uint8_t value = 0;
    // popf, movb, nop, pushf: the flag is set behind the first and cleared by
    // the last popf, which is stepped itself.
    asm volatile(
        "pushfq; orq $0x100, (%%rsp); popfq\n"
        "movb (%1), %0\n"
        "nop\n"
        "pushfq; andq $~0x100, (%%rsp); popfq\n"
        : "=r"(value)
        : "r"(region.view())
        : "memory", "cc");
    EXPECT_EQ(value, TrappedRegion::Pattern(0));
    EXPECT_EQ(steps, 5);
    EXPECT_EQ(region.trap().Take().size(), 1u);
  });
}

TEST(AccessTrapCrashTest, ABreakpointOfTheProgramIsItsOwn) {
  ExpectPassesAlone([] {
    static std::atomic<int> breaks{0};
    struct sigaction action = {};
    action.sa_handler = [](int) { ++breaks; };
    ASSERT_EQ(sigaction(SIGTRAP, &action, nullptr), 0);
    TrappedRegion region(1);
    asm volatile("int3");
    raise(SIGTRAP);
    EXPECT_EQ(breaks, 2);
    ExpectTrapWorks(region);
  });
}

TEST(AccessTrapCrashTest, OneShotHandlersAreOneShot) {
  EXPECT_EXIT(
      {
        SetHandler(JumpOut, SA_RESETHAND);
        TrappedRegion region(1);
        EXPECT_TRUE(FaultIsCaught());
        ExpectTrapWorks(region);
        FaultIsCaught();
        _exit(0);
      },
      ::testing::KilledBySignal(SIGSEGV), "");
}

TEST(AccessTrapCrashTest, CrashesStillKill) {
  EXPECT_EXIT(
      {
        SetHandler(SIG_DFL);
        TrappedRegion region(1);
        *OwnFault() = 1;
        _exit(0);
      },
      ::testing::KilledBySignal(SIGSEGV), "");
  EXPECT_EXIT(
      {
        SetHandler(SIG_IGN);  // nobody can ignore a fault
        TrappedRegion region(1);
        *OwnFault() = 1;
        _exit(0);
      },
      ::testing::KilledBySignal(SIGSEGV), "");
  EXPECT_EXIT(
      {
        SetHandler(SIG_DFL);
        TrappedRegion region(1);
        raise(SIGSEGV);
        _exit(0);
      },
      ::testing::KilledBySignal(SIGSEGV), "");
  EXPECT_EXIT(
      {
        TrappedRegion region(1);
        asm volatile("int3");
        _exit(0);
      },
      ::testing::KilledBySignal(SIGTRAP), "");
}

TEST(AccessTrapCrashTest, AnIgnoredSignalThatIsSentIsIgnored) {
  ExpectPassesAlone([] {
    SetHandler(SIG_IGN);
    TrappedRegion region(1);
    raise(SIGSEGV);
    ExpectTrapWorks(region);
  });
}

TEST(AccessTrapCrashTest, AnInaccessibleCodePageIsNotOurs) {
  EXPECT_EXIT(
      {
        SetHandler(SIG_DFL);
        TrappedRegion region(1);
        region.trap().Guard({{0, 1}});
        reinterpret_cast<void (*)()>(region.view())();
        _exit(0);
      },
      ::testing::KilledBySignal(SIGSEGV), "");
}

}  // namespace
}  // namespace incoherent
