#include "sim/memory/range_set.h"

#include <algorithm>
#include <iterator>

namespace incoherent {

void RangeSet::Insert(const ByteRange& range) {
  if (range.empty()) return;
  uint64_t begin = range.offset;
  uint64_t end = range.end();
  auto at = runs_.upper_bound(begin);
  if (at != runs_.begin() && std::prev(at)->second >= begin) --at;
  while (at != runs_.end() && at->first <= end) {
    begin = std::min(begin, at->first);
    end = std::max(end, at->second);
    at = runs_.erase(at);
  }
  runs_.emplace(begin, end);
}

void RangeSet::Erase(const ByteRange& range) {
  if (range.empty()) return;
  auto at = runs_.upper_bound(range.offset);
  if (at != runs_.begin() && std::prev(at)->second > range.offset) --at;
  while (at != runs_.end() && at->first < range.end()) {
    const uint64_t begin = at->first;
    const uint64_t end = at->second;
    at = runs_.erase(at);
    if (begin < range.offset) runs_.emplace(begin, range.offset);
    if (end > range.end()) runs_.emplace(range.end(), end);
  }
}

bool RangeSet::Contains(uint64_t byte) const { return Intersects({byte, 1}); }

bool RangeSet::Intersects(const ByteRange& range) const {
  if (range.empty()) return false;
  const auto after = runs_.lower_bound(range.end());
  return after != runs_.begin() && std::prev(after)->second > range.offset;
}

std::vector<ByteRange> RangeSet::RunsIn(const ByteRange& range) const {
  std::vector<ByteRange> runs;
  auto at = runs_.upper_bound(range.offset);
  if (at != runs_.begin()) --at;
  for (; at != runs_.end() && at->first < range.end(); ++at) {
    const ByteRange run =
        Intersect(ByteRange::Between(at->first, at->second), range);
    if (!run.empty()) runs.push_back(run);
  }
  return runs;
}

}  // namespace incoherent
