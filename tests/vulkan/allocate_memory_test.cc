// The rules of vkAllocateMemory.

#include <vector>

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/profile_file.h"
#include "tests/vulkan/same_bytes.h"
#include "tests/vulkan/vulkan_app.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;

constexpr char kCommand[] = "vkAllocateMemory";
constexpr VkDeviceSize kSize = 4096;

class AllocateMemoryTest : public VulkanTest {
 protected:
  // Allocates, and frees if that succeeds.
  static VkResult Try(const VulkanApp& app, const MemoryRequest& request) {
    VkDeviceMemory memory = VK_NULL_HANDLE;
    const VkResult result = TryAllocate(app, request, &memory);
    if (result == VK_SUCCESS) vkFreeMemory(app.device(), memory, nullptr);
    return result;
  }
};

TEST_F(AllocateMemoryTest, EveryTypeThatAResourceMayUse) {
  for (const char* profile : {"strict", "strict-last", "lavapipe",
                              "nvidia-rtx-4090", "anv-meteor-lake"}) {
    VulkanApp app(WithProfile(profile));
    for (uint32_t i = 0; i < app.memory_properties().memoryTypeCount; ++i) {
      const bool is_protected =
          (app.FlagsOf(i) & VK_MEMORY_PROPERTY_PROTECTED_BIT) != 0;
      if (is_protected) continue;
      EXPECT_EQ(Try(app, {kSize, i, nullptr, 0}), VK_SUCCESS)
          << profile << " type " << i;
    }
  }
}

TEST_F(AllocateMemoryTest, TypeIndexOutOfRange) {
  VulkanApp app;
  EXPECT_EQ(Try(app, {kSize, 3, nullptr, 0}), VK_ERROR_OUT_OF_DEVICE_MEMORY);
  EXPECT_THAT(
      Findings(),
      ElementsAre(Reports(kCommand, "VUID-vkAllocateMemory-pAllocateInfo-01714",
                          "memoryTypeIndex 3")));
}

TEST_F(AllocateMemoryTest, TypeIndexFarOutOfRange) {
  VulkanApp app;
  EXPECT_EQ(Try(app, {kSize, ~0u, nullptr, 0}), VK_ERROR_OUT_OF_DEVICE_MEMORY);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(
                  kCommand, "VUID-vkAllocateMemory-pAllocateInfo-01714")));
}

TEST_F(AllocateMemoryTest, SizeZero) {
  VulkanApp app;
  EXPECT_EQ(Try(app, {0, 1, nullptr, 0}), VK_ERROR_OUT_OF_DEVICE_MEMORY);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(
                  kCommand, "VUID-VkMemoryAllocateInfo-allocationSize-07897")));
}

TEST_F(AllocateMemoryTest, SizeZeroForExport) {
  VulkanApp app;
  const VkExportMemoryAllocateInfo exported = {
      VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO, nullptr,
      VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT};
  EXPECT_EQ(Try(app, {0, 1, &exported, 0}), VK_ERROR_OUT_OF_DEVICE_MEMORY);
  EXPECT_THAT(Findings(),
              ElementsAre(Reports(
                  kCommand, "VUID-VkMemoryAllocateInfo-allocationSize-07899")));
}

TEST_F(AllocateMemoryTest, LargerThanItsHeap) {
  ProfileFile profile;
  profile.heap_size = 1 << 20;
  VulkanApp app(WithProfile(profile.Save("small_heap")));
  EXPECT_EQ(Try(app, {(1 << 20) + 1, 1, nullptr, 0}),
            VK_ERROR_OUT_OF_DEVICE_MEMORY);
  EXPECT_THAT(
      Findings(),
      ElementsAre(Reports(kCommand, "VUID-vkAllocateMemory-pAllocateInfo-01713",
                          "0x100001 exceeds heap 0")));
  EXPECT_EQ(Try(app, {1 << 20, 1, nullptr, 0}), VK_SUCCESS);
}

