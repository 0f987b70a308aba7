#include "sim/memory/device_memory.h"

#include <cstdint>
#include <string>
#include <tuple>

#include "gtest/gtest.h"
#include "tests/rule_row.h"

namespace incoherent {
namespace {

constexpr uint64_t kMost = ~uint64_t{0};
constexpr Verdict kBreaks = Verdict::kBreaks;
constexpr Verdict kKeeps = Verdict::kKeeps;
constexpr uint32_t kNonCoherent = kHostVisible | kHostCached;
constexpr ByteRange kNone = {0, 0};  // not mapped, or no byte acted on

// Memory that can be mapped and is not coherent.
DeviceMemoryInfo Object(uint64_t size, uint64_t atom_size) {
  DeviceMemoryInfo info;
  info.size = size;
  info.type = {kNonCoherent, 0};
  info.non_coherent_atom_size = atom_size;
  return info;
}

DeviceMemory Mapped(const DeviceMemoryInfo& info, const ByteRange& mapping) {
  DeviceMemory memory(info);
  if (mapping.empty()) return memory;
  EXPECT_TRUE(
      memory.Map({CommandForm::kMapMemory, mapping.offset, mapping.size})
          .usage.ok());
  return memory;
}

// ------------------------------------------------------- vkMapMemory(2)

// One rule under the VUIDs of both command forms.
struct MapRule {
  const char* map_memory;
  const char* map_memory2;

