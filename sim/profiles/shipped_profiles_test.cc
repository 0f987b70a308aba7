// The profiles that ship: each is a table that the specification allows, says
// where it comes from, and still is what was reported.

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/profiles/profile.h"

namespace incoherent {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr int kNone = -1;

Profile Load(const std::string& name) {
  absl::StatusOr<Profile> profile = LoadProfile(name);
  EXPECT_TRUE(profile.ok()) << name << ": " << profile.status();
  return profile.ok() ? *profile : Profile();
}

bool IsReal(const std::string& name) {
  return name != "strict" && name != "strict-last";
}

std::vector<std::string> RealNames() {
  std::vector<std::string> names;
  for (const std::string& name : ProfileNames()) {
    if (IsReal(name)) names.push_back(name);
  }
  return names;
}

int FirstFit(const Profile& profile, uint32_t flags) {
  const std::vector<MemoryType>& types = profile.memory.types;
  for (size_t i = 0; i < types.size(); ++i) {
    if (types[i].Has(flags)) return static_cast<int>(i);
  }
  return kNone;
}

int LastFit(const Profile& profile, uint32_t flags) {
  const std::vector<MemoryType>& types = profile.memory.types;
  for (size_t i = types.size(); i > 0; --i) {
    if (types[i - 1].Has(flags)) return static_cast<int>(i - 1);
  }
  return kNone;
}

std::vector<int> NonCoherentTypes(const Profile& profile) {
  std::vector<int> indices;
  for (size_t i = 0; i < profile.memory.types.size(); ++i) {
    if (profile.memory.types[i].IsNonCoherent()) indices.push_back(i);
  }
  return indices;
}

bool HasCachedCoherent(const Profile& profile) {
  return FirstFit(profile, kHostVisible | kHostCoherent | kHostCached) != kNone;
}

TEST(ShippedProfiles, EachIsAllowed) {
  for (const std::string& name : ProfileNames()) {
    const Profile profile = Load(name);
    EXPECT_EQ(profile.name, name);
    EXPECT_EQ(CheckMemoryProperties(profile.memory), absl::OkStatus()) << name;
    EXPECT_THAT(profile.description, Not(IsEmpty())) << name;
    EXPECT_THAT(profile.device.name, Not(IsEmpty())) << name;
    EXPECT_THAT(profile.source.citation, Not(IsEmpty())) << name;
    EXPECT_THAT(profile.source.url, testing::StartsWith("https://")) << name;
  }
}

TEST(ShippedProfiles, NamesAreSortedAndHaveTheDefault) {
  const std::vector<std::string> names = ProfileNames();
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(),
            names.size());
  EXPECT_THAT(names, Contains(kDefaultProfile));
  EXPECT_THAT(names, Contains("strict-last"));
}

TEST(ShippedProfiles, RealDevicesNameTheirReport) {
  std::set<uint64_t> reports;
  for (const std::string& name : RealNames()) {
    const Profile profile = Load(name);
    const std::string report = absl::StrCat(profile.source.report);
    EXPECT_GT(profile.source.report, 0u) << name;
    EXPECT_TRUE(reports.insert(profile.source.report).second) << name;
    EXPECT_THAT(profile.source.citation, HasSubstr("vulkan.gpuinfo.org"));
    EXPECT_THAT(profile.source.citation,
                HasSubstr(absl::StrCat("report ", report, ", CC BY 4.0")));
    EXPECT_THAT(profile.source.url,
                testing::EndsWith(absl::StrCat("?id=", report)));
    EXPECT_NE(profile.device.vendor_id, 0u) << name;
    EXPECT_THAT(profile.device.api_version, Not(IsEmpty())) << name;
    EXPECT_THAT(profile.device.driver_version, Not(IsEmpty())) << name;
    EXPECT_THAT(profile.device.os, Not(IsEmpty())) << name;
  }
}

// Reports tell only whether the device has VK_EXT_external_memory_host; the
// types follow from what imported memory is: the host's.
TEST(ShippedProfiles, HostPointerTypesAreDerivedFromTheHeaps) {
  int importing = 0;
  for (const std::string& name : RealNames()) {
    const Profile profile = Load(name);
    EXPECT_THAT(profile.source.derived, Contains("hostPointerTypes")) << name;
    const MemoryProperties& memory = profile.memory;
    if (memory.host_pointer_types == 0) continue;
    ++importing;
    const bool has_host_heap =
        std::any_of(memory.heaps.begin(), memory.heaps.end(),
                    [](const MemoryHeap& heap) { return heap.flags == 0; });
    for (size_t i = 0; i < memory.types.size(); ++i) {
      const bool expected =
          memory.types[i].IsHostVisible() &&
          !(has_host_heap && memory.types[i].Has(kDeviceLocal));
      EXPECT_EQ((memory.host_pointer_types >> i & 1) != 0, expected)
          << name << " type " << i;
    }
  }
  EXPECT_GE(importing, 8);
}

