#include "sim/memory/allocation.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "sim/memory/atom_grid.h"
#include "sim/memory/host_pointer.h"
#include "sim/memory/valid_usage.h"

namespace incoherent {
namespace {

// A rule of VkMemoryAllocateInfo, the struct that most of them belong to.
absl::Status InfoError(absl::string_view rule, absl::string_view message) {
  return ValidUsageError(absl::StrCat("VUID-VkMemoryAllocateInfo-", rule),
                         message);
}

absl::Status CheckFeatureGates(const DeviceMemoryState& device,
                               const AllocateRequest& request) {
  const MemoryType& type = device.properties->types[request.type_index];
  const std::string what =
      absl::StrFormat("memory type %d is %s", request.type_index,
                      PropertyFlagsName(type.property_flags));
  if (type.Has(kDeviceCoherentAmd) && !device.features.device_coherent_memory) {
    return ValidUsageError(
        "VUID-vkAllocateMemory-deviceCoherentMemory-02790",
        what + "; the feature deviceCoherentMemory is not enabled",
        ReturnCode::kOutOfDeviceMemory);
  }
  if (type.Has(kProtected) && !device.features.protected_memory) {
    return ValidUsageError(
        "VUID-VkMemoryAllocateInfo-memoryTypeIndex-01872",
        what + "; the feature protectedMemory is not enabled",
        ReturnCode::kOutOfDeviceMemory);
  }
  return absl::OkStatus();
}

absl::Status CheckSize(const DeviceMemoryState& device,
                       const AllocateRequest& request) {
  if (request.size == 0 && request.origin == PayloadOrigin::kNew) {
    return ValidUsageError(
        request.exportable ? "VUID-VkMemoryAllocateInfo-allocationSize-07899"
                           : "VUID-VkMemoryAllocateInfo-allocationSize-07897",
        "allocationSize is 0", ReturnCode::kOutOfDeviceMemory);
  }
  // Host pointers may be importable through a heap of size 0 that serves
  // nothing else, so imports are not measured against their heap.
  if (request.origin == PayloadOrigin::kHostPointer) return absl::OkStatus();
  const uint32_t heap = device.properties->types[request.type_index].heap_index;
  const uint64_t heap_size = device.properties->heaps[heap].size;
  if (request.size > heap_size) {
    return ValidUsageError(
        "VUID-vkAllocateMemory-pAllocateInfo-01713",
        absl::StrFormat("allocationSize 0x%x exceeds heap %d of memory type "
                        "%d, which has 0x%x bytes",
                        request.size, heap, request.type_index, heap_size),
        ReturnCode::kOutOfDeviceMemory);
  }
  return absl::OkStatus();
}

absl::Status CheckCount(const DeviceMemoryState& device) {
  const uint32_t most = device.properties->limits.max_memory_allocation_count;
  if (device.live_allocations < most) return absl::OkStatus();
  return ValidUsageError(
      "VUID-vkAllocateMemory-maxMemoryAllocationCount-04101",
      absl::StrFormat("%d allocations are live, and maxMemoryAllocationCount "
                      "is %d; suballocate from fewer, larger ones",
                      device.live_allocations, most),
      ReturnCode::kTooManyObjects);
}

absl::Status CheckImportCount(const AllocateRequest& request) {
  if (request.import_count <= 1) return absl::OkStatus();
  return InfoError("None-06657", "more than one import in one chain");
}

absl::Status CheckFdImport(const AllocateRequest& request) {
  if (request.origin != PayloadOrigin::kOpaqueFd) return absl::OkStatus();
  const uint64_t size = request.exported_size.value_or(request.size);
  const uint32_t type =
      request.exported_type_index.value_or(request.type_index);
  if (size == request.size && type == request.type_index) {
    return absl::OkStatus();
  }
  return InfoError(
      "allocationSize-01742",
      absl::StrFormat("import of an opaque fd with size 0x%x, type %d; it was "
                      "exported from size 0x%x, type %d",
                      request.size, request.type_index, size, type));
}

absl::Status CheckFlags(const DeviceMemoryState& device,
                        const AllocateRequest& request) {
  const AllocateFlags& flags = request.flags;
  const bool import = request.origin != PayloadOrigin::kNew;
  if (flags.opaque_capture_address != 0) {
    if (request.origin == PayloadOrigin::kHostPointer) {
      return InfoError("pNext-03332",
                       "opaqueCaptureAddress with a host-pointer import");
    }
    if (import) {
      return InfoError("opaqueCaptureAddress-03333",
                       "opaqueCaptureAddress with an import");
    }
    if (!flags.capture_replay) {
      return InfoError("opaqueCaptureAddress-03329",
                       "opaqueCaptureAddress without "
                       "VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_CAPTURE_REPLAY_BIT");
    }
  }
  if (flags.capture_replay &&
      !device.features.buffer_device_address_capture_replay) {
    return InfoError("flags-03330",
                     "the feature bufferDeviceAddressCaptureReplay is not "
                     "enabled");
  }
  if (flags.device_address && !device.features.buffer_device_address) {
    return InfoError("flags-03331",
                     "the feature bufferDeviceAddress is not enabled");
  }
  return absl::OkStatus();
}

absl::Status CheckAllocateFlagsInfo(const DeviceMemoryState& device,
                                    const AllocateRequest& request) {
  constexpr char kPrefix[] = "VUID-VkMemoryAllocateFlagsInfo-";
  const AllocateFlags& flags = request.flags;
  if (flags.device_mask.has_value()) {
    const uint64_t all = (uint64_t{1} << device.physical_device_count) - 1;
    if (*flags.device_mask == 0) {
      return ValidUsageError(absl::StrCat(kPrefix, "deviceMask-00676"),
                             "deviceMask is 0");
    }
    if ((*flags.device_mask & ~all) != 0) {
      return ValidUsageError(
          absl::StrCat(kPrefix, "deviceMask-00675"),
          absl::StrFormat("deviceMask 0x%x names a device beyond the %d of "
                          "this logical device",
                          *flags.device_mask, device.physical_device_count));
    }
  }
  if (flags.zero_initialize && request.origin != PayloadOrigin::kNew) {
    return ValidUsageError(absl::StrCat(kPrefix, "flags-10760"),
                           "VK_MEMORY_ALLOCATE_ZERO_INITIALIZE_BIT_EXT with an "
                           "import, whose contents must stay");
  }
  if (flags.zero_initialize &&
      device.properties->types[request.type_index].Has(kProtected)) {
    return ValidUsageError(absl::StrCat(kPrefix, "flags-10761"),
                           "VK_MEMORY_ALLOCATE_ZERO_INITIALIZE_BIT_EXT with "
                           "protected memory");
  }
  return absl::OkStatus();
}

absl::Status CheckDedicated(const AllocateRequest& request) {
  constexpr char kPrefix[] = "VUID-VkMemoryDedicatedAllocateInfo-";
  const DedicatedResource& resource = request.dedicated;
  const bool image = resource.names_image;
  if (!image && !resource.names_buffer) return absl::OkStatus();
  if (image && resource.names_buffer) {
    return ValidUsageError(absl::StrCat(kPrefix, "image-01432"),
                           "both an image and a buffer are named");
  }
  if (request.origin == PayloadOrigin::kHostPointer) {
    return InfoError("pNext-02806",
                     "a host-pointer import cannot be dedicated");
  }
  if (resource.sparse_binding) {
    return ValidUsageError(
        absl::StrCat(kPrefix, image ? "image-01434" : "buffer-01436"),
        "the resource was created for sparse binding");
  }
  if (resource.disjoint) {
    return ValidUsageError(absl::StrCat(kPrefix, "image-01797"),
                           "the image was created DISJOINT");
  }
  if (resource.required_size.value_or(0) > request.size) {
    return ValidUsageError(
        absl::StrCat(kPrefix, image ? "image-02964" : "buffer-02965"),
        absl::StrFormat("allocationSize 0x%x is below the 0x%x bytes that the "
                        "resource requires",
                        request.size, *resource.required_size));
  }
  return absl::OkStatus();
}

absl::Status CheckRoom(const DeviceMemoryState& device,
                       const AllocateRequest& request) {
  if (device.heaps == nullptr || request.origin != PayloadOrigin::kNew) {
    return absl::OkStatus();
  }
  const uint32_t heap = device.properties->types[request.type_index].heap_index;
  if (request.size <= device.heaps->FreeBytes(heap)) return absl::OkStatus();
  return ReturnCodeError(
      ReturnCode::kOutOfDeviceMemory,
      absl::StrFormat("heap %d has 0x%x of 0x%x bytes left, 0x%x are asked for",
                      heap, device.heaps->FreeBytes(heap),
                      device.properties->heaps[heap].size, request.size));
}

constexpr float kDefaultPriority = 0.5f;

absl::Status CheckPriority(const char* vuid, float priority) {
  if (priority >= 0.0f && priority <= 1.0f) return absl::OkStatus();
  return ValidUsageError(
      vuid, absl::StrCat("priority ", priority, " is not between 0 and 1"));
}

}  // namespace

absl::Status CheckAllocation(const DeviceMemoryState& device,
                             const AllocateRequest& request) {
  if (request.type_index >= device.properties->types.size()) {
    return ValidUsageError(
        "VUID-vkAllocateMemory-pAllocateInfo-01714",
        absl::StrFormat("memoryTypeIndex %d; the device has %d memory types",
                        request.type_index, device.properties->types.size()),
        ReturnCode::kOutOfDeviceMemory);
  }
  // What stops the call comes before what it survives.
  for (const absl::Status& status :
       {CheckSize(device, request), CheckCount(device),
        CheckFeatureGates(device, request),
        CheckHostPointerImport(*device.properties, request),
        CheckRoom(device, request), CheckImportCount(request),
        CheckFdImport(request), CheckFlags(device, request),
        CheckAllocateFlagsInfo(device, request), CheckDedicated(request),
        CheckPriority("VUID-VkMemoryPriorityAllocateInfoEXT-priority-02602",
                      request.priority.value_or(kDefaultPriority))}) {
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

bool HasMultipleInstances(const DeviceMemoryState& device,
                          const AllocateRequest& request) {
  if (request.flags.device_mask.has_value()) {
    const uint32_t mask = *request.flags.device_mask;
    return (mask & (mask - 1)) != 0;
  }
  const MemoryHeap& heap = device.properties->HeapOf(request.type_index);
  return device.physical_device_count > 1 &&
         (heap.flags & kHeapMultiInstance) != 0;
}

absl::Status CheckMemoryPriority(float priority) {
  return CheckPriority("VUID-vkSetDeviceMemoryPriorityEXT-priority-06258",
                       priority);
}

absl::Status CheckCommitmentQuery(const MemoryType& type) {
  if (type.Has(kLazilyAllocated)) return absl::OkStatus();
  return ValidUsageError("VUID-vkGetDeviceMemoryCommitment-memory-00690",
                         absl::StrCat("the memory's type is ",
                                      PropertyFlagsName(type.property_flags),
                                      ", not LAZILY_ALLOCATED"));
}

}  // namespace incoherent
