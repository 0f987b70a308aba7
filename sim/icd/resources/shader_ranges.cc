#include "sim/icd/resources/shader_ranges.h"

#include <algorithm>

namespace incoherent {
namespace {

// The end of a range without one is the end of all numbers.
uint64_t EndOf(const ByteRange& range) {
  return range.size == kWholeSize ? kWholeSize : range.end();
}

ByteRange UpTo(uint64_t begin, uint64_t end) {
  return {begin, end == kWholeSize ? kWholeSize : end - begin};
}

}  // namespace

void ShaderRanges::Add(const ByteRange& range) {
  if (range.empty()) return;
  uint64_t begin = range.offset;
  uint64_t end = EndOf(range);
  // Those that it touches become one with it.
  const auto first = std::find_if(
      ranges_.begin(), ranges_.end(),
      [&](const ByteRange& other) { return EndOf(other) >= begin; });
  auto last = first;
  for (; last != ranges_.end() && last->offset <= end; ++last) {
    begin = std::min(begin, last->offset);
    end = std::max(end, EndOf(*last));
  }
  ranges_.insert(ranges_.erase(first, last), UpTo(begin, end));
}

}  // namespace incoherent
