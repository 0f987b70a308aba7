#include "sim/memory/memory_properties.h"

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace incoherent {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// The combinations of the chapter Device Memory, spelled as it spells them.
const std::set<uint32_t> kAllowedFlags = {
    0,
    kHostVisible | kHostCoherent,
    kHostVisible | kHostCached,
    kHostVisible | kHostCached | kHostCoherent,
    kDeviceLocal,
    kDeviceLocal | kHostVisible | kHostCoherent,
    kDeviceLocal | kHostVisible | kHostCached,
    kDeviceLocal | kHostVisible | kHostCached | kHostCoherent,
    kDeviceLocal | kLazilyAllocated,
    kProtected,
    kProtected | kDeviceLocal,
    kHostVisible | kHostCoherent | kDeviceCoherentAmd,
    kHostVisible | kHostCoherent | kHostCached | kDeviceCoherentAmd,
    kDeviceLocal | kDeviceCoherentAmd,
    kDeviceLocal | kHostVisible | kHostCoherent | kDeviceCoherentAmd,
    kDeviceLocal | kHostVisible | kHostCoherent | kHostCached |
        kDeviceCoherentAmd,
    kHostVisible | kHostCoherent | kDeviceCoherentAmd | kDeviceUncachedAmd,
    kHostVisible | kHostCoherent | kHostCached | kDeviceCoherentAmd |
        kDeviceUncachedAmd,
    kDeviceLocal | kDeviceCoherentAmd | kDeviceUncachedAmd,
    kDeviceLocal | kHostVisible | kHostCoherent | kDeviceCoherentAmd |
        kDeviceUncachedAmd,
    kDeviceLocal | kHostVisible | kHostCoherent | kHostCached |
        kDeviceCoherentAmd | kDeviceUncachedAmd,
    kDeviceLocal | kRdmaCapableNv,
};

// Two heaps, two types: as little as a device may have.
MemoryProperties Minimal() {
  MemoryProperties properties;
  properties.heaps = {{1u << 20, kHeapDeviceLocal}, {1u << 20, 0}};
  properties.types = {{kDeviceLocal, 0}, {kHostVisible | kHostCoherent, 1}};
  return properties;
}

// Adds a type on the heap that suits it, and orders all as the rules ask.
MemoryProperties With(uint32_t flags) {
  MemoryProperties properties = Minimal();
  properties.types.push_back({flags, (flags & kDeviceLocal) != 0 ? 0u : 1u});
  const auto rank = [](const MemoryType& type) {
    const uint32_t amd = kDeviceCoherentAmd | kDeviceUncachedAmd;
    return std::make_pair((type.property_flags & amd) != 0,
                          std::bitset<32>(type.property_flags).count());
  };
  std::stable_sort(properties.types.begin(), properties.types.end(),
                   [&rank](const MemoryType& a, const MemoryType& b) {
                     return rank(a) < rank(b);
                   });
  return properties;
}

TEST(MemoryProperties, ExactlyTheListedCombinationsAreAllowed) {
  ASSERT_EQ(kAllowedFlags.size(), 22u);
  for (uint32_t flags = 0; flags <= 0x1ff; ++flags) {
    const absl::Status status = CheckMemoryProperties(With(flags));
    EXPECT_EQ(status.ok(), kAllowedFlags.count(flags) == 1)
        << PropertyFlagsName(flags) << ": " << status;
    if (status.ok()) continue;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("].propertyFlags: " + PropertyFlagsName(flags)));
  }
}

TEST(MemoryProperties, UnknownFlagsAreRefused) {
  for (uint32_t bit = 9; bit < 32; ++bit) {
    EXPECT_FALSE(CheckMemoryProperties(With(1u << bit)).ok()) << bit;
    EXPECT_FALSE(CheckMemoryProperties(With(1u << bit | 6)).ok()) << bit;
  }
}

TEST(MemoryType, IsNonCoherentIfVisibleAndNotCoherent) {
  std::set<uint32_t> non_coherent;
  for (const uint32_t flags : kAllowedFlags) {
    if (MemoryType{flags, 0}.IsNonCoherent()) non_coherent.insert(flags);
  }
  EXPECT_EQ(non_coherent, (std::set<uint32_t>{0xa, 0xb}));
}

TEST(MemoryType, HasAllTheFlagsOrNot) {
  const MemoryType type = {kHostVisible | kHostCached, 0};
  EXPECT_TRUE(type.Has(0));
  EXPECT_TRUE(type.Has(kHostCached));
  EXPECT_TRUE(type.Has(kHostVisible | kHostCached));
  EXPECT_FALSE(type.Has(kHostVisible | kHostCoherent));
  EXPECT_TRUE(type.IsHostVisible());
  EXPECT_FALSE((MemoryType{kDeviceLocal, 0}).IsHostVisible());
}

TEST(MemoryProperties, HeapOfFollowsTheType) {
  const MemoryProperties properties = Minimal();
  EXPECT_EQ(&properties.HeapOf(0), &properties.heaps[0]);
  EXPECT_EQ(&properties.HeapOf(1), &properties.heaps[1]);
}

