#include "sim/host/vmo/vmo_lock.h"

#include <time.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "sim/host/vmo/zx_error.h"

namespace incoherent {
namespace {

timespec DeadlineIn(std::chrono::milliseconds timeout) {
  constexpr int64_t kMost = 1000 * 1000 * 1000;  // keeps the sum in a time_t
  const int64_t milliseconds = std::clamp<int64_t>(timeout.count(), 0, kMost);
  timespec at;
  clock_gettime(CLOCK_REALTIME, &at);
  at.tv_sec += milliseconds / 1000;
  at.tv_nsec += milliseconds % 1000 * 1000000;
  if (at.tv_nsec >= 1000000000) {
    at.tv_nsec -= 1000000000;
    ++at.tv_sec;
  }
  return at;
}

}  // namespace

void VmoLock::Initialize() {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&mutex_, &attributes);
  pthread_mutexattr_destroy(&attributes);
}

// Of another kind, a mutex that nobody made could hang or abort in glibc.
bool VmoLock::IsValid() const {
  static const int kKind = [] {
    VmoLock made;
    made.Initialize();
    return made.mutex_.__data.__kind;
  }();
  return mutex_.__data.__kind == kKind;
}

absl::Status VmoLock::Lock(std::chrono::milliseconds timeout) {
  if (!IsValid()) {
    return ZxStatus(ZxError::kIoDataIntegrity,
                    "the Vmo's log cannot be locked: its lock is none");
  }
  int error = pthread_mutex_trylock(&mutex_);
  if (error == EBUSY) {
    // Not clocklock, which ThreadSanitizer does not know.
    const timespec deadline = DeadlineIn(timeout);
    error = pthread_mutex_timedlock(&mutex_, &deadline);
  }
  switch (error) {
    case 0:
      return absl::OkStatus();
    case EOWNERDEAD:
      pthread_mutex_consistent(&mutex_);
      return absl::OkStatus();
    case ETIMEDOUT:
      return ZxStatus(ZxError::kTimedOut,
                      "the Vmo's log is locked, and its owner does not go on");
    default:
      return ZxStatus(
          ZxError::kIoDataIntegrity,
          absl::StrCat("the Vmo's log cannot be locked: ", strerror(error)));
  }
}

// An error means that something else wrote into the mutex; who locks it next
// will see.
void VmoLock::Unlock() { pthread_mutex_unlock(&mutex_); }

}  // namespace incoherent
