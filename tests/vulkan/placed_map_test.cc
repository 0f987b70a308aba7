// VK_EXT_map_memory_placed: mappings at addresses of the application's choice.

#include <sys/mman.h>

#include <cstring>

#include "tests/vulkan/address_range.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/map_memory2.h"
#include "tests/vulkan/profile_file.h"
#include "tests/vulkan/same_bytes.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;

constexpr VkDeviceSize kPage = 4096;
constexpr VkDeviceSize kSize = 4 * kPage;
const Bytes kOld = Numbered(kSize, 1);
const Bytes kNew = Numbered(kSize, 2);

class PlacedMapTest : public VulkanTest {
 protected:
  VkPhysicalDeviceMapMemoryPlacedFeaturesEXT features_ =
      PlacedMapFeatures(true, true, true);
  VulkanApp app_{IcdEnvironment(), PlacedMapDevice(features_)};
  MapMemory2 map2_{app_};
  AddressRange range_{16 * kPage, PROT_NONE};
};

TEST_F(PlacedMapTest, NonCoherentMemory) {
  AppMemory m(app_, kSize);
  ASSERT_EQ(map2_.MapPlaced(m, range_.at(kPage)), VK_SUCCESS);
  uint8_t* p = range_.at(kPage);
  app_.DeviceWrite(m, 0, kOld);
  m.Invalidate(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Read(p, kSize), SameBytes(kOld));
  Write(p, kNew);
  EXPECT_THAT(app_.DeviceBytes(m), SameBytes(kOld));
  m.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(app_.DeviceBytes(m), SameBytes(kNew));
}

TEST_F(PlacedMapTest, CoherentMemoryNeedsNoFlush) {
  AppMemory m(app_, kSize, MemoryKind::kCoherent);
  ASSERT_EQ(map2_.MapPlaced(m, range_.at(kPage)), VK_SUCCESS);
  uint8_t* p = range_.at(kPage);
  Write(p, kOld);
  EXPECT_THAT(app_.DeviceBytes(m), SameBytes(kOld));
  app_.DeviceWrite(m, 0, kNew);
  EXPECT_THAT(Read(p, kSize), SameBytes(kNew));
}

TEST_F(PlacedMapTest, TouchesNothingAround) {
  AppMemory m(app_, kSize);
  ASSERT_EQ(map2_.MapPlaced(m, range_.at(kPage)), VK_SUCCESS);
  EXPECT_EQ(ProtectionAt(range_.at(0)), "---p");
  EXPECT_EQ(ProtectionAt(range_.at(kPage)).substr(0, 2), "rw");
  EXPECT_EQ(ProtectionAt(range_.at(5 * kPage - 1)).substr(0, 2), "rw");
  EXPECT_EQ(ProtectionAt(range_.at(5 * kPage)), "---p");
}

TEST_F(PlacedMapTest, PartOfTheMemory) {
  for (MemoryKind kind : {MemoryKind::kNonCoherent, MemoryKind::kCoherent}) {
    AppMemory m(app_, kSize, kind);
    app_.DeviceWrite(m, 0, kOld);
    ASSERT_EQ(map2_.MapPlaced(m, range_.at(), kPage, 2 * kPage), VK_SUCCESS);
    m.Invalidate(kPage, 2 * kPage);
    EXPECT_THAT(Read(range_.at(), 2 * kPage),
                SameBytes(Slice(kOld, kPage, 2 * kPage)));
    Write(range_.at(), Slice(kNew, kPage, 2 * kPage));
    m.Flush(kPage, VK_WHOLE_SIZE);
    EXPECT_THAT(app_.DeviceBytes(m),
                SameBytes(Patched(kOld, kPage, Slice(kNew, kPage, 2 * kPage))));
    EXPECT_EQ(map2_.UnmapReserving(m), VK_SUCCESS);
  }
}

