#include "sim/device/barrier.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "sim/memory/valid_usage.h"

namespace incoherent {
namespace {

enum class Side { kSource, kDestination };

bool IsLegacy(BarrierCall call) {
  return call == BarrierCall::kPipelineBarrier ||
         call == BarrierCall::kWaitEvents;
}

const char* LegacyCommand(BarrierCall call) {
  return call == BarrierCall::kWaitEvents ? "VUID-vkCmdWaitEvents-"
                                          : "VUID-vkCmdPipelineBarrier-";
}

const char* StructureOf(const MemoryBarrier& barrier) {
  if (!barrier.bytes) return "VUID-VkMemoryBarrier2-";
  return barrier.image ? "VUID-VkImageMemoryBarrier2-"
                       : "VUID-VkBufferMemoryBarrier2-";
}

// What CheckScope calls the rules of this side.
std::string ScopeVuid(const MemoryBarrier& barrier, BarrierCall call,
                      Side side) {
  const bool source = side == Side::kSource;
  if (!IsLegacy(call)) {
    return absl::StrCat(StructureOf(barrier),
                        source ? "srcAccessMask" : "dstAccessMask");
  }
  if (!barrier.bytes) {
    return absl::StrCat(LegacyCommand(call),
                        source ? "srcAccessMask-02815" : "dstAccessMask-02816");
  }
  if (!barrier.image) {
    return absl::StrCat(LegacyCommand(call), "pBufferMemoryBarriers-",
                        source ? "02817" : "02818");
  }
  return absl::StrCat(LegacyCommand(call), "pImageMemoryBarriers-",
                      source ? "02819" : "02820");
}

absl::Status CheckOwnershipTransfer(const MemoryBarrier& barrier,
                                    BarrierCall call) {
  if (!barrier.TransfersOwnership()) return absl::OkStatus();
  if (call == BarrierCall::kWaitEvents) {
    return ValidUsageError("VUID-vkCmdWaitEvents-srcQueueFamilyIndex-02803",
                           "a wait for events transfers no ownership: the "
                           "queue families must be equal");
  }
  if (((barrier.source.stages | barrier.destination.stages) & kStageHost) ==
      0) {
    return absl::OkStatus();
  }
  const std::string vuid =
      IsLegacy(call) ? absl::StrCat(LegacyCommand(call), "srcStageMask-",
                                    barrier.image ? "09633" : "09634")
                     : absl::StrCat(StructureOf(barrier), "srcStageMask-",
                                    barrier.image ? "03854" : "03851");
  return ValidUsageError(vuid,
                         "the host is no queue family: a barrier with HOST "
                         "transfers no ownership");
}

absl::Status CheckEventStagesOf(const MemoryBarrier& barrier,
                                BarrierCall call) {
  const bool from_host = barrier.source.stages & kStageHost;
  const bool to_host = barrier.destination.stages & kStageHost;
  if (call == BarrierCall::kSetEvent2 && from_host) {
    return ValidUsageError("VUID-vkCmdSetEvent2-srcStageMask-09391",
                           "the device sets the event: HOST is no source");
  }
  if (call == BarrierCall::kSetEvent2 && to_host) {
    return ValidUsageError(
        "VUID-vkCmdSetEvent2-dstStageMask-09392",
        "the device waits for the event: HOST is no destination (a pipeline "
        "barrier can make writes available to the host)");
  }
  if (call == BarrierCall::kWaitEvents2 && from_host &&
      barrier.source.stages != kStageHost) {
    return ValidUsageError("VUID-vkCmdWaitEvents2-srcStageMask-03842",
                           "an event that the host sets has HOST alone as "
                           "source, one that the device sets has it not");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckBarrier(const MemoryBarrier& barrier, BarrierCall call) {
  absl::Status status =
      CheckScope(barrier.source, ScopeVuid(barrier, call, Side::kSource));
  status.Update(CheckScope(barrier.destination,
                           ScopeVuid(barrier, call, Side::kDestination)));
  status.Update(CheckOwnershipTransfer(barrier, call));
  status.Update(CheckEventStagesOf(barrier, call));
  return status;
}

absl::Status CheckEventStages(uint64_t stages, EventCall call) {
  if ((stages & kStageHost) == 0) return absl::OkStatus();
  constexpr char kMessage[] =
      "no command runs in HOST: name the stages that do";
  switch (call) {
    case EventCall::kSetEvent:
      return ValidUsageError("VUID-vkCmdSetEvent-stageMask-01149", kMessage);
    case EventCall::kResetEvent:
      return ValidUsageError("VUID-vkCmdResetEvent-stageMask-01153", kMessage);
    case EventCall::kResetEvent2:
      return ValidUsageError("VUID-vkCmdResetEvent2-stageMask-03830", kMessage);
  }
  return absl::OkStatus();
}

}  // namespace incoherent
