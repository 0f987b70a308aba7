#include "sim/litmus/machine/cell_map.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/litmus/language/parser.h"

namespace incoherent::litmus {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CellMapTest : public testing::Test {
 protected:
  const CellMap& Map(const std::string& text) {
    absl::StatusOr<Program> program =
        ParseProgram("litmus cells\n" + text, "cells.litmus");
    EXPECT_TRUE(program.ok()) << program.status();
    program_ = *std::move(program);
    absl::StatusOr<CellMap> map = CellMap::Of(program_);
    EXPECT_TRUE(map.ok()) << map.status();
    map_ = *std::move(map);
    return map_;
  }

  // Of one payload, in order; gaps left out.
  std::vector<int> Bytes(int payload) const {
    std::vector<int> bytes;
    const PayloadCells& cells = map_.payloads()[payload];
    for (int i = cells.first; i < cells.first + cells.size; ++i) {
      if (map_.cells()[i].is_gap) continue;
      bytes.push_back(static_cast<int>(map_.cells()[i].byte));
    }
    return bytes;
  }

  Program program_;
  CellMap map_;
};

TEST_F(CellMapTest, BytesThatAreReadMatter) {
  Map("memory a { size 256; type coherent }\n"
      "host { a = 1; submit q; r0 = a[4..6) }\n"
      "queue q { r0 = a[100] } exists (a[200] == 1)");
  EXPECT_THAT(Bytes(0), ElementsAre(4, 5, 100, 200));
  EXPECT_EQ(map_.PositionOf(0, 100), 2);
  EXPECT_EQ(map_.PositionOf(0, 0), absl::nullopt);
  EXPECT_EQ(map_.MaskOf({0, {5, 96}}), 0b0110u);
}

TEST_F(CellMapTest, WhatIsOnlyWrittenDoesNot) {
  Map("memory a { size 256; type coherent }\n"
      "host { a = 1; submit q } queue q { fill a = 2 }");
  EXPECT_THAT(Bytes(0), IsEmpty());
}

TEST_F(CellMapTest, CopiesCarryBack) {
  Map("memory a { size 64; type coherent }\n"
      "memory b { size 64; type device_local }\n"
      "host { submit q }\n"
      "queue q { copy b[0..32) = a[16..48); copy a[0..8) = b[8..16); "
      "r0 = a[4] }");
  // a[4] comes from b[12], which comes from a[28].
  EXPECT_THAT(Bytes(0), ElementsAre(4, 28));
  EXPECT_THAT(Bytes(1), ElementsAre(12));
}

// a[3..8) is covered by one store and stands as its first byte.
TEST_F(CellMapTest, StoresDirtyTheAtomOfAByteThatMatters) {
  Map("memory a { size 128; type noncoherent; atom 64 }\n"
      "host { a[3..8) = 1; a[70] = 2; submit q } queue q { r0 = a[0] }");
  EXPECT_THAT(Bytes(0), ElementsAre(0, 3));
  EXPECT_TRUE(map_.cells()[0].matters);
  EXPECT_FALSE(map_.cells()[1].matters);
}

TEST_F(CellMapTest, NotWhereOnlyDirtyBytesAreWrittenBack) {
  Map("memory a { size 128; type noncoherent; atom 64; write_back byte }\n"
      "host { a[3..8) = 1; submit q } queue q { r0 = a[0] }");
  EXPECT_THAT(Bytes(0), ElementsAre(0));
}

TEST_F(CellMapTest, AtomsTakeEqualRoom) {
  Map("memory a { size 256; type noncoherent; atom 64 }\n"
      "host { submit q } queue q { r0 = a[1..4); r1 = a[100]; r2 = a[255] }");
  EXPECT_EQ(map_.SmallAtomOf(0), 4u);
  EXPECT_EQ(map_.PositionOf(0, 3), 2);
  EXPECT_EQ(map_.PositionOf(0, 100), 4);
  EXPECT_EQ(map_.PositionOf(0, 255), 8);
  EXPECT_EQ(map_.payloads()[0].size, 12);
  EXPECT_TRUE(map_.cells()[3].is_gap);
}

TEST_F(CellMapTest, SharedPayloadsAreOne) {
  Map("memory a { size 128; type noncoherent; atom 64 }\n"
      "memory b { size 128; type noncoherent; atom 64; shares a }\n"
      "host { b[65] = 1; submit q } queue q { r0 = a[64] }");
  EXPECT_EQ(map_.payloads().size(), 1u);
  EXPECT_EQ(map_.PayloadOf(1), 0);
  EXPECT_THAT(Bytes(0), ElementsAre(64, 65));
}

}  // namespace
}  // namespace incoherent::litmus