  const char* In(CommandForm form) const {
    return form == CommandForm::kMapMemory ? map_memory : map_memory2;
  }
  bool Is(const MapRule& other) const { return map_memory == other.map_memory; }
};

constexpr MapRule kAlreadyMapped = {"VUID-vkMapMemory-memory-00678",
                                    "VUID-VkMemoryMapInfo-memory-07958"};
constexpr MapRule kOffsetInObject = {"VUID-vkMapMemory-offset-00679",
                                     "VUID-VkMemoryMapInfo-offset-07959"};
constexpr MapRule kSizeNotZero = {"VUID-vkMapMemory-size-00680",
                                  "VUID-VkMemoryMapInfo-size-07960"};
constexpr MapRule kSizeInObject = {"VUID-vkMapMemory-size-00681",
                                   "VUID-VkMemoryMapInfo-size-07961"};
constexpr MapRule kHostVisibleType = {"VUID-vkMapMemory-memory-00682",
                                      "VUID-VkMemoryMapInfo-memory-07962"};
constexpr MapRule kOneInstance = {"VUID-vkMapMemory-memory-00683",
                                  "VUID-VkMemoryMapInfo-memory-07963"};

// A map of an object that is mapped at `before`, and its mapping afterwards.
struct MapRow {
  MapRule rule;
  Verdict verdict;
  const char* what;
  uint64_t object_size;
  ByteRange before;
  uint64_t offset, size;
  ByteRange after;
  uint32_t property_flags = kNonCoherent;
  bool multi_instance = false;
};

using MapParam = std::tuple<MapRow, CommandForm>;

class MapTest : public testing::TestWithParam<MapParam> {};

TEST_P(MapTest, ObeysTheRule) {
  const auto& [row, form] = GetParam();
  DeviceMemoryInfo info = Object(row.object_size, 64);
  info.type.property_flags = row.property_flags;
  info.multi_instance = row.multi_instance;
  DeviceMemory memory = Mapped(info, row.before);
  const auto ruling = memory.Map({form, row.offset, row.size});
  EXPECT_TRUE(Shows(row.verdict, row.rule.In(form), ruling.usage));
  EXPECT_EQ(memory.mapping().value_or(kNone), row.after);
  if (row.verdict == kKeeps || row.rule.Is(kAlreadyMapped)) {
    EXPECT_EQ(ruling.effect, row.after);
    EXPECT_EQ(ReturnCodeOf(ruling.usage), absl::nullopt);
  } else {
    EXPECT_EQ(ruling.effect, absl::nullopt);
    EXPECT_EQ(ReturnCodeOf(ruling.usage), ReturnCode::kMemoryMapFailed);
  }
}

std::string MapName(const testing::TestParamInfo<MapParam>& info) {
  const auto& [row, form] = info.param;
  return RowName(row.rule.In(form), row.verdict, row.what);
}

const auto kBothForms =
    testing::Values(CommandForm::kMapMemory, CommandForm::kMapMemory2);

const MapRow kMapStateRows[] = {
    {kAlreadyMapped, kKeeps, "not_mapped", 256, kNone, 0, 256, {0, 256}},
    // The mapping grows to cover both.
    {kAlreadyMapped, kBreaks, "same", 256, {64, 64}, 64, 64, {64, 64}},
    {kAlreadyMapped, kBreaks, "inside", 256, {0, 128}, 32, 8, {0, 128}},
    {kAlreadyMapped, kBreaks, "overlap", 256, {0, 128}, 64, 128, {0, 192}},
    {kAlreadyMapped, kBreaks, "behind", 256, {0, 64}, 128, 64, {0, 192}},
    {kAlreadyMapped, kBreaks, "before", 256, {128, 64}, 0, 64, {0, 192}},
    {kAlreadyMapped, kBreaks, "whole", 200, {64, 64}, 0, kWholeSize, {0, 200}},
};
INSTANTIATE_TEST_SUITE_P(State, MapTest,
                         testing::Combine(testing::ValuesIn(kMapStateRows),
                                          kBothForms),
                         MapName);

const MapRow kMapRangeRows[] = {
    {kOffsetInObject, kKeeps, "start", 200, kNone, 0, 1, {0, 1}},
    {kOffsetInObject, kKeeps, "last_byte", 200, kNone, 199, 1, {199, 1}},
    {kOffsetInObject,
     kKeeps,
     "whole_from_last_byte",
     200,
     kNone,
     199,
     kWholeSize,
     {199, 1}},
    {kOffsetInObject, kBreaks, "offset_equals_size", 200, kNone, 200, 1, kNone},
    {kOffsetInObject, kBreaks, "whole_from_the_end", 200, kNone, 200,
     kWholeSize, kNone},
    {kOffsetInObject, kBreaks, "offset_beyond", 200, kNone, 201, 1, kNone},
    {kOffsetInObject, kBreaks, "sum_wraps_into_the_object", 200, kNone,
     kMost - 7, 16, kNone},
    {kOffsetInObject, kBreaks, "largest_offset", 200, kNone, kMost, kWholeSize,
     kNone},
    {kOffsetInObject, kBreaks, "while_mapped", 200, {0, 64}, 200, 1, {0, 64}},
    {kSizeNotZero, kKeeps, "one_byte", 200, kNone, 7, 1, {7, 1}},
    {kSizeNotZero, kKeeps, "whole_size", 200, kNone, 0, kWholeSize, {0, 200}},
    {kSizeNotZero, kBreaks, "zero_at_the_start", 200, kNone, 0, 0, kNone},
    {kSizeNotZero, kBreaks, "zero_at_last_byte", 200, kNone, 199, 0, kNone},
    {kSizeInObject, kKeeps, "the_object", 200, kNone, 0, 200, {0, 200}},
    {kSizeInObject, kKeeps, "to_the_end", 200, kNone, 3, 197, {3, 197}},
    {kSizeInObject, kKeeps, "off_the_atom_grid", 200, kNone, 3, 5, {3, 5}},
    {kSizeInObject,
     kKeeps,
     "whole_size_ends_with_the_object",
     200,
     kNone,
     63,
     kWholeSize,
     {63, 137}},
    {kSizeInObject,
     kKeeps,
     "largest_object",
     kMost,
     kNone,
     kMost - 1,
     kWholeSize,
     {kMost - 1, 1}},
    {kSizeInObject, kBreaks, "one_byte_too_many", 200, kNone, 0, 201, kNone},
    {kSizeInObject, kBreaks, "one_byte_beyond", 200, kNone, 199, 2, kNone},
    {kSizeInObject, kBreaks, "size_of_the_object_at_one", 200, kNone, 1, 200,
     kNone},
    {kSizeInObject, kBreaks, "sum_wraps_to_zero", 200, kNone, 16, kMost - 15,
     kNone},
    {kSizeInObject, kBreaks, "sum_wraps_into_the_object", 200, kNone, 16,
     kMost - 7, kNone},
    {kSizeInObject, kBreaks, "largest_size", 200, kNone, 0, kMost - 1, kNone},
};
INSTANTIATE_TEST_SUITE_P(Range, MapTest,
                         testing::Combine(testing::ValuesIn(kMapRangeRows),
                                          kBothForms),
                         MapName);

const MapRow kMapTypeRows[] = {
    {kHostVisibleType, kKeeps, "coherent", 64, kNone, 0, 64, {0, 64}, 0x6},
    {kHostVisibleType, kKeeps, "cached", 64, kNone, 0, 64, {0, 64}, 0xa},
    {kHostVisibleType, kKeeps, "local_cached", 64, kNone, 0, 64, {0, 64}, 0xb},
    {kHostVisibleType, kBreaks, "no_flags", 64, kNone, 0, 64, kNone, 0x0},
    {kHostVisibleType, kBreaks, "local", 64, kNone, 0, 64, kNone, 0x1},
    {kHostVisibleType, kBreaks, "lazy", 64, kNone, 0, 64, kNone, 0x11},
    {kHostVisibleType, kBreaks, "protected", 64, kNone, 0, 64, kNone, 0x21},
    {kHostVisibleType, kBreaks, "amd_local", 64, kNone, 0, 64, kNone, 0x41},
    {kOneInstance, kKeeps, "one", 64, kNone, 0, 64, {0, 64}, 0xb, false},
    {kOneInstance, kBreaks, "several", 64, kNone, 0, 64, kNone, 0xb, true},
};
INSTANTIATE_TEST_SUITE_P(Type, MapTest,
                         testing::Combine(testing::ValuesIn(kMapTypeRows),
                                          kBothForms),
                         MapName);

// ----------------------------------------------------- vkUnmapMemory(2)

constexpr MapRule kIsMapped = {"VUID-vkUnmapMemory-memory-00689",
                               "VUID-VkMemoryUnmapInfo-memory-07964"};

struct UnmapRow {
  Verdict verdict;
  const char* what;
  int maps, unmaps;  // before the unmap in question
};

using UnmapParam = std::tuple<UnmapRow, CommandForm>;

class UnmapTest : public testing::TestWithParam<UnmapParam> {};

TEST_P(UnmapTest, ObeysTheRule) {
  const auto& [row, form] = GetParam();
  DeviceMemory memory(Object(256, 64));
  for (int i = 0; i < row.maps; ++i) memory.Map({form, 0, 256});
  for (int i = 0; i < row.unmaps; ++i) {
    ASSERT_TRUE(memory.Unmap(form).ok());
  }
  const absl::Status status = memory.Unmap(form);
  EXPECT_TRUE(Shows(row.verdict, kIsMapped.In(form), status));
  EXPECT_EQ(ReturnCodeOf(status), absl::nullopt);  // it cannot fail
  EXPECT_EQ(memory.mapping(), absl::nullopt);
}

const UnmapRow kUnmapRows[] = {
    {kKeeps, "mapped", 1, 0},
    {kKeeps, "mapped_twice_is_still_one_mapping", 2, 0},
    {kBreaks, "never_mapped", 0, 0},
    {kBreaks, "unmapped_already", 1, 1},
    {kBreaks, "mapped_twice_unmapped_once", 2, 1},
};

std::string UnmapName(const testing::TestParamInfo<UnmapParam>& info) {
  const auto& [row, form] = info.param;
  return RowName(kIsMapped.In(form), row.verdict, row.what);
}

INSTANTIATE_TEST_SUITE_P(DeviceMemory, UnmapTest,
                         testing::Combine(testing::ValuesIn(kUnmapRows),
                                          kBothForms),
                         UnmapName);

TEST(DeviceMemory, IsNotMappedAtFirst) {
  EXPECT_EQ(DeviceMemory(Object(256, 64)).mapping(), absl::nullopt);
}

TEST(DeviceMemory, CanBeMappedElsewhereAfterAnUnmap) {
  DeviceMemory memory = Mapped(Object(256, 64), {0, 64});
  ASSERT_TRUE(memory.Unmap(CommandForm::kMapMemory).ok());
  const auto ruling = memory.Map({CommandForm::kMapMemory2, 128, kWholeSize});
  EXPECT_TRUE(ruling.usage.ok());
  EXPECT_EQ(memory.mapping(), (ByteRange{128, 128}));
}

TEST(DeviceMemory, AnAbandonedMapLeavesTheMappingBefore) {
  DeviceMemory memory(Object(256, 64));
  memory.Map({CommandForm::kMapMemory, 0, 64});
  memory.AbandonMap(absl::nullopt);
  EXPECT_EQ(memory.mapping(), absl::nullopt);

  memory.Map({CommandForm::kMapMemory, 0, 64});
  const absl::optional<ByteRange> before = memory.mapping();
  memory.Map({CommandForm::kMapMemory, 128, 64});
  memory.AbandonMap(before);
  EXPECT_EQ(memory.mapping(), (ByteRange{0, 64}));
}

TEST(DeviceMemory, MessagesNameWhatWasAskedFor) {
  DeviceMemory memory = Mapped(Object(0x100, 64), {0, 0x80});
  EXPECT_EQ(memory.ResolveMappedRange(0x40, kWholeSize - 1).usage.message(),
            "range at offset 0x40, size 0xfffffffffffffffe: it is not inside "
            "the mapping [0x0, 0x80)");
  EXPECT_EQ(memory.ResolveMappedRange(0x20, kWholeSize).usage.message(),
            "range at offset 0x20, size VK_WHOLE_SIZE: the offset is no "
            "multiple of nonCoherentAtomSize (64)");
}

}  // namespace
}  // namespace incoherent
