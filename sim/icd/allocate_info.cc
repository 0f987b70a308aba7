#include "sim/icd/allocate_info.h"

#include <cstring>

#include "sim/icd/chain.h"

namespace incoherent {
namespace {

template <typename Struct>
const Struct& As(const VkBaseInStructure* at) {
  return *reinterpret_cast<const Struct*>(at);
}

void ReadFlags(const VkMemoryAllocateFlagsInfo& info, AllocateFlags& flags) {
  if ((info.flags & VK_MEMORY_ALLOCATE_DEVICE_MASK_BIT) != 0) {
    flags.device_mask = info.deviceMask;
  }
  flags.device_address =
      (info.flags & VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT) != 0;
  flags.capture_replay =
      (info.flags & VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_CAPTURE_REPLAY_BIT) != 0;
  flags.zero_initialize = (info.flags & kAllocateZeroInitialize) != 0;
}

void ReadImport(AllocateRequest& request, PayloadOrigin origin) {
  request.origin = origin;
  ++request.import_count;
}

void ReadStructure(const VkBaseInStructure* at, AllocateRequest& request) {
  switch (at->sType) {
    case VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO:
      ReadFlags(As<VkMemoryAllocateFlagsInfo>(at), request.flags);
      break;
    case VK_STRUCTURE_TYPE_MEMORY_OPAQUE_CAPTURE_ADDRESS_ALLOCATE_INFO:
      request.flags.opaque_capture_address =
          As<VkMemoryOpaqueCaptureAddressAllocateInfo>(at).opaqueCaptureAddress;
      break;
    case VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO: {
      const auto& dedicated = As<VkMemoryDedicatedAllocateInfo>(at);
      request.dedicated.names_image = dedicated.image != VK_NULL_HANDLE;
      request.dedicated.names_buffer = dedicated.buffer != VK_NULL_HANDLE;
      break;
    }
    case VK_STRUCTURE_TYPE_MEMORY_PRIORITY_ALLOCATE_INFO_EXT:
      request.priority = As<VkMemoryPriorityAllocateInfoEXT>(at).priority;
      break;
    case VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO:
      request.exportable = As<VkExportMemoryAllocateInfo>(at).handleTypes != 0;
      break;
    case VK_STRUCTURE_TYPE_IMPORT_MEMORY_FD_INFO_KHR: {
      const auto handle_type = As<VkImportMemoryFdInfoKHR>(at).handleType;
      if (handle_type == 0) break;
      ReadImport(request,
                 handle_type == VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT
                     ? PayloadOrigin::kOpaqueFd
                     : PayloadOrigin::kOtherImport);
      break;
    }
    case VK_STRUCTURE_TYPE_IMPORT_MEMORY_HOST_POINTER_INFO_EXT: {
      const auto& import = As<VkImportMemoryHostPointerInfoEXT>(at);
      if (import.handleType == 0) break;
      ReadImport(request, PayloadOrigin::kHostPointer);
      request.host_pointer = reinterpret_cast<uint64_t>(import.pHostPointer);
      request.host_pointer_handle_type = import.handleType;
      break;
    }
    default:
      break;
  }
}

// The size of a structure that may extend VkMemoryAllocateInfo; 0 if unknown.
size_t SizeOfStructure(VkStructureType type) {
  switch (type) {
    case VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO:
      return sizeof(VkMemoryAllocateFlagsInfo);
    case VK_STRUCTURE_TYPE_MEMORY_OPAQUE_CAPTURE_ADDRESS_ALLOCATE_INFO:
      return sizeof(VkMemoryOpaqueCaptureAddressAllocateInfo);
    case VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO:
      return sizeof(VkMemoryDedicatedAllocateInfo);
    case VK_STRUCTURE_TYPE_MEMORY_PRIORITY_ALLOCATE_INFO_EXT:
      return sizeof(VkMemoryPriorityAllocateInfoEXT);
    case VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO:
      return sizeof(VkExportMemoryAllocateInfo);
    case VK_STRUCTURE_TYPE_IMPORT_MEMORY_FD_INFO_KHR:
      return sizeof(VkImportMemoryFdInfoKHR);
    case VK_STRUCTURE_TYPE_IMPORT_MEMORY_HOST_POINTER_INFO_EXT:
      return sizeof(VkImportMemoryHostPointerInfoEXT);
    default:
      return 0;
  }
}

}  // namespace

AllocateRequest ReadAllocateInfo(const VkMemoryAllocateInfo& info) {
  AllocateRequest request;
  request.size = info.allocationSize;
  request.type_index = info.memoryTypeIndex;
  for (auto* at = static_cast<const VkBaseInStructure*>(info.pNext);
       at != nullptr; at = at->pNext) {
    ReadStructure(at, request);
  }
  return request;
}

DownstreamAllocateInfo::DownstreamAllocateInfo(const VkMemoryAllocateInfo& info,
                                               uint32_t downstream_type_index)
    : info_(info) {
  info_.memoryTypeIndex = downstream_type_index;
  const auto* pointer = FindInChain<VkImportMemoryHostPointerInfoEXT>(
      info.pNext, VK_STRUCTURE_TYPE_IMPORT_MEMORY_HOST_POINTER_INFO_EXT);
  if (pointer != nullptr && pointer->handleType == 0) Remove(pointer->sType);
  const auto* fd = FindInChain<VkImportMemoryFdInfoKHR>(
      info.pNext, VK_STRUCTURE_TYPE_IMPORT_MEMORY_FD_INFO_KHR);
  if (fd != nullptr && fd->handleType == 0) Remove(fd->sType);
}

void DownstreamAllocateInfo::Remove(VkStructureType type) {
  if (FindInChain<VkBaseInStructure>(info_.pNext, type) == nullptr) return;
  const void* chain = nullptr;
  for (auto* at = static_cast<const VkBaseInStructure*>(info_.pNext);
       at != nullptr; at = at->pNext) {
    const size_t size = SizeOfStructure(at->sType);
    if (at->sType == type || size == 0) continue;
    copies_.push_back(std::make_unique<std::byte[]>(size));
    std::memcpy(copies_.back().get(), at, size);
    reinterpret_cast<VkBaseInStructure*>(copies_.back().get())->pNext =
        static_cast<const VkBaseInStructure*>(chain);
    chain = copies_.back().get();
  }
  info_.pNext = chain;
}

void DownstreamAllocateInfo::ImportHostPointer(void* pages, uint64_t size,
                                               uint32_t downstream_type_index) {
  info_.allocationSize = size;
  info_.memoryTypeIndex = downstream_type_index;
  import_.sType = VK_STRUCTURE_TYPE_IMPORT_MEMORY_HOST_POINTER_INFO_EXT;
  import_.pNext = info_.pNext;
  import_.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT;
  import_.pHostPointer = pages;
  info_.pNext = &import_;
}

}  // namespace incoherent
