#include "sim/icd/physical_device.h"

#include <algorithm>
#include <utility>

#include "sim/icd/chain.h"
#include "sim/icd/extension_offer.h"
#include "sim/icd/host_pages.h"
#include "sim/icd/instance.h"
#include "sim/icd/two_calls.h"

namespace incoherent {
namespace {

// None if the downstream cannot tell.
std::vector<VkExtensionProperties> DownstreamExtensions(
    const InstanceDispatch& dispatch, VkPhysicalDevice handle) {
  std::vector<VkExtensionProperties> extensions;
  CallTwice(
      [&](uint32_t* count, VkExtensionProperties* out) {
        return dispatch.EnumerateDeviceExtensionProperties(handle, nullptr,
                                                           count, out);
      },
      extensions);
  return extensions;
}

std::vector<MemoryType> DownstreamTypes(const InstanceDispatch& dispatch,
                                        VkPhysicalDevice handle) {
  VkPhysicalDeviceMemoryProperties properties;
  dispatch.GetPhysicalDeviceMemoryProperties(handle, &properties);
  std::vector<MemoryType> types;
  for (uint32_t i = 0; i < properties.memoryTypeCount; ++i) {
    types.push_back({properties.memoryTypes[i].propertyFlags,
                     properties.memoryTypes[i].heapIndex});
  }
  return types;
}

// The limits of the downstream, in the model's terms.
MemoryLimits DownstreamLimits(const InstanceDispatch& dispatch,
                              VkPhysicalDevice handle, bool imports) {
  VkPhysicalDeviceExternalMemoryHostPropertiesEXT host_import = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_MEMORY_HOST_PROPERTIES_EXT};
  VkPhysicalDeviceMaintenance3Properties maintenance3 = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES};
  VkPhysicalDeviceProperties2 properties = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, &maintenance3};
  if (imports) maintenance3.pNext = &host_import;
  maintenance3.maxMemoryAllocationSize = ~uint64_t{0};
  host_import.minImportedHostPointerAlignment = 1;
  if (dispatch.GetPhysicalDeviceProperties2 != nullptr) {
    dispatch.GetPhysicalDeviceProperties2(handle, &properties);
  } else {
    dispatch.GetPhysicalDeviceProperties(handle, &properties.properties);
  }
  const VkPhysicalDeviceLimits& limits = properties.properties.limits;
  MemoryLimits result;
  result.min_memory_map_alignment = limits.minMemoryMapAlignment;
  result.buffer_image_granularity = limits.bufferImageGranularity;
  result.max_memory_allocation_count = limits.maxMemoryAllocationCount;
  result.max_memory_allocation_size = maintenance3.maxMemoryAllocationSize;
  result.min_imported_host_pointer_alignment =
      host_import.minImportedHostPointerAlignment;
  return result;
}

// The profile's limits, as far as the simulation can keep them.
MemoryLimits CombineLimits(const MemoryLimits& profile,
                           const MemoryLimits& downstream) {
  MemoryLimits limits = profile;
  limits.min_memory_map_alignment =
      std::min({profile.min_memory_map_alignment,
                downstream.min_memory_map_alignment, HostPages::PageSize()});
  limits.buffer_image_granularity = std::max(
      profile.buffer_image_granularity, downstream.buffer_image_granularity);
  limits.max_memory_allocation_count =
      std::min(profile.max_memory_allocation_count,
               downstream.max_memory_allocation_count);
  limits.max_memory_allocation_size =
      std::min(profile.max_memory_allocation_size,
               downstream.max_memory_allocation_size);
  // What is imported behind a host cache is kept page by page.
  limits.min_imported_host_pointer_alignment = std::max(
      {profile.min_imported_host_pointer_alignment,
       downstream.min_imported_host_pointer_alignment, HostPages::PageSize()});
  limits.min_placed_memory_map_alignment =
      std::max(profile.min_placed_memory_map_alignment, HostPages::PageSize());
  return limits;
}

}  // namespace

PhysicalDevice::PhysicalDevice(Instance& instance, MemoryProperties memory,
                               MemoryTypeMap type_map,
                               uint64_t downstream_import_alignment,
                               std::vector<VkExtensionProperties> extensions)
    : instance_(&instance),
      memory_(std::move(memory)),
      type_map_(std::move(type_map)),
      downstream_import_alignment_(downstream_import_alignment),
      extensions_(std::move(extensions)),
      heap_usage_(memory_.heaps) {
  for (const VkExtensionProperties& extension : extensions_) {
    extension_names_.insert(extension.extensionName);
  }
}

