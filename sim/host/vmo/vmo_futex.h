#ifndef INCOHERENT_SIM_HOST_VMO_VMO_FUTEX_H_
#define INCOHERENT_SIM_HOST_VMO_VMO_FUTEX_H_

// A count in shared memory that processes raise, and wait for.

#include <atomic>
#include <chrono>
#include <cstdint>

namespace incoherent {

// Adds one, and wakes whoever waits.
void RaiseCount(std::atomic<uint32_t>& count);

// Takes one away; false if there is none before the time is over.
bool TakeCount(std::atomic<uint32_t>& count, std::chrono::milliseconds timeout);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_VMO_VMO_FUTEX_H_
