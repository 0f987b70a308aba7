// Heaps: what fits, and what is said about it (VK_EXT_memory_budget).

#include <memory>
#include <vector>

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/profile_file.h"
#include "tests/vulkan/vulkan_app.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;

constexpr VkDeviceSize kMegabyte = VkDeviceSize{1} << 20;

class HeapTest : public VulkanTest {
 protected:
  // Types 0 and 1 share a heap of 4 MiB, type 2 has one of 1 GiB.
  static IcdEnvironment SmallHeap() {
    ProfileFile profile;
    profile.heap_size = 4 * kMegabyte;
    return WithProfile(profile.Save("heap_of_4_mib"));
  }

  static VkPhysicalDeviceMemoryBudgetPropertiesEXT Budget(
      const VulkanApp& app) {
    VkPhysicalDeviceMemoryBudgetPropertiesEXT budget = {
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT};
    VkPhysicalDeviceMemoryProperties2 properties = {
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2, &budget};
    vkGetPhysicalDeviceMemoryProperties2(app.physical_device(), &properties);
    return budget;
  }
};

TEST_F(HeapTest, IsFullWhenItsTypesHaveTakenIt) {
  VulkanApp app(SmallHeap());
  auto a = std::make_unique<AppMemory>(
      app, MemoryRequest{3 * kMegabyte, 0, nullptr, 0});
  VkDeviceMemory memory = VK_NULL_HANDLE;
  const MemoryRequest two_megabytes = {2 * kMegabyte, 1, nullptr, 0};
  EXPECT_EQ(TryAllocate(app, two_megabytes, &memory),
            VK_ERROR_OUT_OF_DEVICE_MEMORY);
  AppMemory fits(app, MemoryRequest{kMegabyte, 1, nullptr, 0});
  AppMemory elsewhere(app, MemoryRequest{2 * kMegabyte, 2, nullptr, 0});
  a.reset();
  AppMemory b(app, two_megabytes);
}

TEST_F(HeapTest, IsSharedByTheDevicesOfOneInstance) {
  VulkanApp app(SmallHeap());
  const float priority = 1.0f;
  VkDeviceQueueCreateInfo queue = {VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO};
  queue.queueCount = 1;
  queue.pQueuePriorities = &priority;
  VkDeviceCreateInfo info = {VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO};
  info.queueCreateInfoCount = 1;
  info.pQueueCreateInfos = &queue;
  VkDevice other = VK_NULL_HANDLE;
  Require(vkCreateDevice(app.physical_device(), &info, nullptr, &other),
          "vkCreateDevice");
  const VkMemoryAllocateInfo most = {VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                                     nullptr, 3 * kMegabyte, 1};
  VkDeviceMemory of_other = VK_NULL_HANDLE;
  Require(vkAllocateMemory(other, &most, nullptr, &of_other),
          "vkAllocateMemory");
  VkDeviceMemory memory = VK_NULL_HANDLE;
  EXPECT_EQ(vkAllocateMemory(app.device(), &most, nullptr, &memory),
            VK_ERROR_OUT_OF_DEVICE_MEMORY);
  vkFreeMemory(other, of_other, nullptr);
  vkDestroyDevice(other, nullptr);
  EXPECT_EQ(vkAllocateMemory(app.device(), &most, nullptr, &memory),
            VK_SUCCESS);
  vkFreeMemory(app.device(), memory, nullptr);
}

TEST_F(HeapTest, AllocationThatFailedTakesNothing) {
  VulkanApp app(SmallHeap());
  VkDeviceMemory memory = VK_NULL_HANDLE;
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(TryAllocate(app, {8 * kMegabyte, 1, nullptr, 0}, &memory),
              VK_ERROR_OUT_OF_DEVICE_MEMORY);
  }
  EXPECT_EQ(Findings().size(), 1u);
  AppMemory all(app, MemoryRequest{4 * kMegabyte, 1, nullptr, 0});
}

TEST_F(HeapTest, BudgetMovesWithAllocations) {
  VulkanApp app(SmallHeap(), {{VK_EXT_MEMORY_BUDGET_EXTENSION_NAME}, nullptr});
  EXPECT_EQ(Budget(app).heapBudget[0], 4 * kMegabyte);
  EXPECT_EQ(Budget(app).heapUsage[0], 0u);
  {
    AppMemory a(app, MemoryRequest{kMegabyte, 0, nullptr, 0});
    AppMemory b(app, MemoryRequest{kMegabyte / 2, 1, nullptr, 0});
    AppMemory c(app, MemoryRequest{kMegabyte, 2, nullptr, 0});
    EXPECT_EQ(Budget(app).heapUsage[0], kMegabyte + kMegabyte / 2);
    EXPECT_EQ(Budget(app).heapUsage[1], kMegabyte);
    EXPECT_EQ(Budget(app).heapBudget[0], 4 * kMegabyte);
  }
  EXPECT_EQ(Budget(app).heapUsage[0], 0u);
  EXPECT_EQ(Budget(app).heapUsage[1], 0u);
}

TEST_F(HeapTest, BudgetOfHeapsThatAreNotThereIsZero) {
  VulkanApp app(SmallHeap(), {{VK_EXT_MEMORY_BUDGET_EXTENSION_NAME}, nullptr});
  const VkPhysicalDeviceMemoryBudgetPropertiesEXT budget = Budget(app);
  for (uint32_t heap = 2; heap < VK_MAX_MEMORY_HEAPS; ++heap) {
    EXPECT_EQ(budget.heapBudget[heap], 0u);
    EXPECT_EQ(budget.heapUsage[heap], 0u);
  }
}

// As many as maxMemoryAllocationCount, all mapped at once; no more.
TEST_F(HeapTest, AllocationCountIsLimited) {
  VulkanApp app;
  const uint32_t limit = app.limits().maxMemoryAllocationCount;
  ASSERT_EQ(limit, 4096u);
  const MemoryRequest small = {256, app.TypeOf(MemoryKind::kNonCoherent),
                               nullptr, 0};
  std::vector<VkDeviceMemory> all(limit);
  for (VkDeviceMemory& memory : all) {
    ASSERT_EQ(TryAllocate(app, small, &memory), VK_SUCCESS);
    void* data = nullptr;
    ASSERT_EQ(vkMapMemory(app.device(), memory, 0, VK_WHOLE_SIZE, 0, &data),
              VK_SUCCESS);
  }
  VkDeviceMemory one_more = VK_NULL_HANDLE;
  EXPECT_EQ(TryAllocate(app, small, &one_more), VK_ERROR_TOO_MANY_OBJECTS);
  EXPECT_THAT(
      Findings(),
      ElementsAre(Reports(
          "vkAllocateMemory",
          "VUID-vkAllocateMemory-maxMemoryAllocationCount-04101", "4096")));
  vkFreeMemory(app.device(), all.back(), nullptr);
  EXPECT_EQ(TryAllocate(app, small, &all.back()), VK_SUCCESS);
  for (VkDeviceMemory memory : all) {
    vkFreeMemory(app.device(), memory, nullptr);
  }
}

}  // namespace
}  // namespace incoherent