absl::StatusOr<std::unique_ptr<PhysicalDevice>> PhysicalDevice::Make(
    Instance& instance, VkPhysicalDevice handle) {
  const InstanceDispatch& dispatch = instance.dispatch();
  const std::vector<VkExtensionProperties> downstream =
      DownstreamExtensions(dispatch, handle);
  const bool downstream_imports =
      Contains(downstream, VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME);
  MemoryProperties memory = instance.profile().memory;
  if (!downstream_imports) memory.host_pointer_types = 0;
  absl::StatusOr<MemoryTypeMap> type_map =
      MemoryTypeMap::Make(memory.types, DownstreamTypes(dispatch, handle));
  if (!type_map.ok()) return type_map.status();
  const MemoryLimits limits =
      DownstreamLimits(dispatch, handle, downstream_imports);
  memory.limits = CombineLimits(memory.limits, limits);
  std::vector<VkExtensionProperties> extensions = OfferedDeviceExtensions(
      downstream, instance.options(), memory.host_pointer_types != 0);
  return std::unique_ptr<PhysicalDevice>(new PhysicalDevice(
      instance, std::move(memory), *std::move(type_map),
      downstream_imports ? limits.min_imported_host_pointer_alignment : 0,
      std::move(extensions)));
}

const InstanceDispatch& PhysicalDevice::dispatch() const {
  return instance_->dispatch();
}

bool PhysicalDevice::HasHostCache(uint32_t type_index) const {
  return memory_.types[type_index].IsNonCoherent() &&
         instance_->options().eviction.kind != EvictionPolicy::Kind::kEager;
}

bool PhysicalDevice::Offers(const char* extension) const {
  return extension_names_.count(extension) != 0;
}

void PhysicalDevice::Apply(VkPhysicalDeviceProperties& properties) const {
  properties.apiVersion = std::min(properties.apiVersion, kNewestApiVersion);
  VkPhysicalDeviceLimits& limits = properties.limits;
  limits.nonCoherentAtomSize = memory_.limits.non_coherent_atom_size;
  limits.minMemoryMapAlignment = memory_.limits.min_memory_map_alignment;
  limits.bufferImageGranularity = memory_.limits.buffer_image_granularity;
  limits.maxMemoryAllocationCount = memory_.limits.max_memory_allocation_count;
}

void PhysicalDevice::Apply(VkPhysicalDeviceMemoryProperties& properties) const {
  properties = {};
  properties.memoryTypeCount = static_cast<uint32_t>(memory_.types.size());
  for (size_t i = 0; i < memory_.types.size(); ++i) {
    properties.memoryTypes[i] = {memory_.types[i].property_flags,
                                 memory_.types[i].heap_index};
  }
  properties.memoryHeapCount = static_cast<uint32_t>(memory_.heaps.size());
  for (size_t i = 0; i < memory_.heaps.size(); ++i) {
    properties.memoryHeaps[i] = {memory_.heaps[i].size, memory_.heaps[i].flags};
  }
}

void PhysicalDevice::ApplyToPropertiesChain(void* chain) const {
  const MemoryLimits& limits = memory_.limits;
  if (auto* maintenance3 =
          FindInOutputChain<VkPhysicalDeviceMaintenance3Properties>(
              chain,
              VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES)) {
    maintenance3->maxMemoryAllocationSize = limits.max_memory_allocation_size;
  }
  if (auto* vulkan11 = FindInOutputChain<VkPhysicalDeviceVulkan11Properties>(
          chain, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES)) {
    vulkan11->maxMemoryAllocationSize = limits.max_memory_allocation_size;
  }
  if (auto* host_import = FindInOutputChain<
          VkPhysicalDeviceExternalMemoryHostPropertiesEXT>(
          chain,
          VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_MEMORY_HOST_PROPERTIES_EXT)) {
    host_import->minImportedHostPointerAlignment =
        limits.min_imported_host_pointer_alignment;
  }
  if (auto* placed = FindInOutputChain<
          VkPhysicalDeviceMapMemoryPlacedPropertiesEXT>(
          chain,
          VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAP_MEMORY_PLACED_PROPERTIES_EXT)) {
    placed->minPlacedMemoryMapAlignment =
        limits.min_placed_memory_map_alignment;
  }
}

void PhysicalDevice::ApplyToFeaturesChain(void* chain) const {
  if (auto* placed = FindInOutputChain<
          VkPhysicalDeviceMapMemoryPlacedFeaturesEXT>(
          chain,
          VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAP_MEMORY_PLACED_FEATURES_EXT)) {
    const VkBool32 offered = Offers(VK_EXT_MAP_MEMORY_PLACED_EXTENSION_NAME);
    placed->memoryMapPlaced = offered;
    placed->memoryMapRangePlaced = offered;
    placed->memoryUnmapReserve = offered;
  }
}

void PhysicalDevice::ApplyToMemoryChain(void* chain) const {
  auto* budget = FindInOutputChain<VkPhysicalDeviceMemoryBudgetPropertiesEXT>(
      chain, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT);
  if (budget == nullptr || !Offers(VK_EXT_MEMORY_BUDGET_EXTENSION_NAME)) return;
  absl::MutexLock lock(&heap_mutex_);
  for (uint32_t i = 0; i < VK_MAX_MEMORY_HEAPS; ++i) {
    const bool exists = i < memory_.heaps.size();
    budget->heapBudget[i] = exists ? memory_.heaps[i].size : 0;
    budget->heapUsage[i] = exists ? heap_usage_.UsedBytes(i) : 0;
  }
}

}  // namespace incoherent
