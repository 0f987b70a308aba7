// MapMemory and UnmapMemory: what they give, and what they count.

#include <memory>

#include "gtest/gtest.h"
#include "sim/host/allocator/allocator_under_test.h"

namespace incoherent {
namespace {

class AllocatorMapTest : public AllocatorTest {};

TEST_F(AllocatorMapTest, PointsToTheFirstByteOfTheAllocation) {
  const Allocation first = Create(Named("first", 256));
  const Allocation second = Create(Named("second", 256));
  const HostPointer pointer = Map(second);
  ASSERT_EQ(Info(second).offset, 256);
  EXPECT_EQ(pointer - Map(first), 256);
  EXPECT_EQ(pointer.address(),
            device().MappingOf(Info(second).memory)->address + 256);
  ASSERT_TRUE(pointer.Write({7}).ok());
  EXPECT_EQ(device().Load(Info(second).memory, 256, 1)->front().value, 7);
  EXPECT_TRUE(allocator().UnmapMemory(first).ok());
  EXPECT_TRUE(allocator().UnmapMemory(second).ok());
  EXPECT_TRUE(allocator().Free(first).ok());
  EXPECT_TRUE(allocator().Free(second).ok());
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(AllocatorMapTest, PointerIsGoodForExactlyTheBytesOfTheAllocation) {
  const Allocation allocation = Create(Mapped(Named("small", 100)));
  const HostPointer pointer = Info(allocation).mapped_data;
  EXPECT_TRUE((pointer + 99).Write({1}).ok());
  EXPECT_THAT(device(), HasNoFindings());
  EXPECT_TRUE(absl::IsOutOfRange((pointer + 100).Write({1})));
  EXPECT_TRUE(absl::IsOutOfRange((pointer - 1).Write({1})));
  EXPECT_EQ(device().findings().size(), 2);
  EXPECT_TRUE(allocator().Free(allocation).ok());
}

TEST_F(AllocatorMapTest, FirstMapOfABlockMapsItAndLastUnmapUnmapsIt) {
  const Allocation first = Create(Named("first"));
  const Allocation second = Create(Named("second"));
  ASSERT_EQ(Info(first).memory, Info(second).memory);
  EXPECT_FALSE(IsMapped(first));
  Map(first);
  EXPECT_EQ(device().MappingOf(Info(first).memory)->range,
            (ByteRange{0, kBlockSize}));
  Map(second);
  EXPECT_TRUE(allocator().UnmapMemory(first).ok());
  EXPECT_TRUE(IsMapped(second));
  EXPECT_TRUE(allocator().UnmapMemory(second).ok());
  EXPECT_FALSE(IsMapped(second));
  EXPECT_EQ(device().findings().size(), 0);
  EXPECT_TRUE(allocator().Free(first).ok());
  EXPECT_TRUE(allocator().Free(second).ok());
}

TEST_F(AllocatorMapTest, AllAllocationsOfABlockMayBeMappedAtOnce) {
  std::vector<Allocation> allocations;
  for (uint8_t i = 0; i < 8; ++i) {
    allocations.push_back(Create(Named("one of many")));
    ASSERT_TRUE(Map(allocations.back()).Write({i}).ok());
  }
  for (uint8_t i = 0; i < 8; ++i) {
    const Allocation& allocation = allocations[i];
    EXPECT_EQ(Info(allocation).memory, Info(allocations[0]).memory);
    EXPECT_EQ(*Info(allocation).mapped_data.Load<uint8_t>(), i);
  }
  for (const Allocation& allocation : allocations) {
    EXPECT_TRUE(allocator().UnmapMemory(allocation).ok());
    EXPECT_TRUE(allocator().Free(allocation).ok());
  }
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(AllocatorMapTest, OneAllocationMayBeMappedSeveralTimes) {
  const Allocation allocation = Create(Named("staging"));
  const HostPointer first = Map(allocation);
  const HostPointer second = Map(allocation);
  EXPECT_EQ(first, second);
  EXPECT_EQ(Info(allocation).map_count, 2);
  EXPECT_TRUE(allocator().UnmapMemory(allocation).ok());
  EXPECT_TRUE(first.Write({1}).ok());
  EXPECT_TRUE(second.Write({2}).ok());
  EXPECT_TRUE(allocator().UnmapMemory(allocation).ok());
  EXPECT_EQ(Info(allocation).map_count, 0);
  EXPECT_FALSE(IsMapped(allocation));
  EXPECT_THAT(device(), HasNoFindings());
  EXPECT_TRUE(allocator().Free(allocation).ok());
}

TEST_F(AllocatorMapTest, MappedDataIsThereWhileItIsMapped) {
  const Allocation allocation = Create(Named("staging"));
  EXPECT_TRUE(Info(allocation).mapped_data.is_null());
  const HostPointer pointer = Map(allocation);
  EXPECT_EQ(Info(allocation).mapped_data, pointer);
  EXPECT_TRUE(allocator().UnmapMemory(allocation).ok());
  EXPECT_TRUE(Info(allocation).mapped_data.is_null());
  EXPECT_TRUE(allocator().Free(allocation).ok());
}

TEST_F(AllocatorMapTest, CreatedMappedStaysMappedAllTheTime) {
  const Allocation allocation = Create(Mapped(Named("persistent")));
  const HostPointer pointer = Info(allocation).mapped_data;
  EXPECT_EQ(Info(allocation).map_count, 0);
  EXPECT_EQ(Map(allocation), pointer);
  EXPECT_EQ(Info(allocation).map_count, 1);
  EXPECT_TRUE(allocator().UnmapMemory(allocation).ok());
  EXPECT_TRUE(pointer.Write({1, 2, 3}).ok());
  EXPECT_TRUE(IsMapped(allocation));
  EXPECT_TRUE(allocator().Free(allocation).ok());
  EXPECT_THAT(device(), NothingIsMapped());
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(AllocatorMapTest, CreatedMappedInABlockThatIsMappedForOthers) {
  const Allocation other = Create(Named("other"));
  const HostPointer pointer = Map(other);
  const Allocation persistent = Create(Mapped(Named("persistent")));
  EXPECT_TRUE(allocator().Free(persistent).ok());
  EXPECT_TRUE(pointer.Write({1}).ok());
  EXPECT_TRUE(allocator().UnmapMemory(other).ok());
  EXPECT_TRUE(allocator().Free(other).ok());
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(AllocatorMapTest, CreatedMappedIsIgnoredWhereTheHostSeesNothing) {
  const Allocation allocation = Create(Mapped(Named("image", 64, kLocalType)));
  EXPECT_TRUE(Info(allocation).mapped_data.is_null());
  EXPECT_TRUE(allocator().Free(allocation).ok());
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(AllocatorMapTest, FailsOnMemoryThatIsNotHostVisible) {
  const Allocation allocation = Create(Named("image", 64, kLocalType));
  const absl::Status status = allocator().MapMemory(allocation).status();
  EXPECT_EQ(ReturnCodeOf(status), ReturnCode::kMemoryMapFailed);
  EXPECT_EQ(VuidOf(status), "VUID-vkMapMemory-memory-00682");
  EXPECT_THAT(device(), HasFindingOfRule("VUID-vkMapMemory-memory-00682"));
  EXPECT_EQ(Info(allocation).map_count, 0);
  EXPECT_TRUE(allocator().Free(allocation).ok());
  EXPECT_EQ(device().findings().size(), 1);
}

TEST_F(AllocatorMapTest, FailureOfTheFirstMapCountsNothing) {
  const Allocation allocation = Create(Named("staging"));
  ASSERT_TRUE(device().FailNextMap(ReturnCode::kOutOfHostMemory).ok());
  EXPECT_EQ(ReturnCodeOf(allocator().MapMemory(allocation).status()),
            ReturnCode::kOutOfHostMemory);
  EXPECT_EQ(Info(allocation).map_count, 0);
  EXPECT_TRUE(Info(allocation).mapped_data.is_null());
  Map(allocation);
  EXPECT_TRUE(allocator().UnmapMemory(allocation).ok());
  EXPECT_FALSE(IsMapped(allocation));
  EXPECT_THAT(device(), HasNoFindings());
  EXPECT_TRUE(allocator().Free(allocation).ok());
}

TEST_F(AllocatorMapTest, FailureToCreateMappedCreatesNothing) {
  ASSERT_TRUE(device().FailNextMap(ReturnCode::kMemoryMapFailed).ok());
  EXPECT_EQ(
      ReturnCodeOf(allocator().Create(Mapped(Named("persistent"))).status()),
      ReturnCode::kMemoryMapFailed);
  const Allocation next = Create(Mapped(Named("next", kBlockSize)));
  EXPECT_EQ(Info(next).offset, 0);
  EXPECT_EQ(device().LiveMemory().size(), 1);
  EXPECT_TRUE(allocator().Free(next).ok());
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(AllocatorMapTest, SecondMapOfABlockAsksTheDeviceForNothing) {
  const Allocation first = Create(Mapped(Named("first")));
  const Allocation second = Create(Named("second"));
  ASSERT_TRUE(device().FailNextMap(ReturnCode::kMemoryMapFailed).ok());
  EXPECT_TRUE(Map(second).Write({1}).ok());
  EXPECT_TRUE(allocator().UnmapMemory(second).ok());
  EXPECT_TRUE(allocator().Free(first).ok());
  EXPECT_TRUE(allocator().Free(second).ok());
}

// A host with room for the addresses of one block.
class AllocatorAddressTest : public AllocatorTest {
 protected:
  AllocatorAddressTest() : AllocatorTest(Options()) {}

 private:
  static DeviceOptions Options() {
    HostOptions host;
    host.address_space_size = 3 * kBlockSize / 2;
    DeviceOptions options = SmallDevice();
    options.host = std::make_shared<Host>(host);
    return options;
  }
};

TEST_F(AllocatorAddressTest, FullAddressSpaceFailsTheMapAndCountsNothing) {
  const Allocation first = Create(Mapped(Named("first", kBlockSize)));
  const Allocation second = Create(Named("second", kBlockSize));
  EXPECT_EQ(ReturnCodeOf(allocator().MapMemory(second).status()),
            ReturnCode::kMemoryMapFailed);
  EXPECT_EQ(Info(second).map_count, 0);
  EXPECT_TRUE(Info(first).mapped_data.Write({1}).ok());
  EXPECT_TRUE(allocator().Free(first).ok());
  Map(second);
  EXPECT_TRUE(allocator().UnmapMemory(second).ok());
  EXPECT_TRUE(allocator().Free(second).ok());
  EXPECT_THAT(device(), HasNoFindings());
}

}  // namespace
}  // namespace incoherent
