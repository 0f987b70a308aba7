#ifndef INCOHERENT_SIM_DEVICE_DEVICE_FINDING_H_
#define INCOHERENT_SIM_DEVICE_DEVICE_FINDING_H_

// DeviceFinding: what a program on the simulated device did wrong.

#include <string>

#include "sim/memory/hazard.h"

namespace incoherent {

// The payload of a finding that is about no bytes.
inline constexpr uint32_t kNoPayload = ~uint32_t{0};

struct DeviceFinding {
  // Of an invalid usage, the kind, and the bytes if it is about some.
  Hazard hazard;
  // For a person, one line: "lost-host-write: staging[0, 4): ...".
  std::string message;
  std::string vuid;  // of an invalid usage that has one
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_DEVICE_FINDING_H_
