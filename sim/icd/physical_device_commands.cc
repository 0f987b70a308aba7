#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/icd/chain.h"
#include "sim/icd/commands.h"
#include "sim/icd/device.h"
#include "sim/icd/extension_offer.h"
#include "sim/icd/instance.h"
#include "sim/icd/two_calls.h"
#include "sim/icd/voice.h"
#include "sim/memory/host_pointer.h"

namespace incoherent {
namespace {

PhysicalDevice& Known(VkPhysicalDevice handle) {
  PhysicalDevice* device = FindPhysicalDevice(handle);
  INCOHERENT_CHECK(device != nullptr,
                   "a VkPhysicalDevice that no instance has");
  return *device;
}

// Whether a question about external memory is to be answered with "no".
bool CannotImport(const PhysicalDevice& device,
                  VkExternalMemoryHandleTypeFlagBits handle_type) {
  return IsHostPointerHandleType(handle_type) &&
         !device.Offers(VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME);
}

// While it lives, an application's chain does not ask the downstream for placed
// maps, which are the ICD's own. The chain is the application's memory, and may
// hold structures that cannot be copied; so its members are put back
// afterwards.
class PlacedMapsNotAskedFor {
 public:
  explicit PlacedMapsNotAskedFor(const void* chain)
      : features_(FindInOutputChain<VkPhysicalDeviceMapMemoryPlacedFeaturesEXT>(
            const_cast<void*>(chain),
            VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAP_MEMORY_PLACED_FEATURES_EXT)) {
    if (features_ == nullptr) return;
    asked_ = *features_;
    features_->memoryMapPlaced = VK_FALSE;
    features_->memoryMapRangePlaced = VK_FALSE;
    features_->memoryUnmapReserve = VK_FALSE;
  }
  ~PlacedMapsNotAskedFor() {
    if (features_ != nullptr) *features_ = asked_;
  }
  PlacedMapsNotAskedFor(const PlacedMapsNotAskedFor&) = delete;
  PlacedMapsNotAskedFor& operator=(const PlacedMapsNotAskedFor&) = delete;

