#include "sim/memory/placed_map.h"

#include <cstdint>
#include <ostream>
#include <vector>

#include "gtest/gtest.h"
#include "tests/rule_row.h"

namespace incoherent {
namespace {

constexpr uint64_t kMost = ~uint64_t{0};
constexpr uint64_t kPage = 0x10000;  // minPlacedMemoryMapAlignment
constexpr Verdict kBreaks = Verdict::kBreaks;
constexpr Verdict kKeeps = Verdict::kKeeps;

// A valid placed map of a whole object of four pages, at page 16.
struct Call {
  Call() {
    rules.features = {true, true, true};
    rules.min_placed_memory_map_alignment = kPage;
    memory.size = 4 * kPage;
    memory.type.property_flags = kHostVisible | kHostCached;
    request.map = {CommandForm::kMapMemory2, 0, kWholeSize};
    request.address = 16 * kPage;
  }

  PlacedMapRules rules;
  DeviceMemoryInfo memory;
  PlacedMapRequest request;
  std::vector<ByteRange> in_use;
};

// A row changes the valid call.
struct PlacedRow {
  const char* rule;
  Verdict verdict;
  const char* what;
  void (*change)(Call& call);
};

class PlacedMapTest : public testing::TestWithParam<PlacedRow> {};

TEST_P(PlacedMapTest, ObeysTheRule) {
  const PlacedRow& row = GetParam();
  Call call;
  row.change(call);
  const absl::Status status =
      CheckPlacedMap(call.rules, call.memory, call.request, call.in_use);
  EXPECT_TRUE(Shows(row.verdict, row.rule, status));
  if (row.verdict == kBreaks) {
    EXPECT_EQ(ReturnCodeOf(status), ReturnCode::kMemoryMapFailed);
  }
}

constexpr char kFeature[] = "VUID-VkMemoryMapInfo-flags-09569";
constexpr char kAddressGiven[] = "VUID-VkMemoryMapInfo-flags-09570";
constexpr char kWholeOffset[] = "VUID-VkMemoryMapInfo-flags-09571";
constexpr char kWholeObject[] = "VUID-VkMemoryMapInfo-flags-09572";
constexpr char kOffset[] = "VUID-VkMemoryMapInfo-flags-09573";
constexpr char kSize[] = "VUID-VkMemoryMapInfo-flags-09574";
constexpr char kImport[] = "VUID-VkMemoryMapInfo-flags-09575";
constexpr char kWholeSizeRule[] = "VUID-VkMemoryMapInfo-flags-09651";
constexpr char kAddress[] =
    "VUID-VkMemoryMapPlacedInfoEXT-pPlacedAddress-09577";
constexpr char kOverlap[] =
    "VUID-VkMemoryMapPlacedInfoEXT-pPlacedAddress-09578";

void NoRanges(Call& call) {
  call.rules.features.memory_map_range_placed = false;
}
void MapRange(Call& call, uint64_t offset, uint64_t size) {
  call.request.map.offset = offset;
  call.request.map.size = size;
}

const PlacedRow kRequestRows[] = {
    {kFeature, kKeeps, "enabled", [](Call&) {}},
    {kFeature, kBreaks, "not_enabled",
     [](Call& c) { c.rules.features.memory_map_placed = false; }},
    {kFeature, kBreaks, "only_the_others",
     [](Call& c) {
       c.rules.features = {false, true, true};
     }},
    {kFeature, kKeeps, "no_other",
     [](Call& c) {
       c.rules.features = {true, false, false};
     }},
    {kAddressGiven, kKeeps, "lowest_page",
     [](Call& c) { c.request.address = kPage; }},
    {kAddressGiven, kBreaks, "missing",
     [](Call& c) { c.request.address = absl::nullopt; }},
    {kImport, kKeeps, "new_payload",
     [](Call& c) { c.memory.imported_from_host_pointer = false; }},
    {kImport, kBreaks, "host_pointer",
     [](Call& c) { c.memory.imported_from_host_pointer = true; }},
};
const PlacedRow kWholeRows[] = {
    {kWholeOffset, kKeeps, "whole_at_zero", NoRanges},
    {kWholeOffset, kBreaks, "second_page",
     [](Call& c) { NoRanges(c), MapRange(c, kPage, kWholeSize); }},
    {kWholeOffset, kBreaks, "one_byte",
     [](Call& c) { NoRanges(c), MapRange(c, 1, kWholeSize); }},
    {kWholeObject, kKeeps, "allocation_size",
     [](Call& c) { NoRanges(c), MapRange(c, 0, 4 * kPage); }},
    {kWholeObject, kBreaks, "one_page_less",
     [](Call& c) { NoRanges(c), MapRange(c, 0, 3 * kPage); }},
    {kWholeObject, kBreaks, "one_byte_less",
     [](Call& c) { NoRanges(c), MapRange(c, 0, 4 * kPage - 1); }},
    {kWholeObject, kBreaks, "one_page_more",
     [](Call& c) { NoRanges(c), MapRange(c, 0, 5 * kPage); }},
};
const PlacedRow kAlignmentRows[] = {
    {kOffset, kKeeps, "one_page",
     [](Call& c) { MapRange(c, kPage, kWholeSize); }},
    {kOffset, kBreaks, "one_byte", [](Call& c) { MapRange(c, 1, kPage); }},
    {kOffset, kBreaks, "half_a_page",
     [](Call& c) { MapRange(c, kPage / 2, kPage); }},
    {kOffset, kBreaks, "half_a_page_whole",
     [](Call& c) { MapRange(c, kPage / 2, kWholeSize); }},
    {kSize, kKeeps, "one_page", [](Call& c) { MapRange(c, 0, kPage); }},
    {kSize, kKeeps, "last_page",
     [](Call& c) { MapRange(c, 3 * kPage, kPage); }},
    {kSize, kBreaks, "one_byte", [](Call& c) { MapRange(c, 0, 1); }},
    {kSize, kBreaks, "one_byte_more_than_a_page",
     [](Call& c) { MapRange(c, 0, kPage + 1); }},
    {kSize, kBreaks, "odd_object",
     [](Call& c) {
       NoRanges(c);
       c.memory.size = kPage + 64;
       MapRange(c, 0, kPage + 64);
     }},
    {kWholeSizeRule, kKeeps, "aligned_object", [](Call&) {}},
    {kWholeSizeRule, kBreaks, "odd_object",
     [](Call& c) { c.memory.size = 4 * kPage + 64; }},
    {kWholeSizeRule, kBreaks, "odd_object_without_ranges",
     [](Call& c) { NoRanges(c), c.memory.size = kPage - 1; }},
    {kWholeSizeRule, kBreaks, "odd_object_from_a_page",
     [](Call& c) {
       c.memory.size = 2 * kPage + 1;
       MapRange(c, kPage, kWholeSize);
     }},
    // An odd object may be placed in part.
    {kWholeSizeRule, kKeeps, "part_of_an_odd_object",
     [](Call& c) {
       c.memory.size = 2 * kPage + 1;
       MapRange(c, kPage, kPage);
     }},
    {kAddress, kKeeps, "one_page", [](Call& c) { c.request.address = kPage; }},
    {kAddress, kBreaks, "one_byte", [](Call& c) { *c.request.address += 1; }},
    {kAddress, kBreaks, "half_a_page",
     [](Call& c) { *c.request.address += kPage / 2; }},
    {kAddress, kKeeps, "finer_alignment",
     [](Call& c) {
       c.rules.min_placed_memory_map_alignment = kPage / 2;
       *c.request.address += kPage / 2;
     }},
};
const PlacedRow kOverlapRows[] = {
    {kOverlap, kKeeps, "nothing_mapped", [](Call&) {}},
    {kOverlap, kKeeps, "right_before",
     [](Call& c) {
       c.in_use = {{15 * kPage, kPage}};
     }},
    {kOverlap, kKeeps, "right_behind",
     [](Call& c) {
       c.in_use = {{20 * kPage, kPage}};
     }},
    {kOverlap, kBreaks, "same",
     [](Call& c) {
       c.in_use = {{16 * kPage, 4 * kPage}};
     }},
    {kOverlap, kBreaks, "last_byte_of_another",
     [](Call& c) {
       c.in_use = {{15 * kPage, kPage + 1}};
     }},
    {kOverlap, kBreaks, "first_byte_of_another",
     [](Call& c) {
       c.in_use = {{20 * kPage - 1, 64}};
     }},
    {kOverlap, kBreaks, "around_another",
     [](Call& c) {
       c.in_use = {{17 * kPage, 1}};
     }},
    {kOverlap, kBreaks, "inside_another",
     [](Call& c) {
       c.in_use = {{0, 64 * kPage}};
     }},
    {kOverlap, kBreaks, "second_of_two",
     [](Call& c) {
       c.in_use = {{0, kPage}, {17 * kPage, kPage}};
     }},
    {kOverlap, kKeeps, "between_two",
     [](Call& c) {
       c.in_use = {{0, 16 * kPage}, {20 * kPage, kPage}};
     }},
    // What counts is the part that is mapped, not the object.
    {kOverlap, kKeeps, "behind_a_mapped_page",
     [](Call& c) {
       MapRange(c, 0, kPage);
       c.in_use = {{17 * kPage, kPage}};
     }},
    {kOverlap, kKeeps, "behind_the_whole_from_a_page",
     [](Call& c) {
       MapRange(c, 3 * kPage, kWholeSize);
       c.in_use = {{17 * kPage, kPage}};
     }},
    {kOverlap, kBreaks, "end_of_the_whole_from_a_page",
     [](Call& c) {
       MapRange(c, 2 * kPage, kWholeSize);
       c.in_use = {{17 * kPage, kPage}};
     }},
    {kOverlap, kKeeps, "highest_page",
     [](Call& c) { c.request.address = kMost - 5 * kPage + 1; }},
};

std::string PlacedName(const testing::TestParamInfo<PlacedRow>& info) {
  return RowName(info.param.rule, info.param.verdict, info.param.what);
}

INSTANTIATE_TEST_SUITE_P(Request, PlacedMapTest,
                         testing::ValuesIn(kRequestRows), PlacedName);
INSTANTIATE_TEST_SUITE_P(Whole, PlacedMapTest, testing::ValuesIn(kWholeRows),
                         PlacedName);
INSTANTIATE_TEST_SUITE_P(Alignment, PlacedMapTest,
                         testing::ValuesIn(kAlignmentRows), PlacedName);
INSTANTIATE_TEST_SUITE_P(Overlap, PlacedMapTest,
                         testing::ValuesIn(kOverlapRows), PlacedName);

// No rule forbids it, but no address range wraps.
TEST(PlacedMap, CannotWrapAroundTheAddressSpace) {
  for (const uint64_t pages : {uint64_t{1}, uint64_t{2}, uint64_t{3}}) {
    Call call;
    call.request.address = kMost - pages * kPage + 1;
    const absl::Status status =
        CheckPlacedMap(call.rules, call.memory, call.request, call.in_use);
    EXPECT_EQ(VuidOf(status), absl::nullopt) << pages;
    EXPECT_EQ(ReturnCodeOf(status), ReturnCode::kMemoryMapFailed) << pages;
  }
}

// Such an offset breaks offset-07959, which is DeviceMemory::Map's to say: no
// address range follows from it that could overlap another.
TEST(PlacedMap, LeavesAnOffsetBeyondTheObjectToMap) {
  Call call;
  MapRange(call, 6 * kPage, kWholeSize);
  call.request.address = kPage;
  call.in_use = {{64 * kPage, kPage}};
  const absl::Status status =
      CheckPlacedMap(call.rules, call.memory, call.request, call.in_use);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(VuidOf(DeviceMemory(call.memory).Map(call.request.map).usage),
            std::string("VUID-VkMemoryMapInfo-offset-07959"));
}

// ------------------------------------------------------ reserving unmap

struct UnmapRow {
  const char* rule;
  Verdict verdict;
  const char* what;
  bool feature, imported;
};

class ReservingUnmapTest : public testing::TestWithParam<UnmapRow> {};

TEST_P(ReservingUnmapTest, ObeysTheRule) {
  const UnmapRow& row = GetParam();
  PlacedMapFeatures features = {true, true, row.feature};
  DeviceMemoryInfo memory;
  memory.imported_from_host_pointer = row.imported;
  const absl::Status status = CheckReservingUnmap(features, memory);
  EXPECT_TRUE(Shows(row.verdict, row.rule, status));
  if (row.verdict == kBreaks) {
    EXPECT_EQ(ReturnCodeOf(status), ReturnCode::kMemoryMapFailed);
  }
}

constexpr char kReserve[] = "VUID-VkMemoryUnmapInfo-flags-09579";
constexpr char kReserveImport[] = "VUID-VkMemoryUnmapInfo-flags-09580";
const UnmapRow kUnmapRows[] = {
    {kReserve, kKeeps, "enabled", true, false},
    {kReserve, kBreaks, "not_enabled", false, false},
    {kReserveImport, kKeeps, "new_payload", true, false},
    {kReserveImport, kBreaks, "host_pointer", true, true},
};

INSTANTIATE_TEST_SUITE_P(PlacedMap, ReservingUnmapTest,
                         testing::ValuesIn(kUnmapRows),
                         [](const testing::TestParamInfo<UnmapRow>& info) {
                           return RowName(info.param.rule, info.param.verdict,
                                          info.param.what);
                         });

// ------------------------------------------------- vkMapMemory's own flag

struct FlagRow {
  const char* rule;
  Verdict verdict;
  const char* what;
  bool placed;
};

class MapMemoryFlagTest : public testing::TestWithParam<FlagRow> {};

TEST_P(MapMemoryFlagTest, ObeysTheRule) {
  const FlagRow& row = GetParam();
  const absl::Status status = CheckMapMemoryFlags(row.placed);
  EXPECT_TRUE(Shows(row.verdict, row.rule, status));
  EXPECT_EQ(ReturnCodeOf(status), absl::nullopt) << "the call goes on";
}

constexpr char kPlacedFlag[] = "VUID-vkMapMemory-flags-09568";
const FlagRow kFlagRows[] = {
    {kPlacedFlag, kKeeps, "no_flag", false},
    {kPlacedFlag, kBreaks, "placed", true},
};
INSTANTIATE_TEST_SUITE_P(Flag, MapMemoryFlagTest, testing::ValuesIn(kFlagRows),
                         [](const testing::TestParamInfo<FlagRow>& info) {
                           return RowName(info.param.rule, info.param.verdict,
                                          info.param.what);
                         });

}  // namespace
}  // namespace incoherent
