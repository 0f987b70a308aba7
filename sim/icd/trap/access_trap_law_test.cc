// The trap against a reference: after any calls of Guard() and any accesses,
// exactly the pages with a guarded byte are closed, each access got its value,
// and what was seen of it is what a list of bytes says.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cstring>
#include <set>
#include <vector>

#include "sim/icd/trap/access_trap.h"
#include "sim/icd/trap/trapped_region_under_test.h"

namespace incoherent {
namespace {

constexpr uint64_t kPage = TrappedRegion::kPage;
constexpr uint64_t kPages = 12;
constexpr uint64_t kSize = kPages * kPage;

// The obvious: one flag for each byte.
class ReferenceTrap {
 public:
  void Guard(const std::vector<ByteRange>& ranges) {
    guarded_.assign(kSize, false);
    for (const ByteRange& range : ranges) {
      for (uint64_t i = range.offset; i < range.end(); ++i) guarded_[i] = true;
    }
    has_given_up_ = false;
    guilty_left_ = AccessTrap::kGuiltyPatience;
    innocent_left_ = AccessTrap::kInnocentPatience;
  }

  bool IsOpen(uint64_t page) const {
    return !Meets({page * kPage, kPage}) || has_given_up_;
  }
  bool Meets(const ByteRange& range) const {
    for (uint64_t i = range.offset; i < range.end(); ++i) {
      if (guarded_[i]) return true;
    }
    return false;
  }
  bool IsTrapped(const ByteRange& range) const {
    return !IsOpen(range.offset / kPage) || !IsOpen((range.end() - 1) / kPage);
  }
  // Returns whether the patience ends with this access.
  bool Count(const ByteRange& range) {
    int& left = Meets(range) ? guilty_left_ : innocent_left_;
    has_given_up_ |= --left == 0;
    return has_given_up_;
  }

 private:
  std::vector<bool> guarded_ = std::vector<bool>(kSize);
  bool has_given_up_ = false;
  int guilty_left_ = 0;
  int innocent_left_ = 0;
};

std::vector<ByteRange> AnyRanges() {
  const auto borders = *rc::gen::map(
      rc::gen::container<std::set<uint64_t>>(rc::gen::resize(
          rc::kNominalSize, rc::gen::inRange<uint64_t>(0, kSize + 1))),
      [](const std::set<uint64_t>& set) {
        return std::vector<uint64_t>(set.begin(), set.end());
      });
  std::vector<ByteRange> ranges;
  for (size_t i = 0; i + 1 < borders.size(); i += 2) {
    ranges.push_back(ByteRange::Between(borders[i], borders[i + 1]));
  }
  return ranges;
}

class Machine {
 public:
  Machine() : region_(kPages) {
    shadow_.assign(region_.alias(), region_.alias() + kSize);
  }

  void Guard() {
    const std::vector<ByteRange> ranges = AnyRanges();
    region_.trap().Guard(ranges);
    reference_.Guard(ranges);
  }

  void Access() {
    static constexpr uint64_t kSizes[] = {1, 2, 4, 8};
    const uint64_t size = *rc::gen::elementOf(
        std::vector<uint64_t>(std::begin(kSizes), std::end(kSizes)));
    const ByteRange range{*rc::gen::inRange<uint64_t>(0, kSize - size + 1),
                          size};
    const bool is_write = *rc::gen::arbitrary<bool>();
    const int times =
        *rc::gen::weightedElement<int>({{8, 1}, {1, 70}, {1, 260}});
    for (int i = 0; i < times; ++i) {
      is_write ? Store(range, i) : Load(range);
      CheckSeen(range, is_write);
    }
  }

  void CheckPages() {
    for (uint64_t page = 0; page < kPages; ++page) {
      RC_ASSERT(region_.IsOpen(page) == reference_.IsOpen(page));
    }
  }

  void CheckBytes() {
    RC_ASSERT(std::memcmp(region_.alias(), shadow_.data(), kSize) == 0);
  }

 private:
  // One instruction for each size.
  uint64_t LoadOnce(const ByteRange& range) {
    const uint8_t* at = region_.view() + range.offset;
    uint64_t value = 0;
    switch (range.size) {
      case 1:
        asm volatile("movzbl %1, %k0" : "=r"(value) : "m"(*at));
        break;
      case 2:
        asm volatile("movzwl %1, %k0" : "=r"(value) : "m"(*at));
        break;
      case 4:
        asm volatile("movl %1, %k0" : "=r"(value) : "m"(*at));
        break;
      default:
        asm volatile("movq %1, %0" : "=r"(value) : "m"(*at));
    }
    return value;
  }
  void Load(const ByteRange& range) {
    uint64_t expected = 0;
    std::memcpy(&expected, &shadow_[range.offset], range.size);
    RC_ASSERT(LoadOnce(range) == expected);
  }
  void Store(const ByteRange& range, int round) {
    const uint64_t value = 0x0123456789abcdef * (range.offset + round + 1);
    void* to = region_.view() + range.offset;
    const void* from = &value;
    uint64_t count = range.size;
    asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count)::"memory");
    std::memcpy(&shadow_[range.offset], &value, range.size);
  }

  void CheckSeen(const ByteRange& range, bool is_write) {
    const std::vector<TrappedAccess> seen = region_.trap().Take();
    if (!reference_.IsTrapped(range)) {
      RC_ASSERT(seen.empty());
      return;
    }
    RC_ASSERT(seen.size() == 1u);
    RC_ASSERT(seen[0].is_write == is_write);
    RC_ASSERT(seen[0].is_read == !is_write);
    // A store comes in pieces, and is seen from its first closed page on.
    const bool begins_open =
        is_write && reference_.IsOpen(range.offset / kPage);
    const ByteRange expected =
        begins_open
            ? ByteRange::Between(range.end() / kPage * kPage, range.end())
            : range;
    RC_ASSERT(seen[0].range() == expected);
    RC_ASSERT(seen[0].is_guilty == reference_.Meets(expected));
    RC_ASSERT(seen[0].gave_up == reference_.Count(expected));
  }

  TrappedRegion region_;
  ReferenceTrap reference_;
  std::vector<uint8_t> shadow_;
};

RC_GTEST_PROP(AccessTrapLawTest, AgreesWithAListOfBytes, ()) {
  Machine machine;
  const int steps = *rc::gen::inRange(1, 20);
  for (int i = 0; i < steps; ++i) {
    if (*rc::gen::inRange(0, 3) == 0) {
      machine.Guard();
      machine.CheckPages();
    } else {
      machine.Access();
    }
  }
  machine.CheckPages();
  machine.CheckBytes();
}

}  // namespace
}  // namespace incoherent
