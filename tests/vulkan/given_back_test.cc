// What is freed is given back: memory, address ranges, file descriptors.

#include <sys/mman.h>

#include <cstring>
#include <filesystem>
#include <functional>

#include "tests/vulkan/address_range.h"
#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/host_import.h"
#include "tests/vulkan/map_memory2.h"
#include "tests/vulkan/vulkan_app.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

constexpr int kWarmUp = 500;
constexpr int kCycles = 10000;
constexpr VkDeviceSize kSize = 16384;
// What an allocator may keep for itself. One page lost per cycle is 40 MiB.
constexpr size_t kSlackBytes = size_t{2} << 20;
constexpr size_t kSlackMappings = 8;

size_t CountDescriptors() {
  size_t count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/self/fd")) {
    count += !entry.path().empty();
  }
  return count;
}

// A sanitizer keeps freed memory, and mappings of its own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kUnderSanitizer = true;
#else
constexpr bool kUnderSanitizer = false;
#endif

class GivenBackTest : public VulkanTest {
 protected:
  void SetUp() override {
    VulkanTest::SetUp();
    if (kUnderSanitizer) GTEST_SKIP() << "a sanitizer keeps memory";
  }

  // Expects that after many cycles the process is as it was after a few.
  static void ExpectNothingKept(const std::function<void(int)>& cycle,
                                int cycles = kCycles) {
    for (int i = 0; i < kWarmUp; ++i) cycle(i);
    const size_t bytes = ResidentBytes();
    const size_t mappings = CountMappings();
    const size_t descriptors = CountDescriptors();
    for (int i = 0; i < cycles; ++i) cycle(i);
    EXPECT_LT(ResidentBytes(), bytes + kSlackBytes);
    EXPECT_LE(CountMappings(), mappings + kSlackMappings);
    EXPECT_EQ(CountDescriptors(), descriptors);
  }

  static void WriteAndFlush(AppMemory& m, uint8_t* p, int value) {
    std::memset(p, value, m.size());
    m.Flush(0, VK_WHOLE_SIZE);
  }
};

TEST_F(GivenBackTest, NonCoherentMemory) {
  VulkanApp app;
  ExpectNothingKept([&](int i) {
    AppMemory m(app, kSize);
    WriteAndFlush(m, m.Map(), i);
  });
}

TEST_F(GivenBackTest, NonCoherentMemoryUnderRandomEviction) {
  VulkanApp app(WithEviction("random:1"));
  ExpectNothingKept([&](int i) {
    AppMemory m(app, kSize);
    WriteAndFlush(m, m.Map(), i);
  });
}

TEST_F(GivenBackTest, CoherentMemory) {
  VulkanApp app;
  ExpectNothingKept([&](int i) {
    AppMemory m(app, kSize, MemoryKind::kCoherent);
    WriteAndFlush(m, m.Map(), i);
  });
}

TEST_F(GivenBackTest, MemoryThatIsMappedAndUnmappedOverAndOver) {
  VulkanApp app;
  AppMemory m(app, kSize);
  ExpectNothingKept([&](int i) {
    WriteAndFlush(m, m.Map(), i);
    m.Unmap();
  });
}

TEST_F(GivenBackTest, ImportedMemory) {
  VulkanApp app(IcdEnvironment(), HostImportDevice());
  AddressRange pages(kSize, PROT_READ | PROT_WRITE);
  const uint32_t type = app.TypeOf(MemoryKind::kNonCoherent);
  ExpectNothingKept([&](int i) {
    HostImport import;
    AppMemory m(app, import.Of(pages.at(), kSize, type));
    WriteAndFlush(m, m.Map(), i);
  });
}

TEST_F(GivenBackTest, ImportsThatAreRefused) {
  VulkanApp app(IcdEnvironment(), HostImportDevice());
  AddressRange pages(kSize, PROT_NONE);
  const uint32_t type = app.TypeOf(MemoryKind::kNonCoherent);
  ExpectNothingKept([&](int) {
    HostImport import;
    VkDeviceMemory memory = VK_NULL_HANDLE;
    EXPECT_EQ(TryAllocate(app, import.Of(pages.at(), kSize, type), &memory),
              VK_ERROR_INVALID_EXTERNAL_HANDLE);
  });
}

TEST_F(GivenBackTest, PlacedMemory) {
  const auto features = PlacedMapFeatures(true, true, true);
  VulkanApp app(IcdEnvironment(), PlacedMapDevice(features));
  MapMemory2 map2(app);
  AddressRange range(kSize, PROT_NONE);
  for (MemoryKind kind : {MemoryKind::kNonCoherent, MemoryKind::kCoherent}) {
    ExpectNothingKept(
        [&](int i) {
          AppMemory m(app, kSize, kind);
          ASSERT_EQ(map2.MapPlaced(m, range.at()), VK_SUCCESS);
          WriteAndFlush(m, range.at(), i);
          ASSERT_EQ(map2.UnmapReserving(m), VK_SUCCESS);
        },
        kCycles / 2);
  }
}

TEST_F(GivenBackTest, PlaceableMemoryThatIsMappedAsUsual) {
  const auto features = PlacedMapFeatures(true, true, true);
  VulkanApp app(IcdEnvironment(), PlacedMapDevice(features));
  for (MemoryKind kind : {MemoryKind::kNonCoherent, MemoryKind::kCoherent}) {
    ExpectNothingKept(
        [&](int i) {
          AppMemory m(app, kSize, kind);
          WriteAndFlush(m, m.Map(), i);
        },
        kCycles / 2);
  }
}

// A memory that is large and hardly written costs its host view, and nothing
// for what was last in step.
TEST_F(GivenBackTest, UntouchedPagesCostTheirViewOnly) {
  constexpr VkDeviceSize kLarge = VkDeviceSize{256} << 20;
  VulkanApp app;
  AppMemory m(app, kLarge);
  const size_t before = ResidentBytes();
  uint8_t* p = m.Map();
  p[12345678] = 1;
  m.Flush(12345600, 256);
  EXPECT_LT(ResidentBytes(), before + kLarge + kSlackBytes);
}

TEST_F(GivenBackTest, Instances) {
  const auto cycle = [] {
    VulkanApp app;
    AppMemory m(app, kSize);
    WriteAndFlush(m, m.Map(), 1);
  };
  for (int i = 0; i < 5; ++i) cycle();
  const size_t descriptors = CountDescriptors();
  const size_t mappings = CountMappings();
  for (int i = 0; i < 50; ++i) cycle();
  EXPECT_EQ(CountDescriptors(), descriptors);
  EXPECT_LE(CountMappings(), mappings + kSlackMappings);
}

}  // namespace
}  // namespace incoherent
