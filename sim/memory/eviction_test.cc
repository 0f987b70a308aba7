#include "sim/memory/eviction.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace incoherent {
namespace {

using testing::Each;
using Kind = EvictionPolicy::Kind;

// ------------------------------------------------------------- parsing

struct ParseRow {
  const char* what;
  const char* text;
  EvictionPolicy policy;
  const char* shown;
};

class ParseTest : public testing::TestWithParam<ParseRow> {};

TEST_P(ParseTest, ReadsAndShows) {
  const ParseRow& row = GetParam();
  const auto policy = EvictionPolicy::Parse(row.text);
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->kind, row.policy.kind);
  EXPECT_EQ(policy->seed, row.policy.seed);
  EXPECT_EQ(policy->ToString(), row.shown);
  EXPECT_EQ(EvictionPolicy::Parse(row.shown)->ToString(), row.shown);
}

const ParseRow kParseRows[] = {
    {"lazy", "lazy", {Kind::kLazy, 0}, "lazy"},
    {"eager", "eager", {Kind::kEager, 0}, "eager"},
    {"random", "random", {Kind::kRandom, 0}, "random:0"},
    {"seed", "random:7", {Kind::kRandom, 7}, "random:7"},
    {"seed_zero", "random:0", {Kind::kRandom, 0}, "random:0"},
    {"largest_seed",
     "random:18446744073709551615",
     {Kind::kRandom, ~uint64_t{0}},
     "random:18446744073709551615"},
};

INSTANTIATE_TEST_SUITE_P(EvictionPolicy, ParseTest,
                         testing::ValuesIn(kParseRows), [](const auto& info) {
                           return std::string(info.param.what);
                         });

TEST(EvictionPolicy, RefusesAnythingElseByName) {
  for (const std::string text :
       {"", "Lazy", "lazy ", "none", "random:", "random:x", "random:-1",
        "random:1.5", "random:18446744073709551616", "lazy:1", "eager:1",
        "explore"}) {
    const auto policy = EvictionPolicy::Parse(text);
    EXPECT_FALSE(policy.ok()) << text;
    EXPECT_THAT(std::string(policy.status().message()),
                testing::StartsWith("'" + text + "'"));
  }
}

TEST(EvictionPolicy, IsLazyUnlessSaidOtherwise) {
  EXPECT_EQ(EvictionPolicy{}.ToString(), "lazy");
}

// ------------------------------------------------------------ evicting

constexpr uint64_t kAtom = 4;
constexpr uint64_t kSize = 64;
constexpr ByteRange kAll = {0, kSize};

struct Memory {
  std::vector<uint8_t> view = std::vector<uint8_t>(kSize, 0);
  std::vector<uint8_t> synced = view;
  std::vector<uint8_t> device = view;
  HostView host{
      {absl::MakeSpan(view), absl::MakeSpan(synced), absl::MakeSpan(device)},
      AtomGrid(kAtom, kSize),
      WriteBack::kWholeAtom};

  // The even atoms dirty, the odd ones stale.
  void DisturbEveryAtom() {
    for (uint64_t at = 0; at < kSize; at += kAtom) {
      if (at / kAtom % 2 == 0) host.Store(at, {1, 1, 1, 1});
      if (at / kAtom % 2 == 1) std::fill_n(device.begin() + at, kAtom, 1);
    }
  }
};

// One opportunity for every atom.
void DisturbAndRun(Memory& memory, EvictionPolicy policy, uint64_t seed) {
  std::mt19937_64 coins(seed);
  memory.DisturbEveryAtom();
  Evictor(policy, coins).Run(memory.host, kAll);
}

TEST(Evictor, LazyDoesNothing) {
  Memory memory;
  Memory untouched;
  untouched.DisturbEveryAtom();
  DisturbAndRun(memory, {Kind::kLazy, 0}, 1);
  EXPECT_EQ(memory.view, untouched.view);
  EXPECT_EQ(memory.synced, untouched.synced);
  EXPECT_EQ(memory.device, untouched.device);
}

TEST(Evictor, EagerLeavesNoDirtyAndNoStaleByte) {
  Memory memory;
  DisturbAndRun(memory, {Kind::kEager, 0}, 1);
  EXPECT_FALSE(memory.host.HasDirtyByte(kAll));
  EXPECT_FALSE(memory.host.HasStaleByte(kAll));
  EXPECT_THAT(memory.view, Each(1));
  EXPECT_THAT(memory.device, Each(1));
}

TEST(Evictor, RandomDoesSomeOfIt) {
  int written_back = 0;
  int refilled = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    Memory memory;
    DisturbAndRun(memory, {Kind::kRandom, seed}, seed);
    for (uint64_t at = 0; at < kSize; at += kAtom) {
      if (at / kAtom % 2 == 0) written_back += memory.device[at];
      if (at / kAtom % 2 == 1) refilled += memory.view[at];
    }
  }
  // 800 fair coins each: 280 and 520 are more than eight deviations away.
  EXPECT_GT(written_back, 280);
  EXPECT_LT(written_back, 520);
  EXPECT_GT(refilled, 280);
  EXPECT_LT(refilled, 520);
}

TEST(Evictor, OnlyRandomDrawsCoins) {
  for (const Kind kind : {Kind::kLazy, Kind::kEager, Kind::kRandom}) {
    std::mt19937_64 coins(7);
    Memory memory;
    memory.DisturbEveryAtom();
    Evictor({kind, 7}, coins).Run(memory.host, kAll);
    EXPECT_EQ(coins == std::mt19937_64(7), kind != Kind::kRandom);
  }
}

TEST(Evictor, DrawsNoCoinForAtomsInStep) {
  std::mt19937_64 coins(7);
  Memory memory;
  Evictor({Kind::kRandom, 7}, coins).Run(memory.host, kAll);
  EXPECT_EQ(coins, std::mt19937_64(7));
}

TEST(Evictor, StaysInTheAtomsOfItsRange) {
  std::mt19937_64 coins;
  Memory memory;
  memory.DisturbEveryAtom();
  Evictor({Kind::kEager, 0}, coins).Run(memory.host, {kAtom + 1, kAtom});
  // Atoms 1 (stale) and 2 (dirty) took their chance, no others did.
  for (uint64_t at = 0; at < kSize; ++at) {
    const bool even = at / kAtom % 2 == 0;
    const bool reached = at / kAtom == 1 || at / kAtom == 2;
    EXPECT_EQ(memory.view[at], even || reached ? 1 : 0) << at;
    EXPECT_EQ(memory.device[at], !even || reached ? 1 : 0) << at;
  }
}

}  // namespace
}  // namespace incoherent
