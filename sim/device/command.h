#ifndef INCOHERENT_SIM_DEVICE_COMMAND_H_
#define INCOHERENT_SIM_DEVICE_COMMAND_H_

// Command: one recorded command of a command buffer. Plain data.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/device/barrier.h"
#include "sim/device/device_ids.h"
#include "sim/device/kernel_memory.h"

namespace incoherent {

struct Command {
  enum class Kind {
    kKernel,  // touches memory: also copies, fills and updates
    kBarrier,
    kSetEvent,
    kResetEvent,
    kWaitEvent,
  };

  Kind kind = Kind::kKernel;
  std::string text;  // "copy staging[0, 64) to image[0, 64)"

  // kKernel.
  std::vector<KernelAccess> accesses;
  std::function<void(KernelMemory&)> kernel;

  std::vector<MemoryBarrier> barriers;  // kBarrier, kWaitEvent: at least one
  EventId event{};                      // kSetEvent, kResetEvent, kWaitEvent
  uint64_t stages = 0;                  // kSetEvent, kResetEvent
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_COMMAND_H_
