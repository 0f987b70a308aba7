#ifndef INCOHERENT_SIM_ICD_EXTENSION_OFFER_H_
#define INCOHERENT_SIM_ICD_EXTENSION_OFFER_H_

// ExtensionOffer: which extensions the application sees.
//
// The downstream's, less those that the user hides and those that reach memory
// around the model, plus those that the ICD implements on its own:
// VK_KHR_map_memory2, VK_EXT_map_memory_placed and VK_EXT_memory_budget; of
// instances VK_EXT_debug_utils, to tell of findings.

#include <vulkan/vulkan.h>

#include <vector>

#include "absl/strings/string_view.h"
#include "sim/icd/options.h"

namespace incoherent {

std::vector<VkExtensionProperties> OfferedInstanceExtensions(
    const std::vector<VkExtensionProperties>& downstream,
    const Options& options);

// `imports_host_pointers`: the profile can import host pointers into a type.
std::vector<VkExtensionProperties> OfferedDeviceExtensions(
    const std::vector<VkExtensionProperties>& downstream,
    const Options& options, bool imports_host_pointers);

// Whether the ICD implements the extension itself, so that the downstream must
// not be asked to enable it.
bool IsOwnExtension(absl::string_view name);

bool Contains(const std::vector<VkExtensionProperties>& extensions,
              absl::string_view name);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_EXTENSION_OFFER_H_
