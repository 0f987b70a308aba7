#include "sim/icd/memory_type_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace incoherent {
namespace {

using ::testing::HasSubstr;

const std::vector<MemoryType> kLavapipe = {{0xf, 0}};
// A discrete card: plain, local, write-combined, cached, local and visible.
const std::vector<MemoryType> kCard = {
    {0x0, 1}, {0x1, 0}, {0x6, 1}, {0xe, 1}, {0x7, 0}};

MemoryTypeMap Make(const std::vector<MemoryType>& profile,
                   const std::vector<MemoryType>& downstream) {
  absl::StatusOr<MemoryTypeMap> map = MemoryTypeMap::Make(profile, downstream);
  EXPECT_TRUE(map.ok()) << map.status();
  return *map;
}

TEST(MemoryTypeMap, OneDownstreamTypeStandsInForAllOrdinaryOnes) {
  const MemoryTypeMap map = Make({{0x1, 0}, {0xb, 0}, {0x7, 0}}, kLavapipe);
  for (uint32_t i = 0; i < 3; ++i) EXPECT_EQ(map.ToDownstream(i), 0u);
  EXPECT_EQ(map.ToProfileBits(1, /*transient=*/false), 0b111u);
}

TEST(MemoryTypeMap, HostVisibleTypesRestOnCoherentOnes) {
  const MemoryTypeMap map =
      Make({{0x1, 0}, {0xa, 1}, {0x6, 1}, {0x7, 0}}, kCard);
  EXPECT_EQ(map.ToDownstream(0), 1u);
  EXPECT_EQ(map.ToDownstream(1), 3u) << "a host cache wants cached memory";
  EXPECT_EQ(map.ToDownstream(2), 2u);
  EXPECT_EQ(map.ToDownstream(3), 4u);
}

TEST(MemoryTypeMap, ImportsRestOnTypesThatImport) {
  const MemoryTypeMap map = Make({{0x1, 0}, {0xb, 0}, {0x7, 0}}, kCard);
  EXPECT_EQ(map.ToImporting(0, 0b11111), absl::nullopt);
  EXPECT_EQ(map.ToImporting(1, 0b11111), map.ToDownstream(1));
  EXPECT_EQ(map.ToImporting(2, 0b11111), 4u);
  EXPECT_EQ(map.ToImporting(2, 0b01100), 2u) << "system memory only";
  EXPECT_EQ(map.ToImporting(2, 0b00011), absl::nullopt);
}

TEST(MemoryTypeMap, HeapsFollowTheirTypes) {
  const MemoryTypeMap map =
      Make({{0x21, 2}, {0x1, 1}, {0x6, 0}, {0x7, 1}}, kCard);
  EXPECT_EQ(map.ToDownstreamHeap(0), 1u);
  EXPECT_EQ(map.ToDownstreamHeap(1), 0u);
  EXPECT_EQ(map.ToDownstreamHeap(2), absl::nullopt);
}

TEST(MemoryTypeMap, BitsFollowTheStandIn) {
  const MemoryTypeMap map = Make({{0x1, 0}, {0xa, 1}, {0x6, 1}}, kCard);
  EXPECT_EQ(map.ToProfileBits(0b00010, false), 0b001u);
  EXPECT_EQ(map.ToProfileBits(0b01000, false), 0b010u);
  EXPECT_EQ(map.ToProfileBits(0b11111, false), 0b111u);
}

TEST(MemoryTypeMap, LazyTypesAreForTransientImagesOnly) {
  const MemoryTypeMap map = Make({{0x7, 0}, {0x11, 0}}, kLavapipe);
  EXPECT_EQ(map.ToProfileBits(1, /*transient=*/false), 0b01u);
  EXPECT_EQ(map.ToProfileBits(1, /*transient=*/true), 0b11u);
}

TEST(MemoryTypeMap, OrdinaryTypesDoNotRestOnLazyOnes) {
  const MemoryTypeMap map =
      Make({{0x1, 0}, {0x7, 0}}, {{0x11, 0}, {0x1, 0}, {0x7, 0}});
  EXPECT_EQ(map.ToDownstream(0), 1u);
}

TEST(MemoryTypeMap, TypesWithoutAStandInKeepTheirIndexAndNoBits) {
  const MemoryTypeMap map = Make({{0x7, 0}, {0x21, 0}, {0xb, 0}}, kLavapipe);
  EXPECT_EQ(map.ToDownstream(1), absl::nullopt);
  EXPECT_EQ(map.ToProfileBits(1, false), 0b101u);
}

TEST(MemoryTypeMap, RefusesADownstreamWithoutCoherentMemory) {
  const absl::StatusOr<MemoryTypeMap> map =
      MemoryTypeMap::Make({{0x7, 0}}, {{0x1, 0}});
  EXPECT_THAT(std::string(map.status().message()),
              HasSubstr("no memory type to stand in for type 0"));
}

}  // namespace
}  // namespace incoherent
