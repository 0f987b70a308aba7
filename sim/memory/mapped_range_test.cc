// The rules of VkMappedMemoryRange: DeviceMemory::ResolveMappedRange.

#include <cstdint>

#include "gtest/gtest.h"
#include "sim/memory/device_memory.h"
#include "tests/rule_row.h"

namespace incoherent {
namespace {

constexpr uint64_t kMost = ~uint64_t{0};
constexpr Verdict kBreaks = Verdict::kBreaks;
constexpr Verdict kKeeps = Verdict::kKeeps;
constexpr ByteRange kUnmapped = {0, 0};

// A flush or an invalidate of [offset, offset + size) of an object with atoms
// of 64 bytes, and the bytes that it acts on.
struct RangeRow {
  const char* rule;
  Verdict verdict;
  const char* what;
  uint64_t object_size;
  ByteRange mapping;
  uint64_t offset, size;
  ByteRange effect;
  uint64_t atom_size = 64;
};

DeviceMemory Mapped(const RangeRow& row, uint32_t property_flags) {
  DeviceMemoryInfo info;
  info.size = row.object_size;
  info.type = {property_flags, 0};
  info.non_coherent_atom_size = row.atom_size;
  DeviceMemory memory(info);
  if (row.mapping == kUnmapped) return memory;
  const MapRequest request = {CommandForm::kMapMemory2, row.mapping.offset,
                              row.mapping.size};
  EXPECT_TRUE(memory.Map(request).usage.ok());
  return memory;
}

class MappedRangeTest : public testing::TestWithParam<RangeRow> {};

// No rule exempts coherent memory.
TEST_P(MappedRangeTest, ObeysTheRuleOnEveryType) {
  const RangeRow& row = GetParam();
  for (const uint32_t flags : {0x6u, 0xau, 0xbu, 0xfu}) {
    SCOPED_TRACE(PropertyFlagsName(flags));
    const auto ruling =
        Mapped(row, flags).ResolveMappedRange(row.offset, row.size);
    EXPECT_TRUE(Shows(row.verdict, row.rule, ruling.usage));
    EXPECT_EQ(ReturnCodeOf(ruling.usage), absl::nullopt);
    if (row.effect.empty()) {
      EXPECT_TRUE(ruling.effect.empty());
    } else {
      EXPECT_EQ(ruling.effect, row.effect);
    }
  }
}

std::string RangeName(const testing::TestParamInfo<RangeRow>& info) {
  return RowName(info.param.rule, info.param.verdict, info.param.what);
}

constexpr char kIsMapped[] = "VUID-VkMappedMemoryRange-memory-00684";
const RangeRow kMappedRows[] = {
    {kIsMapped, kKeeps, "mapped", 256, {0, 256}, 0, 64, {0, 64}},
    {kIsMapped, kBreaks, "sized", 256, kUnmapped, 0, 64, {}},
    {kIsMapped, kBreaks, "whole", 256, kUnmapped, 0, kWholeSize, {}},
    {kIsMapped, kBreaks, "empty", 256, kUnmapped, 0, 0, {}},
    {kIsMapped, kBreaks, "off_the_grid", 256, kUnmapped, 3, 5, {}},
    {kIsMapped, kBreaks, "huge", 256, kUnmapped, kMost, kMost - 1, {}},
};
INSTANTIATE_TEST_SUITE_P(IsMapped, MappedRangeTest,
                         testing::ValuesIn(kMappedRows), RangeName);

constexpr char kInMapping[] = "VUID-VkMappedMemoryRange-size-00685";
constexpr ByteRange kMiddle = {64, 128};  // of 256 bytes
const RangeRow kInMappingRows[] = {
    {kInMapping, kKeeps, "the_mapping", 256, kMiddle, 64, 128, {64, 128}},
    {kInMapping, kKeeps, "first_atom", 256, kMiddle, 64, 64, {64, 64}},
    {kInMapping, kKeeps, "last_atom", 256, kMiddle, 128, 64, {128, 64}},
    {kInMapping, kKeeps, "nothing_at_its_start", 256, kMiddle, 64, 0, {}},
    {kInMapping, kKeeps, "nothing_inside", 256, kMiddle, 128, 0, {}},
    {kInMapping, kKeeps, "nothing_at_its_end", 256, kMiddle, 192, 0, {}},
    {kInMapping, kBreaks, "nothing_before", 256, kMiddle, 0, 0, {}},
    {kInMapping, kBreaks, "nothing_behind", 256, kMiddle, 256, 0, {}},
    {kInMapping, kBreaks, "too_long", 256, kMiddle, 64, 192, {64, 128}},
    {kInMapping, kBreaks, "too_early", 256, kMiddle, 0, 128, {64, 64}},
    {kInMapping, kBreaks, "around_it", 256, kMiddle, 0, 256, {64, 128}},
    {kInMapping, kBreaks, "wholly_before", 256, kMiddle, 0, 64, {}},
    {kInMapping, kBreaks, "wholly_behind", 256, kMiddle, 192, 64, {}},
    {kInMapping, kBreaks, "beyond_the_object", 256, kMiddle, 512, 64, {}},
    {kInMapping,
     kBreaks,
     "wraps_to_zero",
     256,
     kMiddle,
     64,
     kMost - 63,
     {64, 128}},
    {kInMapping,
     kBreaks,
     "wraps_into_the_mapping",
     256,
     kMiddle,
     128,
     kMost - 63,
     {128, 64}},
    {kInMapping,
     kBreaks,
     "wraps_from_the_top",
     256,
     kMiddle,
     kMost - 63,
     192,
     {}},
    {kInMapping, kBreaks, "longest", 256, kMiddle, 64, kMost - 1, {64, 128}},
    // The first atom of an odd mapping cannot be reached through it.
    {kInMapping, kBreaks, "edge_atom", 256, {32, 224}, 0, 64, {}},
    {kInMapping, kBreaks, "edge_and_next", 256, {32, 224}, 0, 128, {64, 64}},
    {kInMapping, kKeeps, "behind_the_edge", 256, {32, 224}, 64, 64, {64, 64}},
    {kInMapping, kBreaks, "last_edge_atom", 256, {0, 100}, 64, 64, {}},
};
INSTANTIATE_TEST_SUITE_P(InMapping, MappedRangeTest,
                         testing::ValuesIn(kInMappingRows), RangeName);

constexpr char kWholeInMapping[] = "VUID-VkMappedMemoryRange-size-00686";
const RangeRow kWholeInMappingRows[] = {
    {kWholeInMapping,
     kKeeps,
     "from_its_start",
     256,
     kMiddle,
     64,
     kWholeSize,
     {64, 128}},
    {kWholeInMapping,
     kKeeps,
     "last_atom",
     256,
     kMiddle,
     128,
     kWholeSize,
     {128, 64}},
    {kWholeInMapping,
     kBreaks,
     "one_atom_early",
     256,
     kMiddle,
     0,
     kWholeSize,
     {64, 128}},
    {kWholeInMapping, kBreaks, "at_its_end", 256, kMiddle, 192, kWholeSize, {}},
    {kWholeInMapping, kBreaks, "behind_it", 512, kMiddle, 256, kWholeSize, {}},
    {kWholeInMapping,
     kBreaks,
     "at_the_objects_end",
     256,
     {0, 256},
     256,
     kWholeSize,
     {}},
    {kWholeInMapping,
     kBreaks,
     "largest_aligned_offset",
     256,
     kMiddle,
     kMost - 63,
     kWholeSize,
     {}},
    {kWholeInMapping,
     kBreaks,
     "edge_atom",
     256,
     {32, 224},
     0,
     kWholeSize,
     {64, 192}},
};
INSTANTIATE_TEST_SUITE_P(WholeInMapping, MappedRangeTest,
                         testing::ValuesIn(kWholeInMappingRows), RangeName);

constexpr char kOffset[] = "VUID-VkMappedMemoryRange-offset-00687";
const RangeRow kOffsetRows[] = {
    {kOffset, kKeeps, "zero", 256, {0, 256}, 0, 64, {0, 64}},
    {kOffset, kKeeps, "one_atom", 256, {0, 256}, 64, 64, {64, 64}},
    {kOffset, kKeeps, "atoms_of_one_byte", 7, {1, 5}, 3, 2, {3, 2}, 1},
    {kOffset, kKeeps, "largest_atom", 512, {0, 512}, 256, 256, {256, 256}, 256},
    {kOffset, kBreaks, "one_byte", 256, {0, 256}, 1, 64, {}},
    {kOffset, kBreaks, "one_byte_below_an_atom", 256, {0, 256}, 63, 64, {}},
    {kOffset, kBreaks, "half_an_atom", 256, {0, 256}, 32, 128, {64, 64}},
    {kOffset, kBreaks, "whole", 256, {0, 256}, 32, kWholeSize, {64, 192}},
    {kOffset, kBreaks, "nothing", 256, {0, 256}, 32, 0, {}},
    {kOffset,
     kBreaks,
     "half_the_largest_atom",
     512,
     {0, 512},
     128,
     256,
     {},
     256},
    // Atoms count from the object's start, not from the mapping's.
    {kOffset, kBreaks, "atom_of_the_mapping", 256, {32, 224}, 96, 64, {}},
    {kOffset,
     kBreaks,
     "start_of_an_odd_mapping",
     256,
     {32, 224},
     32,
     96,
     {64, 64}},
    {kOffset, kBreaks, "inside_a_small_object", 48, {0, 48}, 8, 40, {}},
    {kOffset, kBreaks, "inside_the_tail", 200, {0, 200}, 196, 4, {}},
};
INSTANTIATE_TEST_SUITE_P(Offset, MappedRangeTest,
                         testing::ValuesIn(kOffsetRows), RangeName);

constexpr char kWholeEnd[] = "VUID-VkMappedMemoryRange-size-01389";
const RangeRow kWholeEndRows[] = {
    {kWholeEnd, kKeeps, "on_the_grid", 256, {0, 128}, 0, kWholeSize, {0, 128}},
    {kWholeEnd,
     kKeeps,
     "object_on_the_grid",
     256,
     {0, 256},
     64,
     kWholeSize,
     {64, 192}},
    {kWholeEnd, kKeeps, "tail", 200, {0, 200}, 0, kWholeSize, {0, 200}},
    {kWholeEnd, kKeeps, "tail_only", 200, {3, 197}, 192, kWholeSize, {192, 8}},
    {kWholeEnd, kKeeps, "small_object", 48, {0, 48}, 0, kWholeSize, {0, 48}},
    {kWholeEnd, kKeeps, "object_of_one_byte", 1, {0, 1}, 0, kWholeSize, {0, 1}},
    {kWholeEnd,
     kKeeps,
     "any_end_with_atoms_of_one_byte",
     7,
     {1, 4},
     2,
     kWholeSize,
     {2, 3},
     1},
    {kWholeEnd,
     kKeeps,
     "largest_object",
     kMost,
     {0, kMost - 1},
     kMost - 63,
     kWholeSize,
     {kMost - 63, 62},
     2},
    // Such a mapping admits no VK_WHOLE_SIZE at all.
    {kWholeEnd, kBreaks, "odd_mapping", 256, {0, 100}, 0, kWholeSize, {0, 64}},
    {kWholeEnd, kBreaks, "edge_atom", 256, {0, 100}, 64, kWholeSize, {}},
    {kWholeEnd,
     kBreaks,
     "one_byte_short",
     200,
     {0, 199},
     0,
     kWholeSize,
     {0, 192}},
    {kWholeEnd,
     kBreaks,
     "size_is_aligned_but_not_the_end",
     256,
     {32, 128},
     64,
     kWholeSize,
     {64, 64}},
    {kWholeEnd, kBreaks, "small_object", 48, {0, 40}, 0, kWholeSize, {}},
};
INSTANTIATE_TEST_SUITE_P(WholeEnd, MappedRangeTest,
                         testing::ValuesIn(kWholeEndRows), RangeName);

constexpr char kSize[] = "VUID-VkMappedMemoryRange-size-01390";
const RangeRow kSizeRows[] = {
    {kSize, kKeeps, "one_atom", 256, {0, 256}, 0, 64, {0, 64}},
    {kSize, kKeeps, "the_object", 256, {0, 256}, 0, 256, {0, 256}},
    {kSize, kKeeps, "zero", 256, {0, 256}, 64, 0, {}},
    {kSize, kKeeps, "tail", 200, {0, 200}, 192, 8, {192, 8}},
    {kSize, kKeeps, "atom_and_tail", 200, {0, 200}, 128, 72, {128, 72}},
    {kSize, kKeeps, "odd_object", 200, {0, 200}, 0, 200, {0, 200}},
    {kSize, kKeeps, "atoms_before_the_tail", 200, {0, 200}, 0, 192, {0, 192}},
    {kSize, kKeeps, "small_object", 48, {0, 48}, 0, 48, {0, 48}},
    {kSize, kKeeps, "below_an_odd_mapping_end", 256, {0, 100}, 0, 64, {0, 64}},
    {kSize,
     kKeeps,
     "any_size_with_atoms_of_one_byte",
     7,
     {0, 7},
     1,
     3,
     {1, 3},
     1},
    {kSize,
     kKeeps,
     "top_of_the_numbers",
     kMost,
     {0, kMost - 1},
     0,
     kMost - 63,
     {0, kMost - 63}},
    {kSize, kBreaks, "half_an_atom", 256, {0, 256}, 0, 32, {}},
    {kSize, kBreaks, "one_byte", 256, {0, 256}, 64, 1, {}},
    {kSize, kBreaks, "one_byte_less", 256, {0, 256}, 0, 63, {}},
    {kSize, kBreaks, "one_byte_more", 256, {0, 256}, 0, 65, {0, 64}},
    {kSize, kBreaks, "half_the_tail", 200, {0, 200}, 192, 4, {}},
    {kSize,
     kBreaks,
     "atom_and_half_the_tail",
     200,
     {0, 200},
     128,
     68,
     {128, 64}},
    {kSize,
     kBreaks,
     "one_byte_short_of_the_end",
     200,
     {0, 200},
     0,
     199,
     {0, 192}},
    {kSize, kBreaks, "small_object_but_one", 48, {0, 48}, 0, 47, {}},
    // The end of a mapping is no excuse, only the end of the object is.
    {kSize, kBreaks, "odd_mapping_end", 256, {0, 100}, 64, 36, {}},
    {kSize, kBreaks, "odd_mapping", 256, {0, 100}, 0, 100, {0, 64}},
};
INSTANTIATE_TEST_SUITE_P(Size, MappedRangeTest, testing::ValuesIn(kSizeRows),
                         RangeName);

// "The end of the current mapping" in a range, "the end of the allocation" in
// a map.
TEST(WholeSize, MeansTheMappingInARangeAndTheObjectInAMap) {
  const RangeRow row = {"", kKeeps, "", 256, {64, 64}, 0, 0, {}};
  DeviceMemory memory = Mapped(row, 0xa);
  EXPECT_EQ(memory.ResolveMappedRange(64, kWholeSize).effect,
            (ByteRange{64, 64}));
  ASSERT_TRUE(memory.Unmap(CommandForm::kMapMemory).ok());
  EXPECT_EQ(memory.Map({CommandForm::kMapMemory, 64, kWholeSize}).effect,
            (ByteRange{64, 192}));
  EXPECT_EQ(memory.ResolveMappedRange(64, kWholeSize).effect,
            (ByteRange{64, 192}));
}

TEST(MappedRange, IsGoneAfterAnUnmap) {
  const RangeRow row = {"", kKeeps, "", 256, {0, 256}, 0, 0, {}};
  DeviceMemory memory = Mapped(row, 0xa);
  ASSERT_TRUE(memory.ResolveMappedRange(0, 64).usage.ok());
  ASSERT_TRUE(memory.Unmap(CommandForm::kMapMemory2).ok());
  EXPECT_EQ(VuidOf(memory.ResolveMappedRange(0, 64).usage),
            std::string(kIsMapped));
}

}  // namespace
}  // namespace incoherent
