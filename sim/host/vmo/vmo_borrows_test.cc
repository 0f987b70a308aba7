#include "sim/host/vmo/vmo_borrows.h"

#include "gtest/gtest.h"

namespace incoherent {
namespace {

using Id = VmoBorrows::Id;
using Kind = VmoBorrows::Kind;

constexpr Id kMapping = VmoBorrows::kMapping;

TEST(VmoBorrowsTest, WithoutSlicesTheMappingMayDoAnything) {
  const VmoBorrows borrows;
  EXPECT_TRUE(borrows.MayRead(kMapping, {0, 8}));
  EXPECT_TRUE(borrows.MayWrite(kMapping, {0, 8}));
}

TEST(VmoBorrowsTest, ASharedSliceForbidsWritingItsBytes) {
  VmoBorrows borrows;
  const Id slice = borrows.Add(kMapping, Kind::kShared, {2, 4});
  EXPECT_TRUE(borrows.MayRead(kMapping, {0, 8}));
  EXPECT_TRUE(borrows.MayRead(slice, {2, 4}));
  EXPECT_FALSE(borrows.MayWrite(kMapping, {5, 1}));
  EXPECT_FALSE(borrows.MayWrite(kMapping, {0, 3}));
  EXPECT_TRUE(borrows.MayWrite(kMapping, {0, 2}));
  EXPECT_TRUE(borrows.MayWrite(kMapping, {6, 2}));
}

TEST(VmoBorrowsTest, AMutableSliceForbidsAnyUseOfItsBytes) {
  VmoBorrows borrows;
  const Id slice = borrows.Add(kMapping, Kind::kMutable, {2, 4});
  EXPECT_FALSE(borrows.MayRead(kMapping, {5, 1}));
  EXPECT_FALSE(borrows.MayWrite(kMapping, {5, 1}));
  EXPECT_TRUE(borrows.MayWrite(kMapping, {6, 2}));
  EXPECT_TRUE(borrows.MayRead(slice, {2, 4}));
  EXPECT_TRUE(borrows.MayWrite(slice, {2, 4}));
}

TEST(VmoBorrowsTest, NoBytesConflictWithNothing) {
  VmoBorrows borrows;
  borrows.Add(kMapping, Kind::kMutable, {2, 4});
  borrows.Add(kMapping, Kind::kMutable, {7, 0});
  EXPECT_TRUE(borrows.MayWrite(kMapping, {3, 0}));
  EXPECT_TRUE(borrows.MayWrite(kMapping, {6, 2}));
}

TEST(VmoBorrowsTest, ASliceForbidsNothingToThoseMadeFromIt) {
  VmoBorrows borrows;
  const Id outer = borrows.Add(kMapping, Kind::kMutable, {0, 8});
  const Id middle = borrows.Add(outer, Kind::kMutable, {0, 4});
  const Id inner = borrows.Add(middle, Kind::kMutable, {0, 2});
  EXPECT_TRUE(borrows.MayWrite(inner, {0, 2}));
  EXPECT_FALSE(borrows.MayRead(middle, {1, 2}));
  EXPECT_TRUE(borrows.MayWrite(middle, {2, 2}));
  EXPECT_FALSE(borrows.MayRead(outer, {3, 2}));
  EXPECT_TRUE(borrows.MayWrite(outer, {4, 4}));
}

TEST(VmoBorrowsTest, AMutableSliceThatIsLentSharedMayBeReadOnly) {
  VmoBorrows borrows;
  const Id outer = borrows.Add(kMapping, Kind::kMutable, {0, 8});
  const Id inner = borrows.Add(outer, Kind::kShared, {0, 4});
  EXPECT_TRUE(borrows.MayRead(outer, {0, 8}));
  EXPECT_FALSE(borrows.MayWrite(outer, {0, 8}));
  EXPECT_TRUE(borrows.MayRead(inner, {0, 4}));
  EXPECT_FALSE(borrows.MayRead(kMapping, {0, 1}));
}

TEST(VmoBorrowsTest, WhatIsRemovedForbidsNothing) {
  VmoBorrows borrows;
  const Id slice = borrows.Add(kMapping, Kind::kMutable, {0, 8});
  borrows.Remove(slice);
  EXPECT_TRUE(borrows.MayWrite(kMapping, {0, 8}));
}

TEST(VmoBorrowsTest, ASliceThatOutlivesItsParentHasTheParentsParent) {
  VmoBorrows borrows;
  const Id outer = borrows.Add(kMapping, Kind::kMutable, {0, 8});
  const Id middle = borrows.Add(outer, Kind::kMutable, {0, 4});
  const Id inner = borrows.Add(middle, Kind::kMutable, {0, 2});
  borrows.Remove(middle);
  EXPECT_TRUE(borrows.MayWrite(inner, {0, 2}));
  EXPECT_TRUE(borrows.MayWrite(outer, {2, 6}));
  EXPECT_FALSE(borrows.MayRead(outer, {1, 1}));
  borrows.Remove(outer);
  EXPECT_TRUE(borrows.MayWrite(inner, {0, 2}));
  EXPECT_FALSE(borrows.MayRead(kMapping, {1, 1}));
}

}  // namespace
}  // namespace incoherent
