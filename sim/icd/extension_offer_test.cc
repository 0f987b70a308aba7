#include "sim/icd/extension_offer.h"

#include <gtest/gtest.h>

#include <cstring>

#include "sim/icd/vulkan_newer.h"

namespace incoherent {
namespace {

std::vector<VkExtensionProperties> List(std::vector<const char*> names) {
  std::vector<VkExtensionProperties> list;
  for (const char* name : names) {
    VkExtensionProperties extension = {};
    std::strncpy(extension.extensionName, name,
                 sizeof extension.extensionName - 1);
    extension.specVersion = 3;
    list.push_back(extension);
  }
  return list;
}

constexpr char kImport[] = VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME;
constexpr char kPlaced[] = VK_EXT_MAP_MEMORY_PLACED_EXTENSION_NAME;

TEST(ExtensionOffer, PassesOnWhatTheDownstreamHas) {
  const auto offered =
      OfferedDeviceExtensions(List({"VK_KHR_swapchain"}), Options(), true);
  EXPECT_TRUE(Contains(offered, "VK_KHR_swapchain"));
  EXPECT_EQ(offered.front().specVersion, 3u);
}

TEST(ExtensionOffer, InstancesHaveDebugUtilsOnce) {
  const std::vector<VkExtensionProperties> lacking =
      OfferedInstanceExtensions(List({"VK_KHR_surface"}), Options());
  EXPECT_TRUE(Contains(lacking, "VK_KHR_surface"));
  EXPECT_TRUE(Contains(lacking, "VK_EXT_debug_utils"));
  EXPECT_EQ(lacking.size(), 2u);
  EXPECT_EQ(
      OfferedInstanceExtensions(List({"VK_EXT_debug_utils"}), Options()).size(),
      1u);
  Options hidden;
  hidden.hidden_extensions = {"VK_EXT_debug_utils"};
  EXPECT_TRUE(OfferedInstanceExtensions(List({}), hidden).empty());
  EXPECT_FALSE(Contains(OfferedDeviceExtensions(List({}), Options(), true),
                        "VK_EXT_debug_utils"));
}

TEST(ExtensionOffer, AddsItsOwnOnce) {
  const auto offered = OfferedDeviceExtensions(
      List({kImport, "VK_KHR_map_memory2", "VK_EXT_memory_budget"}), Options(),
      true);
  int map_memory2 = 0;
  for (const VkExtensionProperties& extension : offered) {
    map_memory2 +=
        std::strcmp(extension.extensionName, "VK_KHR_map_memory2") == 0;
  }
  EXPECT_EQ(map_memory2, 1);
  EXPECT_TRUE(Contains(offered, "VK_EXT_memory_budget"));
  EXPECT_TRUE(Contains(offered, kPlaced));
}

TEST(ExtensionOffer, PlacesOnlyWhereTheDownstreamImports) {
  EXPECT_FALSE(Contains(
      OfferedDeviceExtensions(List({kPlaced}), Options(), true), kPlaced));
}

TEST(ExtensionOffer, ImportsOnlyWhereTheProfileDoes) {
  const auto list = List({kImport});
  EXPECT_TRUE(
      Contains(OfferedDeviceExtensions(list, Options(), true), kImport));
  EXPECT_FALSE(
      Contains(OfferedDeviceExtensions(list, Options(), false), kImport));
}

TEST(ExtensionOffer, HidesWhatReachesAroundTheModel) {
  const auto offered = OfferedDeviceExtensions(
      List({"VK_EXT_host_image_copy", "VK_EXT_external_memory_dma_buf"}),
      Options(), true);
  EXPECT_FALSE(Contains(offered, "VK_EXT_host_image_copy"));
  EXPECT_FALSE(Contains(offered, "VK_EXT_external_memory_dma_buf"));
}

TEST(ExtensionOffer, HidesWhatTheUserHides) {
  Options options;
  options.hidden_extensions = {"VK_KHR_map_memory2", kImport, "VK_KHR_surface",
                               "VK_EXT_debug_utils"};
  const auto device = OfferedDeviceExtensions(List({kImport}), options, true);
  EXPECT_FALSE(Contains(device, "VK_KHR_map_memory2"));
  EXPECT_FALSE(Contains(device, kImport));
  EXPECT_TRUE(
      OfferedInstanceExtensions(List({"VK_KHR_surface"}), options).empty());
}

}  // namespace
}  // namespace incoherent
