#include "sim/cli/vulkan_loader.h"

#include <dlfcn.h>

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace incoherent {
namespace {

// The commands that devices are seen with.
class Instance {
 public:
  Instance(PFN_vkGetInstanceProcAddr get, VkInstance instance)
      : get_(get), instance_(instance) {}

  absl::StatusOr<std::vector<SeenDevice>> SeeDevices() const;
  void Destroy() const {
    Get<PFN_vkDestroyInstance>("vkDestroyInstance")(instance_, nullptr);
  }

 private:
  template <typename Function>
  Function Get(const char* name) const {
    return reinterpret_cast<Function>(get_(instance_, name));
  }
  SeenDevice See(VkPhysicalDevice device) const;
  MemoryProperties SeeMemory(VkPhysicalDevice device) const;
  bool HasExtension(VkPhysicalDevice device, absl::string_view name) const;

  PFN_vkGetInstanceProcAddr get_;
  VkInstance instance_;
};

std::string ResultName(VkResult result) {
  switch (result) {
    case VK_ERROR_OUT_OF_HOST_MEMORY:
      return "VK_ERROR_OUT_OF_HOST_MEMORY";
    case VK_ERROR_INITIALIZATION_FAILED:
      return "VK_ERROR_INITIALIZATION_FAILED";
    case VK_ERROR_INCOMPATIBLE_DRIVER:
      return "VK_ERROR_INCOMPATIBLE_DRIVER";
    default:
      return absl::StrCat("VkResult ", static_cast<int>(result));
  }
}

absl::Status Failed(const char* call, VkResult result) {
  return absl::UnavailableError(
      absl::StrCat(call, " returned ", ResultName(result)));
}

absl::StatusOr<std::vector<SeenDevice>> Instance::SeeDevices() const {
  const auto enumerate =
      Get<PFN_vkEnumeratePhysicalDevices>("vkEnumeratePhysicalDevices");
  uint32_t count = 0;
  VkResult result = enumerate(instance_, &count, nullptr);
  std::vector<VkPhysicalDevice> devices(count);
  if (result == VK_SUCCESS) {
    result = enumerate(instance_, &count, devices.data());
  }
  if (result != VK_SUCCESS) return Failed("vkEnumeratePhysicalDevices", result);
  std::vector<SeenDevice> seen;
  for (VkPhysicalDevice device : devices) seen.push_back(See(device));
  return seen;
}

SeenDevice Instance::See(VkPhysicalDevice device) const {
  VkPhysicalDeviceProperties properties;
  Get<PFN_vkGetPhysicalDeviceProperties>("vkGetPhysicalDeviceProperties")(
      device, &properties);
  SeenDevice seen;
  seen.name = properties.deviceName;
  seen.api_version = properties.apiVersion;
  seen.memory = SeeMemory(device);
  seen.memory.limits.non_coherent_atom_size =
      properties.limits.nonCoherentAtomSize;
  seen.imports_host_pointers =
      HasExtension(device, VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME);
  return seen;
}

MemoryProperties Instance::SeeMemory(VkPhysicalDevice device) const {
  VkPhysicalDeviceMemoryProperties table;
  Get<PFN_vkGetPhysicalDeviceMemoryProperties>(
      "vkGetPhysicalDeviceMemoryProperties")(device, &table);
  MemoryProperties memory;
  for (uint32_t i = 0; i < table.memoryTypeCount; ++i) {
    memory.types.push_back(
        {table.memoryTypes[i].propertyFlags, table.memoryTypes[i].heapIndex});
  }
  for (uint32_t i = 0; i < table.memoryHeapCount; ++i) {
    memory.heaps.push_back(
        {table.memoryHeaps[i].size, table.memoryHeaps[i].flags});
  }
  return memory;
}

bool Instance::HasExtension(VkPhysicalDevice device,
                            absl::string_view name) const {
  const auto enumerate = Get<PFN_vkEnumerateDeviceExtensionProperties>(
      "vkEnumerateDeviceExtensionProperties");
  uint32_t count = 0;
  if (enumerate(device, nullptr, &count, nullptr) != VK_SUCCESS) return false;
  std::vector<VkExtensionProperties> extensions(count);
  if (enumerate(device, nullptr, &count, extensions.data()) != VK_SUCCESS) {
    return false;
  }
  return std::any_of(extensions.begin(), extensions.end(),
                     [name](const VkExtensionProperties& extension) {
                       return name == extension.extensionName;
                     });
}

}  // namespace

absl::StatusOr<VulkanLoader> VulkanLoader::Load() {
  void* library = dlopen("libvulkan.so.1", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return absl::NotFoundError(dlerror());
  const auto get = reinterpret_cast<PFN_vkGetInstanceProcAddr>(
      dlsym(library, "vkGetInstanceProcAddr"));
  if (get == nullptr) return absl::NotFoundError(dlerror());
  return VulkanLoader(get);
}

uint32_t VulkanLoader::Version() const {
  const auto enumerate = reinterpret_cast<PFN_vkEnumerateInstanceVersion>(
      get_(nullptr, "vkEnumerateInstanceVersion"));
  uint32_t version = VK_API_VERSION_1_0;
  if (enumerate != nullptr) enumerate(&version);
  return version;
}

bool VulkanLoader::HasLayer(const std::string& name) const {
  const auto enumerate =
      reinterpret_cast<PFN_vkEnumerateInstanceLayerProperties>(
          get_(nullptr, "vkEnumerateInstanceLayerProperties"));
  uint32_t count = 0;
  if (enumerate(&count, nullptr) != VK_SUCCESS) return false;
  std::vector<VkLayerProperties> layers(count);
  if (enumerate(&count, layers.data()) != VK_SUCCESS) return false;
  return std::any_of(layers.begin(), layers.end(),
                     [&name](const VkLayerProperties& layer) {
                       return name == layer.layerName;
                     });
}

absl::StatusOr<std::vector<SeenDevice>> VulkanLoader::SeeDevices() const {
  VkApplicationInfo application = {VK_STRUCTURE_TYPE_APPLICATION_INFO};
  application.pApplicationName = "incoherent doctor";
  application.apiVersion = VK_API_VERSION_1_0;
  VkInstanceCreateInfo info = {VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO};
  info.pApplicationInfo = &application;
  const auto create =
      reinterpret_cast<PFN_vkCreateInstance>(get_(nullptr, "vkCreateInstance"));
  VkInstance handle = VK_NULL_HANDLE;
  const VkResult result = create(&info, nullptr, &handle);
  if (result != VK_SUCCESS) return Failed("vkCreateInstance", result);
  const Instance instance(get_, handle);
  absl::StatusOr<std::vector<SeenDevice>> devices = instance.SeeDevices();
  instance.Destroy();
  return devices;
}

std::string VersionName(uint32_t version) {
  return absl::StrCat(VK_API_VERSION_MAJOR(version), ".",
                      VK_API_VERSION_MINOR(version), ".",
                      VK_API_VERSION_PATCH(version));
}

}  // namespace incoherent
