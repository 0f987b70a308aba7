#ifndef INCOHERENT_SIM_DEVICE_BARRIER_H_
#define INCOHERENT_SIM_DEVICE_BARRIER_H_

// Barriers as an application names them, and the valid-usage rules that can be
// checked of them alone.
//
// One MemoryBarrier stands for VkMemoryBarrier2 (no range), or for a buffer or
// image barrier (the bytes of the buffer or subresource). In the legacy form
// the stages are the call's, the same in all of its barriers.
//
//   rule                                        VUID
//   HOST_READ, HOST_WRITE only with HOST, and   VkMemoryBarrier2-srcAccessMask-
//   every access with a stage that performs it  03900 to 03917 (also Buffer-,
//                                               Image-, dst-); legacy 02815 to
//                                               02820 of the call
//   no ownership transfer with HOST             VkBufferMemoryBarrier2-
//                                               srcStageMask-03851, Image
//                                               03854; vkCmdPipelineBarrier
//                                               09634, 09633
//   none in vkCmdWaitEvents                     srcQueueFamilyIndex-02803
//   vkCmdSetEvent, vkCmdResetEvent(2) without   stageMask-01149, 01153, 03830
//     HOST
//   vkCmdSetEvent2 barriers without HOST        srcStageMask-09391, dst 09392
//   vkCmdWaitEvents2 sources: HOST alone, or    srcStageMask-03842
//     not at all
//
// Example:
//
//   MemoryBarrier barrier;
//   barrier.source = {kStageAllTransfer, kAccessTransferWrite};
//   barrier.destination = {kStageHost, kAccessHostRead};
//   CheckBarrier(barrier, BarrierCall::kPipelineBarrier2);   // OK

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/optional.h"
#include "sim/device/device_ids.h"
#include "sim/memory/pipeline_scope.h"

namespace incoherent {

// VK_QUEUE_FAMILY_IGNORED.
inline constexpr uint32_t kQueueFamilyIgnored = ~uint32_t{0};

struct MemoryBarrier {
  Scope source;
  Scope destination;
  absl::optional<MemoryRange> bytes;  // none: a global barrier
  bool image = false;                 // the bytes are an image's
  uint32_t source_family = kQueueFamilyIgnored;
  uint32_t destination_family = kQueueFamilyIgnored;

  bool TransfersOwnership() const {
    return source_family != destination_family;
  }
};

// The command that a barrier is part of.
enum class BarrierCall {
  kPipelineBarrier,
  kPipelineBarrier2,
  kSetEvent2,
  kWaitEvents,
  kWaitEvents2,
};

absl::Status CheckBarrier(const MemoryBarrier& barrier, BarrierCall call);

enum class EventCall { kSetEvent, kResetEvent, kResetEvent2 };

absl::Status CheckEventStages(uint64_t stages, EventCall call);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_BARRIER_H_
