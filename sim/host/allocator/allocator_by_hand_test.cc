// What becomes of the allocator's memory objects if somebody else unmaps or
// frees them: it is told, and nothing breaks.

#include "gtest/gtest.h"
#include "sim/host/allocator/allocator_under_test.h"

namespace incoherent {
namespace {

class AllocatorByHandTest : public AllocatorTest {
 protected:
  void SetUp() override { staging_ = Create(Named("staging")); }
  void TearDown() override {
    EXPECT_TRUE(allocator().Free(staging_).ok());
    AllocatorTest::TearDown();
  }
  void FreeByHand() { EXPECT_TRUE(device().Free(Info(staging_).memory).ok()); }

  Allocation staging_;
};

TEST_F(AllocatorByHandTest, MapOfFreedMemoryIsAFinding) {
  FreeByHand();
  EXPECT_TRUE(
      absl::IsFailedPrecondition(allocator().MapMemory(staging_).status()));
  EXPECT_THAT(device(), HasFindingThat("Allocator::MapMemory: type2-block0 was "
                                       "freed behind the allocator's back"));
}

TEST_F(AllocatorByHandTest, FlushOfFreedMemoryIsAFinding) {
  FreeByHand();
  EXPECT_TRUE(
      absl::IsFailedPrecondition(allocator().FlushAllocation(staging_)));
  EXPECT_THAT(device(),
              HasFindingThat("Allocator::FlushAllocation: type2-block0 was "
                             "freed behind the allocator's back"));
}

TEST_F(AllocatorByHandTest, MemoryFreedWhileMappedIsLeftAlone) {
  const HostPointer pointer = Map(staging_);
  FreeByHand();
  EXPECT_TRUE(allocator().UnmapMemory(staging_).ok());
  EXPECT_THAT(device(), HasNoFindings());
  EXPECT_TRUE(absl::IsFailedPrecondition(pointer.Write({1})));
}

TEST_F(AllocatorByHandTest, UseOfFreedMemoryIsAFinding) {
  const HostPointer pointer = Map(staging_);
  FreeByHand();
  EXPECT_TRUE(absl::IsFailedPrecondition(pointer.Write({1})));
  EXPECT_THAT(device(), HasFindingThat("type2-block0 was freed since"));
  EXPECT_TRUE(allocator().UnmapMemory(staging_).ok());
}

TEST_F(AllocatorByHandTest, FreedBlockHasNoRoom) {
  const MemoryId memory = Info(staging_).memory;
  FreeByHand();
  const Allocation next = Create(Named("next"));
  EXPECT_NE(Info(next).memory, memory);
  EXPECT_TRUE(allocator().Free(next).ok());
}

TEST_F(AllocatorByHandTest, UnmappedBlockIsAFindingOfWhoUsesIt) {
  const HostPointer pointer = Map(staging_);
  ASSERT_TRUE(device().Unmap(Info(staging_).memory).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(pointer.Write({1})));
  EXPECT_FALSE(allocator().MapMemory(staging_).ok());
  EXPECT_THAT(device(), HasFindingThat("was unmapped behind the allocator's"));
  EXPECT_EQ(VuidOf(allocator().UnmapMemory(staging_)),
            "VUID-vkUnmapMemory-memory-00689");
}

}  // namespace
}  // namespace incoherent
