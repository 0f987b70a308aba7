#ifndef INCOHERENT_SIM_PROFILES_FLAG_NAMES_H_
#define INCOHERENT_SIM_PROFILES_FLAG_NAMES_H_

// Memory flags as people write them in a profile.
//
// An array of names, or a number (7), or a hexadecimal text ("0x7"). A name is
// Vulkan's, less what all have in common: HOST_VISIBLE. Vulkan's own
// (VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT) and vulkaninfo's
// (MEMORY_PROPERTY_HOST_VISIBLE_BIT) will do as well.

#include <cstdint>

#include "sim/profiles/json_field.h"

namespace incoherent {

// VkMemoryPropertyFlags. An unknown name is refused; whether the specification
// allows the combination is CheckMemoryProperties' business.
uint32_t ReadPropertyFlags(const JsonField& field);

// VkMemoryHeapFlags.
uint32_t ReadHeapFlags(const JsonField& field);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_PROFILES_FLAG_NAMES_H_
