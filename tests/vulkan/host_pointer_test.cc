// VK_EXT_external_memory_host: memory that the application brings.

#include <sys/mman.h>

#include <cstring>
#include <memory>

#include "tests/vulkan/address_range.h"
#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/host_import.h"
#include "tests/vulkan/map_memory2.h"
#include "tests/vulkan/profile_file.h"
#include "tests/vulkan/same_bytes.h"
#include "tests/vulkan/vulkan_app.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;

constexpr VkDeviceSize kPage = 4096;
constexpr VkDeviceSize kSize = 2 * kPage;
const Bytes kOld = Numbered(kSize, 1);
const Bytes kNew = Numbered(kSize, 2);

class HostPointerTest : public VulkanTest {
 protected:
  HostPointerTest() { Write(pages_.at(), kOld); }

  AppMemory Import(MemoryKind kind) {
    return AppMemory(app_, import_.Of(pages_.at(), kSize, app_.TypeOf(kind)));
  }

  VulkanApp app_{IcdEnvironment(), HostImportDevice()};
  AddressRange pages_{4 * kPage, PROT_READ | PROT_WRITE};
  HostImport import_;
};

TEST_F(HostPointerTest, TypesAreTheProfilesOwn) {
  const uint32_t bits = HostPointerTypeBits(app_, pages_.at());
  EXPECT_EQ(bits, 0b110u) << "strict allows types 1 and 2";
  VulkanApp nvidia(WithProfile("nvidia-rtx-4090"), HostImportDevice());
  EXPECT_EQ(HostPointerTypeBits(nvidia, pages_.at()), 0b1100u);
}

TEST_F(HostPointerTest, IntoNonCoherentTypeKeepsTheContents) {
  AppMemory m = Import(MemoryKind::kNonCoherent);
  EXPECT_THAT(app_.DeviceBytes(m), SameBytes(kOld));
  EXPECT_THAT(Read(pages_.at(), kSize), SameBytes(kOld));
  EXPECT_THAT(Read(m.Map(), kSize), SameBytes(kOld));
}

TEST_F(HostPointerTest, IntoNonCoherentTypeNeedsInvalidate) {
  AppMemory m = Import(MemoryKind::kNonCoherent);
  app_.DeviceWrite(m, 0, kNew);
  EXPECT_THAT(Read(pages_.at(), kSize), SameBytes(kOld));
  const uint8_t* p = m.Map();
  EXPECT_THAT(Read(p, kSize), SameBytes(kOld));
  m.Invalidate(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Read(p, kSize), SameBytes(kNew));
}

TEST_F(HostPointerTest, IntoNonCoherentTypeNeedsFlush) {
  AppMemory m = Import(MemoryKind::kNonCoherent);
  uint8_t* p = m.Map();
  Write(p, kNew);
  EXPECT_THAT(app_.DeviceBytes(m), SameBytes(kOld));
  m.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(app_.DeviceBytes(m), SameBytes(kNew));
}

TEST_F(HostPointerTest, IntoCoherentTypeIsSharedAtOnce) {
  AppMemory m = Import(MemoryKind::kCoherent);
  EXPECT_THAT(app_.DeviceBytes(m), SameBytes(kOld));
  app_.DeviceWrite(m, 0, kNew);
  EXPECT_THAT(Read(pages_.at(), kSize), SameBytes(kNew));
  EXPECT_THAT(Read(m.Map(), kSize), SameBytes(kNew));
  Write(pages_.at(), kOld);
  EXPECT_THAT(app_.DeviceBytes(m), SameBytes(kOld));
}

TEST_F(HostPointerTest, UnderEagerEvictionEveryTypeIsSharedAtOnce) {
  VulkanApp app(WithEviction("eager"), HostImportDevice());
  AppMemory m(app, import_.Of(pages_.at(), kSize,
                              app.TypeOf(MemoryKind::kNonCoherent)));
  app.DeviceWrite(m, 0, kNew);
  EXPECT_THAT(Read(pages_.at(), kSize), SameBytes(kNew));
}