 private:
  VkPhysicalDeviceMapMemoryPlacedFeaturesEXT* features_;
  VkPhysicalDeviceMapMemoryPlacedFeaturesEXT asked_ = {};
};

// The extensions that the downstream shall enable: the application's less our
// own, plus the import that coherent memory of the ICD's own pages rests on.
std::vector<const char*> ExtensionsToEnable(const VkDeviceCreateInfo& info,
                                            const PhysicalDevice& device) {
  std::vector<const char*> names;
  bool imports = false;
  for (uint32_t i = 0; i < info.enabledExtensionCount; ++i) {
    const absl::string_view name = info.ppEnabledExtensionNames[i];
    imports = imports || name == VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME;
    if (!IsOwnExtension(name)) names.push_back(info.ppEnabledExtensionNames[i]);
  }
  if (!imports && device.downstream_import_alignment() != 0) {
    names.push_back(VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME);
  }
  return names;
}

}  // namespace

VKAPI_ATTR void VKAPI_CALL GetPhysicalDeviceProperties(
    VkPhysicalDevice device, VkPhysicalDeviceProperties* properties) {
  const PhysicalDevice& known = Known(device);
  known.dispatch().GetPhysicalDeviceProperties(device, properties);
  known.Apply(*properties);
}

VKAPI_ATTR void VKAPI_CALL GetPhysicalDeviceProperties2(
    VkPhysicalDevice device, VkPhysicalDeviceProperties2* properties) {
  const PhysicalDevice& known = Known(device);
  known.dispatch().GetPhysicalDeviceProperties2(device, properties);
  known.Apply(properties->properties);
  known.ApplyToPropertiesChain(properties->pNext);
}

VKAPI_ATTR void VKAPI_CALL GetPhysicalDeviceMemoryProperties(
    VkPhysicalDevice device, VkPhysicalDeviceMemoryProperties* properties) {
  Known(device).Apply(*properties);
}

VKAPI_ATTR void VKAPI_CALL GetPhysicalDeviceMemoryProperties2(
    VkPhysicalDevice device, VkPhysicalDeviceMemoryProperties2* properties) {
  const PhysicalDevice& known = Known(device);
  // The chain may hold structures that only the downstream fills in.
  known.dispatch().GetPhysicalDeviceMemoryProperties2(device, properties);
  known.Apply(properties->memoryProperties);
  known.ApplyToMemoryChain(properties->pNext);
}

VKAPI_ATTR void VKAPI_CALL GetPhysicalDeviceFeatures2(
    VkPhysicalDevice device, VkPhysicalDeviceFeatures2* features) {
  const PhysicalDevice& known = Known(device);
  known.dispatch().GetPhysicalDeviceFeatures2(device, features);
  known.ApplyToFeaturesChain(features->pNext);
}

VKAPI_ATTR VkResult VKAPI_CALL EnumerateDeviceExtensionProperties(
    VkPhysicalDevice device, const char* layer, uint32_t* count,
    VkExtensionProperties* properties) {
  const PhysicalDevice& known = Known(device);
  if (layer != nullptr) {
    return known.dispatch().EnumerateDeviceExtensionProperties(
        device, layer, count, properties);
  }
  return AnswerTwoCalls(known.extensions(), count, properties);
}

VKAPI_ATTR void VKAPI_CALL GetPhysicalDeviceExternalBufferProperties(
    VkPhysicalDevice device, const VkPhysicalDeviceExternalBufferInfo* info,
    VkExternalBufferProperties* properties) {
  const PhysicalDevice& known = Known(device);
  known.dispatch().GetPhysicalDeviceExternalBufferProperties(device, info,
                                                             properties);
  if (CannotImport(known, info->handleType)) {
    properties->externalMemoryProperties = {};
  }
}

VKAPI_ATTR VkResult VKAPI_CALL GetPhysicalDeviceImageFormatProperties2(
    VkPhysicalDevice device, const VkPhysicalDeviceImageFormatInfo2* info,
    VkImageFormatProperties2* properties) {
  const PhysicalDevice& known = Known(device);
  const auto* external = FindInChain<VkPhysicalDeviceExternalImageFormatInfo>(
      info->pNext,
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO);
  if (external != nullptr && CannotImport(known, external->handleType)) {
    return VK_ERROR_FORMAT_NOT_SUPPORTED;
  }
  return known.dispatch().GetPhysicalDeviceImageFormatProperties2(device, info,
                                                                  properties);
}

VKAPI_ATTR VkResult VKAPI_CALL
CreateDevice(VkPhysicalDevice physical_device, const VkDeviceCreateInfo* info,
             const VkAllocationCallbacks* allocator, VkDevice* device) {
  PhysicalDevice& known = Known(physical_device);
  for (uint32_t i = 0; i < info->enabledExtensionCount; ++i) {
    if (!known.Offers(info->ppEnabledExtensionNames[i])) {
      return VK_ERROR_EXTENSION_NOT_PRESENT;
    }
  }
  const EnabledFeatures features = EnabledFeatures::Read(*info);
  const std::vector<const char*> extensions = ExtensionsToEnable(*info, known);
  VkDeviceCreateInfo downstream = *info;
  downstream.enabledExtensionCount = static_cast<uint32_t>(extensions.size());
  downstream.ppEnabledExtensionNames = extensions.data();
  const PlacedMapsNotAskedFor not_asked_for(info->pNext);
  const VkResult result = known.dispatch().CreateDevice(
      physical_device, &downstream, allocator, device);
  if (result != VK_SUCCESS) return result;
  Devices().Insert(*device, std::make_unique<Device>(known, *device, features));
  return VK_SUCCESS;
}

}  // namespace incoherent
