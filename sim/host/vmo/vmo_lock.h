#ifndef INCOHERENT_SIM_HOST_VMO_VMO_LOCK_H_
#define INCOHERENT_SIM_HOST_VMO_VMO_LOCK_H_

// VmoLock: a mutex in memory that processes share.
//
// If its owner dies, the next one has it; what the mutex guards must be fit for
// that at any instant. Plain data: it lies in a file, and another process may
// have written anything there.

#include <pthread.h>

#include <chrono>

#include "absl/status/status.h"

namespace incoherent {

class VmoLock {
 public:
  void Initialize();

  // Whether the bytes are of a lock that Initialize made.
  bool IsValid() const;

  // DeadlineExceeded if another process does not give it back in time, DataLoss
  // if it can never be had again.
  absl::Status Lock(std::chrono::milliseconds timeout);
  void Unlock();

 private:
  pthread_mutex_t mutex_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_VMO_VMO_LOCK_H_