TEST_F(AllocateMemoryTest, ProtectedTypeWithoutTheFeature) {
  VulkanApp app(WithProfile("arm-mali-g78"));
  const uint32_t type = app.FirstTypeWith(VK_MEMORY_PROPERTY_PROTECTED_BIT);
  EXPECT_EQ(Try(app, {kSize, type, nullptr, 0}), VK_ERROR_OUT_OF_DEVICE_MEMORY);
  EXPECT_THAT(
      Findings(),
      ElementsAre(Reports(kCommand,
                          "VUID-VkMemoryAllocateInfo-memoryTypeIndex-01872")));
}

TEST_F(AllocateMemoryTest, DeviceCoherentTypeWithoutTheFeature) {
  VulkanApp app(WithProfile("radv-renoir-apu"));
  const uint32_t type =
      app.FirstTypeWith(VK_MEMORY_PROPERTY_DEVICE_COHERENT_BIT_AMD);
  EXPECT_EQ(Try(app, {kSize, type, nullptr, 0}), VK_ERROR_OUT_OF_DEVICE_MEMORY);
  EXPECT_THAT(
      Findings(),
      ElementsAre(Reports(kCommand,
                          "VUID-vkAllocateMemory-deviceCoherentMemory-02790")));
}

// Chained structures that break a rule which does not stop the call.
class ChainedInfoTest : public AllocateMemoryTest {
 protected:
  VkResult TryWith(const void* chain) {
    return Try(app_, {kSize, app_.TypeOf(MemoryKind::kNonCoherent), chain, 0});
  }

  VulkanApp app_;
  VkMemoryAllocateFlagsInfo flags_ = {
      VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO};
  VkMemoryOpaqueCaptureAddressAllocateInfo address_ = {
      VK_STRUCTURE_TYPE_MEMORY_OPAQUE_CAPTURE_ADDRESS_ALLOCATE_INFO};
  VkMemoryPriorityAllocateInfoEXT priority_ = {
      VK_STRUCTURE_TYPE_MEMORY_PRIORITY_ALLOCATE_INFO_EXT};
};

TEST_F(ChainedInfoTest, OneDeviceInTheMask) {
  flags_.flags = VK_MEMORY_ALLOCATE_DEVICE_MASK_BIT;
  flags_.deviceMask = 1;
  EXPECT_EQ(TryWith(&flags_), VK_SUCCESS);
}

TEST_F(ChainedInfoTest, NoDeviceInTheMask) {
  flags_.flags = VK_MEMORY_ALLOCATE_DEVICE_MASK_BIT;
  EXPECT_EQ(TryWith(&flags_), VK_SUCCESS);
  EXPECT_THAT(
      Findings(),
      ElementsAre(Reports(kCommand,
                          "VUID-VkMemoryAllocateFlagsInfo-deviceMask-00676")));
}

TEST_F(ChainedInfoTest, UnknownDeviceInTheMask) {
  flags_.flags = VK_MEMORY_ALLOCATE_DEVICE_MASK_BIT;
  flags_.deviceMask = 3;
  EXPECT_EQ(TryWith(&flags_), VK_SUCCESS);
  EXPECT_THAT(
      Findings(),
      ElementsAre(Reports(kCommand,
                          "VUID-VkMemoryAllocateFlagsInfo-deviceMask-00675")));
}

TEST_F(ChainedInfoTest, DeviceAddressWithoutTheFeature) {
  flags_.flags = VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT;
  EXPECT_EQ(TryWith(&flags_), VK_SUCCESS);
  EXPECT_THAT(
      Findings(),
      ElementsAre(Reports(kCommand, "VUID-VkMemoryAllocateInfo-flags-03331")));
}