TEST_F(HostPointerTest, FlushBeforeMap) {
  AppMemory m = Import(MemoryKind::kNonCoherent);
  Write(pages_.at(), kNew);
  m.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports("vkFlushMappedMemoryRanges",
                                  "VUID-VkMappedMemoryRange-memory-00684")));
  EXPECT_THAT(app_.DeviceBytes(m), SameBytes(kOld));
}

TEST_F(HostPointerTest, InvalidateBeforeMap) {
  AppMemory m = Import(MemoryKind::kNonCoherent);
  app_.DeviceWrite(m, 0, kNew);
  m.Invalidate(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports("vkInvalidateMappedMemoryRanges",
                                  "VUID-VkMappedMemoryRange-memory-00684")));
  EXPECT_THAT(Read(pages_.at(), kSize), SameBytes(kOld));
}

TEST_F(HostPointerTest, MapOfAPart) {
  AppMemory m = Import(MemoryKind::kNonCoherent);
  uint8_t* p = m.Map(kPage, 512);
  Write(p, Slice(kNew, kPage, 512));
  m.Flush(kPage, VK_WHOLE_SIZE);
  EXPECT_THAT(app_.DeviceBytes(m),
              SameBytes(Patched(kOld, kPage, Slice(kNew, kPage, 512))));
}

// Two memory objects over one payload.
TEST_F(HostPointerTest, SeveralImportsOfTheSamePages) {
  for (MemoryKind kind : {MemoryKind::kNonCoherent, MemoryKind::kCoherent}) {
    Write(pages_.at(), kOld);
    AppMemory a = Import(kind);
    AppMemory b = Import(kind);
    EXPECT_THAT(app_.DeviceBytes(b), SameBytes(kOld));
    app_.DeviceWrite(a, 0, kNew);
    EXPECT_THAT(app_.DeviceBytes(b), SameBytes(kNew));
    b.Map();
    b.Invalidate(0, VK_WHOLE_SIZE);
    EXPECT_THAT(Read(pages_.at(), kSize), SameBytes(kNew));
  }
}

TEST_F(HostPointerTest, ImportsThatMeetInAPage) {
  const uint32_t type = app_.TypeOf(MemoryKind::kNonCoherent);
  HostImport second;
  AppMemory a(app_, import_.Of(pages_.at(0), 2 * kPage, type));
  auto b = std::make_unique<AppMemory>(
      app_, second.Of(pages_.at(kPage), 2 * kPage, type));
  app_.DeviceWrite(*b, 0, Slice(kNew, 0, kPage));
  EXPECT_THAT(app_.DeviceBytes(a, kPage, kPage),
              SameBytes(Slice(kNew, 0, kPage)));
  EXPECT_THAT(app_.DeviceBytes(a, 0, kPage), SameBytes(Slice(kOld, 0, kPage)));
  b.reset();
  EXPECT_THAT(app_.DeviceBytes(a, kPage, kPage),
              SameBytes(Slice(kNew, 0, kPage)));
}

TEST_F(HostPointerTest, ImportAfterAFreeStartsWithWhatThePagesHold) {
  for (uint8_t round = 0; round < 3; ++round) {
    Write(pages_.at(), Numbered(kSize, round));
    AppMemory m = Import(MemoryKind::kNonCoherent);
    EXPECT_THAT(app_.DeviceBytes(m), SameBytes(Numbered(kSize, round)));
    app_.DeviceWrite(m, 0, Numbered(kSize, 99));
  }
}

TEST_F(HostPointerTest, ImportsOfNeighbouringPages) {
  const uint32_t type = app_.TypeOf(MemoryKind::kNonCoherent);
  AppMemory a(app_, import_.Of(pages_.at(0), kPage, type));
  HostImport second;
  AppMemory b(app_, second.Of(pages_.at(kPage), kPage, type));
  uint8_t* in_a = a.Map();
  uint8_t* in_b = b.Map();
  Write(in_a, Slice(kNew, 0, kPage));
  Write(in_b, Slice(kNew, kPage, kPage));
  a.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(app_.DeviceBytes(a), SameBytes(Slice(kNew, 0, kPage)));
  EXPECT_THAT(app_.DeviceBytes(b), SameBytes(Slice(kOld, kPage, kPage)));
}

