#ifndef INCOHERENT_SIM_DEVICE_SUBMIT_BATCH_H_
#define INCOHERENT_SIM_DEVICE_SUBMIT_BATCH_H_

// SubmitBatch: VkSubmitInfo2, and VkSubmitInfo.
//
//   SubmitBatch batch;
//   batch.waits = {{semaphore, /*value=*/1, kStageCopy}};
//   batch.command_buffers = {&commands};

#include <cstdint>
#include <vector>

#include "sim/device/command_buffer.h"
#include "sim/device/device_ids.h"
#include "sim/memory/pipeline_scope.h"

namespace incoherent {

enum class SubmitForm { kSubmit, kSubmit2 };

// A wait for a semaphore, or a signal of one. Binary ones ignore the value,
// signals of the older form the stages.
struct SemaphoreSubmit {
  SemaphoreId semaphore{};
  uint64_t value = 0;
  uint64_t stages = kStageAllCommands;
};

struct SubmitBatch {
  std::vector<SemaphoreSubmit> waits;
  std::vector<const CommandBuffer*> command_buffers;
  std::vector<SemaphoreSubmit> signals;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_SUBMIT_BATCH_H_
