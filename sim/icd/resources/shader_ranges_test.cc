#include "sim/icd/resources/shader_ranges.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace incoherent {
namespace {

TEST(ShaderRanges, JoinsWhatTouches) {
  ShaderRanges ranges;
  ranges.Add({8, 4});
  ranges.Add({0, 4});
  EXPECT_EQ(ranges.ranges(), (std::vector<ByteRange>{{0, 4}, {8, 4}}));
  ranges.Add({4, 4});
  EXPECT_EQ(ranges.ranges(), (std::vector<ByteRange>{{0, 12}}));
  ranges.Add({20, 0});
  EXPECT_EQ(ranges.ranges().size(), 1u);
}

TEST(ShaderRanges, EndlessRangeTakesAllBehindIt) {
  ShaderRanges ranges;
  ranges.Add({0, 4});
  ranges.Add({64, 16});
  ranges.Add({16, kWholeSize});
  EXPECT_EQ(ranges.ranges(),
            (std::vector<ByteRange>{{0, 4}, {16, kWholeSize}}));
  ranges.Add({32, 4});
  EXPECT_EQ(ranges.ranges().size(), 2u);
  ranges.Add({2, 14});
  EXPECT_EQ(ranges.ranges(), (std::vector<ByteRange>{{0, kWholeSize}}));
}

RC_GTEST_PROP(ShaderRangesLaw, HoldsTheBytesThatWereAdded, ()) {
  ShaderRanges ranges;
  std::set<uint64_t> bytes;
  const auto count = *rc::gen::inRange(0, 8);
  for (int i = 0; i < count; ++i) {
    const ByteRange range = {*rc::gen::inRange<uint64_t>(0, 40),
                             *rc::gen::inRange<uint64_t>(0, 10)};
    ranges.Add(range);
    for (uint64_t at = range.offset; at < range.end(); ++at) bytes.insert(at);
  }
  std::set<uint64_t> held;
  uint64_t end = 0;
  for (const ByteRange& range : ranges.ranges()) {
    RC_ASSERT(held.empty() || range.offset > end);  // none touches the next
    end = range.end();
    for (uint64_t at = range.offset; at < end; ++at) held.insert(at);
  }
  RC_ASSERT(held == bytes);
}

}  // namespace
}  // namespace incoherent
