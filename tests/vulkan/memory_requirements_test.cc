// memoryTypeBits: whatever the way to ask, the answer is in the profile's
// types.

#include <string>
#include <vector>

#include "tests/vulkan/vulkan_app.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

constexpr VkMemoryPropertyFlags kMappable =
    VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;

VkBufferCreateInfo SomeBuffer(VkBufferUsageFlags usage) {
  VkBufferCreateInfo info = {VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
  info.size = 1000;
  info.usage = usage;
  return info;
}

VkImageCreateInfo SomeImage(VkImageTiling tiling, VkImageUsageFlags usage) {
  VkImageCreateInfo info = {VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO};
  info.imageType = VK_IMAGE_TYPE_2D;
  info.format = VK_FORMAT_R8G8B8A8_UNORM;
  info.extent = {64, 64, 1};
  info.mipLevels = 1;
  info.arrayLayers = 1;
  info.samples = VK_SAMPLE_COUNT_1_BIT;
  info.tiling = tiling;
  info.usage = usage;
  return info;
}

class MemoryRequirementsTest
    : public VulkanTest,
      public ::testing::WithParamInterface<const char*> {
 protected:
  MemoryRequirementsTest() : app_(WithProfile(GetParam())) {}

  // The answers of every form of the question.
  std::vector<VkMemoryRequirements> Ask(const VkBufferCreateInfo& info) const;
  std::vector<VkMemoryRequirements> Ask(const VkImageCreateInfo& info) const;

  // What holds for every resource that is not transient.
  void ExpectOrdinary(const std::vector<VkMemoryRequirements>& answers,
                      bool host_accessible) const;
  // The types among `bits` that have one of these flags.
  uint32_t Among(uint32_t bits, VkMemoryPropertyFlags flags) const;

  VulkanApp app_;
};

std::vector<VkMemoryRequirements> MemoryRequirementsTest::Ask(
    const VkBufferCreateInfo& info) const {
  VkBuffer buffer = VK_NULL_HANDLE;
  Require(vkCreateBuffer(app_.device(), &info, nullptr, &buffer),
          "vkCreateBuffer");
  const VkBufferMemoryRequirementsInfo2 made = {
      VK_STRUCTURE_TYPE_BUFFER_MEMORY_REQUIREMENTS_INFO_2, nullptr, buffer};
  const VkDeviceBufferMemoryRequirements planned = {
      VK_STRUCTURE_TYPE_DEVICE_BUFFER_MEMORY_REQUIREMENTS, nullptr, &info};
  VkMemoryRequirements first = {};
  VkMemoryRequirements2 second = {VK_STRUCTURE_TYPE_MEMORY_REQUIREMENTS_2};
  VkMemoryRequirements2 third = {VK_STRUCTURE_TYPE_MEMORY_REQUIREMENTS_2};
  vkGetBufferMemoryRequirements(app_.device(), buffer, &first);
  vkGetBufferMemoryRequirements2(app_.device(), &made, &second);
  vkGetDeviceBufferMemoryRequirements(app_.device(), &planned, &third);
  vkDestroyBuffer(app_.device(), buffer, nullptr);
  return {first, second.memoryRequirements, third.memoryRequirements};
}

std::vector<VkMemoryRequirements> MemoryRequirementsTest::Ask(
    const VkImageCreateInfo& info) const {
  VkImage image = VK_NULL_HANDLE;
  Require(vkCreateImage(app_.device(), &info, nullptr, &image),
          "vkCreateImage");
  const VkImageMemoryRequirementsInfo2 made = {
      VK_STRUCTURE_TYPE_IMAGE_MEMORY_REQUIREMENTS_INFO_2, nullptr, image};
  const VkDeviceImageMemoryRequirements planned = {
      VK_STRUCTURE_TYPE_DEVICE_IMAGE_MEMORY_REQUIREMENTS, nullptr, &info};
  VkMemoryRequirements first = {};
  VkMemoryRequirements2 second = {VK_STRUCTURE_TYPE_MEMORY_REQUIREMENTS_2};
  VkMemoryRequirements2 third = {VK_STRUCTURE_TYPE_MEMORY_REQUIREMENTS_2};
  vkGetImageMemoryRequirements(app_.device(), image, &first);
  vkGetImageMemoryRequirements2(app_.device(), &made, &second);
  vkGetDeviceImageMemoryRequirements(app_.device(), &planned, &third);
  vkDestroyImage(app_.device(), image, nullptr);
  return {first, second.memoryRequirements, third.memoryRequirements};
}

uint32_t MemoryRequirementsTest::Among(uint32_t bits,
                                       VkMemoryPropertyFlags flags) const {
  uint32_t found = 0;
  for (uint32_t i = 0; i < app_.memory_properties().memoryTypeCount; ++i) {
    if ((app_.FlagsOf(i) & flags) == flags) found |= 1u << i;
  }
  return bits & found;
}

void MemoryRequirementsTest::ExpectOrdinary(
    const std::vector<VkMemoryRequirements>& answers,
    bool host_accessible) const {
  const uint32_t count = app_.memory_properties().memoryTypeCount;
  for (const VkMemoryRequirements& answer : answers) {
    const uint32_t bits = answer.memoryTypeBits;
    EXPECT_EQ(bits, answers[0].memoryTypeBits) << "every form says the same";
    EXPECT_NE(bits, 0u);
    EXPECT_EQ(uint64_t{bits} >> count, 0u) << "types beyond the profile's";
    EXPECT_NE(Among(bits, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT), 0u);
    EXPECT_TRUE(!host_accessible || Among(bits, kMappable) != 0);
    EXPECT_EQ(Among(bits, VK_MEMORY_PROPERTY_LAZILY_ALLOCATED_BIT), 0u);
    EXPECT_EQ(Among(bits, VK_MEMORY_PROPERTY_PROTECTED_BIT), 0u);
  }
}

INSTANTIATE_TEST_SUITE_P(Profiles, MemoryRequirementsTest,
                         ::testing::Values("strict", "strict-last", "lavapipe",
                                           "arm-mali-g78",
                                           "qcom-adreno-650-805",
                                           "nvidia-rtx-4090", "radv-renoir-apu",
                                           "anv-meteor-lake",
                                           "moltenvk-amd-pro-5500m"),
                         [](const auto& info) {
                           std::string name = info.param;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

TEST_P(MemoryRequirementsTest, Buffers) {
  for (VkBufferUsageFlags usage :
       {VK_BUFFER_USAGE_TRANSFER_SRC_BIT, VK_BUFFER_USAGE_TRANSFER_DST_BIT,
        VK_BUFFER_USAGE_UNIFORM_BUFFER_BIT, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT,
        VK_BUFFER_USAGE_INDEX_BUFFER_BIT, VK_BUFFER_USAGE_VERTEX_BUFFER_BIT,
        VK_BUFFER_USAGE_INDIRECT_BUFFER_BIT}) {
    ExpectOrdinary(Ask(SomeBuffer(usage)), true);
  }
}

TEST_P(MemoryRequirementsTest, LinearImages) {
  ExpectOrdinary(
      Ask(SomeImage(VK_IMAGE_TILING_LINEAR, VK_IMAGE_USAGE_TRANSFER_SRC_BIT)),
      true);
}

TEST_P(MemoryRequirementsTest, OptimalImages) {
  ExpectOrdinary(
      Ask(SomeImage(VK_IMAGE_TILING_OPTIMAL, VK_IMAGE_USAGE_SAMPLED_BIT)),
      false);
  ExpectOrdinary(Ask(SomeImage(VK_IMAGE_TILING_OPTIMAL,
                               VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT)),
                 false);
}

TEST_P(MemoryRequirementsTest, TransientImagesMayBeLazy) {
  const std::vector<VkMemoryRequirements> answers = Ask(SomeImage(
      VK_IMAGE_TILING_OPTIMAL, VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT |
                                   VK_IMAGE_USAGE_TRANSIENT_ATTACHMENT_BIT));
  const uint32_t lazy = Among(~0u, VK_MEMORY_PROPERTY_LAZILY_ALLOCATED_BIT);
  for (const VkMemoryRequirements& answer : answers) {
    EXPECT_NE(answer.memoryTypeBits & ~lazy, 0u);
    EXPECT_EQ(answer.memoryTypeBits & lazy, lazy);
  }
}

// A type that is named can be allocated and bound.
TEST_P(MemoryRequirementsTest, NamedTypesCanBeBound) {
  const VkBufferCreateInfo info = SomeBuffer(VK_BUFFER_USAGE_TRANSFER_DST_BIT);
  const VkMemoryRequirements answer = Ask(info)[0];
  const uint32_t gated =
      Among(~0u, VK_MEMORY_PROPERTY_DEVICE_COHERENT_BIT_AMD);  // by a feature
  for (uint32_t type = 0; type < 32; ++type) {
    if (((answer.memoryTypeBits & ~gated) >> type & 1) == 0) continue;
    VkBuffer buffer = VK_NULL_HANDLE;
    Require(vkCreateBuffer(app_.device(), &info, nullptr, &buffer),
            "vkCreateBuffer");
    const VkMemoryAllocateInfo allocate = {
        VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO, nullptr, answer.size, type};
    VkDeviceMemory memory = VK_NULL_HANDLE;
    EXPECT_EQ(vkAllocateMemory(app_.device(), &allocate, nullptr, &memory),
              VK_SUCCESS);
    EXPECT_EQ(vkBindBufferMemory(app_.device(), buffer, memory, 0), VK_SUCCESS);
    vkDestroyBuffer(app_.device(), buffer, nullptr);
    vkFreeMemory(app_.device(), memory, nullptr);
  }
}

}  // namespace
}  // namespace incoherent