TEST_F(ChainedInfoTest, DeviceAddressWithTheFeature) {
  VkPhysicalDeviceVulkan12Features vulkan12 = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES};
  vulkan12.bufferDeviceAddress = VK_TRUE;
  VkPhysicalDeviceBufferDeviceAddressFeatures core = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_BUFFER_DEVICE_ADDRESS_FEATURES};
  core.bufferDeviceAddress = VK_TRUE;
  flags_.flags = VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT;
  for (const void* features :
       {static_cast<const void*>(&vulkan12), static_cast<const void*>(&core)}) {
    VulkanApp app(IcdEnvironment(), {{}, features});
    EXPECT_EQ(Try(app, {kSize, 1, &flags_, 0}), VK_SUCCESS);
  }
}

TEST_F(ChainedInfoTest, CaptureReplayWithoutTheFeature) {
  flags_.flags = VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT |
                 VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_CAPTURE_REPLAY_BIT;
  EXPECT_EQ(TryWith(&flags_), VK_SUCCESS);
  EXPECT_THAT(
      Findings(),
      ElementsAre(Reports(kCommand, "VUID-VkMemoryAllocateInfo-flags-03330")));
}

TEST_F(ChainedInfoTest, CaptureAddressWithoutTheFlag) {
  address_.opaqueCaptureAddress = 0x1000;
  EXPECT_EQ(TryWith(&address_), VK_SUCCESS);
  EXPECT_THAT(
      Findings(),
      ElementsAre(Reports(
          kCommand, "VUID-VkMemoryAllocateInfo-opaqueCaptureAddress-03329")));
}

TEST_F(ChainedInfoTest, PriorityAboveOne) {
  priority_.priority = 1.5f;
  EXPECT_EQ(TryWith(&priority_), VK_SUCCESS);
  EXPECT_THAT(
      Findings(),
      ElementsAre(Reports(
          kCommand, "VUID-VkMemoryPriorityAllocateInfoEXT-priority-02602")));
}

TEST_F(ChainedInfoTest, PriorityOfOneIsAllowed) {
  priority_.priority = 1.0f;
  EXPECT_EQ(TryWith(&priority_), VK_SUCCESS);
}

TEST_F(ChainedInfoTest, ZeroMembersMeanNothing) {
  VkExportMemoryAllocateInfo exported = {
      VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO, &flags_, 0};
  VkImportMemoryFdInfoKHR import = {VK_STRUCTURE_TYPE_IMPORT_MEMORY_FD_INFO_KHR,
                                    &exported};
  VkImportMemoryHostPointerInfoEXT pointer = {
      VK_STRUCTURE_TYPE_IMPORT_MEMORY_HOST_POINTER_INFO_EXT, &import};
  VkMemoryDedicatedAllocateInfo dedicated = {
      VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO, &pointer};
  EXPECT_EQ(TryWith(&dedicated), VK_SUCCESS);
}

// vkGetDeviceMemoryCommitment.
class CommitmentTest : public VulkanTest {};

TEST_F(CommitmentTest, OfLazyMemory) {
  VulkanApp app(WithProfile("arm-mali-g78"));
  VkDeviceMemory memory = VK_NULL_HANDLE;
  ASSERT_EQ(
      TryAllocate(
          app,
          {kSize, app.FirstTypeWith(VK_MEMORY_PROPERTY_LAZILY_ALLOCATED_BIT),
           nullptr, 0},
          &memory),
      VK_SUCCESS);
  VkDeviceSize committed = ~VkDeviceSize{0};
  vkGetDeviceMemoryCommitment(app.device(), memory, &committed);
  EXPECT_LE(committed, kSize);
  vkFreeMemory(app.device(), memory, nullptr);
}

TEST_F(CommitmentTest, OfOtherMemory) {
  VulkanApp app;
  AppMemory m(app, kSize);
  VkDeviceSize committed = 0;
  vkGetDeviceMemoryCommitment(app.device(), m.handle(), &committed);
  EXPECT_THAT(
      Findings(),
      ElementsAre(Reports("vkGetDeviceMemoryCommitment",
                          "VUID-vkGetDeviceMemoryCommitment-memory-00690")));
}

}  // namespace
}  // namespace incoherent