TEST_F(PlacedMapTest, RemappedElsewhereItHoldsTheSame) {
  for (MemoryKind kind : {MemoryKind::kNonCoherent, MemoryKind::kCoherent}) {
    AppMemory m(app_, kSize, kind);
    ASSERT_EQ(map2_.MapPlaced(m, range_.at()), VK_SUCCESS);
    Write(range_.at(), kNew);
    ASSERT_EQ(map2_.UnmapReserving(m), VK_SUCCESS);
    ASSERT_EQ(map2_.MapPlaced(m, range_.at(8 * kPage)), VK_SUCCESS);
    EXPECT_THAT(Read(range_.at(8 * kPage), kSize), SameBytes(kNew));
    m.Flush(0, VK_WHOLE_SIZE);
    EXPECT_THAT(app_.DeviceBytes(m), SameBytes(kNew));
    EXPECT_EQ(map2_.UnmapReserving(m), VK_SUCCESS);
  }
}

TEST_F(PlacedMapTest, ReservingUnmapKeepsTheAddresses) {
  for (MemoryKind kind : {MemoryKind::kNonCoherent, MemoryKind::kCoherent}) {
    AppMemory m(app_, kSize, kind);
    ASSERT_EQ(map2_.MapPlaced(m, range_.at()), VK_SUCCESS);
    EXPECT_EQ(map2_.UnmapReserving(m), VK_SUCCESS);
    for (VkDeviceSize at = 0; at < kSize; at += kPage) {
      EXPECT_EQ(ProtectionAt(range_.at(at)), "---p");
    }
    m.Map();  // it is not mapped any more
  }
}

TEST_F(PlacedMapTest, OrdinaryUnmapGivesTheAddressesBack) {
  AppMemory m(app_, kSize);
  ASSERT_EQ(map2_.MapPlaced(m, range_.at()), VK_SUCCESS);
  EXPECT_EQ(map2_.Unmap(m), VK_SUCCESS);
  EXPECT_EQ(ProtectionAt(range_.at()), "");
}

TEST_F(PlacedMapTest, FreeGivesTheAddressesBack) {
  {
    AppMemory m(app_, kSize);
    ASSERT_EQ(map2_.MapPlaced(m, range_.at()), VK_SUCCESS);
  }
  EXPECT_EQ(ProtectionAt(range_.at()), "");
}

TEST_F(PlacedMapTest, ReservingUnmapOfAMappingThatWasNotPlaced) {
  for (MemoryKind kind : {MemoryKind::kNonCoherent, MemoryKind::kCoherent}) {
    AppMemory m(app_, kSize, kind);
    const uint8_t* p = m.Map();
    EXPECT_EQ(map2_.UnmapReserving(m), VK_SUCCESS);
    EXPECT_EQ(ProtectionAt(p), "---p");
    munmap(const_cast<uint8_t*>(p), kSize);
  }
}

TEST_F(PlacedMapTest, OrdinaryMapsStillWork) {
  for (MemoryKind kind : {MemoryKind::kNonCoherent, MemoryKind::kCoherent}) {
    AppMemory m(app_, kSize, kind);
    uint8_t* p = MapInStep(app_, m, kOld);
    EXPECT_THAT(Read(p, kSize), SameBytes(kOld));
    Write(p, kNew);
    m.Flush(0, VK_WHOLE_SIZE);
    m.Unmap();
    EXPECT_THAT(app_.DeviceBytes(m), SameBytes(kNew));
    EXPECT_THAT(Read(m.Map(100, 500), 500), SameBytes(Slice(kNew, 100, 500)));
  }
}

TEST_F(PlacedMapTest, SecondMapWithoutPlacing) {
  for (MemoryKind kind : {MemoryKind::kNonCoherent, MemoryKind::kCoherent}) {
    AppMemory m(app_, kSize, kind);
    uint8_t* first = MapInStep(app_, m, kOld);
    uint8_t* second = m.Map(kPage, kPage);
    second[0] = static_cast<uint8_t>(~kOld[kPage]);
    EXPECT_EQ(first[kPage], second[0]);
    m.Flush(0, VK_WHOLE_SIZE);
    EXPECT_THAT(app_.DeviceBytes(m),
                SameBytes(Patched(kOld, kPage, {second[0]})));
    m.Unmap();
    EXPECT_EQ(ProtectionAt(first), "");
    EXPECT_EQ(ProtectionAt(second), "");
  }
  EXPECT_THAT(Findings(), ElementsAre(Reports("vkMapMemory",
                                              "VUID-vkMapMemory-memory-"
                                              "00678")));
}

