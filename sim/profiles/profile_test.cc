// What a good profile may look like.

#include "sim/profiles/profile.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/profiles/sample_profile.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Profile Parse(const std::string& json) {
  absl::StatusOr<Profile> profile = ParseProfile(json, "my.json");
  EXPECT_TRUE(profile.ok()) << profile.status();
  return profile.ok() ? *profile : Profile();
}

constexpr char kEveryMember[] = R"({
  "description": "All of it",
  "device": {
    "deviceName": "D", "deviceType": "VIRTUAL_GPU", "vendorID": "0x13b5",
    "deviceID": 7, "apiVersion": "1.3.0", "driverName": "N",
    "driverInfo": "I", "driverVersion": "V", "os": "O"
  },
  "source": {"citation": "C", "report": 5, "url": "U", "derived": ["a", "b"]},
  "memoryTypes": [
    {"heapIndex": 1, "propertyFlags": ["DEVICE_LOCAL"]},
    {"heapIndex": 0, "propertyFlags": ["HOST_VISIBLE", "HOST_COHERENT"]}
  ],
  "memoryHeaps": [
    {"size": 18446744073709551615, "flags": []},
    {"size": 0, "flags": ["DEVICE_LOCAL", "MULTI_INSTANCE"]}
  ],
  "limits": {
    "nonCoherentAtomSize": 32, "minMemoryMapAlignment": 128,
    "minPlacedMemoryMapAlignment": 8192,
    "minImportedHostPointerAlignment": 16384,
    "bufferImageGranularity": 1024,
    "maxMemoryAllocationSize": 2147483648,
    "maxMemoryAllocationCount": 4294967295
  },
  "hostPointerTypes": [1],
  "writeBack": "byte"
})";

TEST(ParseProfile, ReadsWhoAndWhence) {
  const Profile profile = Parse(kEveryMember);
  EXPECT_EQ(profile.name, "my.json");
  EXPECT_EQ(profile.description, "All of it");
  EXPECT_EQ(profile.device.name, "D");
  EXPECT_EQ(profile.device.type, DeviceType::kVirtualGpu);
  EXPECT_EQ(profile.device.vendor_id, 0x13b5u);
  EXPECT_EQ(profile.device.device_id, 7u);
  EXPECT_EQ(profile.device.api_version, "1.3.0");
  EXPECT_EQ(profile.device.driver_name, "N");
  EXPECT_EQ(profile.device.driver_info, "I");
  EXPECT_EQ(profile.device.driver_version, "V");
  EXPECT_EQ(profile.device.os, "O");
  EXPECT_EQ(profile.source.citation, "C");
  EXPECT_EQ(profile.source.report, 5u);
  EXPECT_EQ(profile.source.url, "U");
  EXPECT_THAT(profile.source.derived, ElementsAre("a", "b"));
  EXPECT_EQ(profile.write_back, WriteBack::kDirtyBytes);
}

TEST(ParseProfile, ReadsTypesAndHeaps) {
  const MemoryProperties memory = Parse(kEveryMember).memory;
  ASSERT_EQ(memory.types.size(), 2u);
  EXPECT_EQ(memory.types[0].property_flags, 0x1u);
  EXPECT_EQ(memory.types[0].heap_index, 1u);
  EXPECT_EQ(memory.types[1].property_flags, 0x6u);
  EXPECT_EQ(memory.types[1].heap_index, 0u);
  ASSERT_EQ(memory.heaps.size(), 2u);
  EXPECT_EQ(memory.heaps[0].size, ~uint64_t{0});
  EXPECT_EQ(memory.heaps[0].flags, 0u);
  EXPECT_EQ(memory.heaps[1].size, 0u);
  EXPECT_EQ(memory.heaps[1].flags, 3u);
  EXPECT_EQ(memory.host_pointer_types, 0x2u);
}

TEST(ParseProfile, ReadsLimits) {
  const MemoryLimits limits = Parse(kEveryMember).memory.limits;
  EXPECT_EQ(limits.non_coherent_atom_size, 32u);
  EXPECT_EQ(limits.min_memory_map_alignment, 128u);
  EXPECT_EQ(limits.min_placed_memory_map_alignment, 8192u);
  EXPECT_EQ(limits.min_imported_host_pointer_alignment, 16384u);
  EXPECT_EQ(limits.buffer_image_granularity, 1024u);
  EXPECT_EQ(limits.max_memory_allocation_size, uint64_t{1} << 31);
  EXPECT_EQ(limits.max_memory_allocation_count, 4294967295u);
}

