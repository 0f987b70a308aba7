#ifndef INCOHERENT_SIM_MEMORY_ALLOCATION_H_
#define INCOHERENT_SIM_MEMORY_ALLOCATION_H_

// The rules of vkAllocateMemory.
//
// CheckAllocation says whether a VkMemoryAllocateInfo with its chain is valid
// on a device. A broken rule without a return code does not stop the call.
//
//   DeviceMemoryState state{...};
//   AllocateRequest request;
//   request.size = 4096;
//   request.type_index = 1;
//   absl::Status status = CheckAllocation(state, request);

#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/optional.h"
#include "sim/memory/heap_usage.h"
#include "sim/memory/host_pointer.h"
#include "sim/memory/memory_properties.h"

namespace incoherent {

// Where the payload of an allocation comes from.
enum class PayloadOrigin {
  kNew,
  kHostPointer,  // VkImportMemoryHostPointerInfoEXT
  kOpaqueFd,     // VkImportMemoryFdInfoKHR, made by vkGetMemoryFdKHR
  kOtherImport,  // any other import structure
};

// VkMemoryDedicatedAllocateInfo and what is known of the resource it names.
struct DedicatedResource {
  bool names_buffer = false;
  bool names_image = false;
  bool sparse_binding = false;
  bool disjoint = false;
  absl::optional<uint64_t> required_size;
};

// VkMemoryAllocateFlagsInfo and VkMemoryOpaqueCaptureAddressAllocateInfo.
struct AllocateFlags {
  absl::optional<uint32_t> device_mask;
  bool device_address = false;
  bool capture_replay = false;
  bool zero_initialize = false;
  uint64_t opaque_capture_address = 0;
};

struct AllocateRequest {
  uint64_t size = 0;
  uint32_t type_index = 0;
  PayloadOrigin origin = PayloadOrigin::kNew;
  uint32_t import_count = 0;
  bool exportable = false;  // VkExportMemoryAllocateInfo with a handle type
  // kHostPointer: the address, and the memoryTypeBits that
  // vkGetMemoryHostPointerPropertiesEXT reports for it.
  uint64_t host_pointer = 0;
  uint32_t host_pointer_handle_type = kHandleTypeHostAllocation;
  uint32_t host_pointer_type_bits = 0;
  // kOpaqueFd: what the exported object was allocated with, if known.
  absl::optional<uint64_t> exported_size;
  absl::optional<uint32_t> exported_type_index;
  DedicatedResource dedicated;
  AllocateFlags flags;
  absl::optional<float> priority;  // VkMemoryPriorityAllocateInfoEXT
};

// Features that gate memory types and flags, as enabled on the device.
struct MemoryFeatures {
  bool protected_memory = false;
  bool device_coherent_memory = false;  // VK_AMD_device_coherent_memory
  bool buffer_device_address = false;
  bool buffer_device_address_capture_replay = false;
};

// What a logical device knows when the call is made.
struct DeviceMemoryState {
  const MemoryProperties* properties = nullptr;
  MemoryFeatures features;
  uint32_t physical_device_count = 1;
  uint64_t live_allocations = 0;
  const HeapUsage* heaps = nullptr;  // none: heaps never fill up
};

// vkAllocateMemory pAllocateInfo-01713, 01714, maxMemoryAllocationCount-04101,
// deviceCoherentMemory-02790; VkMemoryAllocateInfo allocationSize-07897,
// 07899, None-06657, allocationSize-01742, memoryTypeIndex-01872, 01744,
// allocationSize-01745, pNext-02806, opaqueCaptureAddress-03329, flags-03330,
// 03331, pNext-03332, opaqueCaptureAddress-03333;
// VkImportMemoryHostPointerInfoEXT handleType-01748, pHostPointer-01749;
// VkMemoryAllocateFlagsInfo deviceMask-00675, 00676, flags-10760, 10761;
// VkMemoryDedicatedAllocateInfo image-01432, 02964, buffer-02965, image-01434,
// buffer-01436, image-01797; VkMemoryPriorityAllocateInfoEXT priority-02602.
//
// A full heap is no broken rule: it is VK_ERROR_OUT_OF_DEVICE_MEMORY.
absl::Status CheckAllocation(const DeviceMemoryState& device,
                             const AllocateRequest& request);

// Whether memory allocated so has more than one instance, and so can never be
// mapped: by its device mask, or by a MULTI_INSTANCE heap in a device group.
bool HasMultipleInstances(const DeviceMemoryState& device,
                          const AllocateRequest& request);

// vkSetDeviceMemoryPriorityEXT priority-06258.
absl::Status CheckMemoryPriority(float priority);

// vkGetDeviceMemoryCommitment memory-00690.
absl::Status CheckCommitmentQuery(const MemoryType& type);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_ALLOCATION_H_