struct Family {
  const char* prefix;
  size_t at_least;
};

constexpr Family kFamilies[] = {
    {"arm-mali-", 5},        {"arm-mali-g78", 1},    {"arm-immortalis-", 1},
    {"qcom-adreno-", 5},     {"turnip-", 1},         {"img-", 3},
    {"img-ge8100", 1},       {"moltenvk-m1", 1},     {"moltenvk-amd-", 1},
    {"moltenvk-intel-", 1},  {"anv-meteor-lake", 1}, {"anv-gemini-lake", 1},
    {"hasvk-bay-trail", 1},  {"anv-dg2", 1},         {"intel-windows-", 1},
    {"nvidia-tegra-x1-", 1}, {"nvidia-tegra-x2", 1}, {"nvidia-tegra-orin", 1},
    {"nvidia-rtx-", 2},      {"v3dv-rpi4", 1},       {"v3dv-rpi5", 1},
    {"broadcom-stb-", 1},    {"radv-", 2},           {"amd-windows-", 1},
    {"swiftshader", 1},      {"lavapipe", 1},        {"venus-", 1},
};

TEST(ShippedProfiles, CoverTheFamilies) {
  const std::vector<std::string> names = RealNames();
  EXPECT_GE(names.size(), 24u);
  for (const Family& family : kFamilies) {
    const size_t count =
        std::count_if(names.begin(), names.end(), [&](const std::string& name) {
          return absl::StartsWith(name, family.prefix);
        });
    EXPECT_GE(count, family.at_least) << family.prefix;
  }
}

TEST(ShippedProfiles, AdrenoPutsNonCoherentFirst) {
  for (const std::string& name : RealNames()) {
    if (!absl::StartsWith(name, "qcom-adreno-")) continue;
    const Profile profile = Load(name);
    const int first = FirstFit(profile, kHostVisible);
    ASSERT_NE(first, kNone) << name;
    EXPECT_TRUE(profile.memory.types[first].IsNonCoherent()) << name;
    EXPECT_TRUE(HasCachedCoherent(profile)) << name;
  }
}

TEST(ShippedProfiles, MaliHasNoCachedCoherentType) {
  for (const std::string& name : RealNames()) {
    if (!absl::StartsWith(name, "arm-")) continue;
    EXPECT_EQ(HasCachedCoherent(Load(name)), name == "arm-mali-g72-coherent")
        << name;
  }
}

struct Reported {
  const char* name;
  uint64_t report;
  std::vector<int> non_coherent;
  int first_host_visible;
  uint64_t atom;
};

