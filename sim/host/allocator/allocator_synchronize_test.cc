// FlushAllocation and InvalidateAllocation: which bytes they act on.
//
// Seen from outside: all of a block is stored to, one range of an allocation is
// flushed or invalidated, and each byte tells whether it was among those.

#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "sim/host/allocator/allocator_under_test.h"

namespace incoherent {
namespace {

constexpr uint8_t kOld = 1;
constexpr uint8_t kNew = 2;

class AllocatorSynchronizeTest : public AllocatorTest {
 protected:
  // What copies of the device see of a memory object.
  TestBytes DeviceReads(MemoryId memory, uint64_t size) {
    const Allocation copy = Create(Dedicated(Named("copy", size, kLocalType)));
    EXPECT_TRUE(RunCopy({memory, {0, size}}, Bytes(copy)).ok());
    const TestBytes bytes = DeviceBytes(Bytes(copy));
    EXPECT_TRUE(allocator().Free(copy).ok());
    return bytes;
  }
};

struct RangeRow {
  const char* name;
  bool align_to_atoms;
  ByteRange range;  // of an allocation at [128, 228), or [100, 200) if packed
  ByteRange acted;  // of the block
};

void PrintTo(const RangeRow& row, std::ostream* out) { *out << row.name; }

class AllocatorRangeTest : public AllocatorSynchronizeTest,
                           public testing::WithParamInterface<RangeRow> {
 protected:
  void SetUp() override {
    MakeAllocator(SmallBlocks(GetParam().align_to_atoms));
    neighbour_ = Create(Mapped(Named("neighbour", 100)));
    allocation_ = Create(Mapped(Named("staging", 100)));
    rest_ = Create(Mapped(Named("rest", 700)));
    memory_ = Info(allocation_).memory;
  }
  void TearDown() override {
    for (const Allocation& each : {neighbour_, allocation_, rest_}) {
      EXPECT_TRUE(allocator().Free(each).ok());
    }
    AllocatorSynchronizeTest::TearDown();
  }

  // Of the whole block, neighbours included.
  void StoreAll(uint8_t value) {
    const TestBytes values(kBlockSize, value);
    EXPECT_TRUE(device().Store(memory_, 0, values).ok());
  }
  ByteRange Acted() const { return GetParam().acted; }

  Allocation neighbour_, allocation_, rest_;
  MemoryId memory_{};
};

TEST_P(AllocatorRangeTest, FlushesWholeAtomsOfIt) {
  StoreAll(kOld);
  ASSERT_TRUE(device().Flush(memory_).ok());
  StoreAll(kNew);
  const ByteRange& range = GetParam().range;
  EXPECT_TRUE(
      allocator().FlushAllocation(allocation_, range.offset, range.size).ok());
  const TestBytes seen = DeviceReads(memory_, kBlockSize);
  for (uint64_t at = 0; at < kBlockSize; ++at) {
    ASSERT_EQ(seen[at], Acted().Contains(at) ? kNew : kOld) << at;
  }
}

TEST_P(AllocatorRangeTest, InvalidatesWholeAtomsOfIt) {
  StoreAll(kOld);
  ASSERT_TRUE(device().Flush(memory_).ok());
  ASSERT_TRUE(RunFill({memory_, {0, kBlockSize}}, kNew).ok());
  const ByteRange& range = GetParam().range;
  EXPECT_TRUE(allocator()
                  .InvalidateAllocation(allocation_, range.offset, range.size)
                  .ok());
  const std::vector<Byte> seen = *device().Load(memory_, 0, kBlockSize);
  for (uint64_t at = 0; at < kBlockSize; ++at) {
    ASSERT_EQ(seen[at].value, Acted().Contains(at) ? kNew : kOld) << at;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rows, AllocatorRangeTest,
    testing::ValuesIn(std::vector<RangeRow>{
        {"OneByteIsItsAtom", true, {0, 1}, {128, 64}},
        {"OneByteOfTheSecondAtom", true, {70, 1}, {192, 64}},
        {"TwoBytesOverABoundary", true, {63, 2}, {128, 128}},
        {"WholeAllocation", true, {0, 100}, {128, 128}},
        {"WholeSize", true, {0, kWholeSize}, {128, 128}},
        {"WholeSizeFromTheSecondAtom", true, {64, kWholeSize}, {192, 64}},
        {"SizeZero", true, {10, 0}, {0, 0}},
        {"SizeZeroOutside", true, {5000, 0}, {0, 0}},
        {"WholeSizeAtTheEnd", true, {100, kWholeSize}, {0, 0}},
        {"PackedSharesItsFirstAtom", false, {0, 1}, {64, 64}},
        {"PackedSharesBothAtoms", false, {0, 100}, {64, 192}},
        {"PackedInTheMiddle", false, {28, 64}, {128, 64}},
    }),
    [](const auto& info) { return info.param.name; });

TEST_F(AllocatorSynchronizeTest, StopsAtTheEndOfTheMemoryObject) {
  const Allocation alone = Create(Mapped(Dedicated(Named("alone", 100))));
  ASSERT_TRUE(Info(alone).mapped_data.Write(TestBytes(100, kNew)).ok());
  EXPECT_TRUE(allocator().FlushAllocation(alone, 99, 1).ok());
  const TestBytes seen = DeviceReads(Info(alone).memory, 100);
  EXPECT_NE(seen[63], kNew);
  EXPECT_EQ(seen[64], kNew);
  EXPECT_EQ(seen[99], kNew);
  EXPECT_TRUE(allocator().Free(alone).ok());
  EXPECT_THAT(device(), HasOnlyFindings({HazardKind::kLostHostWrite}));
}

// None of them breaks a rule of the device: nothing is called.
TEST_F(AllocatorSynchronizeTest, DoesNothingWhereThereIsNothingToDo) {
  for (const uint32_t type : {kCoherentType, kLocalType}) {
    const Allocation allocation = Create(Named("unmapped", 100, type));
    EXPECT_TRUE(allocator().FlushAllocation(allocation).ok());
    EXPECT_TRUE(allocator().InvalidateAllocation(allocation, 3, 5).ok());
    EXPECT_TRUE(allocator().Free(allocation).ok());
  }
  const Allocation allocation = Create(Named("unmapped"));
  EXPECT_TRUE(allocator().FlushAllocation(allocation, 3, 0).ok());
  EXPECT_TRUE(allocator().FlushAllocation(allocation, 100, kWholeSize).ok());
  EXPECT_TRUE(allocator().Free(allocation).ok());
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(AllocatorSynchronizeTest, MapOfAnotherAllocationOfTheBlockWillDo) {
  const Allocation allocation = Create(Named("unmapped"));
  const Allocation other = Create(Mapped(Named("mapped")));
  EXPECT_TRUE(allocator().FlushAllocation(allocation).ok());
  EXPECT_TRUE(allocator().Free(other).ok());
  EXPECT_THAT(device(), HasNoFindings());
  EXPECT_FALSE(allocator().FlushAllocation(allocation).ok());
  EXPECT_THAT(device(),
              HasFindingOfRule("VUID-VkMappedMemoryRange-memory-00684"));
  EXPECT_TRUE(allocator().Free(allocation).ok());
}

}  // namespace
}  // namespace incoherent
