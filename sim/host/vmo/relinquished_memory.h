#ifndef INCOHERENT_SIM_HOST_VMO_RELINQUISHED_MEMORY_H_
#define INCOHERENT_SIM_HOST_VMO_RELINQUISHED_MEMORY_H_

// What AsPtrLen gave away in this process, so that FreeMapping frees nothing
// else.
//
// Threads: any.

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"

namespace incoherent {

void AddRelinquishedMemory(absl::Span<uint8_t> bytes);

// Whether it was given away and not freed; it is freed from now on.
bool TakeRelinquishedMemory(const uint8_t* ptr, size_t len);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_VMO_RELINQUISHED_MEMORY_H_
