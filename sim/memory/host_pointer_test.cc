#include "sim/memory/host_pointer.h"

#include <cstdint>

#include "gtest/gtest.h"
#include "sim/memory/allocation.h"
#include "tests/rule_row.h"

namespace incoherent {
namespace {

constexpr uint64_t kPage = 4096;  // minImportedHostPointerAlignment
constexpr Verdict kBreaks = Verdict::kBreaks;
constexpr Verdict kKeeps = Verdict::kKeeps;

MemoryLimits Limits() {
  MemoryLimits limits;
  limits.min_imported_host_pointer_alignment = kPage;
  return limits;
}

// Every broken rule ends the call as Vulkan ends it for a bad handle.
void ExpectVerdict(Verdict verdict, const char* rule,
                   const absl::Status& status) {
  EXPECT_TRUE(Shows(verdict, rule, status));
  if (verdict == kBreaks) {
    EXPECT_EQ(ReturnCodeOf(status), ReturnCode::kInvalidExternalHandle);
  }
}

// ----------------------------- vkGetMemoryHostPointerPropertiesEXT

struct QueryRow {
  const char* rule;
  Verdict verdict;
  const char* what;
  uint32_t handle_type;
  uint64_t address;
};

template <typename Row>
std::string NameOf(const testing::TestParamInfo<Row>& info) {
  return RowName(info.param.rule, info.param.verdict, info.param.what);
}

class QueryTest : public testing::TestWithParam<QueryRow> {};

TEST_P(QueryTest, ObeysTheRule) {
  const QueryRow& row = GetParam();
  ExpectVerdict(row.verdict, row.rule,
                CheckHostPointerQuery(Limits(), row.handle_type, row.address));
}

constexpr char kQueryType[] =
    "VUID-vkGetMemoryHostPointerPropertiesEXT-handleType-01752";
constexpr char kQueryPointer[] =
    "VUID-vkGetMemoryHostPointerPropertiesEXT-pHostPointer-01753";
const QueryRow kQueryRows[] = {
    {kQueryType, kKeeps, "host_allocation", 0x80, kPage},
    {kQueryType, kKeeps, "mapped_foreign_memory", 0x100, kPage},
    {kQueryType, kBreaks, "none", 0, kPage},
    {kQueryType, kBreaks, "both", 0x180, kPage},
    {kQueryType, kBreaks, "opaque_fd", 0x1, kPage},
    {kQueryType, kBreaks, "dma_buf", 0x200, kPage},
    {kQueryPointer, kKeeps, "one_page", 0x80, kPage},
    {kQueryPointer, kKeeps, "highest_page", 0x80, ~uint64_t{0} - kPage + 1},
    {kQueryPointer, kBreaks, "one_byte", 0x80, kPage + 1},
    {kQueryPointer, kBreaks, "half_a_page", 0x100, kPage / 2},
    {kQueryPointer, kBreaks, "one_byte_below_a_page", 0x80, 2 * kPage - 1},
};
INSTANTIATE_TEST_SUITE_P(HostPointer, QueryTest, testing::ValuesIn(kQueryRows),
                         NameOf<QueryRow>);

// ------------------------------------ VkImportMemoryHostPointerInfoEXT

struct TypeRow {
  const char* rule;
  Verdict verdict;
  const char* what;
  uint32_t handle_type;
};

MemoryProperties Device();

class HandleTypeTest : public testing::TestWithParam<TypeRow> {};

TEST_P(HandleTypeTest, ObeysTheRule) {
  const TypeRow& row = GetParam();
  AllocateRequest request;
  request.origin = PayloadOrigin::kHostPointer;
  request.size = kPage;
  request.host_pointer = kPage;
  request.host_pointer_handle_type = row.handle_type;
  request.host_pointer_type_bits = ~uint32_t{0};
  ExpectVerdict(row.verdict, row.rule,
                CheckHostPointerImport(Device(), request));
}

constexpr char kHandleType[] =
    "VUID-VkImportMemoryHostPointerInfoEXT-handleType-01748";
const TypeRow kTypeRows[] = {
    {kHandleType, kBreaks, "none", 0},
    {kHandleType, kKeeps, "host_allocation", kHandleTypeHostAllocation},
    {kHandleType, kKeeps, "foreign", kHandleTypeHostMappedForeignMemory},
    {kHandleType, kBreaks, "both", 0x180},
    {kHandleType, kBreaks, "opaque_fd", 0x1},
    {kHandleType, kBreaks, "unknown", 0x80000000},
};
INSTANTIATE_TEST_SUITE_P(HostPointer, HandleTypeTest,
                         testing::ValuesIn(kTypeRows), NameOf<TypeRow>);

// ------------------------------------------- vkAllocateMemory, import

struct ImportRow {
  const char* rule;
  Verdict verdict;
  const char* what;
  uint64_t address, size;
  uint32_t type_index, type_bits;
};

class ImportTest : public testing::TestWithParam<ImportRow> {};

AllocateRequest ImportOf(const ImportRow& row) {
  AllocateRequest request;
  request.origin = PayloadOrigin::kHostPointer;
  request.import_count = 1;
  request.size = row.size;
  request.type_index = row.type_index;
  request.host_pointer = row.address;
  request.host_pointer_type_bits = row.type_bits;
  return request;
}

// A heap of size 0 may exist for host pointers alone.
MemoryProperties Device() {
  MemoryProperties properties;
  properties.heaps = {{1u << 30, kHeapDeviceLocal}, {0, 0}};
  properties.types = {{0x1, 0}, {0x6, 1}, {0xa, 1}};
  properties.types.resize(32, {0xa, 1});
  properties.limits = Limits();
  return properties;
}

TEST_P(ImportTest, ObeysTheRule) {
  const ImportRow& row = GetParam();
  ExpectVerdict(row.verdict, row.rule,
                CheckHostPointerImport(Device(), ImportOf(row)));
}

TEST_P(ImportTest, ObeysTheRuleAsAnAllocation) {
  const ImportRow& row = GetParam();
  const MemoryProperties properties = Device();
  DeviceMemoryState device;
  device.properties = &properties;
  ExpectVerdict(row.verdict, row.rule, CheckAllocation(device, ImportOf(row)));
}

constexpr char kPointer[] =
    "VUID-VkImportMemoryHostPointerInfoEXT-pHostPointer-01749";
constexpr char kSize[] = "VUID-VkMemoryAllocateInfo-allocationSize-01745";
constexpr char kType[] = "VUID-VkMemoryAllocateInfo-memoryTypeIndex-01744";
const ImportRow kImportRows[] = {
    {kPointer, kKeeps, "one_page", kPage, kPage, 2, 0x6},
    {kPointer, kBreaks, "one_byte", kPage + 1, kPage, 2, 0x6},
    {kPointer, kBreaks, "half_a_page", kPage / 2, kPage, 2, 0x6},
    {kSize, kKeeps, "one_page", kPage, kPage, 2, 0x6},
    {kSize, kKeeps, "many_pages", kPage, 1000 * kPage, 2, 0x6},
    {kSize, kBreaks, "one_byte", kPage, 1, 2, 0x6},
    {kSize, kBreaks, "one_byte_less", kPage, 2 * kPage - 1, 2, 0x6},
    {kSize, kBreaks, "one_byte_more", kPage, kPage + 1, 2, 0x6},
    {kType, kKeeps, "lowest_bit", kPage, kPage, 1, 0x2},
    {kType, kKeeps, "type_zero", kPage, kPage, 0, 0x1},
    {kType, kKeeps, "type_31", kPage, kPage, 31, 0x80000000},
    {kType, kBreaks, "other_bit", kPage, kPage, 1, 0x4},
    {kType, kBreaks, "no_bits", kPage, kPage, 2, 0},
    {kType, kBreaks, "all_but_one", kPage, kPage, 2, ~0x4u},
    {kType, kBreaks, "not_type_31", kPage, kPage, 31, 0x7fffffff},
};
INSTANTIATE_TEST_SUITE_P(HostPointer, ImportTest,
                         testing::ValuesIn(kImportRows), NameOf<ImportRow>);

// Zero is a multiple of every alignment, so no rule is broken; there is
// nothing to import either.
TEST(HostPointerImport, OfNothingFailsWithoutAVuid) {
  const ImportRow row = {"", kKeeps, "", kPage, 0, 2, 0x6};
  const absl::Status status = CheckHostPointerImport(Device(), ImportOf(row));
  EXPECT_EQ(VuidOf(status), absl::nullopt);
  EXPECT_EQ(ReturnCodeOf(status), ReturnCode::kInvalidExternalHandle);
}

TEST(HostPointerImport, SaysNothingOfOtherOrigins) {
  ImportRow row = {"", kKeeps, "", kPage + 1, 7, 2, 0};
  for (const PayloadOrigin origin :
       {PayloadOrigin::kNew, PayloadOrigin::kOpaqueFd,
        PayloadOrigin::kOtherImport}) {
    AllocateRequest request = ImportOf(row);
    request.origin = origin;
    EXPECT_TRUE(CheckHostPointerImport(Device(), request).ok());
  }
}

}  // namespace
}  // namespace incoherent
