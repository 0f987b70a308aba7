// vkAllocateMemory and vkFreeMemory of a Device.

#include <utility>

#include "sim/icd/chain.h"
#include "sim/icd/device.h"
#include "sim/icd/exported_payloads.h"
#include "sim/icd/instance.h"
#include "sim/icd/voice.h"
#include "sim/memory/host_pointer.h"

namespace incoherent {
namespace {

constexpr char kAllocate[] = "vkAllocateMemory";
constexpr VkExternalMemoryHandleTypeFlagBits kOurPages =
    VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT;

}  // namespace

DeviceMemoryState Device::MemoryState() const {
  DeviceMemoryState state;
  state.properties = &physical_device_->memory();
  state.features = features_.memory;
  state.physical_device_count = features_.physical_device_count;
  state.live_allocations = memory_.size();
  state.heaps = &physical_device_->heap_usage();
  return state;
}

// Adds to a request what only this device can tell.
void Device::CompleteRequest(const VkMemoryAllocateInfo& info,
                             AllocateRequest& request) const {
  if (request.origin == PayloadOrigin::kHostPointer) {
    const auto* import = FindInChain<VkImportMemoryHostPointerInfoEXT>(
        info.pNext, VK_STRUCTURE_TYPE_IMPORT_MEMORY_HOST_POINTER_INFO_EXT);
    HostPointerTypeBits(import->handleType, import->pHostPointer,
                        &request.host_pointer_type_bits);
  }
  if (request.origin == PayloadOrigin::kOpaqueFd) {
    const auto* import = FindInChain<VkImportMemoryFdInfoKHR>(
        info.pNext, VK_STRUCTURE_TYPE_IMPORT_MEMORY_FD_INFO_KHR);
    if (const auto exported = ExportedPayloads::Get().Find(import->fd)) {
      request.exported_size = exported->size;
      request.exported_type_index = exported->type_index;
    }
  }
  const auto* dedicated = FindInChain<VkMemoryDedicatedAllocateInfo>(
      info.pNext, VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO);
  // An import's payload was sized by whoever exported it.
  if (dedicated == nullptr || request.origin != PayloadOrigin::kNew) return;
  VkMemoryRequirements requirements = {};
  if (dedicated->image != VK_NULL_HANDLE) {
    dispatch_.GetImageMemoryRequirements(handle_, dedicated->image,
                                         &requirements);
  } else if (dedicated->buffer != VK_NULL_HANDLE) {
    dispatch_.GetBufferMemoryRequirements(handle_, dedicated->buffer,
                                          &requirements);
  }
  request.dedicated.required_size = requirements.size;
}

absl::Status Device::Admit(const AllocateRequest& request) {
  // Read first: the table of memory objects is locked before the heaps.
  const DeviceMemoryState state = MemoryState();
  absl::MutexLock lock(&physical_device_->heap_mutex());
  const absl::Status status = CheckAllocation(state, request);
  if (ReturnCodeOf(status).has_value()) return status;
  const uint32_t heap =
      physical_device_->memory().types[request.type_index].heap_index;
  if (request.origin == PayloadOrigin::kNew) {
    const bool taken = physical_device_->heap_usage().Take(heap, request.size);
    INCOHERENT_CHECK(taken, "an admitted request fits its heap");
  } else {
    physical_device_->heap_usage().TakeImport(heap, request.size);
  }
  return status;
}

void Device::GiveBack(const DeviceMemoryInfo& info, bool import) {
  absl::MutexLock lock(&physical_device_->heap_mutex());
  HeapUsage& heaps = physical_device_->heap_usage();
  if (import) {
    heaps.GiveBackImport(info.type.heap_index, info.size);
  } else {
    heaps.GiveBack(info.type.heap_index, info.size);
  }
}

MemoryObjectInfo Device::DescribeObject(const AllocateRequest& request) {
  const MemoryProperties& memory = physical_device_->memory();
  MemoryObjectInfo info;
  info.memory.size = request.size;
  info.memory.type_index = request.type_index;
  info.memory.type = memory.types[request.type_index];
  info.memory.non_coherent_atom_size = memory.limits.non_coherent_atom_size;
  info.memory.multi_instance = HasMultipleInstances(MemoryState(), request);
  info.memory.imported_from_host_pointer =
      request.origin == PayloadOrigin::kHostPointer;
  info.memory.imported = request.origin != PayloadOrigin::kNew;
  info.device = handle_;
  info.dispatch = &dispatch_;
  info.serial = next_serial_++;
  const Options& options = physical_device_->instance().options();
  info.has_host_cache = physical_device_->HasHostCache(request.type_index);
  info.write_back = physical_device_->instance().profile().write_back;
  // A strict host domain keeps what the device writes to coherent memory.
  if (options.host_domain == HostDomain::kStrict &&
      info.memory.type.Has(kHostVisible | kHostCoherent) &&
      !info.memory.imported_from_host_pointer) {
    info.has_host_cache = true;
    info.write_back = WriteBack::kDirtyBytes;
  }
  info.traps_reads = options.trap;
  info.names = &debug_names_;
  info.preserves_contents = request.origin == PayloadOrigin::kOpaqueFd ||
                            request.origin == PayloadOrigin::kOtherImport ||
                            request.flags.zero_initialize;
  if (info.has_host_cache && info.memory.imported_from_host_pointer) {
    info.application_pages = reinterpret_cast<uint8_t*>(request.host_pointer);
  }
  info.placeable = features_.uses_placed_maps() &&
                   info.memory.type.IsHostVisible() &&
                   !info.memory.imported_from_host_pointer;
  return info;
}

VkResult Device::AllocateMemory(const VkMemoryAllocateInfo& info,
                                const VkAllocationCallbacks* allocator,
                                VkDeviceMemory* memory) {
  AllocateRequest request = ReadAllocateInfo(info);
  CompleteRequest(info, request);
  const absl::Status status = Admit(request);
  ReportUsage(kAllocate, status);
  if (const absl::optional<ReturnCode> code = ReturnCodeOf(status)) {
    return ToVkResult(*code);
  }
  return AllocateAdmitted(info, request, allocator, memory);
}

VkResult Device::AllocateAdmitted(const VkMemoryAllocateInfo& info,
                                  const AllocateRequest& request,
                                  const VkAllocationCallbacks* allocator,
                                  VkDeviceMemory* memory) {
  MemoryObjectInfo object = DescribeObject(request);
  const absl::optional<uint32_t> type = DownstreamType(request);
  VkResult result = VK_ERROR_OUT_OF_DEVICE_MEMORY;
  HostPages pages;
  ImportedPages imported;
  if (type.has_value()) {
    DownstreamAllocateInfo downstream(info, *type);
    pages = DevicePages(object, request, downstream);
    result = AdoptApplicationPages(object, downstream, imported);
    if (result == VK_SUCCESS) {
      result = dispatch_.AllocateMemory(handle_, &downstream.info(), allocator,
                                        &object.handle);
    }
  }
  if (result != VK_SUCCESS) {
    GiveBack(object.memory, object.memory.imported);
    return result;
  }
  MemoryObject* made = memory_.Insert(
      object.handle, std::make_unique<MemoryObject>(object, std::move(pages),
                                                    std::move(imported)));
  result = SetFirstContents(object, *made);
  if (result != VK_SUCCESS) {
    FreeMemory(object.handle, allocator);
    return result;
  }
  observer_.Add(*made);
  *memory = object.handle;
  return VK_SUCCESS;
}

absl::optional<uint32_t> Device::DownstreamType(
    const AllocateRequest& request) const {
  if (request.origin != PayloadOrigin::kHostPointer) {
    return physical_device_->type_map().ToDownstream(request.type_index);
  }
  return ImportingType(request.type_index,
                       static_cast<VkExternalMemoryHandleTypeFlagBits>(
                           request.host_pointer_handle_type),
                       reinterpret_cast<const void*>(request.host_pointer));
}

VkResult Device::SetFirstContents(const MemoryObjectInfo& info,
                                  MemoryObject& object) const {
  if (info.application_pages != nullptr) {
    object.PublishImportedContents();
    return VK_SUCCESS;
  }
  if (!info.has_host_cache || info.preserves_contents ||
      info.memory.multi_instance) {
    return VK_SUCCESS;
  }
  return object.MakeContentsUndefined();
}

// Whether the allocation names a resource that must have memory of its own.
bool Device::RequiresDedicated(const VkMemoryAllocateInfo& info) const {
  const auto* dedicated = FindInChain<VkMemoryDedicatedAllocateInfo>(
      info.pNext, VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO);
  if (dedicated == nullptr) return false;
  VkMemoryDedicatedRequirements own = {
      VK_STRUCTURE_TYPE_MEMORY_DEDICATED_REQUIREMENTS};
  VkMemoryRequirements2 requirements = {VK_STRUCTURE_TYPE_MEMORY_REQUIREMENTS_2,
                                        &own};
  if (dedicated->image != VK_NULL_HANDLE &&
      dispatch_.GetImageMemoryRequirements2 != nullptr) {
    const VkImageMemoryRequirementsInfo2 image = {
        VK_STRUCTURE_TYPE_IMAGE_MEMORY_REQUIREMENTS_INFO_2, nullptr,
        dedicated->image};
    dispatch_.GetImageMemoryRequirements2(handle_, &image, &requirements);
  } else if (dedicated->buffer != VK_NULL_HANDLE &&
             dispatch_.GetBufferMemoryRequirements2 != nullptr) {
    const VkBufferMemoryRequirementsInfo2 buffer = {
        VK_STRUCTURE_TYPE_BUFFER_MEMORY_REQUIREMENTS_INFO_2, nullptr,
        dedicated->buffer};
    dispatch_.GetBufferMemoryRequirements2(handle_, &buffer, &requirements);
  }
  return own.requiresDedicatedAllocation == VK_TRUE;
}

// The downstream type that imports pages as memory of a profile's type; none if
// no type does.
absl::optional<uint32_t> Device::ImportingType(
    uint32_t type_index, VkExternalMemoryHandleTypeFlagBits handle_type,
    const void* pages) const {
  VkMemoryHostPointerPropertiesEXT properties = {
      VK_STRUCTURE_TYPE_MEMORY_HOST_POINTER_PROPERTIES_EXT};
  if (dispatch_.GetMemoryHostPointerPropertiesEXT == nullptr ||
      dispatch_.GetMemoryHostPointerPropertiesEXT(handle_, handle_type, pages,
                                                  &properties) != VK_SUCCESS) {
    return absl::nullopt;
  }
  return physical_device_->type_map().ToImporting(type_index,
                                                  properties.memoryTypeBits);
}

// Behind a host cache, the application's pages are the host view, and the
// downstream imports pages of ours in their place.
VkResult Device::AdoptApplicationPages(const MemoryObjectInfo& object,
                                       DownstreamAllocateInfo& downstream,
                                       ImportedPages& imported) const {
  if (object.application_pages == nullptr) return VK_SUCCESS;
  absl::StatusOr<ImportedPages> adopted =
      ImportedPages::Adopt(object.application_pages, object.memory.size,
                           physical_device_->downstream_import_alignment());
  if (!adopted.ok()) {
    SayOnce(adopted.status().message());
    return VK_ERROR_INVALID_EXTERNAL_HANDLE;
  }
  imported = *std::move(adopted);
  uint8_t* pages = imported.device().data();
  const absl::optional<uint32_t> type =
      ImportingType(object.memory.type_index, kOurPages, pages);
  if (!type.has_value()) return VK_ERROR_INVALID_EXTERNAL_HANDLE;
  downstream.Remove(VK_STRUCTURE_TYPE_IMPORT_MEMORY_HOST_POINTER_INFO_EXT);
  downstream.ImportHostPointer(pages, object.memory.size, *type);
  return VK_SUCCESS;
}

// Coherent memory that may be mapped at an address of the application's choice
// rests on pages of ours, which the downstream imports. Where it cannot (an
// export, an import, a resource that must have memory of its own, a type that
// imports nothing), only placing fails.
HostPages Device::DevicePages(const MemoryObjectInfo& object,
                              const AllocateRequest& request,
                              DownstreamAllocateInfo& downstream) const {
  const bool observed =
      physical_device_->instance().options().host_domain != HostDomain::kMerged;
  const bool wanted =
      (object.placeable || observed) && object.memory.type.IsHostVisible() &&
      !(object.has_host_cache && object.memory.type.IsNonCoherent()) &&
      !object.memory.imported && !object.memory.multi_instance &&
      !request.exportable && !RequiresDedicated(downstream.info());
  const uint64_t alignment = physical_device_->downstream_import_alignment();
  if (!wanted || alignment == 0) return HostPages();
  const uint64_t size = (request.size + alignment - 1) / alignment * alignment;
  absl::StatusOr<HostPages> pages = HostPages::Shareable(size);
  if (!pages.ok()) return HostPages();
  uint8_t* address = pages->bytes().data();
  const absl::optional<uint32_t> type =
      ImportingType(request.type_index, kOurPages, address);
  if (!type.has_value() ||
      reinterpret_cast<uint64_t>(address) % alignment != 0) {
    return HostPages();
  }
  downstream.Remove(VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO);
  downstream.ImportHostPointer(address, size, *type);
  return *std::move(pages);
}

void Device::FreeMemory(VkDeviceMemory memory,
                        const VkAllocationCallbacks* allocator) {
  if (MemoryObject* known = memory_.Find(memory)) observer_.Remove(*known);
  const std::unique_ptr<MemoryObject> object = memory_.Take(memory);
  dispatch_.FreeMemory(handle_, memory, allocator);
  debug_names_.Forget(VK_OBJECT_TYPE_DEVICE_MEMORY,
                      reinterpret_cast<uint64_t>(memory));
  if (object != nullptr) GiveBack(object->info(), object->info().imported);
}

}  // namespace incoherent
