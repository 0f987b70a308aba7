#ifndef INCOHERENT_SIM_DEVICE_SEMAPHORE_H_
#define INCOHERENT_SIM_DEVICE_SEMAPHORE_H_

// Semaphore: the payload of a VkSemaphore as the device executes it.
//
//             signal                        wait
//   binary    0 -> 1; held back while 1     held back while 0; 1 -> 0
//   timeline  to the value; never back      held back below the value
//
// (A binary semaphore may be signaled only when unsignaled; holding the signal
// back lets a program that relies on submission order work.)

#include <algorithm>
#include <cstdint>

namespace incoherent {

struct Semaphore {
  bool timeline = false;
  uint64_t value = 0;

  bool CanSignal() const { return timeline || value == 0; }
  void Signal(uint64_t to) { value = timeline ? std::max(value, to) : 1; }
  bool CanWait(uint64_t least) const {
    return timeline ? value >= least : value != 0;
  }
  void Wait() {
    if (!timeline) value = 0;
  }
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_SEMAPHORE_H_
