#ifndef INCOHERENT_SIM_ICD_RESOURCES_SHADER_RANGES_H_
#define INCOHERENT_SIM_ICD_RESOURCES_SHADER_RANGES_H_

// ShaderRanges: bytes of a block; the last of them may be without an end (size
// kWholeSize).

#include <vector>

#include "sim/memory/byte_range.h"

namespace incoherent {

class ShaderRanges {
 public:
  // In any order; empty ranges are left out.
  void Add(const ByteRange& range);

  // In order; no two touch.
  const std::vector<ByteRange>& ranges() const { return ranges_; }

 private:
  std::vector<ByteRange> ranges_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_SHADER_RANGES_H_
