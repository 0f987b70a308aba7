#include "sim/memory/allocation.h"

#include <cmath>
#include <cstdint>

#include "gtest/gtest.h"
#include "tests/rule_row.h"

namespace incoherent {
namespace {

constexpr Verdict kBreaks = Verdict::kBreaks;
constexpr Verdict kKeeps = Verdict::kKeeps;
constexpr uint64_t kMiB = 1 << 20;

// Types of the device below.
constexpr uint32_t kLocal = 0, kVisible = 1, kProtectedType = 2, kAmd = 3;

// A valid allocation of new memory, and the device that it is made on.
struct Call {
  Call() {
    properties.heaps = {{64 * kMiB, kHeapDeviceLocal}, {16 * kMiB, 0}};
    properties.types = {{0x1, 0}, {0x6, 1}, {0x21, 0}, {0x46, 1}};
    properties.limits.min_imported_host_pointer_alignment = 4096;
    device.properties = &properties;
    device.features = {true, true, true, true};
    request.size = kMiB;
    request.type_index = kVisible;
  }
  Call(const Call&) = delete;

  void Import(PayloadOrigin origin) {
    request.host_pointer = 0x10000;
    request.origin = origin;
    request.import_count = 1;
    request.host_pointer_type_bits = 0xf;
  }