TEST(PropertyFlagsName, NamesEveryBit) {
  EXPECT_EQ(PropertyFlagsName(0), "no flags (0x0)");
  EXPECT_EQ(PropertyFlagsName(0xa), "HOST_VISIBLE|HOST_CACHED (0xa)");
  EXPECT_EQ(PropertyFlagsName(0x1ff),
            "DEVICE_LOCAL|HOST_VISIBLE|HOST_COHERENT|HOST_CACHED|"
            "LAZILY_ALLOCATED|PROTECTED|DEVICE_COHERENT_AMD|"
            "DEVICE_UNCACHED_AMD|RDMA_CAPABLE_NV (0x1ff)");
  EXPECT_EQ(PropertyFlagsName(0x202),
            "HOST_VISIBLE|unknown bits 0x200 (0x202)");
}

// ------------------------------------------------- one thing changed

struct PropertiesRow {
  const char* what;
  void (*change)(MemoryProperties& properties);
  const char* field;  // that the message begins with; empty: it is allowed
};

class PropertiesTest : public testing::TestWithParam<PropertiesRow> {};

TEST_P(PropertiesTest, IsJudged) {
  const PropertiesRow& row = GetParam();
  MemoryProperties properties = Minimal();
  row.change(properties);
  const absl::Status status = CheckMemoryProperties(properties);
  if (row.field[0] == '\0') {
    EXPECT_TRUE(status.ok()) << status;
  } else {
    EXPECT_FALSE(status.ok());
    EXPECT_THAT(std::string(status.message()), StartsWith(row.field));
  }
}

using P = MemoryProperties;

const PropertiesRow kTableRows[] = {
    {"minimal", [](P&) {}, ""},
    {"no_types", [](P& p) { p.types.clear(); }, "memoryTypes: 0"},
    {"most_types", [](P& p) { p.types.resize(32, p.types[1]); }, ""},
    {"too_many_types", [](P& p) { p.types.resize(33, p.types[1]); },
     "memoryTypes: 33"},
    {"no_heaps", [](P& p) { p.heaps.clear(); }, "memoryHeaps: 0"},
    {"most_heaps", [](P& p) { p.heaps.resize(16); }, ""},
    {"too_many_heaps", [](P& p) { p.heaps.resize(17); }, "memoryHeaps: 17"},
    {"last_heap", [](P& p) { p.types[0].heap_index = 0; }, ""},
    {"heap_index_equals_count", [](P& p) { p.types[1].heap_index = 2; },
     "memoryTypes[1].heapIndex: 2"},
    {"heap_index_huge", [](P& p) { p.types[0].heap_index = ~0u; },
     "memoryTypes[0].heapIndex"},
    {"multi_instance_heap", [](P& p) { p.heaps[0].flags = 0x3; }, ""},
    {"unknown_heap_flag", [](P& p) { p.heaps[1].flags = 0x8; },
     "memoryHeaps[1].flags: 0x8"},
    {"no_local_heap", [](P& p) { p.heaps[0].flags = 0; }, "memoryHeaps: no"},
    {"empty_heap_for_imports", [](P& p) { p.heaps[1].size = 0; }, ""},
    {"local_type_on_other_heap", [](P& p) { p.types[0].heap_index = 1; },
     "memoryTypes[0].propertyFlags: DEVICE_LOCAL (0x1) on heap 1"},
    {"other_type_on_local_heap", [](P& p) { p.types[1].heap_index = 0; },
     "memoryTypes[1].propertyFlags"},
    {"no_coherent_type", [](P& p) { p.types[1].property_flags = 0xa; },
     "memoryTypes: no type is HOST_VISIBLE|HOST_COHERENT"},
    {"no_local_type", [](P& p) { p.types.erase(p.types.begin()); },
     "memoryTypes: no type is DEVICE_LOCAL"},
    {"unified_memory",
     [](P& p) {
       p.heaps.resize(1);
       p.types = {{0x7, 0}};
     },
     ""},
};

void Types(P& p, std::vector<uint32_t> flags) {
  p.types.clear();
  for (const uint32_t f : flags) p.types.push_back({f, (f & 1) != 0 ? 0u : 1u});
}

