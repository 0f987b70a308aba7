#ifndef INCOHERENT_SIM_ICD_TRAP_APPLICATION_UNDER_TEST_H_
#define INCOHERENT_SIM_ICD_TRAP_APPLICATION_UNDER_TEST_H_

// An application that has handlers, and faults, of its own.

#include <gtest/gtest.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>

#include "sim/icd/trap/access_trap.h"
#include "sim/icd/trap/trapped_region_under_test.h"

namespace incoherent {

inline constexpr uint64_t kPage = TrappedRegion::kPage;

// A page of the test's own that raises faults of the application's own.
inline volatile uint8_t* OwnFault() {
  static void* page =
      mmap(nullptr, kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return static_cast<volatile uint8_t*>(page);
}

// Where its handlers jump to, how often they were called, and what they
// replaced.
inline sigjmp_buf way_out;
inline std::atomic<int> calls{0};
inline std::atomic<int> old_calls{0};
inline struct sigaction replaced;

inline void JumpOut(int) {
  ++calls;
  siglongjmp(way_out, 1);
}
inline void JumpOutWithInfo(int signal, siginfo_t* info, void*) {
  EXPECT_EQ(signal, SIGSEGV);
  EXPECT_EQ(info->si_addr, const_cast<uint8_t*>(OwnFault()));
  ++calls;
  siglongjmp(way_out, 1);
}
// As a crash reporter does: to the one that it replaced, and then away.
inline void CallReplaced(int signal, siginfo_t* info, void* context) {
  ++calls;
  if ((replaced.sa_flags & SA_SIGINFO) != 0) {
    replaced.sa_sigaction(signal, info, context);
  }
}

inline void SetHandler(void (*handler)(int), int flags = 0) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  ASSERT_EQ(sigaction(SIGSEGV, &action, &replaced), 0);
}
inline void SetHandler(void (*handler)(int, siginfo_t*, void*), int flags = 0) {
  struct sigaction action = {};
  action.sa_sigaction = handler;
  action.sa_flags = flags | SA_SIGINFO;
  ASSERT_EQ(sigaction(SIGSEGV, &action, &replaced), 0);
}

// Returns true if the application's handler jumped out of its own fault.
inline bool FaultIsCaught() {
  if (sigsetjmp(way_out, /*savemask=*/1) != 0) return true;
  *OwnFault() = 1;
  return false;
}

// Each test in a process of its own: actions for signals belong to all of it.
// Ends the process; its failures are the caller's message.
[[noreturn]] inline void ExitWithFailures() {
  const ::testing::TestResult& result =
      *::testing::UnitTest::GetInstance()->current_test_info()->result();
  for (int i = 0; i < result.total_part_count(); ++i) {
    std::fprintf(stderr, "line %d: %s\n",
                 result.GetTestPartResult(i).line_number(),
                 result.GetTestPartResult(i).message());
  }
  _exit(result.Failed() ? 1 : 0);
}

template <typename Body>
void ExpectPassesAlone(Body body) {
  EXPECT_EXIT(
      {
        body();
        ExitWithFailures();
      },
      ::testing::ExitedWithCode(0), "");
}

inline void ExpectTrapWorks(TrappedRegion& region) {
  region.trap().Guard({{0, region.size()}});
  volatile uint8_t* bytes = region.view();
  EXPECT_EQ(bytes[7], TrappedRegion::Pattern(7));
  EXPECT_EQ(region.trap().Take().size(), 1u);
  EXPECT_FALSE(region.IsOpen(0));
}

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_TRAP_APPLICATION_UNDER_TEST_H_
