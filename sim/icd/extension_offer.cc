#include "sim/icd/extension_offer.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "sim/icd/vulkan_newer.h"

namespace incoherent {
namespace {

// Extensions that reach memory, or name memory types, where the model does not
// look.
constexpr absl::string_view kAroundTheModel[] = {
    "VK_ANDROID_external_memory_android_hardware_buffer",
    "VK_ARM_data_graph",
    "VK_ARM_tensors",
    "VK_EXT_device_generated_commands",
    "VK_EXT_external_memory_dma_buf",  // the application may mmap the buffer
    "VK_EXT_external_memory_metal",
    "VK_EXT_host_image_copy",
    "VK_EXT_metal_objects",
    "VK_FUCHSIA_buffer_collection",
    "VK_FUCHSIA_external_memory",
    "VK_NV_device_generated_commands_compute",
    "VK_NV_external_memory_rdma",
    "VK_NV_external_memory_sci_buf",
    "VK_NV_external_sci_sync",
    "VK_QNX_external_memory_screen_buffer",
};

constexpr absl::string_view kOwn[] = {
    VK_KHR_MAP_MEMORY_2_EXTENSION_NAME,
    VK_EXT_MEMORY_BUDGET_EXTENSION_NAME,
    VK_EXT_MAP_MEMORY_PLACED_EXTENSION_NAME,
};

template <typename List>
bool IsIn(const List& list, absl::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

VkExtensionProperties Extension(const char* name, uint32_t version) {
  VkExtensionProperties extension = {};
  std::strncpy(extension.extensionName, name,
               sizeof extension.extensionName - 1);
  extension.specVersion = version;
  return extension;
}

std::vector<VkExtensionProperties> NotHidden(
    const std::vector<VkExtensionProperties>& extensions,
    const Options& options) {
  std::vector<VkExtensionProperties> shown;
  for (const VkExtensionProperties& extension : extensions) {
    if (!options.Hides(extension.extensionName)) shown.push_back(extension);
  }
  return shown;
}

}  // namespace

std::vector<VkExtensionProperties> OfferedInstanceExtensions(
    const std::vector<VkExtensionProperties>& downstream,
    const Options& options) {
  std::vector<VkExtensionProperties> candidates = downstream;
  if (!Contains(downstream, VK_EXT_DEBUG_UTILS_EXTENSION_NAME)) {
    candidates.push_back(Extension(VK_EXT_DEBUG_UTILS_EXTENSION_NAME,
                                   VK_EXT_DEBUG_UTILS_SPEC_VERSION));
  }
  return NotHidden(candidates, options);
}

std::vector<VkExtensionProperties> OfferedDeviceExtensions(
    const std::vector<VkExtensionProperties>& downstream,
    const Options& options, bool imports_host_pointers) {
  std::vector<VkExtensionProperties> candidates;
  for (const VkExtensionProperties& extension : downstream) {
    const absl::string_view name = extension.extensionName;
    if (IsIn(kAroundTheModel, name) || IsIn(kOwn, name)) continue;
    if (name == VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME &&
        !imports_host_pointers) {
      continue;
    }
    candidates.push_back(extension);
  }
  candidates.push_back(Extension(VK_KHR_MAP_MEMORY_2_EXTENSION_NAME,
                                 VK_KHR_MAP_MEMORY_2_SPEC_VERSION));
  candidates.push_back(Extension(VK_EXT_MEMORY_BUDGET_EXTENSION_NAME,
                                 VK_EXT_MEMORY_BUDGET_SPEC_VERSION));
  // Coherent memory can be placed only if it rests on pages of ours.
  if (Contains(downstream, VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME) &&
      !options.Hides(VK_KHR_MAP_MEMORY_2_EXTENSION_NAME)) {
    candidates.push_back(Extension(VK_EXT_MAP_MEMORY_PLACED_EXTENSION_NAME,
                                   VK_EXT_MAP_MEMORY_PLACED_SPEC_VERSION));
  }
  return NotHidden(candidates, options);
}

bool IsOwnExtension(absl::string_view name) { return IsIn(kOwn, name); }

bool Contains(const std::vector<VkExtensionProperties>& extensions,
              absl::string_view name) {
  return std::any_of(extensions.begin(), extensions.end(),
                     [name](const VkExtensionProperties& extension) {
                       return name == extension.extensionName;
                     });
}

}  // namespace incoherent
