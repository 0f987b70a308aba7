#ifndef INCOHERENT_SIM_MEMORY_HOST_POINTER_H_
#define INCOHERENT_SIM_MEMORY_HOST_POINTER_H_

// The rules of VK_EXT_external_memory_host: memory that the application brings.
//
// The imported object is not host mapped until vkMapMemory: flush and
// invalidate before that break VUID-VkMappedMemoryRange-memory-00684 (see
// DeviceMemory). Contents are preserved by the import. The pages must stay
// valid until the memory object is freed.

#include <cstdint>

#include "absl/status/status.h"
#include "sim/memory/memory_properties.h"

namespace incoherent {

struct AllocateRequest;

// VkExternalMemoryHandleTypeFlagBits of the two host-pointer types.
inline constexpr uint32_t kHandleTypeHostAllocation = 0x80;
inline constexpr uint32_t kHandleTypeHostMappedForeignMemory = 0x100;

// vkGetMemoryHostPointerPropertiesEXT handleType-01752, pHostPointer-01753.
// Every error carries VK_ERROR_INVALID_EXTERNAL_HANDLE.
absl::Status CheckHostPointerQuery(const MemoryLimits& limits,
                                   uint32_t handle_type, uint64_t address);

// The host-pointer rules of an allocation; OK for any other.
// VkImportMemoryHostPointerInfoEXT handleType-01748, pHostPointer-01749;
// VkMemoryAllocateInfo memoryTypeIndex-01744, allocationSize-01745. Every error
// carries VK_ERROR_INVALID_EXTERNAL_HANDLE; a null pointer and a size of 0
// break no rule and end so all the same.
absl::Status CheckHostPointerImport(const MemoryProperties& properties,
                                    const AllocateRequest& request);

// Whether a handle type is one of the two.
bool IsHostPointerHandleType(uint32_t handle_type);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_HOST_POINTER_H_
