// vkMapMemory to the letter: every rule, and what a map gives.

#include "incoherent/memory.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "incoherent/testing.h"
#include "tests/rule_row.h"

namespace incoherent {
namespace {

using Types = SmallDeviceTypes;

class MemoryTest : public DeviceTest {
 protected:
  Memory New(uint32_t type = Types::kNonCoherent, uint64_t size = 1000) {
    absl::StatusOr<Memory> memory = Memory::Allocate(device(), type, size);
    EXPECT_TRUE(memory.ok()) << memory.status();
    return *std::move(memory);
  }
};

// --- The rules, a row each. The object has 1000 bytes, atoms have 64.

struct MapRow {
  const char* vuid;
  Verdict verdict;
  const char* what;
  uint32_t type;
  uint64_t offset;
  uint64_t size;
  uint32_t flags = 0;
};

constexpr char kOffset[] = "VUID-vkMapMemory-offset-00679";
constexpr char kNotZero[] = "VUID-vkMapMemory-size-00680";
constexpr char kInside[] = "VUID-vkMapMemory-size-00681";
constexpr char kVisible[] = "VUID-vkMapMemory-memory-00682";
constexpr char kFlags[] = "VUID-vkMapMemory-flags-zerobitmask";
constexpr Verdict kBreaks = Verdict::kBreaks;
constexpr Verdict kKeeps = Verdict::kKeeps;
constexpr uint32_t kType = Types::kNonCoherent;

const MapRow kMapRows[] = {
    {kOffset, kBreaks, "offset_equals_size", kType, 1000, 1},
    {kOffset, kBreaks, "offset_equals_size_whole", kType, 1000, kWholeSize},
    {kOffset, kBreaks, "offset_far_beyond", kType, ~uint64_t{0}, 1},
    {kOffset, kKeeps, "last_byte", kType, 999, 1},
    {kNotZero, kBreaks, "nothing_at_the_start", kType, 0, 0},
    {kNotZero, kBreaks, "nothing_at_the_end", kType, 999, 0},
    {kNotZero, kKeeps, "one_byte", kType, 0, 1},
    {kInside, kBreaks, "one_byte_too_many", kType, 0, 1001},
    {kInside, kBreaks, "sum_one_too_large", kType, 1, 1000},
    {kInside, kBreaks, "sum_that_wraps", kType, 8, kWholeSize - 4},
    {kInside, kKeeps, "exactly_all", kType, 0, 1000},
    {kInside, kKeeps, "exactly_the_rest", kType, 300, 700},
    {kInside, kKeeps, "whole_size_is_never_too_large", kType, 999, kWholeSize},
    {kVisible, kBreaks, "device_local", Types::kDeviceLocal, 0, kWholeSize},
    {kVisible, kKeeps, "coherent", Types::kCoherent, 0, kWholeSize},
    {kVisible, kKeeps, "not_coherent", Types::kNonCoherent, 0, kWholeSize},
    {kFlags, kBreaks, "reserved_bit", kType, 0, kWholeSize, 1},
    {kFlags, kBreaks, "all_bits", kType, 0, kWholeSize, ~uint32_t{0}},
};

class MapRuleTest : public MemoryTest,
                    public testing::WithParamInterface<MapRow> {};

// Both as a Memory's own Map, and as the function that is told of everything.
TEST_P(MapRuleTest, IsObeyed) {
  const MapRow& row = GetParam();
  Memory memory = New(row.type);
  HostPointer data;
  const absl::Status status = MapMemory(&device(), memory.handle(), row.offset,
                                        row.size, row.flags, &data);
  EXPECT_TRUE(Shows(row.verdict, row.vuid, status));
  const bool reserved = row.vuid == kFlags;
  EXPECT_EQ(data.is_null(), row.verdict == kBreaks && !reserved);
  EXPECT_EQ(memory.mapping().has_value(), !data.is_null());
  if (row.verdict == kKeeps) {
    EXPECT_THAT(device(), HasNoFindings());
  } else {
    EXPECT_EQ(device().findings().size(), 1u);
    EXPECT_THAT(device(), HasFindingOfRule(row.vuid));
  }
  if (row.verdict == kBreaks && !reserved) {
    EXPECT_EQ(ReturnCodeOf(status), ReturnCode::kMemoryMapFailed);
  }
}

TEST_P(MapRuleTest, IsTheSameForMemory) {
  const MapRow& row = GetParam();
  Memory memory = New(row.type);
  const absl::StatusOr<HostPointer> pointer =
      memory.Map(row.offset, row.size, row.flags);
  const bool reserved = row.vuid == kFlags;
  EXPECT_EQ(pointer.ok(), row.verdict == kKeeps || reserved);
  EXPECT_EQ(device().findings().size(), row.verdict == kKeeps ? 0u : 1u);
  if (!pointer.ok()) {
    EXPECT_TRUE(Shows(row.verdict, row.vuid, pointer.status()));
  }
}

INSTANTIATE_TEST_SUITE_P(VkMapMemory, MapRuleTest, testing::ValuesIn(kMapRows),
                         [](const auto& info) {
                           return RowName(info.param.vuid, info.param.verdict,
                                          info.param.what);
                         });

TEST_F(MemoryTest, VUID_vkMapMemory_memory_00678_SecondMap) {
  Memory memory = New();
  const HostPointer first = *memory.Map(0, 64);
  HostPointer second;
  const absl::Status status =
      MapMemory(&device(), memory.handle(), 128, 64, 0, &second);
  EXPECT_TRUE(Shows(kBreaks, "VUID-vkMapMemory-memory-00678", status));
  EXPECT_FALSE(second.is_null()) << "the mapping grows to cover both";
  EXPECT_EQ(memory.mapping(), (ByteRange{0, 192}));
  EXPECT_TRUE(first.Write({1}).ok()) << "the first pointer is as good as ever";
  EXPECT_TRUE(second.Write({2}).ok());
  EXPECT_TRUE(memory.Unmap().ok());
  EXPECT_TRUE(memory.Map(0, 64).ok());
  EXPECT_EQ(device().findings().size(), 1u) << "after an unmap it is in order";
}

TEST_F(MemoryTest, VUID_vkMapMemory_memory_00683_SeveralInstances) {
  DeviceOptions options = SmallDevice();
  options.memory.heaps[1].flags |= kHeapMultiInstance;
  options.physical_device_count = 2;
  Device group(options);
  absl::StatusOr<Memory> memory =
      Memory::Allocate(group, Types::kNonCoherent, 64);
  ASSERT_TRUE(memory.ok()) << memory.status();
  EXPECT_TRUE(
      Shows(kBreaks, "VUID-vkMapMemory-memory-00683", memory->Map().status()));
}

TEST_F(MemoryTest, VUID_vkMapMemory_device_parameter) {
  Memory memory = New();
  HostPointer data;
  EXPECT_TRUE(Shows(kBreaks, "VUID-vkMapMemory-device-parameter",
                    MapMemory(nullptr, memory.handle(), 0, 64, 0, &data)));
  EXPECT_TRUE(data.is_null());
}

TEST_F(MemoryTest, VUID_vkMapMemory_memory_parameter_Null) {
  HostPointer data;
  EXPECT_TRUE(Shows(kBreaks, "VUID-vkMapMemory-memory-parameter",
                    MapMemory(&device(), MemoryHandle(), 0, 64, 0, &data)));
  EXPECT_THAT(device(), HasFindingOfRule("VUID-vkMapMemory-memory-parameter"));
}

TEST_F(MemoryTest, VUID_vkMapMemory_memory_parameter_Freed) {
  Memory memory = New();
  EXPECT_TRUE(memory.Free().ok());
  HostPointer data;
  EXPECT_TRUE(Shows(kBreaks, "VUID-vkMapMemory-memory-parameter",
                    MapMemory(&device(), memory.handle(), 0, 64, 0, &data)));
}

TEST_F(MemoryTest, VUID_vkMapMemory_memory_parent) {
  Device other(SmallDevice());
  Memory memory = New();
  HostPointer data;
  EXPECT_TRUE(Shows(kBreaks, "VUID-vkMapMemory-memory-parent",
                    MapMemory(&other, memory.handle(), 0, 64, 0, &data)));
  EXPECT_THAT(other, HasFindingOfRule("VUID-vkMapMemory-memory-parent"));
  EXPECT_THAT(device(), HasNoFindings());
  EXPECT_FALSE(memory.mapping().has_value());
}

TEST_F(MemoryTest, VUID_vkMapMemory_ppData_parameter) {
  Memory memory = New();
  EXPECT_TRUE(Shows(kBreaks, "VUID-vkMapMemory-ppData-parameter",
                    MapMemory(&device(), memory.handle(), 0, 64, 0, nullptr)));
  EXPECT_FALSE(memory.mapping().has_value());
}

TEST_F(MemoryTest, VUID_vkUnmapMemory_memory_00689) {
  Memory memory = New();
  EXPECT_TRUE(
      Shows(kBreaks, "VUID-vkUnmapMemory-memory-00689", memory.Unmap()));
}

// --- What a map gives.

TEST_F(MemoryTest, PointerMinusOffsetIsAligned) {
  Memory memory = New();
  for (const uint64_t offset : {0u, 1u, 63u, 64u, 65u, 500u, 999u}) {
    const HostPointer pointer = *memory.Map(offset);
    EXPECT_EQ((pointer.address() - offset) % 64, 0u) << offset;
    EXPECT_TRUE(memory.Unmap().ok());
  }
}

TEST_F(MemoryTest, PointersOfTwoObjectsAreApart) {
  Memory one = New();
  Memory two = New();
  const uint64_t first = one.Map()->address();
  const uint64_t second = two.Map()->address();
  EXPECT_TRUE(first + 1000 <= second || second + 1000 <= first);
  EXPECT_TRUE(one.Unmap().ok());
  EXPECT_TRUE(two.Unmap().ok());
}

TEST_F(MemoryTest, WholeSizeMapsFromTheOffsetToTheEndOfTheAllocation) {
  Memory memory = New();
  EXPECT_TRUE(memory.Map(300, kWholeSize).ok());
  EXPECT_EQ(memory.mapping(), (ByteRange{300, 700}));
  EXPECT_TRUE(memory.Unmap().ok());
}

TEST_F(MemoryTest, WholeSizeFlushesToTheEndOfTheMapping) {
  Memory memory = New(Types::kNonCoherent, 1024);
  const HostPointer pointer = *memory.Map(0, 128);
  EXPECT_TRUE(pointer.Write({1}).ok());
  EXPECT_TRUE((pointer + 127).Write({2}).ok());
  EXPECT_TRUE(memory.Flush({0, kWholeSize}).ok());
  Memory target = New(Types::kDeviceLocal, 1024);
  EXPECT_TRUE(RunCopy(memory.bytes({0, 128}), target.bytes({0, 128})).ok());
  EXPECT_THAT(device(), HasNoFindings());
  EXPECT_EQ(DeviceBytes(target.bytes({127, 1})), std::vector<uint8_t>{2});
}

TEST_F(MemoryTest, MapDoesNotLookWhetherTheDeviceUsesTheMemory) {
  Memory memory = New();
  CommandBuffer commands = device().NewCommandBuffer();
  EXPECT_TRUE(commands.Fill(memory.bytes({0, 64}), 7).ok());
  EXPECT_TRUE(device().Submit(queue(), {{{}, {&commands}, {}}}).ok());
  EXPECT_TRUE(memory.Map().ok());
  EXPECT_THAT(device(), HasNoFindings());
  EXPECT_TRUE(device().WaitIdle().ok());
}

// --- The range that a host access must be kept apart from device work.

TEST_F(MemoryTest, HazardRangeIsWholeAtomsOfNonCoherentMemory) {
  Memory memory = New(Types::kNonCoherent, 1000);
  EXPECT_EQ(memory.HazardRange({65, 1}), (ByteRange{64, 64}));
  EXPECT_EQ(memory.HazardRange({63, 2}), (ByteRange{0, 128}));
  EXPECT_EQ(memory.HazardRange({64, 64}), (ByteRange{64, 64}));
  EXPECT_EQ(memory.HazardRange({999, 1}), (ByteRange{960, 40}))
      << "the last atom ends with the object";
  EXPECT_EQ(memory.HazardRange({900, kWholeSize}), (ByteRange{896, 104}));
}

TEST_F(MemoryTest, HazardRangeIsTheBytesOfCoherentMemory) {
  Memory memory = New(Types::kCoherent, 1000);
  EXPECT_EQ(memory.HazardRange({65, 1}), (ByteRange{65, 1}));
  EXPECT_EQ(memory.HazardRange({900, kWholeSize}), (ByteRange{900, 100}));
}

// The device writes [64, 128) in flight; the host may touch nothing of it.
TEST_F(MemoryTest, AnAccessOutsideOfTheHazardRangeIsNoRace) {
  Memory memory = New(Types::kNonCoherent, 1024);
  const HostPointer pointer = *memory.Map();
  CommandBuffer commands = device().NewCommandBuffer();
  EXPECT_TRUE(commands.Fill(memory.bytes({100, 1}), 7).ok());
  EXPECT_TRUE(device().Submit(queue(), {{{}, {&commands}, {}}}).ok());
  EXPECT_TRUE((pointer + 63).Write({1}).ok());
  EXPECT_TRUE((pointer + 128).Write({1}).ok());
  EXPECT_THAT(device(), HasNoFindings());
  EXPECT_TRUE((pointer + 64).Write({1}).ok());
  EXPECT_THAT(device(), HasFinding(HazardKind::kInFlightAccess));
  EXPECT_TRUE(device().WaitIdle().ok());
}

// --- Flushing and invalidating.

TEST_F(MemoryTest, NoRangesBreakTheArrayLengthRule) {
  Memory memory = New();
  EXPECT_TRUE(memory.Map().ok());
  EXPECT_TRUE(Shows(
      kBreaks, "VUID-vkFlushMappedMemoryRanges-memoryRangeCount-arraylength",
      memory.FlushRanges({})));
  EXPECT_TRUE(
      Shows(kBreaks,
            "VUID-vkInvalidateMappedMemoryRanges-memoryRangeCount-arraylength",
            memory.InvalidateRanges({})));
}

TEST_F(MemoryTest, SeveralRangesAreEachJudged) {
  Memory memory = New(Types::kNonCoherent, 1024);
  EXPECT_TRUE(memory.Map().ok());
  const ByteRange ranges[] = {{0, 64}, {1, 64}, {128, 63}};
  EXPECT_TRUE(Shows(kBreaks, "VUID-VkMappedMemoryRange-offset-00687",
                    memory.FlushRanges(ranges)));
  EXPECT_THAT(device(),
              HasFindingOfRule("VUID-VkMappedMemoryRange-offset-00687"));
  EXPECT_THAT(device(),
              HasFindingOfRule("VUID-VkMappedMemoryRange-size-01390"));
}

TEST_F(MemoryTest, VUID_VkMappedMemoryRange_memory_00684_NotMapped) {
  Memory memory = New();
  EXPECT_TRUE(
      Shows(kBreaks, "VUID-VkMappedMemoryRange-memory-00684", memory.Flush()));
  EXPECT_TRUE(Shows(kBreaks, "VUID-VkMappedMemoryRange-memory-00684",
                    memory.Invalidate()));
}

TEST_F(MemoryTest, AtomRangeCanBeFlushed) {
  Memory memory = New(Types::kNonCoherent, 1000);
  EXPECT_TRUE(memory.Map().ok());
  for (uint64_t offset = 0; offset < 1000; offset += 37) {
    for (const uint64_t size : {1u, 5u, 64u, 200u, 1000u}) {
      const ByteRange atoms = memory.AtomRange({offset, size});
      EXPECT_TRUE(memory.Flush(atoms).ok()) << offset << " " << size;
      EXPECT_LE(atoms.offset, offset);
    }
  }
  EXPECT_TRUE(memory.Unmap().ok());
}

// --- Objects that are no more.

TEST_F(MemoryTest, FreesInItsDestructor) {
  { Memory memory = New(); }
  EXPECT_THAT(device(), NothingIsLive());
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(MemoryTest, FreeUnmapsImplicitlyAndIsNoFinding) {
  Memory memory = New();
  const HostPointer pointer = *memory.Map();
  EXPECT_TRUE(memory.Free().ok());
  EXPECT_THAT(device(), HasNoFindings());
  EXPECT_FALSE(pointer.Write({1}).ok());
  EXPECT_THAT(device(), HasFindingThat("memory0 was freed"));
}

TEST_F(MemoryTest, RefusesWhatComesAfterFree) {
  Memory memory = New();
  EXPECT_TRUE(memory.Free().ok());
  for (const absl::Status& refused :
       {memory.Map().status(), memory.Unmap(), memory.Flush(),
        memory.Invalidate(), memory.Free()}) {
    EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  }
  EXPECT_EQ(device().findings().size(), 5u);
}

TEST_F(MemoryTest, FreedBehindItsBackItIsRefusedAndFound) {
  Memory memory = New();
  EXPECT_TRUE(device().Free(memory.id()).ok());
  EXPECT_EQ(memory.Map().status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(memory.Free().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(device().findings().size(), 2u);
}

TEST_F(MemoryTest, CommandsOfAnotherDeviceAreNotSubmitted) {
  Device other(SmallDevice());
  CommandBuffer commands = other.NewCommandBuffer();
  EXPECT_EQ(device().Submit(queue(), {{{}, {&commands}, {}}}).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(device(), HasFindingThat("another device's"));
}

TEST_F(MemoryTest, TheDeviceDomainHasNoOtherBytes) {
  Memory memory = New();
  EXPECT_EQ(device().DeviceDomain(memory.id(), 1000), Byte::Undefined());
  EXPECT_TRUE(memory.Free().ok());
  EXPECT_EQ(device().DeviceDomain(memory.id(), 0), Byte::Undefined());
}

TEST_F(MemoryTest, MovesItsObjectAlong) {
  Memory first = New();
  const MemoryId id = first.id();
  Memory second = std::move(first);
  EXPECT_EQ(second.id(), id);
  EXPECT_TRUE(second.is_live());
  EXPECT_FALSE(first.is_live());  // NOLINT: what was moved from says so
  EXPECT_FALSE(first.Map().ok());
  EXPECT_THAT(device(), HasFindingThat("moved from"));
  second = New();
  EXPECT_FALSE(device().IsLive(id)) << "the one before is freed";
}

TEST_F(MemoryTest, VUID_vkFreeMemory_memory_00677_InUse) {
  Memory memory = New();
  CommandBuffer commands = device().NewCommandBuffer();
  EXPECT_TRUE(commands.Fill(memory.bytes({0, 64}), 7).ok());
  EXPECT_TRUE(device().Submit(queue(), {{{}, {&commands}, {}}}).ok());
  EXPECT_TRUE(Shows(kBreaks, "VUID-vkFreeMemory-memory-00677", memory.Free()));
  EXPECT_TRUE(device().WaitIdle().ok());
}

}  // namespace
}  // namespace incoherent