  MemoryProperties properties;
  DeviceMemoryState device;
  AllocateRequest request;
};

// A row changes the valid call.
struct AllocateRow {
  const char* rule;
  Verdict verdict;
  const char* what;
  void (*change)(Call& call);
};

class AllocationTest : public testing::TestWithParam<AllocateRow> {};

TEST_P(AllocationTest, ObeysTheRule) {
  Call call;
  GetParam().change(call);
  EXPECT_TRUE(Shows(GetParam().verdict, GetParam().rule,
                    CheckAllocation(call.device, call.request)));
}

constexpr char kHeapSize[] = "VUID-vkAllocateMemory-pAllocateInfo-01713";
constexpr char kTypeCount[] = "VUID-vkAllocateMemory-pAllocateInfo-01714";
constexpr char kCount[] =
    "VUID-vkAllocateMemory-maxMemoryAllocationCount-04101";
constexpr char kAmdFeature[] =
    "VUID-vkAllocateMemory-deviceCoherentMemory-02790";
constexpr char kProtectedFeature[] =
    "VUID-VkMemoryAllocateInfo-memoryTypeIndex-01872";
constexpr char kSize[] = "VUID-VkMemoryAllocateInfo-allocationSize-07897";
constexpr char kExportSize[] = "VUID-VkMemoryAllocateInfo-allocationSize-07899";

const AllocateRow kDeviceRows[] = {
    {kHeapSize, kKeeps, "small", [](Call&) {}},
    {kHeapSize, kKeeps, "the_heap",
     [](Call& c) { c.request.size = 16 * kMiB; }},
    {kHeapSize, kBreaks, "one_byte_more_than_the_heap",
     [](Call& c) { c.request.size = 16 * kMiB + 1; }},
    {kHeapSize, kBreaks, "largest_size",
     [](Call& c) { c.request.size = ~uint64_t{0}; }},
    {kHeapSize, kKeeps, "heap_of_the_type_counts",
     [](Call& c) {
       c.request = {64 * kMiB, kLocal};
     }},
    {kHeapSize, kKeeps, "host_pointers_are_exempt",
     [](Call& c) {
       c.Import(PayloadOrigin::kHostPointer);
       c.properties.heaps[1].size = 0;
     }},
    {kHeapSize, kBreaks, "other_imports_are_not",
     [](Call& c) {
       c.Import(PayloadOrigin::kOtherImport);
       c.properties.heaps[1].size = 0;
     }},
    {kTypeCount, kKeeps, "last", [](Call& c) { c.request.type_index = kAmd; }},
    {kTypeCount, kBreaks, "count", [](Call& c) { c.request.type_index = 4; }},
    {kTypeCount, kBreaks, "largest",
     [](Call& c) { c.request.type_index = ~0u; }},
    {kCount, kKeeps, "last_one",
     [](Call& c) { c.device.live_allocations = 4095; }},
    {kCount, kBreaks, "one_more",
     [](Call& c) { c.device.live_allocations = 4096; }},
    {kCount, kBreaks, "imports_count",
     [](Call& c) {
       c.Import(PayloadOrigin::kHostPointer);
       c.device.live_allocations = 5000;
     }},
    {kAmdFeature, kKeeps, "enabled",
     [](Call& c) { c.request.type_index = kAmd; }},
    {kAmdFeature, kBreaks, "not_enabled",
     [](Call& c) {
       c.request.type_index = kAmd;
       c.device.features.device_coherent_memory = false;
     }},
    {kAmdFeature, kKeeps, "not_needed",
     [](Call& c) { c.device.features.device_coherent_memory = false; }},
    {kProtectedFeature, kKeeps, "enabled",
     [](Call& c) { c.request.type_index = kProtectedType; }},
    {kProtectedFeature, kBreaks, "not_enabled",
     [](Call& c) {
       c.request.type_index = kProtectedType;
       c.device.features.protected_memory = false;
     }},
    {kSize, kKeeps, "one_byte", [](Call& c) { c.request.size = 1; }},
    {kSize, kBreaks, "zero", [](Call& c) { c.request.size = 0; }},
    {kSize, kKeeps, "zero_with_another_import",
     [](Call& c) {
       c.Import(PayloadOrigin::kOtherImport);
       c.request.size = 0;
     }},
    {kExportSize, kKeeps, "one_byte",
     [](Call& c) {
       c.request.exportable = true;
       c.request.size = 1;
     }},
    {kExportSize, kBreaks, "zero",
     [](Call& c) {
       c.request.exportable = true;
       c.request.size = 0;
     }},
};

constexpr char kOneImport[] = "VUID-VkMemoryAllocateInfo-None-06657";
constexpr char kFd[] = "VUID-VkMemoryAllocateInfo-allocationSize-01742";

void ImportFd(Call& c, uint64_t exported_size, uint32_t exported_type) {
  c.Import(PayloadOrigin::kOpaqueFd);
  c.request.exported_size = exported_size;
  c.request.exported_type_index = exported_type;
}

const AllocateRow kImportRows[] = {
    {kOneImport, kKeeps, "one",
     [](Call& c) { c.Import(PayloadOrigin::kOtherImport); }},
    {kOneImport, kBreaks, "two",
     [](Call& c) {
       c.Import(PayloadOrigin::kHostPointer);
       c.request.import_count = 2;
     }},
    {kFd, kKeeps, "as_exported", [](Call& c) { ImportFd(c, kMiB, kVisible); }},
    {kFd, kKeeps, "unknown_origin",
     [](Call& c) { c.Import(PayloadOrigin::kOpaqueFd); }},
    {kFd, kBreaks, "larger", [](Call& c) { ImportFd(c, kMiB - 1, kVisible); }},
    {kFd, kBreaks, "smaller", [](Call& c) { ImportFd(c, kMiB + 1, kVisible); }},
    {kFd, kBreaks, "other_type", [](Call& c) { ImportFd(c, kMiB, kLocal); }},
};

constexpr char kReplayAddress[] =
    "VUID-VkMemoryAllocateInfo-opaqueCaptureAddress-03329";
constexpr char kReplayFeature[] = "VUID-VkMemoryAllocateInfo-flags-03330";
constexpr char kAddressFeature[] = "VUID-VkMemoryAllocateInfo-flags-03331";
constexpr char kHostPointerAddress[] = "VUID-VkMemoryAllocateInfo-pNext-03332";
constexpr char kImportAddress[] =
    "VUID-VkMemoryAllocateInfo-opaqueCaptureAddress-03333";
constexpr char kMask[] = "VUID-VkMemoryAllocateFlagsInfo-deviceMask-00675";
constexpr char kMaskZero[] = "VUID-VkMemoryAllocateFlagsInfo-deviceMask-00676";
constexpr char kZeroImport[] = "VUID-VkMemoryAllocateFlagsInfo-flags-10760";
constexpr char kZeroProtected[] = "VUID-VkMemoryAllocateFlagsInfo-flags-10761";

void Replay(Call& c, uint64_t address) {
  c.request.flags.device_address = true;
  c.request.flags.capture_replay = true;
  c.request.flags.opaque_capture_address = address;
}
void Mask(Call& c, uint32_t devices, uint32_t mask) {
  c.device.physical_device_count = devices;
  c.request.flags.device_mask = mask;
}

const AllocateRow kFlagRows[] = {
    {kReplayAddress, kKeeps, "with_the_flag", [](Call& c) { Replay(c, 64); }},
    {kReplayAddress, kKeeps, "zero_without",
     [](Call& c) { c.request.flags.opaque_capture_address = 0; }},
    {kReplayAddress, kBreaks, "without_the_flag",
     [](Call& c) { c.request.flags.opaque_capture_address = 64; }},
    {kReplayFeature, kKeeps, "enabled", [](Call& c) { Replay(c, 0); }},
    {kReplayFeature, kBreaks, "not_enabled",
     [](Call& c) {
       Replay(c, 0);
       c.device.features.buffer_device_address_capture_replay = false;
     }},
    {kAddressFeature, kKeeps, "enabled",
     [](Call& c) { c.request.flags.device_address = true; }},
    {kAddressFeature, kBreaks, "not_enabled",
     [](Call& c) {
       c.request.flags.device_address = true;
       c.device.features.buffer_device_address = false;
     }},
    {kHostPointerAddress, kKeeps, "zero",
     [](Call& c) {
       c.Import(PayloadOrigin::kHostPointer);
       Replay(c, 0);
     }},
    {kHostPointerAddress, kBreaks, "nonzero",
     [](Call& c) {
       c.Import(PayloadOrigin::kHostPointer);
       Replay(c, 64);
     }},
    {kImportAddress, kKeeps, "zero",
     [](Call& c) {
       c.Import(PayloadOrigin::kOpaqueFd);
       Replay(c, 0);
     }},
    {kImportAddress, kBreaks, "fd",
     [](Call& c) {
       c.Import(PayloadOrigin::kOpaqueFd);
       Replay(c, 64);
     }},
    {kImportAddress, kBreaks, "other",
     [](Call& c) {
       c.Import(PayloadOrigin::kOtherImport);
       Replay(c, 64);
     }},
    {kMask, kKeeps, "all", [](Call& c) { Mask(c, 2, 0x3); }},
    {kMask, kKeeps, "second_of_two", [](Call& c) { Mask(c, 2, 0x2); }},
    {kMask, kKeeps, "all_of_32", [](Call& c) { Mask(c, 32, 0xffffffff); }},
    {kMask, kBreaks, "second_of_one", [](Call& c) { Mask(c, 1, 0x2); }},
    {kMask, kBreaks, "third_of_two", [](Call& c) { Mask(c, 2, 0x7); }},
    {kMaskZero, kKeeps, "one_device", [](Call& c) { Mask(c, 1, 0x1); }},
    {kMaskZero, kKeeps, "no_mask", [](Call&) {}},
    {kMaskZero, kBreaks, "zero", [](Call& c) { Mask(c, 2, 0); }},
    {kZeroImport, kKeeps, "new_memory",
     [](Call& c) { c.request.flags.zero_initialize = true; }},
    {kZeroImport, kBreaks, "fd",
     [](Call& c) {
       c.Import(PayloadOrigin::kOpaqueFd);
       c.request.flags.zero_initialize = true;
     }},
    {kZeroImport, kBreaks, "host_pointer",
     [](Call& c) {
       c.Import(PayloadOrigin::kHostPointer);
       c.request.flags.zero_initialize = true;
     }},
    {kZeroProtected, kKeeps, "protected_as_it_comes",
     [](Call& c) { c.request.type_index = kProtectedType; }},
    {kZeroProtected, kBreaks, "protected",
     [](Call& c) {
       c.request.type_index = kProtectedType;
       c.request.flags.zero_initialize = true;
     }},
};

constexpr char kDedicatedBoth[] =
    "VUID-VkMemoryDedicatedAllocateInfo-image-01432";
constexpr char kImageSparse[] =
    "VUID-VkMemoryDedicatedAllocateInfo-image-01434";
constexpr char kBufferSparse[] =
    "VUID-VkMemoryDedicatedAllocateInfo-buffer-01436";
constexpr char kDisjoint[] = "VUID-VkMemoryDedicatedAllocateInfo-image-01797";
constexpr char kImageSize[] = "VUID-VkMemoryDedicatedAllocateInfo-image-02964";
constexpr char kBufferSize[] =
    "VUID-VkMemoryDedicatedAllocateInfo-buffer-02965";
constexpr char kDedicatedImport[] = "VUID-VkMemoryAllocateInfo-pNext-02806";
constexpr char kPriority[] =
    "VUID-VkMemoryPriorityAllocateInfoEXT-priority-02602";

DedicatedResource Buffer() { return {true, false, false, false, {}}; }
DedicatedResource Image() { return {false, true, false, false, {}}; }

const AllocateRow kDedicatedRows[] = {
    {kDedicatedBoth, kKeeps, "image",
     [](Call& c) { c.request.dedicated = Image(); }},
    {kDedicatedBoth, kKeeps, "buffer",
     [](Call& c) { c.request.dedicated = Buffer(); }},
    {kDedicatedBoth, kBreaks, "both",
     [](Call& c) {
       c.request.dedicated = Image();
       c.request.dedicated.names_buffer = true;
     }},
    {kImageSparse, kBreaks, "sparse",
     [](Call& c) {
       c.request.dedicated = Image();
       c.request.dedicated.sparse_binding = true;
     }},
    {kBufferSparse, kBreaks, "sparse",
     [](Call& c) {
       c.request.dedicated = Buffer();
       c.request.dedicated.sparse_binding = true;
     }},
    {kDisjoint, kBreaks, "disjoint",
     [](Call& c) {
       c.request.dedicated = Image();
       c.request.dedicated.disjoint = true;
     }},
    {kImageSize, kKeeps, "exactly",
     [](Call& c) {
       c.request.dedicated = Image();
       c.request.dedicated.required_size = kMiB;
     }},
    {kImageSize, kBreaks, "one_byte_less",
     [](Call& c) {
       c.request.dedicated = Image();
       c.request.dedicated.required_size = kMiB + 1;
     }},
    {kBufferSize, kKeeps, "more",
     [](Call& c) {
       c.request.dedicated = Buffer();
       c.request.dedicated.required_size = kMiB - 1;
     }},
    {kBufferSize, kBreaks, "one_byte_less",
     [](Call& c) {
       c.request.dedicated = Buffer();
       c.request.dedicated.required_size = kMiB + 1;
     }},
    {kDedicatedImport, kKeeps, "fd",
     [](Call& c) {
       c.Import(PayloadOrigin::kOpaqueFd);
       c.request.dedicated = Buffer();
     }},
    {kDedicatedImport, kBreaks, "host_pointer_for_a_buffer",
     [](Call& c) {
       c.Import(PayloadOrigin::kHostPointer);
       c.request.dedicated = Buffer();
     }},
    {kDedicatedImport, kBreaks, "host_pointer_for_an_image",
     [](Call& c) {
       c.Import(PayloadOrigin::kHostPointer);
       c.request.dedicated = Image();
     }},
    {kPriority, kKeeps, "none", [](Call&) {}},
    {kPriority, kKeeps, "lowest", [](Call& c) { c.request.priority = 0.0f; }},
    {kPriority, kKeeps, "highest", [](Call& c) { c.request.priority = 1.0f; }},
    {kPriority, kBreaks, "negative",
     [](Call& c) { c.request.priority = -0.001f; }},
    {kPriority, kBreaks, "above_one",
     [](Call& c) { c.request.priority = 1.001f; }},
    {kPriority, kBreaks, "not_a_number",
     [](Call& c) { c.request.priority = NAN; }},
};

std::string AllocateName(const testing::TestParamInfo<AllocateRow>& info) {
  return RowName(info.param.rule, info.param.verdict, info.param.what);
}

INSTANTIATE_TEST_SUITE_P(Device, AllocationTest, testing::ValuesIn(kDeviceRows),
                         AllocateName);
INSTANTIATE_TEST_SUITE_P(Import, AllocationTest, testing::ValuesIn(kImportRows),
                         AllocateName);
INSTANTIATE_TEST_SUITE_P(Flag, AllocationTest, testing::ValuesIn(kFlagRows),
                         AllocateName);
INSTANTIATE_TEST_SUITE_P(Dedicated, AllocationTest,
                         testing::ValuesIn(kDedicatedRows), AllocateName);

}  // namespace
}  // namespace incoherent