// A suballocator's memory: odd sizes are never placed, but must work.
TEST_F(PlacedMapTest, OddSizesAreMappedAsBefore) {
  for (MemoryKind kind : {MemoryKind::kNonCoherent, MemoryKind::kCoherent}) {
    AppMemory m(app_, 1000, kind);
    Write(m.Map(), Slice(kNew, 0, 1000));
    m.Flush(0, VK_WHOLE_SIZE);
    EXPECT_THAT(app_.DeviceBytes(m), SameBytes(Slice(kNew, 0, 1000)));
  }
}

// Whatever alignment an import wants of the application, a placed map of
// coherent memory needs minPlacedMemoryMapAlignment only.
TEST_F(PlacedMapTest, CoherentMemoryUnderALargeImportAlignment) {
  ProfileFile profile;
  profile.import_alignment = 65536;
  VulkanApp app(WithProfile(profile.Save("import_alignment_64k")),
                PlacedMapDevice(features_));
  MapMemory2 map2(app);
  AppMemory m(app, kSize, MemoryKind::kCoherent);
  ASSERT_EQ(map2.MapPlaced(m, range_.at()), VK_SUCCESS);
  Write(range_.at(), kNew);
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(kNew));
}

TEST_F(PlacedMapTest, DedicatedCoherentMemory) {
  VkBufferCreateInfo info = {VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
  info.size = kSize;
  info.usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT;
  VkBuffer buffer = VK_NULL_HANDLE;
  Require(vkCreateBuffer(app_.device(), &info, nullptr, &buffer),
          "vkCreateBuffer");
  const VkMemoryDedicatedAllocateInfo dedicated = {
      VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO, nullptr, VK_NULL_HANDLE,
      buffer};
  AppMemory m(app_, MemoryRequest{kSize, app_.TypeOf(MemoryKind::kCoherent),
                                  &dedicated, 0});
  ASSERT_EQ(map2_.MapPlaced(m, range_.at()), VK_SUCCESS);
  Write(range_.at(), kNew);
  EXPECT_THAT(app_.DeviceBytes(m), SameBytes(kNew));
  vkDestroyBuffer(app_.device(), buffer, nullptr);
}

// Coherent memory is placed by a host import below, which the application need
// not know of.
TEST_F(PlacedMapTest, WhereTheApplicationCannotImport) {
  IcdEnvironment hidden;
  hidden.hidden_extensions = VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME;
  for (const IcdEnvironment& environment :
       {hidden, WithProfile("arm-mali-g78")}) {
    VulkanApp app(environment, PlacedMapDevice(features_));
    MapMemory2 map2(app);
    AppMemory m(app, kSize, MemoryKind::kCoherent);
    ASSERT_EQ(map2.MapPlaced(m, range_.at()), VK_SUCCESS);
    Write(range_.at(), kNew);
    EXPECT_THAT(app.DeviceBytes(m), SameBytes(kNew));
    EXPECT_EQ(map2.UnmapReserving(m), VK_SUCCESS);
  }
}

// Under `eager` a type that is not coherent has no cache; it can be placed
// all the same.
TEST_F(PlacedMapTest, EagerEviction) {
  VulkanApp app(WithEviction("eager"), PlacedMapDevice(features_));
  MapMemory2 map2(app);
  AppMemory m(app, kSize);
  ASSERT_EQ(map2.MapPlaced(m, range_.at()), VK_SUCCESS);
  Write(range_.at(), kNew);
  EXPECT_THAT(app.DeviceBytes(m), SameBytes(kNew));
}

}  // namespace
}  // namespace incoherent
