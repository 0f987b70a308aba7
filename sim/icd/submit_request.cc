#include "sim/icd/submit_request.h"

#include "sim/icd/chain.h"

namespace incoherent {
namespace {

std::vector<SemaphoreRequest> ReadSemaphores(
    absl::Span<const VkSemaphore> semaphores,
    absl::Span<const uint64_t> values) {
  std::vector<SemaphoreRequest> requests;
  for (size_t i = 0; i < semaphores.size(); ++i) {
    requests.push_back({semaphores[i], i < values.size() ? values[i] : 0});
  }
  return requests;
}

std::vector<SemaphoreRequest> ReadSemaphores(
    absl::Span<const VkSemaphoreSubmitInfo> semaphores) {
  std::vector<SemaphoreRequest> requests;
  for (const VkSemaphoreSubmitInfo& info : semaphores) {
    requests.push_back({info.semaphore, info.value, info.stageMask});
  }
  return requests;
}

// The older structures chain the values of timeline semaphores.
template <typename Info>
BatchRequest ReadOlderSemaphores(const Info& info) {
  absl::Span<const uint64_t> wait_values;
  absl::Span<const uint64_t> signal_values;
  const auto* timeline = FindInChain<VkTimelineSemaphoreSubmitInfo>(
      info.pNext, VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO);
  if (timeline != nullptr) {
    wait_values = {timeline->pWaitSemaphoreValues,
                   timeline->waitSemaphoreValueCount};
    signal_values = {timeline->pSignalSemaphoreValues,
                     timeline->signalSemaphoreValueCount};
  }
  BatchRequest batch;
  batch.waits = ReadSemaphores(
      absl::MakeConstSpan(info.pWaitSemaphores, info.waitSemaphoreCount),
      wait_values);
  batch.signals = ReadSemaphores(
      absl::MakeConstSpan(info.pSignalSemaphores, info.signalSemaphoreCount),
      signal_values);
  return batch;
}

}  // namespace

std::vector<BatchRequest> ReadSubmits(absl::Span<const VkSubmitInfo> submits) {
  std::vector<BatchRequest> batches;
  for (const VkSubmitInfo& info : submits) {
    BatchRequest batch = ReadOlderSemaphores(info);
    for (size_t i = 0; i < batch.waits.size(); ++i) {
      batch.waits[i].stages = info.pWaitDstStageMask[i];
    }
    batch.buffers.assign(info.pCommandBuffers,
                         info.pCommandBuffers + info.commandBufferCount);
    batches.push_back(std::move(batch));
  }
  return batches;
}

std::vector<BatchRequest> ReadSubmits(absl::Span<const VkSubmitInfo2> submits) {
  std::vector<BatchRequest> batches;
  for (const VkSubmitInfo2& info : submits) {
    BatchRequest batch;
    batch.waits = ReadSemaphores(absl::MakeConstSpan(
        info.pWaitSemaphoreInfos, info.waitSemaphoreInfoCount));
    batch.signals = ReadSemaphores(absl::MakeConstSpan(
        info.pSignalSemaphoreInfos, info.signalSemaphoreInfoCount));
    for (uint32_t i = 0; i < info.commandBufferInfoCount; ++i) {
      batch.buffers.push_back(info.pCommandBufferInfos[i].commandBuffer);
    }
    batches.push_back(std::move(batch));
  }
  return batches;
}

std::vector<BatchRequest> ReadSubmits(
    absl::Span<const VkBindSparseInfo> submits) {
  std::vector<BatchRequest> batches;
  for (const VkBindSparseInfo& info : submits) {
    batches.push_back(ReadOlderSemaphores(info));
  }
  return batches;
}

}  // namespace incoherent
