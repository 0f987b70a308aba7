#include "sim/host/vmo/vmo_futex.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <climits>

namespace incoherent {
namespace {

using Clock = std::chrono::steady_clock;

// The word itself: std::atomic<uint32_t> is no larger.
uint32_t* WordOf(std::atomic<uint32_t>& count) {
  static_assert(sizeof(count) == sizeof(uint32_t), "a futex is one word");
  return reinterpret_cast<uint32_t*>(&count);
}

// Returns at once if the count is not 0; may return for no reason.
void SleepWhileZero(std::atomic<uint32_t>& count, Clock::duration at_most) {
  const auto nanoseconds =
      std::chrono::duration_cast<std::chrono::nanoseconds>(at_most).count();
  timespec timeout;
  timeout.tv_sec = static_cast<time_t>(nanoseconds / 1000000000);
  timeout.tv_nsec = static_cast<long>(nanoseconds % 1000000000);
  syscall(SYS_futex, WordOf(count), FUTEX_WAIT, 0, &timeout, nullptr, 0);
}

bool TryTake(std::atomic<uint32_t>& count) {
  uint32_t seen = count.load();
  while (seen != 0) {
    if (count.compare_exchange_weak(seen, seen - 1)) return true;
  }
  return false;
}

}  // namespace

void RaiseCount(std::atomic<uint32_t>& count) {
  count.fetch_add(1);
  syscall(SYS_futex, WordOf(count), FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

bool TakeCount(std::atomic<uint32_t>& count,
               std::chrono::milliseconds timeout) {
  constexpr std::chrono::milliseconds kMost = std::chrono::hours(24 * 365);
  const Clock::time_point end =
      Clock::now() + std::clamp(timeout, std::chrono::milliseconds(0), kMost);
  while (!TryTake(count)) {
    const Clock::duration left = end - Clock::now();
    if (left <= Clock::duration::zero()) return false;
    SleepWhileZero(count, left);
  }
  return true;
}

}  // namespace incoherent
