// Opaque file descriptors (VK_KHR_external_memory_fd): one payload, several
// memory objects.

#include <unistd.h>

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/same_bytes.h"
#include "tests/vulkan/vulkan_app.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

constexpr VkDeviceSize kSize = 4096;
constexpr VkExternalMemoryHandleTypeFlagBits kOpaque =
    VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT;
const Bytes kOld = Numbered(kSize, 1);
const Bytes kNew = Numbered(kSize, 2);

class ExternalFdTest : public VulkanTest {
 protected:
  MemoryRequest Exported(MemoryKind kind) {
    return {kSize, app_.TypeOf(kind), &exported_, kOpaque};
  }
  // An import takes the descriptor that is exported for it.
  MemoryRequest Imported(const AppMemory& from, MemoryKind kind) {
    imported_.fd = Export(from);
    return {kSize, app_.TypeOf(kind), &imported_, kOpaque};
  }
  int Export(const AppMemory& memory) {
    const auto get_fd =
        app_.DeviceCommand<PFN_vkGetMemoryFdKHR>("vkGetMemoryFdKHR");
    const VkMemoryGetFdInfoKHR info = {VK_STRUCTURE_TYPE_MEMORY_GET_FD_INFO_KHR,
                                       nullptr, memory.handle(), kOpaque};
    int fd = -1;
    Require(get_fd(app_.device(), &info, &fd), "vkGetMemoryFdKHR");
    return fd;
  }

  VulkanApp app_{IcdEnvironment(),
                 {{VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME}, nullptr}};
  VkExportMemoryAllocateInfo exported_ = {
      VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO, nullptr, kOpaque};
  VkImportMemoryFdInfoKHR imported_ = {
      VK_STRUCTURE_TYPE_IMPORT_MEMORY_FD_INFO_KHR, nullptr, kOpaque, -1};
};

TEST_F(ExternalFdTest, ImportSharesThePayload) {
  AppMemory a(app_, Exported(MemoryKind::kNonCoherent));
  app_.DeviceWrite(a, 0, kOld);
  AppMemory b(app_, Imported(a, MemoryKind::kNonCoherent));
  EXPECT_THAT(app_.DeviceBytes(b), SameBytes(kOld));
  app_.DeviceWrite(b, 0, kNew);
  EXPECT_THAT(app_.DeviceBytes(a), SameBytes(kNew));
}

TEST_F(ExternalFdTest, ImportStartsWithTheContents) {
  AppMemory a(app_, Exported(MemoryKind::kNonCoherent));
  app_.DeviceWrite(a, 0, kOld);
  AppMemory b(app_, Imported(a, MemoryKind::kNonCoherent));
  EXPECT_THAT(Read(b.Map(), kSize), SameBytes(kOld));
}

// What one object's mapping writes, the other's sees after a flush here and an
// invalidate there.
TEST_F(ExternalFdTest, EachObjectHasItsOwnView) {
  AppMemory a(app_, Exported(MemoryKind::kNonCoherent));
  app_.DeviceWrite(a, 0, kOld);
  AppMemory b(app_, Imported(a, MemoryKind::kNonCoherent));
  uint8_t* in_a = a.Map();
  a.Invalidate(0, VK_WHOLE_SIZE);
  const uint8_t* in_b = b.Map();
  b.Invalidate(0, VK_WHOLE_SIZE);
  Write(in_a, kNew);
  b.Invalidate(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Read(in_b, kSize), SameBytes(kOld));
  a.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Read(in_b, kSize), SameBytes(kOld));
  b.Invalidate(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Read(in_b, kSize), SameBytes(kNew));
}

TEST_F(ExternalFdTest, EachObjectIsMappedOnItsOwn) {
  AppMemory a(app_, Exported(MemoryKind::kNonCoherent));
  AppMemory b(app_, Imported(a, MemoryKind::kNonCoherent));
  a.Map();
  b.Flush(0, VK_WHOLE_SIZE);
  EXPECT_THAT(Findings(), ::testing::ElementsAre(Reports(
                              "vkFlushMappedMemoryRanges",
                              "VUID-VkMappedMemoryRange-memory-00684")));
}

TEST_F(ExternalFdTest, CoherentTypeNeedsNeither) {
  AppMemory a(app_, Exported(MemoryKind::kCoherent));
  AppMemory b(app_, Imported(a, MemoryKind::kCoherent));
  uint8_t* in_a = a.Map();
  const uint8_t* in_b = b.Map();
  Write(in_a, kNew);
  EXPECT_THAT(Read(in_b, kSize), SameBytes(kNew));
  EXPECT_THAT(app_.DeviceBytes(b), SameBytes(kNew));
}

