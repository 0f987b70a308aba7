#ifndef INCOHERENT_SIM_MEMORY_RANGE_SET_H_
#define INCOHERENT_SIM_MEMORY_RANGE_SET_H_

// RangeSet: a set of bytes, kept as its maximal runs.
//
// It costs what the number of runs costs, never what the bytes do. Adjacent
// and overlapping runs are merged, so two sets with the same bytes have the
// same runs.

#include <cstdint>
#include <map>
#include <vector>

#include "sim/memory/byte_range.h"

namespace incoherent {

class RangeSet {
 public:
  void Insert(const ByteRange& range);
  void Erase(const ByteRange& range);
  void Clear() { runs_.clear(); }

  bool empty() const { return runs_.empty(); }
  bool Contains(uint64_t byte) const;
  // Whether any byte of `range` is in the set.
  bool Intersects(const ByteRange& range) const;
  // The bytes of the set that lie in `range`, as runs in order.
  std::vector<ByteRange> RunsIn(const ByteRange& range) const;

 private:
  // Begin of each run to its end.
  std::map<uint64_t, uint64_t> runs_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_RANGE_SET_H_
