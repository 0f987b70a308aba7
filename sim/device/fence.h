#ifndef INCOHERENT_SIM_DEVICE_FENCE_H_
#define INCOHERENT_SIM_DEVICE_FENCE_H_

// Fence: which submission a VkFence is to tell of.

#include "absl/types/optional.h"
#include "sim/device/device_machine.h"
#include "sim/memory/submission_order.h"

namespace incoherent {

// One call of vkQueueSubmit, as both halves of the model know it.
struct DeviceSubmission {
  SubmissionOrder::SubmissionId order = 0;
  DeviceMachine::Number end = 0;  // the operation that signals its fence
};

struct Fence {
  // None: unsignaled, and nobody will signal it.
  absl::optional<DeviceSubmission> submission;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_FENCE_H_
