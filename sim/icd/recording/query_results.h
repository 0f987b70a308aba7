#ifndef INCOHERENT_SIM_ICD_RECORDING_QUERY_RESULTS_H_
#define INCOHERENT_SIM_ICD_RECORDING_QUERY_RESULTS_H_

// What vkCmdCopyQueryPoolResults writes (chapter Queries): one row a query, of
// its value and, if asked for, whether that is available.
//
// A query of several values (pipeline statistics) is taken for one of one
// value: its other values stay unknown.

#include <vulkan/vulkan.h>

#include <cstdint>

#include "sim/icd/resources/byte_rows.h"

namespace incoherent {

inline ByteRows QueryResultRows(uint64_t offset, uint64_t stride,
                                uint32_t count, VkQueryResultFlags flags) {
  const uint64_t value = (flags & VK_QUERY_RESULT_64_BIT) != 0 ? 8 : 4;
  const bool has_availability =
      (flags & (VK_QUERY_RESULT_WITH_AVAILABILITY_BIT |
                VK_QUERY_RESULT_WITH_STATUS_BIT_KHR)) != 0;
  ByteRows rows;
  rows.offset = offset;
  rows.row_bytes = has_availability ? 2 * value : value;
  rows.rows = count;
  rows.row_pitch = stride;
  return rows;
}

// Whether the value of a query that is not available is written all the same,
// or waited for.
inline bool WritesEveryQuery(VkQueryResultFlags flags) {
  return (flags & (VK_QUERY_RESULT_WAIT_BIT | VK_QUERY_RESULT_PARTIAL_BIT)) !=
         0;
}

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RECORDING_QUERY_RESULTS_H_