TEST_F(HostPointerTest, FreeLeavesThePagesAlone) {
  for (MemoryKind kind : {MemoryKind::kNonCoherent, MemoryKind::kCoherent}) {
    {
      AppMemory m = Import(kind);
      m.Map();
    }
    EXPECT_THAT(Read(pages_.at(), kSize), SameBytes(kOld));
    EXPECT_EQ(ProtectionAt(pages_.at()), "rw-p");
    EXPECT_EQ(ProtectionAt(pages_.at(kPage)), "rw-p");
    Write(pages_.at(), kOld);
  }
}

TEST_F(HostPointerTest, UnmapLeavesThePagesAlone) {
  AppMemory m = Import(MemoryKind::kNonCoherent);
  Write(m.Map(), kNew);
  m.Unmap();
  EXPECT_THAT(Read(pages_.at(), kSize), SameBytes(kNew));
}

TEST_F(HostPointerTest, ImportsDoNotFillTheHeap) {
  VkPhysicalDeviceMemoryBudgetPropertiesEXT budget = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT};
  VkPhysicalDeviceMemoryProperties2 properties = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2, &budget};
  AppMemory m = Import(MemoryKind::kNonCoherent);
  vkGetPhysicalDeviceMemoryProperties2(app_.physical_device(), &properties);
  EXPECT_EQ(budget.heapUsage[0], kSize);
}

// A heap of size 0 may serve imports and nothing else.
TEST_F(HostPointerTest, ThroughAHeapWithoutBytes) {
  ProfileFile profile;
  profile.host_heap_size = 0;
  VulkanApp app(WithProfile(profile.Save("heap_of_0")), HostImportDevice());
  const VkMemoryAllocateInfo ordinary = {VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                                         nullptr, kPage, 2};
  VkDeviceMemory memory = VK_NULL_HANDLE;
  EXPECT_EQ(vkAllocateMemory(app.device(), &ordinary, nullptr, &memory),
            VK_ERROR_OUT_OF_DEVICE_MEMORY);
  EXPECT_EQ(Findings().size(), 1u);
  EXPECT_EQ(TryAllocate(app, import_.Of(pages_.at(), kSize, 2), &memory),
            VK_SUCCESS);
  vkFreeMemory(app.device(), memory, nullptr);
}

// With placed maps on the device, an import is mapped as ever, and never
// placed.
TEST_F(HostPointerTest, ImportIsNeverPlaced) {
  const auto features = PlacedMapFeatures(true, true, true);
  DeviceRequest request = PlacedMapDevice(features);
  request.extensions.push_back(VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME);
  VulkanApp app(IcdEnvironment(), request);
  MapMemory2 map2(app);
  AddressRange range(kSize, PROT_NONE);
  for (MemoryKind kind : {MemoryKind::kNonCoherent, MemoryKind::kCoherent}) {
    AppMemory m(app, import_.Of(pages_.at(), kSize, app.TypeOf(kind)));
    Write(pages_.at(), kOld);
    EXPECT_EQ(map2.MapPlaced(m, range.at()), VK_ERROR_MEMORY_MAP_FAILED);
    Write(m.Map(), kNew);
    m.Flush(0, VK_WHOLE_SIZE);
    EXPECT_THAT(app.DeviceBytes(m), SameBytes(kNew));
    EXPECT_EQ(map2.UnmapReserving(m), VK_ERROR_MEMORY_MAP_FAILED);
    m.Unmap();
  }
  EXPECT_THAT(
      Findings(),
      ElementsAre(
          Reports("vkMapMemory2KHR", "VUID-VkMemoryMapInfo-flags-09575"),
          Reports("vkUnmapMemory2KHR", "VUID-VkMemoryUnmapInfo-flags-09580")));
}

}  // namespace
}  // namespace incoherent
