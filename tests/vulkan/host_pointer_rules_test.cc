// The rules of VK_EXT_external_memory_host.

#include <sys/mman.h>

#include "tests/vulkan/address_range.h"
#include "tests/vulkan/host_import.h"
#include "tests/vulkan/same_bytes.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;

constexpr char kAllocate[] = "vkAllocateMemory";
constexpr char kQuery[] = "vkGetMemoryHostPointerPropertiesEXT";
constexpr VkDeviceSize kPage = 4096;

class HostPointerRulesTest : public VulkanTest {
 protected:
  VkResult TryImport(const MemoryRequest& request) {
    VkDeviceMemory memory = VK_NULL_HANDLE;
    const VkResult result = TryAllocate(app_, request, &memory);
    if (result == VK_SUCCESS) vkFreeMemory(app_.device(), memory, nullptr);
    return result;
  }
  void ExpectRefused(const MemoryRequest& request, const char* vuid) {
    EXPECT_EQ(TryImport(request), VK_ERROR_INVALID_EXTERNAL_HANDLE);
    EXPECT_THAT(Findings(), ElementsAre(Reports(kAllocate, vuid)));
  }

  VulkanApp app_{IcdEnvironment(), HostImportDevice()};
  AddressRange pages_{4 * kPage, PROT_READ | PROT_WRITE};
  HostImport import_;
};

TEST_F(HostPointerRulesTest, MisalignedPointer) {
  ExpectRefused(import_.Of(pages_.at(64), kPage, 1),
                "VUID-VkImportMemoryHostPointerInfoEXT-pHostPointer-01749");
}

TEST_F(HostPointerRulesTest, MisalignedPointerIntoACoherentType) {
  ExpectRefused(import_.Of(pages_.at(64), kPage, 2),
                "VUID-VkImportMemoryHostPointerInfoEXT-pHostPointer-01749");
}

TEST_F(HostPointerRulesTest, MisalignedSize) {
  ExpectRefused(import_.Of(pages_.at(), kPage + 64, 1),
                "VUID-VkMemoryAllocateInfo-allocationSize-01745");
}

// Which breaks no rule: 0 is a multiple of any alignment.
TEST_F(HostPointerRulesTest, SizeZero) {
  EXPECT_EQ(TryImport(import_.Of(pages_.at(), 0, 1)),
            VK_ERROR_INVALID_EXTERNAL_HANDLE);
}

TEST_F(HostPointerRulesTest, TypeThatIsNotAmongThePointers) {
  ExpectRefused(import_.Of(pages_.at(), kPage, 0),
                "VUID-VkMemoryAllocateInfo-memoryTypeIndex-01744");
}

TEST_F(HostPointerRulesTest, TypeThatIsNotThere) {
  EXPECT_EQ(TryImport(import_.Of(pages_.at(), kPage, 9)),
            VK_ERROR_OUT_OF_DEVICE_MEMORY);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(
                  kAllocate, "VUID-vkAllocateMemory-pAllocateInfo-01714")));
}

TEST_F(HostPointerRulesTest, HandleTypeThatIsNoHostPointer) {
  ExpectRefused(import_.Of(pages_.at(), kPage, 1,
                           VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT),
                "VUID-VkImportMemoryHostPointerInfoEXT-handleType-01748");
}

TEST_F(HostPointerRulesTest, TwoImportsInOneChain) {
  HostImport second;
  second.Of(pages_.at(kPage), kPage, 1);
  const MemoryRequest request = import_.Of(pages_.at(), kPage, 1);
  import_.info().pNext = &second.info();
  TryImport(request);
  EXPECT_THAT(
      Findings(),
      ElementsAre(Reports(kAllocate, "VUID-VkMemoryAllocateInfo-None-06657")));
}

