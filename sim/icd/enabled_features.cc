#include "sim/icd/enabled_features.h"

#include "absl/strings/string_view.h"
#include "sim/icd/chain.h"
#include "sim/icd/vulkan_newer.h"

namespace incoherent {
namespace {

// Whether the chain holds a features structure of this type with the member
// set.
template <typename Features>
bool IsEnabled(const void* chain, VkStructureType type,
               VkBool32 Features::*member) {
  const auto* features = FindInChain<Features>(chain, type);
  return features != nullptr && features->*member == VK_TRUE;
}

MemoryFeatures ReadMemoryFeatures(const void* chain) {
  MemoryFeatures features;
  features.protected_memory =
      IsEnabled(chain,
                VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROTECTED_MEMORY_FEATURES,
                &VkPhysicalDeviceProtectedMemoryFeatures::protectedMemory) ||
      IsEnabled(chain, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES,
                &VkPhysicalDeviceVulkan11Features::protectedMemory);
  features.device_coherent_memory = IsEnabled(
      chain, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COHERENT_MEMORY_FEATURES_AMD,
      &VkPhysicalDeviceCoherentMemoryFeaturesAMD::deviceCoherentMemory);
  using AddressFeatures = VkPhysicalDeviceBufferDeviceAddressFeatures;
  using Vulkan12 = VkPhysicalDeviceVulkan12Features;
  constexpr VkStructureType kAddress =
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_BUFFER_DEVICE_ADDRESS_FEATURES;
  constexpr VkStructureType kVulkan12 =
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
  using AddressFeaturesExt = VkPhysicalDeviceBufferDeviceAddressFeaturesEXT;
  features.buffer_device_address =
      IsEnabled(chain, kAddress, &AddressFeatures::bufferDeviceAddress) ||
      IsEnabled(chain, kVulkan12, &Vulkan12::bufferDeviceAddress) ||
      IsEnabled(
          chain,
          VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_BUFFER_DEVICE_ADDRESS_FEATURES_EXT,
          &AddressFeaturesExt::bufferDeviceAddress);
  features.buffer_device_address_capture_replay =
      IsEnabled(chain, kAddress,
                &AddressFeatures::bufferDeviceAddressCaptureReplay) ||
      IsEnabled(chain, kVulkan12, &Vulkan12::bufferDeviceAddressCaptureReplay);
  return features;
}

PlacedMapFeatures ReadPlacedMapFeatures(const void* chain) {
  PlacedMapFeatures features;
  const auto* placed = FindInChain<VkPhysicalDeviceMapMemoryPlacedFeaturesEXT>(
      chain, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAP_MEMORY_PLACED_FEATURES_EXT);
  if (placed == nullptr) return features;
  features.memory_map_placed = placed->memoryMapPlaced == VK_TRUE;
  features.memory_map_range_placed = placed->memoryMapRangePlaced == VK_TRUE;
  features.memory_unmap_reserve = placed->memoryUnmapReserve == VK_TRUE;
  return features;
}

}  // namespace

EnabledFeatures EnabledFeatures::Read(const VkDeviceCreateInfo& info) {
  EnabledFeatures features;
  features.memory = ReadMemoryFeatures(info.pNext);
  features.placed = ReadPlacedMapFeatures(info.pNext);
  for (uint32_t i = 0; i < info.enabledExtensionCount; ++i) {
    const absl::string_view name = info.ppEnabledExtensionNames[i];
    if (name == VK_KHR_MAP_MEMORY_2_EXTENSION_NAME) features.map_memory2 = true;
    if (name == VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME) {
      features.external_memory_host = true;
    }
  }
  const auto* group = FindInChain<VkDeviceGroupDeviceCreateInfo>(
      info.pNext, VK_STRUCTURE_TYPE_DEVICE_GROUP_DEVICE_CREATE_INFO);
  if (group != nullptr && group->physicalDeviceCount > 0) {
    features.physical_device_count = group->physicalDeviceCount;
  }
  return features;
}

}  // namespace incoherent
