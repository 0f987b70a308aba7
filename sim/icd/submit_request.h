#ifndef INCOHERENT_SIM_ICD_SUBMIT_REQUEST_H_
#define INCOHERENT_SIM_ICD_SUBMIT_REQUEST_H_

// The batches of a queue submission, in whichever of its forms.

#include <vulkan/vulkan.h>

#include <vector>

#include "absl/types/span.h"
#include "sim/icd/observer.h"

namespace incoherent {

std::vector<BatchRequest> ReadSubmits(absl::Span<const VkSubmitInfo> submits);
std::vector<BatchRequest> ReadSubmits(absl::Span<const VkSubmitInfo2> submits);
std::vector<BatchRequest> ReadSubmits(
    absl::Span<const VkBindSparseInfo> submits);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_SUBMIT_REQUEST_H_
