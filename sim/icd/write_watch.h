#ifndef INCOHERENT_SIM_ICD_WRITE_WATCH_H_
#define INCOHERENT_SIM_ICD_WRITE_WATCH_H_

// WriteWatch: which pages the host stored into, told by the kernel.
//
// Comparing bytes finds every store that changed one. This finds that there
// was a store at all, page by page: userfaultfd's asynchronous write protection
// and the PAGEMAP_SCAN ioctl (both Linux 6.7). Nobody is stopped, no signal is
// raised, and writes by the kernel (read(2) into the pages) count as well.
// Where the kernel has no such thing, a watch sees nothing.

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "sim/memory/byte_range.h"

namespace incoherent {

class WriteWatch {
 public:
  // Watches nothing.
  WriteWatch() = default;

  // Watches pages of this process from now on, until they are unmapped.
  // `bytes` begins at a page.
  explicit WriteWatch(absl::Span<uint8_t> bytes);

  // Whether the kernel can watch; if not, what it said to what.
  static absl::Status Availability();
  static bool IsAvailable() { return Availability().ok(); }

  bool is_watching() const { return address_ != 0; }

  // The pages of `range` (offsets into the watched bytes) that were written
  // since they were last taken, as runs in order.
  std::vector<ByteRange> TakeWritten(const ByteRange& range) const;

 private:
  uint64_t address_ = 0;  // 0: watches nothing
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_WRITE_WATCH_H_
