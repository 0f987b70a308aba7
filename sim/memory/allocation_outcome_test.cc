// How vkAllocateMemory ends, and what else allocation.h decides.

#include <cstdint>

#include "gtest/gtest.h"
#include "sim/memory/allocation.h"
#include "tests/rule_row.h"

namespace incoherent {
namespace {

constexpr uint64_t kMiB = 1 << 20;

struct Device {
  Device() {
    properties.heaps = {{64 * kMiB, kHeapDeviceLocal | kHeapMultiInstance},
                        {16 * kMiB, 0}};
    properties.types = {{0x1, 0}, {0x6, 1}, {0x46, 1}};
    state.properties = &properties;
  }
  Device(const Device&) = delete;

  MemoryProperties properties;
  DeviceMemoryState state;
};

AllocateRequest Request(uint64_t size, uint32_t type_index) {
  AllocateRequest request;
  request.size = size;
  request.type_index = type_index;
  return request;
}

// ------------------------------------------------------- how it ends

TEST(AllocationEnds, OutOfDeviceMemoryWhenTheHeapIsFull) {
  Device device;
  HeapUsage heaps(device.properties.heaps);
  device.state.heaps = &heaps;
  ASSERT_TRUE(heaps.Take(1, 15 * kMiB));
  EXPECT_TRUE(CheckAllocation(device.state, Request(kMiB, 1)).ok());
  const absl::Status status =
      CheckAllocation(device.state, Request(kMiB + 1, 1));
  EXPECT_EQ(VuidOf(status), absl::nullopt);
  EXPECT_EQ(ReturnCodeOf(status), ReturnCode::kOutOfDeviceMemory);
  EXPECT_TRUE(CheckAllocation(device.state, Request(2 * kMiB, 0)).ok());
}

TEST(AllocationEnds, AFullHeapHoldsNoImportBack) {
  Device device;
  HeapUsage heaps(device.properties.heaps);
  device.state.heaps = &heaps;
  ASSERT_TRUE(heaps.Take(1, 16 * kMiB));
  AllocateRequest request = Request(kMiB, 1);
  request.origin = PayloadOrigin::kOpaqueFd;
  EXPECT_TRUE(CheckAllocation(device.state, request).ok());
  request.origin = PayloadOrigin::kHostPointer;
  request.host_pointer = 0x10000;
  request.host_pointer_type_bits = 0x2;
  EXPECT_TRUE(CheckAllocation(device.state, request).ok());
}

TEST(AllocationEnds, MoreThanTheAllocationLimitIsNoBrokenRule) {
  Device device;
  device.properties.heaps[0].size = uint64_t{1} << 40;
  device.properties.limits.max_memory_allocation_size = 1 << 30;
  const absl::Status status =
      CheckAllocation(device.state, Request(uint64_t{1} << 31, 0));
  EXPECT_EQ(VuidOf(status), absl::nullopt);
}

TEST(AllocationEnds, BrokenRulesThatLeaveNothingToAllocateFail) {
  Device device;
  EXPECT_EQ(ReturnCodeOf(CheckAllocation(device.state, Request(0, 1))),
            ReturnCode::kOutOfDeviceMemory);
  EXPECT_EQ(ReturnCodeOf(CheckAllocation(device.state, Request(1, 9))),
            ReturnCode::kOutOfDeviceMemory);
  EXPECT_EQ(ReturnCodeOf(CheckAllocation(device.state, Request(1, 2))),
            ReturnCode::kOutOfDeviceMemory);
  EXPECT_EQ(ReturnCodeOf(CheckAllocation(device.state, Request(17 * kMiB, 1))),
            ReturnCode::kOutOfDeviceMemory);
  device.state.live_allocations = 4096;
  EXPECT_EQ(ReturnCodeOf(CheckAllocation(device.state, Request(1, 1))),
            ReturnCode::kTooManyObjects);
}

TEST(AllocationEnds, OtherBrokenRulesDoNotStopTheCall) {
  Device device;
  AllocateRequest request = Request(kMiB, 1);
  request.priority = 2.0f;
  EXPECT_EQ(ReturnCodeOf(CheckAllocation(device.state, request)),
            absl::nullopt);
}

// What stops the call is found first, whatever else is wrong.
TEST(AllocationEnds, WithTheFailureRatherThanTheMisuse) {
  Device device;
  HeapUsage heaps(device.properties.heaps);
  device.state.heaps = &heaps;
  ASSERT_TRUE(heaps.Take(1, 16 * kMiB));
  AllocateRequest request = Request(kMiB, 1);
  request.priority = 2.0f;
  EXPECT_EQ(ReturnCodeOf(CheckAllocation(device.state, request)),
            ReturnCode::kOutOfDeviceMemory);
}

TEST(AllocationEnds, ASecondImportHidesNoFailureOfTheFirst) {
  Device device;
  AllocateRequest request = Request(17 * kMiB, 1);
  request.origin = PayloadOrigin::kOpaqueFd;
  request.import_count = 2;
  EXPECT_EQ(ReturnCodeOf(CheckAllocation(device.state, request)),
            ReturnCode::kOutOfDeviceMemory);
}

// --------------------------------------------------------- instances

struct InstanceRow {
  const char* what;
  uint32_t devices;
  uint32_t type_index;  // 0: on a MULTI_INSTANCE heap
  absl::optional<uint32_t> mask;
  bool several;
};

class InstanceTest : public testing::TestWithParam<InstanceRow> {};

TEST_P(InstanceTest, AreCounted) {
  const InstanceRow& row = GetParam();
  Device device;
  device.state.physical_device_count = row.devices;
  AllocateRequest request = Request(kMiB, row.type_index);
  request.flags.device_mask = row.mask;
  EXPECT_EQ(HasMultipleInstances(device.state, request), row.several);
}

const InstanceRow kInstanceRows[] = {
    {"one_device", 1, 0, absl::nullopt, false},
    {"two_devices", 2, 0, absl::nullopt, true},
    {"two_devices_one_instance_heap", 2, 1, absl::nullopt, false},
    {"mask_of_one", 2, 0, 0x2, false},
    {"mask_of_two", 2, 0, 0x3, true},
    {"mask_of_two_on_a_one_instance_heap", 2, 1, 0x3, true},
    {"mask_of_the_highest", 32, 0, 0x80000000, false},
    {"mask_of_the_ends", 32, 0, 0x80000001, true},
    {"mask_of_none", 2, 0, 0, false},
};

INSTANTIATE_TEST_SUITE_P(Allocation, InstanceTest,
                         testing::ValuesIn(kInstanceRows),
                         [](const auto& info) {
                           return std::string(info.param.what);
                         });

// ----------------------------------------- priority and commitment

constexpr char kPriority[] = "VUID-vkSetDeviceMemoryPriorityEXT-priority-06258";

struct PriorityRow {
  Verdict verdict;
  const char* what;
  float priority;
};

class PriorityTest : public testing::TestWithParam<PriorityRow> {};

TEST_P(PriorityTest, ObeysTheRule) {
  EXPECT_TRUE(Shows(GetParam().verdict, kPriority,
                    CheckMemoryPriority(GetParam().priority)));
}

const PriorityRow kPriorityRows[] = {
    {Verdict::kKeeps, "lowest", 0.0f},
    {Verdict::kKeeps, "negative_zero", -0.0f},
    {Verdict::kKeeps, "highest", 1.0f},
    {Verdict::kBreaks, "negative", -1e-30f},
    {Verdict::kBreaks, "above_one", 1.0000001f},
};

INSTANTIATE_TEST_SUITE_P(Allocation, PriorityTest,
                         testing::ValuesIn(kPriorityRows),
                         [](const testing::TestParamInfo<PriorityRow>& info) {
                           return RowName(kPriority, info.param.verdict,
                                          info.param.what);
                         });

constexpr char kCommitment[] = "VUID-vkGetDeviceMemoryCommitment-memory-00690";

struct CommitmentRow {
  Verdict verdict;
  const char* what;
  uint32_t property_flags;
};

class CommitmentTest : public testing::TestWithParam<CommitmentRow> {};

TEST_P(CommitmentTest, ObeysTheRule) {
  const MemoryType type = {GetParam().property_flags, 0};
  EXPECT_TRUE(
      Shows(GetParam().verdict, kCommitment, CheckCommitmentQuery(type)));
}

const CommitmentRow kCommitmentRows[] = {
    {Verdict::kKeeps, "lazy", kDeviceLocal | kLazilyAllocated},
    {Verdict::kBreaks, "local", kDeviceLocal},
    {Verdict::kBreaks, "visible", kHostVisible | kHostCoherent},
    {Verdict::kBreaks, "all_but_lazy", 0x1ff & ~kLazilyAllocated},
};

INSTANTIATE_TEST_SUITE_P(Allocation, CommitmentTest,
                         testing::ValuesIn(kCommitmentRows),
                         [](const testing::TestParamInfo<CommitmentRow>& info) {
                           return RowName(kCommitment, info.param.verdict,
                                          info.param.what);
                         });

}  // namespace
}  // namespace incoherent