const PropertiesRow kOrderRows[] = {
    {"subset_first",
     [](P& p) {
       Types(p, {0x1, 0x6, 0x7, 0xe});
     },
     ""},
    {"superset_first",
     [](P& p) {
       Types(p, {0x7, 0x1, 0x6});
     },
     "memoryTypes: type 1 (DEVICE_LOCAL (0x1)) must come before type 0"},
    {"superset_first_with_others_between",
     [](P& p) {
       Types(p, {0x1, 0xe, 0xb, 0x6});
     },
     "memoryTypes: type 3 (HOST_VISIBLE|HOST_COHERENT (0x6)) must come before "
     "type 1"},
    {"nothing_last",
     [](P& p) {
       Types(p, {0x1, 0x6, 0x0});
     },
     "memoryTypes: "},
    {"equal_flags",
     [](P& p) {
       Types(p, {0x1, 0x1, 0x6, 0x6});
     },
     ""},
    {"unordered_pairs",
     [](P& p) {
       Types(p, {0x6, 0x1, 0xb, 0xa});
     },
     "memoryTypes: type 3"},
    {"unordered_pairs_either_way",
     [](P& p) {
       Types(p, {0x6, 0xa, 0x1});
     },
     ""},
    {"amd_last",
     [](P& p) {
       Types(p, {0x1, 0x6, 0xf, 0x41, 0xc1});
     },
     ""},
    {"amd_before_an_unrelated_type",
     [](P& p) {
       Types(p, {0x1, 0x41, 0x6});
     },
     "memoryTypes: type 2 (HOST_VISIBLE|HOST_COHERENT (0x6)) must come before "
     "type 1"},
    {"uncached_before_coherent_amd",
     [](P& p) {
       Types(p, {0x1, 0x6, 0xc1, 0x41});
     },
     "memoryTypes: type 3"},
};

const PropertiesRow kLimitRows[] = {
    {"atom_1", [](P& p) { p.limits.non_coherent_atom_size = 1; }, ""},
    {"atom_256", [](P& p) { p.limits.non_coherent_atom_size = 256; }, ""},
    {"atom_0", [](P& p) { p.limits.non_coherent_atom_size = 0; },
     "nonCoherentAtomSize: 0"},
    {"atom_96", [](P& p) { p.limits.non_coherent_atom_size = 96; },
     "nonCoherentAtomSize: 96"},
    {"atom_512", [](P& p) { p.limits.non_coherent_atom_size = 512; },
     "nonCoherentAtomSize: 512"},
    {"map_64", [](P& p) { p.limits.min_memory_map_alignment = 64; }, ""},
    {"map_4096", [](P& p) { p.limits.min_memory_map_alignment = 4096; }, ""},
    {"map_32", [](P& p) { p.limits.min_memory_map_alignment = 32; },
     "minMemoryMapAlignment: 32"},
    {"map_65", [](P& p) { p.limits.min_memory_map_alignment = 65; },
     "minMemoryMapAlignment: 65"},
    {"placed_4096",
     [](P& p) { p.limits.min_placed_memory_map_alignment = 4096; }, ""},
    {"placed_131072",
     [](P& p) { p.limits.min_placed_memory_map_alignment = 131072; },
     "minPlacedMemoryMapAlignment: 131072"},
    {"import_4096",
     [](P& p) { p.limits.min_imported_host_pointer_alignment = 4096; }, ""},
    {"import_131072",
     [](P& p) { p.limits.min_imported_host_pointer_alignment = 131072; },
     "minImportedHostPointerAlignment: 131072"},
    {"granularity_1", [](P& p) { p.limits.buffer_image_granularity = 1; }, ""},
    {"granularity_131072",
     [](P& p) { p.limits.buffer_image_granularity = 131072; }, ""},
    {"granularity_262144",
     [](P& p) { p.limits.buffer_image_granularity = 262144; },
     "bufferImageGranularity: 262144"},
    {"granularity_1000", [](P& p) { p.limits.buffer_image_granularity = 1000; },
     "bufferImageGranularity: 1000"},
    {"count_4096", [](P& p) { p.limits.max_memory_allocation_count = 4096; },
     ""},
    {"count_4095", [](P& p) { p.limits.max_memory_allocation_count = 4095; },
     "maxMemoryAllocationCount: 4095"},
    {"size_2_30", [](P& p) { p.limits.max_memory_allocation_size = 1u << 30; },
     ""},
    {"size_below_2_30",
     [](P& p) { p.limits.max_memory_allocation_size = (1u << 30) - 1; },
     "maxMemoryAllocationSize: 1073741823"},
};

const PropertiesRow kHostPointerRows[] = {
    {"importable", [](P& p) { p.host_pointer_types = 0x2; }, ""},
    {"device_memory", [](P& p) { p.host_pointer_types = 0x1; },
     "hostPointerTypes: type 0"},
    {"beyond_the_last", [](P& p) { p.host_pointer_types = 0x6; },
     "hostPointerTypes: 0x6"},
    {"last_of_32",
     [](P& p) {
       p.types.resize(32, p.types[1]);
       p.host_pointer_types = 0x80000000;
     },
     ""},
};

std::string WhatOf(const testing::TestParamInfo<PropertiesRow>& info) {
  return info.param.what;
}

INSTANTIATE_TEST_SUITE_P(Table, PropertiesTest, testing::ValuesIn(kTableRows),
                         WhatOf);
INSTANTIATE_TEST_SUITE_P(Order, PropertiesTest, testing::ValuesIn(kOrderRows),
                         WhatOf);
INSTANTIATE_TEST_SUITE_P(Limit, PropertiesTest, testing::ValuesIn(kLimitRows),
                         WhatOf);
INSTANTIATE_TEST_SUITE_P(HostPointer, PropertiesTest,
                         testing::ValuesIn(kHostPointerRows), WhatOf);

}  // namespace
}  // namespace incoherent
