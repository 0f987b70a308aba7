#include "sim/memory/range_set.h"

#include <cstdint>
#include <iterator>
#include <ostream>
#include <set>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"

namespace incoherent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint64_t kMost = ~uint64_t{0};
constexpr ByteRange kAll = {0, kMost};

TEST(RangeSet, StartsEmpty) {
  const RangeSet set;
  EXPECT_TRUE(set.empty());
  EXPECT_FALSE(set.Contains(0));
  EXPECT_FALSE(set.Intersects(kAll));
  EXPECT_THAT(set.RunsIn(kAll), IsEmpty());
}

TEST(RangeSet, MergesWhatTouchesOrOverlaps) {
  RangeSet set;
  set.Insert({10, 5});
  set.Insert({20, 5});
  EXPECT_THAT(set.RunsIn(kAll),
              ElementsAre(ByteRange{10, 5}, ByteRange{20, 5}));
  set.Insert({15, 5});
  EXPECT_THAT(set.RunsIn(kAll), ElementsAre(ByteRange{10, 15}));
  set.Insert({0, 100});
  EXPECT_THAT(set.RunsIn(kAll), ElementsAre(ByteRange{0, 100}));
}

TEST(RangeSet, KeepsAGapOfOneByte) {
  RangeSet set;
  set.Insert({0, 5});
  set.Insert({6, 5});
  EXPECT_FALSE(set.Contains(5));
  EXPECT_THAT(set.RunsIn(kAll), ElementsAre(ByteRange{0, 5}, ByteRange{6, 5}));
}

TEST(RangeSet, ErasesFromTheMiddle) {
  RangeSet set;
  set.Insert({0, 30});
  set.Erase({10, 10});
  EXPECT_THAT(set.RunsIn(kAll),
              ElementsAre(ByteRange{0, 10}, ByteRange{20, 10}));
  set.Erase({5, 20});
  EXPECT_THAT(set.RunsIn(kAll), ElementsAre(ByteRange{0, 5}, ByteRange{25, 5}));
  set.Erase(kAll);
  EXPECT_TRUE(set.empty());
}

TEST(RangeSet, TakesNothingFromEmptyRanges) {
  RangeSet set;
  set.Insert({10, 0});
  EXPECT_TRUE(set.empty());
  set.Insert({10, 5});
  set.Erase({12, 0});
  EXPECT_FALSE(set.Intersects({12, 0}));
  EXPECT_THAT(set.RunsIn({12, 0}), IsEmpty());
  EXPECT_THAT(set.RunsIn(kAll), ElementsAre(ByteRange{10, 5}));
}

TEST(RangeSet, CutsRunsToTheQuestion) {
  RangeSet set;
  set.Insert({10, 10});
  set.Insert({30, 10});
  EXPECT_THAT(set.RunsIn({15, 20}),
              ElementsAre(ByteRange{15, 5}, ByteRange{30, 5}));
  EXPECT_THAT(set.RunsIn({20, 10}), IsEmpty());
}

TEST(RangeSet, CostsNothingPerByte) {
  RangeSet set;
  set.Insert({0, kMost});
  EXPECT_TRUE(set.Contains(kMost - 1));
  set.Erase({uint64_t{1} << 40, 1});
  EXPECT_FALSE(set.Contains(uint64_t{1} << 40));
  EXPECT_THAT(set.RunsIn(kAll), testing::SizeIs(2));
  set.Clear();
  EXPECT_TRUE(set.empty());
}

constexpr uint64_t kBytes = 48;

struct Step {
  enum Kind { kInsert, kErase } kind;
  ByteRange range;
};

void showValue(const Step& step, std::ostream& out) {
  out << (step.kind == Step::kInsert ? "insert [" : "erase [")
      << step.range.offset << ", " << step.range.end() << ")";
}

rc::Gen<ByteRange> ArbitraryRange() {
  const auto place = [] { return rc::gen::inRange<uint64_t>(0, kBytes + 1); };
  return rc::gen::map(rc::gen::pair(place(), place()),
                      [](const std::pair<uint64_t, uint64_t>& ends) {
                        return ByteRange::Between(
                            std::min(ends.first, ends.second),
                            std::max(ends.first, ends.second));
                      });
}

rc::Gen<Step> ArbitraryStep() {
  return rc::gen::construct<Step>(
      rc::gen::element(Step::kInsert, Step::kInsert, Step::kErase),
      ArbitraryRange());
}

std::set<uint64_t> BytesOf(const std::vector<Step>& steps) {
  std::set<uint64_t> bytes;
  for (const Step& step : steps) {
    for (uint64_t at = step.range.offset; at < step.range.end(); ++at) {
      if (step.kind == Step::kInsert) bytes.insert(at);
      if (step.kind == Step::kErase) bytes.erase(at);
    }
  }
  return bytes;
}

RangeSet RunsOf(const std::vector<Step>& steps) {
  RangeSet set;
  for (const Step& step : steps) {
    if (step.kind == Step::kInsert) set.Insert(step.range);
    if (step.kind == Step::kErase) set.Erase(step.range);
  }
  return set;
}

RC_GTEST_PROP(RangeSetLaw, HoldsTheBytesOfASetOfBytes, ()) {
  const auto steps = *rc::gen::container<std::vector<Step>>(ArbitraryStep());
  const std::set<uint64_t> bytes = BytesOf(steps);
  const RangeSet set = RunsOf(steps);
  RC_ASSERT(set.empty() == bytes.empty());
  for (uint64_t byte = 0; byte < kBytes; ++byte) {
    RC_ASSERT(set.Contains(byte) == (bytes.count(byte) == 1));
  }
  RC_CLASSIFY(set.RunsIn(kAll).size() > 1, "several runs");
}

RC_GTEST_PROP(RangeSetLaw, AnswersForARangeAsASetOfBytesDoes, ()) {
  const auto steps = *rc::gen::container<std::vector<Step>>(ArbitraryStep());
  const ByteRange range = *ArbitraryRange();
  std::set<uint64_t> expected;
  for (const uint64_t byte : BytesOf(steps)) {
    if (range.Contains(byte)) expected.insert(byte);
  }
  const RangeSet set = RunsOf(steps);
  std::set<uint64_t> found;
  uint64_t last_end = 0;
  bool first = true;
  for (const ByteRange& run : set.RunsIn(range)) {
    RC_ASSERT(!run.empty());
    RC_ASSERT(first || run.offset > last_end);  // maximal, and in order
    for (uint64_t at = run.offset; at < run.end(); ++at) found.insert(at);
    last_end = run.end();
    first = false;
  }
  RC_ASSERT(found == expected);
  RC_ASSERT(set.Intersects(range) == !expected.empty());
}

}  // namespace
}  // namespace incoherent
