#include "sim/device/byte_overlay.h"

#include <map>

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"

namespace incoherent {
namespace {

TEST(ByteOverlayTest, HoldsWhatWasPut) {
  ByteOverlay overlay;
  EXPECT_TRUE(overlay.empty());
  overlay.Put(3, Byte{7});
  overlay.Put(5, Byte::Undefined());
  std::vector<Byte> out(8, Byte{1});
  overlay.Show({0, 8}, absl::MakeSpan(out));
  for (uint64_t at = 0; at < 8; ++at) {
    const Byte expected = at == 3   ? Byte{7}
                          : at == 5 ? Byte::Undefined()
                                    : Byte{1};
    EXPECT_EQ(out[at], expected) << at;
  }
  overlay.Erase({0, 5});
  EXPECT_FALSE(overlay.held().Contains(3));
  EXPECT_TRUE(overlay.held().Contains(5));
}

TEST(ByteOverlayTest, PutMissingKeepsWhatIsHeld) {
  ByteOverlay overlay;
  overlay.Put(2, Byte{9});
  overlay.PutMissing(
      {0, 5}, [](uint64_t at) { return Byte{static_cast<uint8_t>(at)}; });
  for (uint64_t at = 0; at < 5; ++at) {
    EXPECT_EQ(overlay.At(at).value, at == 2 ? 9 : at);
  }
}

TEST(ByteOverlayDeathTest, WhatIsNotHeldCannotBeAskedFor) {
  EXPECT_DEATH(ByteOverlay().At(0), "held");
}

// Against a map, over several pages.
RC_GTEST_PROP(ByteOverlayLaw, EqualsAMap, ()) {
  constexpr uint64_t kSize = 1200;
  ByteOverlay overlay;
  std::map<uint64_t, uint8_t> reference;
  const auto steps = *rc::gen::inRange(0, 30);
  for (int step = 0; step < steps; ++step) {
    const auto begin = *rc::gen::inRange<uint64_t>(0, kSize);
    const auto end = *rc::gen::inRange<uint64_t>(begin, kSize + 1);
    const ByteRange range = ByteRange::Between(begin, end);
    const auto value = static_cast<uint8_t>(step + 1);
    const int kind = *rc::gen::inRange(0, 3);
    for (uint64_t at = begin; at < end; ++at) {
      if (kind == 0) reference[at] = value;
      if (kind == 1) reference.emplace(at, value);
      if (kind == 2) reference.erase(at);
    }
    const auto source = [value](uint64_t) { return Byte{value}; };
    if (kind == 0) overlay.Put(range, source);
    if (kind == 1) overlay.PutMissing(range, source);
    if (kind == 2) overlay.Erase(range);
  }
  std::vector<Byte> out(kSize);
  overlay.Show({0, kSize}, absl::MakeSpan(out));
  for (uint64_t at = 0; at < kSize; ++at) {
    const auto found = reference.find(at);
    RC_ASSERT(overlay.held().Contains(at) == (found != reference.end()));
    RC_ASSERT(out[at].value == (found == reference.end() ? 0 : found->second));
  }
  RC_ASSERT(overlay.empty() == reference.empty());
}

}  // namespace
}  // namespace incoherent
