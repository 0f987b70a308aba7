// Where allocations are, and what memory objects there are.

#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "sim/host/allocator/allocator_under_test.h"

namespace incoherent {
namespace {

class AllocatorPlacementTest : public AllocatorTest {
 protected:
  using AllocatorTest::AllocatorTest;
  size_t MemoryObjects() { return device().LiveMemory().size(); }
  void Free(const std::vector<Allocation>& allocations) {
    for (const Allocation& allocation : allocations) {
      EXPECT_TRUE(allocator().Free(allocation).ok());
    }
  }
};

struct PlacementRow {
  const char* name;
  bool align_to_atoms;
  uint32_t type_index;
  uint64_t alignment;
  uint64_t second_offset;  // of two allocations of 100 bytes
};

void PrintTo(const PlacementRow& row, std::ostream* out) { *out << row.name; }

class AllocatorOffsetTest : public AllocatorPlacementTest,
                            public testing::WithParamInterface<PlacementRow> {};

TEST_P(AllocatorOffsetTest, IsTheFirstThatTheAlignmentsPermit) {
  const PlacementRow& row = GetParam();
  MakeAllocator(SmallBlocks(row.align_to_atoms));
  AllocationCreateInfo info = Named("", 100, row.type_index);
  info.alignment = row.alignment;
  const Allocation first = Create(info);
  const Allocation second = Create(info);
  EXPECT_EQ(Info(first).offset, 0);
  EXPECT_EQ(Info(second).offset, row.second_offset);
  EXPECT_EQ(Info(second).size, 100);
  EXPECT_EQ(Info(second).memory, Info(first).memory);
  Free({first, second});
}

INSTANTIATE_TEST_SUITE_P(
    Rows, AllocatorOffsetTest,
    testing::ValuesIn(std::vector<PlacementRow>{
        {"AtomsByDefault", true, kNonCoherentType, 1, 128},
        {"AtomsAndALargerAlignment", true, kNonCoherentType, 256, 256},
        {"PackedWithoutAtoms", false, kNonCoherentType, 1, 100},
        {"AlignedWithoutAtoms", false, kNonCoherentType, 16, 112},
        {"CoherentHasNoAtoms", true, kCoherentType, 1, 100},
        {"DeviceLocalHasNoAtoms", true, kLocalType, 4, 100},
    }),
    [](const auto& info) { return info.param.name; });

TEST_F(AllocatorPlacementTest, InfoIsWhatWasAskedFor) {
  const Allocation first = Create(Named("", 10));
  const Allocation second = Create(Named("indices", 33));
  EXPECT_EQ(Info(first).name, "allocation0");
  EXPECT_EQ(Info(second).name, "indices");
  EXPECT_EQ(Info(second).size, 33);
  EXPECT_EQ(Info(second).type_index, kNonCoherentType);
  EXPECT_EQ(Bytes(second).range, (ByteRange{64, 33}));
  EXPECT_EQ(Bytes(second, {3, kWholeSize}).range, (ByteRange{67, 30}));
  EXPECT_EQ(Bytes(second, {3, 4}).range, (ByteRange{67, 4}));
  EXPECT_EQ(Bytes(second, {33, 0}).range, (ByteRange{97, 0}));
  EXPECT_EQ(Bytes(second).memory, Info(second).memory);
  Free({first, second});
}

TEST_F(AllocatorPlacementTest, FreedRoomIsUsedAgainAndCoalesces) {
  const Allocation a = Create(Named("a", 256));
  const Allocation b = Create(Named("b", 256));
  const Allocation c = Create(Named("c", 256));
  const Allocation d = Create(Named("d", 256));
  Free({b, a});  // in this order, they join
  const Allocation e = Create(Named("e", 512));
  EXPECT_EQ(Info(e).offset, 0);
  EXPECT_EQ(Info(e).memory, Info(c).memory);
  Free({c, d, e});
}

TEST_F(AllocatorPlacementTest, NewBlockIfNoneHasRoom) {
  const Allocation a = Create(Named("a", 600));
  const Allocation b = Create(Named("b", 600));
  const Allocation c = Create(Named("c", 300));
  EXPECT_NE(Info(a).memory, Info(b).memory);
  EXPECT_EQ(Info(c).memory, Info(a).memory);
  EXPECT_EQ(device().NameOf(Info(b).memory), "type2-block1");
  Free({a, b, c});
}

TEST_F(AllocatorPlacementTest, TypesHaveBlocksOfTheirOwn) {
  const Allocation a = Create(Named("a", 64, kCoherentType));
  const Allocation b = Create(Named("b", 64, kNonCoherentType));
  EXPECT_EQ(device().InfoOf(Info(a).memory).type_index, kCoherentType);
  EXPECT_EQ(device().InfoOf(Info(b).memory).type_index, kNonCoherentType);
  Free({a, b});
}

TEST_F(AllocatorPlacementTest, LargerThanABlockHasAMemoryObjectOfItsOwn) {
  const Allocation fits = Create(Named("fits", kBlockSize));
  const Allocation large = Create(Named("large", kBlockSize + 1));
  EXPECT_EQ(device().InfoOf(Info(fits).memory).size, kBlockSize);
  EXPECT_EQ(device().InfoOf(Info(large).memory).size, kBlockSize + 1);
  EXPECT_EQ(device().NameOf(Info(large).memory), "large");
  Free({large});
  EXPECT_EQ(MemoryObjects(), 1);
  Free({fits});
}

TEST_F(AllocatorPlacementTest, DedicatedIsNotSharedAndGoesWithIt) {
  const Allocation shared = Create(Named("shared", 64));
  const Allocation alone = Create(Dedicated(Named("alone", 100)));
  const Allocation after = Create(Named("after", 64));
  EXPECT_NE(Info(alone).memory, Info(shared).memory);
  EXPECT_EQ(Info(after).memory, Info(shared).memory);
  EXPECT_EQ(device().InfoOf(Info(alone).memory).size, 100);
  Free({alone});
  EXPECT_EQ(MemoryObjects(), 1);
  Free({shared, after});
}

TEST_F(AllocatorPlacementTest, OneEmptyBlockOfATypeIsKept) {
  const Allocation a = Create(Named("a", kBlockSize));
  const Allocation b = Create(Named("b", kBlockSize));
  const Allocation other = Create(Named("other", 64, kCoherentType));
  EXPECT_EQ(MemoryObjects(), 3);
  Free({a});
  EXPECT_EQ(MemoryObjects(), 3);
  Free({b});
  EXPECT_EQ(MemoryObjects(), 2);
  Free({other});
  EXPECT_EQ(MemoryObjects(), 2);
  const Allocation again = Create(Named("again", kBlockSize));
  EXPECT_EQ(MemoryObjects(), 2);
  Free({again});
  DropAllocator();
  EXPECT_EQ(MemoryObjects(), 0);
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(AllocatorPlacementTest, BlocksHave64KiBByDefault) {
  MakeAllocator({});
  const Allocation a = Create(Named("a"));
  EXPECT_EQ(device().InfoOf(Info(a).memory).size, 65536);
  Free({a});
}

TEST_F(AllocatorPlacementTest, BlockSizeZeroSharesNothing) {
  AllocatorOptions options;
  options.block_size = 0;
  MakeAllocator(options);
  const Allocation a = Create(Named("a", 1));
  const Allocation b = Create(Named("b", 1));
  EXPECT_NE(Info(a).memory, Info(b).memory);
  Free({a, b});
}

TEST_F(AllocatorPlacementTest, BlockSizeIsRoundedUpToAnAtom) {
  AllocatorOptions options;
  options.block_size = 100;
  MakeAllocator(options);
  const Allocation a = Create(Named("a", 100));
  EXPECT_EQ(device().InfoOf(Info(a).memory).size, 128);
  Free({a});
}

// Heaps of four blocks.
class AllocatorHeapTest : public AllocatorPlacementTest {
 protected:
  AllocatorHeapTest() : AllocatorPlacementTest(Options()) {}

 private:
  static DeviceOptions Options() {
    DeviceOptions options = SmallDevice();
    for (MemoryHeap& heap : options.memory.heaps) heap.size = 4 * kBlockSize;
    return options;
  }
};

TEST_F(AllocatorHeapTest, FullHeapIsTheDevicesError) {
  const Allocation a = Create(Named("a", 4 * kBlockSize - 100));
  for (const AllocationCreateInfo& info :
       {Named("b"), Dedicated(Named("c", 101))}) {
    EXPECT_EQ(ReturnCodeOf(allocator().Create(info).status()),
              ReturnCode::kOutOfDeviceMemory);
  }
  EXPECT_THAT(device(), HasNoFindings());
  const Allocation d = Create(Dedicated(Named("d", 100)));
  Free({a, d});
}

TEST_F(AllocatorPlacementTest, BlockThatTheHeapCannotHoldIsTheDevicesError) {
  for (const uint64_t block_size :
       {uint64_t{1} << 40, std::numeric_limits<uint64_t>::max()}) {
    AllocatorOptions options;
    options.block_size = block_size;
    MakeAllocator(options);
    EXPECT_FALSE(allocator().Create(Named("a", 64)).ok());
    const Allocation alone = Create(Dedicated(Named("alone", 64)));
    Free({alone});
  }
}

// A device that permits two memory objects.
class AllocatorObjectCountTest : public AllocatorPlacementTest {
 protected:
  AllocatorObjectCountTest() : AllocatorPlacementTest(Options()) {}

 private:
  static DeviceOptions Options() {
    DeviceOptions options = SmallDevice();
    options.memory.limits.max_memory_allocation_count = 2;
    return options;
  }
};

TEST_F(AllocatorObjectCountTest, TooManyMemoryObjectsAreTheDevicesError) {
  const Allocation a = Create(Dedicated(Named("a")));
  const Allocation b = Create(Named("b"));
  EXPECT_FALSE(allocator().Create(Dedicated(Named("c"))).ok());
  EXPECT_THAT(
      device(),
      HasFindingOfRule("VUID-vkAllocateMemory-maxMemoryAllocationCount-04101"));
  const Allocation d = Create(Named("d"));  // in the block of b
  Free({a, b, d});
}

struct RefusedRow {
  const char* name;
  uint64_t size;
  uint32_t type_index;
  uint64_t alignment;
  const char* message;  // of the finding
};

void PrintTo(const RefusedRow& row, std::ostream* out) { *out << row.name; }

class AllocatorRefusalTest : public AllocatorPlacementTest,
                             public testing::WithParamInterface<RefusedRow> {};

TEST_P(AllocatorRefusalTest, IsAnErrorAndAFinding) {
  const RefusedRow& row = GetParam();
  AllocationCreateInfo info = Named("bad", row.size, row.type_index);
  info.alignment = row.alignment;
  EXPECT_FALSE(allocator().Create(info).ok());
  EXPECT_THAT(device(), HasFindingThat(row.message));
  EXPECT_EQ(device().findings().size(), 1);
  EXPECT_EQ(MemoryObjects(), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, AllocatorRefusalTest,
    testing::ValuesIn(std::vector<RefusedRow>{
        {"NoBytes", 0, kNonCoherentType, 1, "Allocator::Create: the size is 0"},
        {"AlignmentOfThree", 64, kNonCoherentType, 3, "is no power of two"},
        {"AlignmentOfZero", 64, kNonCoherentType, 0, "is no power of two"},
        {"NoSuchType", 64, 3, 1, "VUID-vkAllocateMemory-pAllocateInfo-01714"},
    }),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace incoherent