TEST_F(HostPointerRulesTest, CaptureAddress) {
  const VkMemoryOpaqueCaptureAddressAllocateInfo address = {
      VK_STRUCTURE_TYPE_MEMORY_OPAQUE_CAPTURE_ADDRESS_ALLOCATE_INFO, nullptr,
      0x1000};
  const MemoryRequest request = import_.Of(pages_.at(), kPage, 1);
  import_.info().pNext = &address;
  EXPECT_EQ(TryImport(request), VK_SUCCESS);
  EXPECT_THAT(
      Findings(),
      ElementsAre(Reports(kAllocate, "VUID-VkMemoryAllocateInfo-pNext-03332")));
}

TEST_F(HostPointerRulesTest, ZeroInitialize) {
  constexpr VkMemoryAllocateFlags kZeroInitialize = 0x8;
  const VkMemoryAllocateFlagsInfo flags = {
      VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO, nullptr, kZeroInitialize,
      0};
  const MemoryRequest request = import_.Of(pages_.at(), kPage, 1);
  import_.info().pNext = &flags;
  Write(pages_.at(), Numbered(kPage, 1));
  EXPECT_EQ(TryImport(request), VK_SUCCESS);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(
                  kAllocate, "VUID-VkMemoryAllocateFlagsInfo-flags-10760")));
  EXPECT_THAT(Read(pages_.at(), kPage), SameBytes(Numbered(kPage, 1)));
}

TEST_F(HostPointerRulesTest, Dedicated) {
  AppMemory some(app_, kPage);
  const VkMemoryDedicatedAllocateInfo dedicated = {
      VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO, nullptr, VK_NULL_HANDLE,
      some.buffer()};
  const MemoryRequest request = import_.Of(pages_.at(), kPage, 1);
  import_.info().pNext = &dedicated;
  EXPECT_EQ(TryImport(request), VK_SUCCESS);
  EXPECT_THAT(
      Findings(),
      ElementsAre(Reports(kAllocate, "VUID-VkMemoryAllocateInfo-pNext-02806")));
}

TEST_F(HostPointerRulesTest, QueryOfAMisalignedPointer) {
  uint32_t bits = 0;
  EXPECT_EQ(QueryHostPointer(
                app_, pages_.at(1),
                VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT, &bits),
            VK_ERROR_INVALID_EXTERNAL_HANDLE);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(kQuery,
                                  "VUID-vkGetMemoryHostPointerPropertiesEXT-"
                                  "pHostPointer-01753")));
}

TEST_F(HostPointerRulesTest, QueryOfAnotherHandleType) {
  uint32_t bits = 0;
  EXPECT_EQ(
      QueryHostPointer(app_, pages_.at(),
                       VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT, &bits),
      VK_ERROR_INVALID_EXTERNAL_HANDLE);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(kQuery,
                                  "VUID-vkGetMemoryHostPointerPropertiesEXT-"
                                  "handleType-01752")));
}

TEST_F(HostPointerRulesTest, AnImportThatFailedTakesNothing) {
  for (int i = 0; i < 5000; ++i) {
    TryImport(import_.Of(pages_.at(64), kPage, 1));
  }
  EXPECT_EQ(Findings().size(), 1u);
  EXPECT_EQ(TryImport(import_.Of(pages_.at(), kPage, 1)), VK_SUCCESS);
}

// A profile whose device cannot import offers no extension to do it.
TEST_F(HostPointerRulesTest, ProfileWithoutImport) {
  VulkanInstance instance(WithProfile("arm-mali-g78"));
  VkPhysicalDeviceExternalBufferInfo info = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_BUFFER_INFO};
  info.usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT;
  info.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT;
  VkExternalBufferProperties properties = {
      VK_STRUCTURE_TYPE_EXTERNAL_BUFFER_PROPERTIES};
  vkGetPhysicalDeviceExternalBufferProperties(instance.PhysicalDevice(), &info,
                                              &properties);
  EXPECT_EQ(properties.externalMemoryProperties.externalMemoryFeatures, 0u);
}

}  // namespace
}  // namespace incoherent