TEST_F(ExternalFdTest, ThePayloadOutlivesTheExporter) {
  int fd = -1;
  {
    AppMemory a(app_, Exported(MemoryKind::kNonCoherent));
    Write(a.Map(), kNew);
    a.Flush(0, VK_WHOLE_SIZE);
    fd = Export(a);
  }
  imported_.fd = fd;
  AppMemory b(app_, MemoryRequest{kSize, app_.TypeOf(MemoryKind::kNonCoherent),
                                  &imported_, kOpaque});
  EXPECT_THAT(app_.DeviceBytes(b), SameBytes(kNew));
}

TEST_F(ExternalFdTest, ImportIntoAnotherDevice) {
  AppMemory a(app_, Exported(MemoryKind::kNonCoherent));
  app_.DeviceWrite(a, 0, kNew);
  VulkanApp other(IcdEnvironment(),
                  {{VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME}, nullptr});
  AppMemory b(other, Imported(a, MemoryKind::kNonCoherent));
  EXPECT_THAT(other.DeviceBytes(b), SameBytes(kNew));
}

TEST_F(ExternalFdTest, PropertiesNameTypesOfTheProfile) {
  AppMemory a(app_, Exported(MemoryKind::kNonCoherent));
  const int fd = Export(a);
  const auto query = app_.DeviceCommand<PFN_vkGetMemoryFdPropertiesKHR>(
      "vkGetMemoryFdPropertiesKHR");
  VkMemoryFdPropertiesKHR properties = {
      VK_STRUCTURE_TYPE_MEMORY_FD_PROPERTIES_KHR};
  ASSERT_EQ(query(app_.device(), kOpaque, fd, &properties), VK_SUCCESS);
  EXPECT_EQ(properties.memoryTypeBits, 0b111u) << "all types of strict";
  close(fd);
}

constexpr char kRepeats[] = "VUID-VkMemoryAllocateInfo-allocationSize-01742";

TEST_F(ExternalFdTest, ImportOfAnotherSize) {
  AppMemory a(app_, Exported(MemoryKind::kNonCoherent));
  MemoryRequest request = Imported(a, MemoryKind::kNonCoherent);
  request.size = kSize / 2;
  VkDeviceMemory memory = VK_NULL_HANDLE;
  if (TryAllocate(app_, request, &memory) == VK_SUCCESS) {
    vkFreeMemory(app_.device(), memory, nullptr);
  }
  EXPECT_THAT(Findings(), ::testing::ElementsAre(
                              Reports("vkAllocateMemory", kRepeats, "0x1000")));
}

TEST_F(ExternalFdTest, ImportOfAnotherType) {
  AppMemory a(app_, Exported(MemoryKind::kNonCoherent));
  AppMemory b(app_, Imported(a, MemoryKind::kCoherent));
  EXPECT_THAT(Findings(),
              ::testing::ElementsAre(Reports("vkAllocateMemory", kRepeats)));
}

TEST_F(ExternalFdTest, DuplicatesOfTheDescriptorAreTheSamePayload) {
  AppMemory a(app_, Exported(MemoryKind::kNonCoherent));
  app_.DeviceWrite(a, 0, kNew);
  MemoryRequest request = Imported(a, MemoryKind::kNonCoherent);
  const int original = imported_.fd;
  imported_.fd = dup(original);
  AppMemory b(app_, request);
  close(original);
  EXPECT_THAT(app_.DeviceBytes(b), SameBytes(kNew));
}

TEST_F(ExternalFdTest, CaptureAddressWithAnImport) {
  AppMemory a(app_, Exported(MemoryKind::kNonCoherent));
  const VkMemoryOpaqueCaptureAddressAllocateInfo address = {
      VK_STRUCTURE_TYPE_MEMORY_OPAQUE_CAPTURE_ADDRESS_ALLOCATE_INFO, nullptr,
      0x1000};
  imported_.pNext = &address;
  AppMemory b(app_, Imported(a, MemoryKind::kNonCoherent));
  EXPECT_THAT(Findings(),
              ::testing::ElementsAre(Reports(
                  "vkAllocateMemory",
                  "VUID-VkMemoryAllocateInfo-opaqueCaptureAddress-03333")));
}

}  // namespace
}  // namespace incoherent