TEST(ParseProfile, NeedsLittle) {
  const Profile profile = Parse(R"({
    "memoryTypes": [{"propertyFlags": 7, "heapIndex": 0}],
    "memoryHeaps": [{"size": 1, "flags": 1}],
    "limits": {"nonCoherentAtomSize": 1}
  })");
  const MemoryLimits bounds;
  const MemoryLimits& limits = profile.memory.limits;
  EXPECT_EQ(limits.non_coherent_atom_size, 1u);
  EXPECT_EQ(limits.min_memory_map_alignment, bounds.min_memory_map_alignment);
  EXPECT_EQ(limits.min_placed_memory_map_alignment,
            bounds.min_placed_memory_map_alignment);
  EXPECT_EQ(limits.min_imported_host_pointer_alignment,
            bounds.min_imported_host_pointer_alignment);
  EXPECT_EQ(limits.buffer_image_granularity, bounds.buffer_image_granularity);
  EXPECT_EQ(limits.max_memory_allocation_size,
            bounds.max_memory_allocation_size);
  EXPECT_EQ(limits.max_memory_allocation_count,
            bounds.max_memory_allocation_count);
  EXPECT_EQ(profile.memory.host_pointer_types, 0u);
  EXPECT_EQ(profile.write_back, WriteBack::kWholeAtom);
  EXPECT_EQ(profile.device.type, DeviceType::kOther);
  EXPECT_EQ(profile.source.report, 0u);
}

struct Spelling {
  const char* json;
  uint32_t flags;
};

TEST(ParseProfile, TakesFlagsInEverySpelling) {
  const Spelling spellings[] = {
      {"10", 0xa},
      {"\"0xa\"", 0xa},
      {"\"0x0000000A\"", 0xa},
      {R"(["HOST_CACHED", "HOST_VISIBLE"])", 0xa},
      {R"(["HOST_CACHED", "HOST_VISIBLE", "HOST_CACHED"])", 0xa},
      {R"(["VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT", "HOST_CACHED"])", 0xa},
      {R"(["MEMORY_PROPERTY_HOST_VISIBLE_BIT", "HOST_CACHED_BIT"])", 0xa},
      {R"(["HOST_VISIBLE", "HOST_COHERENT", "HOST_CACHED"])", 0xe},
  };
  for (const Spelling& spelling : spellings) {
    SCOPED_TRACE(spelling.json);
    const Profile profile = Parse(R"({
      "memoryTypes": [
        {"heapIndex": 0, "propertyFlags": []},
        {"heapIndex": 1, "propertyFlags": 7},
        {"heapIndex": 0, "propertyFlags": )" +
                                  std::string(spelling.json) + R"(}
      ],
      "memoryHeaps": [{"size": 1, "flags": 0}, {"size": 1, "flags": "0x1"}],
      "limits": {"nonCoherentAtomSize": 64}
    })");
    ASSERT_EQ(profile.memory.types.size(), 3u);
    EXPECT_EQ(profile.memory.types[0].property_flags, 0u);
    EXPECT_EQ(profile.memory.types[1].property_flags, 7u);
    EXPECT_EQ(profile.memory.types[2].property_flags, spelling.flags);
  }
}

// Each name stands for the bit that the model knows by it.
TEST(ParseProfile, FlagNamesAreTheModels) {
  for (uint32_t bit = 1; bit <= kRdmaCapableNv; bit <<= 1) {
    const std::string shown = PropertyFlagsName(bit);  // "HOST_VISIBLE (0x2)"
    const std::string name = shown.substr(0, shown.find(' '));
    // LAZILY_ALLOCATED|HOST_CACHED and the like are never allowed, so that the
    // refusal tells what was read.
    const absl::StatusOr<Profile> profile = ParseProfile(
        SampleWith("[\"HOST_VISIBLE\", \"HOST_CACHED\"]",
                   absl::StrCat("[\"LAZILY_ALLOCATED\", \"HOST_CACHED\", \"",
                                name, "\"]")),
        "my.json");
    EXPECT_THAT(std::string(profile.status().message()),
                HasSubstr(PropertyFlagsName(bit | 0x18)));
  }
}

TEST(ParseProfile, TakesLongNamesOfExtensions) {
  const Profile profile = Parse(R"({
    "memoryTypes": [
      {"heapIndex": 0,
       "propertyFlags": ["DEVICE_LOCAL", "HOST_VISIBLE", "HOST_COHERENT"]},
      {"heapIndex": 0,
       "propertyFlags": ["VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT",
                         "VK_MEMORY_PROPERTY_DEVICE_COHERENT_BIT_AMD",
                         "DEVICE_UNCACHED_AMD"]}
    ],
    "memoryHeaps": [
      {"size": 4096, "flags": ["VK_MEMORY_HEAP_DEVICE_LOCAL_BIT"]}
    ],
    "limits": {"nonCoherentAtomSize": "0x40"}
  })");
  ASSERT_EQ(profile.memory.types.size(), 2u);
  EXPECT_EQ(profile.memory.types[1].property_flags, 0xc1u);
  EXPECT_EQ(profile.memory.limits.non_coherent_atom_size, 64u);
}

TEST(DeviceTypeName, IsVulkans) {
  EXPECT_STREQ(DeviceTypeName(DeviceType::kOther), "OTHER");
  EXPECT_STREQ(DeviceTypeName(DeviceType::kIntegratedGpu), "INTEGRATED_GPU");
  EXPECT_STREQ(DeviceTypeName(DeviceType::kDiscreteGpu), "DISCRETE_GPU");
  EXPECT_STREQ(DeviceTypeName(DeviceType::kVirtualGpu), "VIRTUAL_GPU");
  EXPECT_STREQ(DeviceTypeName(DeviceType::kCpu), "CPU");
}

}  // namespace
}  // namespace incoherent