// Transcribed from the reports, apart from the data files.
const Reported kReportedTables[] = {
    // clang-format off
    {"amd-windows-rx580", 29466, {}, 1, 128},
    {"anv-dg2-a380-nobar", 35559, {}, 1, 64},
    {"anv-gemini-lake", 36384, {1, 3}, 0, 64},
    {"anv-gemini-lake-23.0", 26166, {0}, 0, 64},
    {"anv-meteor-lake", 38396, {1, 4}, 0, 64},
    {"anv-tiger-lake-22.3", 25807, {}, 0, 64},
    {"arm-immortalis-g720", 38589, {1}, 0, 64},
    {"arm-immortalis-g925", 38738, {1}, 0, 64},
    {"arm-mali-g52-mc2-r49", 37982, {1}, 0, 64},
    {"arm-mali-g715", 38609, {1}, 0, 64},
    {"arm-mali-g72-coherent", 15730, {}, 0, 64},
    {"arm-mali-g76-duplicate-types", 31006, {1}, 0, 64},
    {"arm-mali-g78", 37913, {1}, 0, 64},
    {"arm-mali-t760", 29738, {1}, 0, 64},
    {"broadcom-stb-vc6-620", 27050, {1}, 0, 256},
    {"broadcom-stb-vc7-740", 27051, {1}, 0, 256},
    {"hasvk-bay-trail", 38694, {0}, 0, 64},
    {"honeykrisp-m2-pro", 37244, {}, 0, 64},
    {"huawei-maleoon-910", 38024, {1}, 0, 64},
    {"img-bxe-4-32", 35506, {3}, 2, 1},
    {"img-bxm-8-256", 37545, {2}, 1, 64},
    {"img-ge8100", 31864, {2, 3}, 2, 1},
    {"img-ge8320", 38086, {2}, 1, 1},
    {"intel-windows-arc-a770", 38823, {}, 1, 1},
    {"intel-windows-iris-xe", 38689, {}, 1, 1},
    {"lavapipe", 38866, {}, 0, 64},
    {"moltenvk-a15-ios", 37680, {}, 1, 16},
    {"moltenvk-amd-pro-5500m", 38324, {2}, 1, 256},
    {"moltenvk-intel-iris-pro-2019", 9812, {1}, 1, 256},
    {"moltenvk-m1", 38614, {}, 1, 16},
    {"moltenvk-nvidia-gt750m-2019", 9815, {2}, 1, 256},
    {"mthreads-s80", 36623, {3, 6}, 2, 1},
    {"nvidia-gtx-970", 38681, {}, 9, 64},
    {"nvidia-rtx-2060-linux", 38831, {}, 3, 64},
    {"nvidia-rtx-4090", 38870, {}, 2, 64},
    {"nvidia-tegra-orin", 26763, {}, 1, 64},
    {"nvidia-tegra-x1-linux", 18930, {3}, 2, 64},
    {"nvidia-tegra-x1-shield", 14035, {2}, 1, 64},
    {"nvidia-tegra-x2", 9315, {3}, 2, 64},
    {"nvk-rtx-2070-smallbar", 38074, {}, 1, 64},
    {"panvk-g610", 38765, {}, 0, 64},
    {"qcom-adreno-506-3types", 36356, {1}, 1, 1},
    {"qcom-adreno-618", 38606, {2}, 2, 1},
    {"qcom-adreno-650-805", 37954, {2}, 2, 1},
    {"qcom-adreno-730", 38845, {3}, 3, 1},
    {"qcom-adreno-750", 38650, {3}, 3, 1},
    {"qcom-adreno-x1-85-windows", 38068, {1}, 1, 1},
    {"radv-navi21-smallbar", 38190, {}, 2, 64},
    {"radv-renoir-apu", 38855, {}, 2, 64},
    {"radv-steam-deck-vangogh", 31280, {}, 2, 64},
    {"swiftshader", 38278, {}, 0, 256},
    {"turnip-adreno-650-old", 19505, {}, 0, 64},
    {"v3dv-rpi4", 30941, {}, 0, 256},
    {"v3dv-rpi5", 38811, {}, 0, 256},
    {"venus-mali-g52", 32726, {1}, 0, 64},
    // clang-format on
};

TEST(ShippedProfiles, TablesAreAsReported) {
  std::vector<std::string> names;
  for (const Reported& reported : kReportedTables) {
    const Profile profile = Load(reported.name);
    EXPECT_EQ(profile.source.report, reported.report) << reported.name;
    EXPECT_EQ(NonCoherentTypes(profile), reported.non_coherent)
        << reported.name;
    EXPECT_EQ(FirstFit(profile, kHostVisible), reported.first_host_visible)
        << reported.name;
    EXPECT_EQ(profile.memory.limits.non_coherent_atom_size, reported.atom)
        << reported.name;
    names.push_back(reported.name);
  }
  EXPECT_EQ(names, RealNames()) << "a profile without a row here";
}

// One table in full: flags, heaps and limits arrive where they belong.
TEST(ShippedProfiles, MaliG78InFull) {
  const Profile profile = Load("arm-mali-g78");
  EXPECT_EQ(profile.device.name, "Mali-G78");
  EXPECT_EQ(profile.device.type, DeviceType::kIntegratedGpu);
  EXPECT_EQ(profile.device.vendor_id, 0x13b5u);
  EXPECT_EQ(profile.device.device_id, 0x92020000u);
  EXPECT_EQ(profile.device.api_version, "1.3.283");
  EXPECT_EQ(profile.device.driver_version, "51.0.0");
  std::vector<uint32_t> flags;
  for (const MemoryType& type : profile.memory.types) {
    flags.push_back(type.property_flags);
  }
  EXPECT_EQ(flags, (std::vector<uint32_t>{0x7, 0xb, 0x11, 0x21}));
  ASSERT_EQ(profile.memory.types.size(), 4u);
  EXPECT_EQ(profile.memory.types[3].heap_index, 1u);
  ASSERT_EQ(profile.memory.heaps.size(), 2u);
  EXPECT_EQ(profile.memory.heaps[0].size, 7958851584u);
  EXPECT_EQ(profile.memory.heaps[1].size, 104857600u);
  const MemoryLimits& limits = profile.memory.limits;
  EXPECT_EQ(limits.non_coherent_atom_size, 64u);
  EXPECT_EQ(limits.min_memory_map_alignment, 64u);
  EXPECT_EQ(limits.buffer_image_granularity, 1u);
  EXPECT_EQ(limits.max_memory_allocation_size, 7958851584u);
  EXPECT_EQ(limits.max_memory_allocation_count, 16384u);
  EXPECT_EQ(profile.memory.host_pointer_types, 0u);
}

// What a search finds in the strict profiles, for every set of the four flags
// that programs ask for.
class Strict : public testing::TestWithParam<uint32_t> {};

INSTANTIATE_TEST_SUITE_P(EveryRequest, Strict, testing::Range(0u, 16u));

// Whoever does not ask for HOST_COHERENT but maps, or wants a cache, gets
// memory that is not coherent; whoever asks for it gets no cache.
void ExpectLeastForgiving(const Profile& profile, uint32_t asked, int found) {
  if ((asked & kHostCoherent) != 0 && (asked & kHostCached) != 0) {
    EXPECT_EQ(found, kNone);
    return;
  }
  ASSERT_NE(found, kNone);
  const MemoryType& type = profile.memory.types[found];
  if ((asked & kHostCoherent) != 0) {
    EXPECT_EQ(type.property_flags, kDeviceLocal | kHostVisible | kHostCoherent);
  } else if ((asked & (kHostVisible | kHostCached)) != 0) {
    EXPECT_TRUE(type.IsNonCoherent());
  }
}

TEST_P(Strict, FirstFitGetsTheLeast) {
  const Profile profile = Load("strict");
  const int found = FirstFit(profile, GetParam());
  ExpectLeastForgiving(profile, GetParam(), found);
  // Not even mappable for those who do not ask to map.
  if ((GetParam() & ~kDeviceLocal) == 0) {
    ASSERT_NE(found, kNone);
    EXPECT_FALSE(profile.memory.types[found].IsHostVisible());
  }
}

TEST_P(Strict, LastFitGetsTheLeastInStrictLast) {
  const Profile profile = Load("strict-last");
  ExpectLeastForgiving(profile, GetParam(), LastFit(profile, GetParam()));
}

TEST(StrictProfiles, DifferInOrderOnly) {
  const Profile first = Load("strict");
  const Profile last = Load("strict-last");
  ASSERT_EQ(first.memory.types.size(), 3u);
  ASSERT_EQ(last.memory.types.size(), 3u);
  EXPECT_EQ(first.memory.types[1].property_flags,
            last.memory.types[2].property_flags);
  EXPECT_EQ(first.memory.types[2].property_flags,
            last.memory.types[1].property_flags);
  EXPECT_EQ(first.memory.host_pointer_types, last.memory.host_pointer_types);
  EXPECT_EQ(first.memory.limits.non_coherent_atom_size,
            last.memory.limits.non_coherent_atom_size);
}

TEST(StrictProfiles, LimitsAreTheLeastThatIsOfUse) {
  const Profile profile = Load("strict");
  const MemoryLimits& limits = profile.memory.limits;
  EXPECT_EQ(limits.non_coherent_atom_size, 256u);
  EXPECT_EQ(limits.min_memory_map_alignment, 64u);
  EXPECT_EQ(limits.min_placed_memory_map_alignment, 4096u);
  EXPECT_EQ(limits.min_imported_host_pointer_alignment, 4096u);
  EXPECT_EQ(limits.buffer_image_granularity, 4096u);
  EXPECT_EQ(limits.max_memory_allocation_count, 4096u);
  EXPECT_EQ(limits.max_memory_allocation_size, uint64_t{4} << 30);
  ASSERT_EQ(profile.memory.heaps.size(), 1u);
  EXPECT_EQ(profile.memory.heaps[0].size, uint64_t{16} << 30);
  EXPECT_EQ(profile.memory.heaps[0].flags, kHeapDeviceLocal);
  EXPECT_EQ(profile.memory.host_pointer_types, 0x6u);
  EXPECT_EQ(profile.write_back, WriteBack::kWholeAtom);
}

}  // namespace
}  // namespace incoherent
