#include "sim/icd/device.h"

#include <algorithm>
#include <utility>

#include "sim/icd/chain.h"
#include "sim/icd/instance.h"
#include "sim/icd/voice.h"
#include "sim/memory/host_pointer.h"

namespace incoherent {
namespace {

constexpr char kAllocate[] = "vkAllocateMemory";

struct QueueOwner {
  Device* device;
};

HandleTable<VkQueue, QueueOwner>& Queues() {
  static auto* const queues = new HandleTable<VkQueue, QueueOwner>;
  return *queues;
}

PFN_vkGetDeviceProcAddr DeviceProcAddr(const PhysicalDevice& physical_device) {
  return physical_device.dispatch().GetDeviceProcAddr;
}

}  // namespace

VkResult ToVkResult(ReturnCode code) {
  switch (code) {
    case ReturnCode::kOutOfHostMemory:
      return VK_ERROR_OUT_OF_HOST_MEMORY;
    case ReturnCode::kOutOfDeviceMemory:
      return VK_ERROR_OUT_OF_DEVICE_MEMORY;
    case ReturnCode::kMemoryMapFailed:
      return VK_ERROR_MEMORY_MAP_FAILED;
    case ReturnCode::kTooManyObjects:
      return VK_ERROR_TOO_MANY_OBJECTS;
    case ReturnCode::kInvalidExternalHandle:
      return VK_ERROR_INVALID_EXTERNAL_HANDLE;
  }
  return VK_ERROR_UNKNOWN;
}

Device::Device(PhysicalDevice& physical_device, VkDevice handle,
               const EnabledFeatures& features)
    : physical_device_(&physical_device),
      handle_(handle),
      get_proc_addr_(DeviceProcAddr(physical_device)),
      dispatch_(DeviceDispatch::Load(get_proc_addr_, handle)),
      features_(features),
      coins_(physical_device.instance().options().eviction.seed) {}

Device::~Device() {
  // What the application never freed no longer takes room in its heap.
  memory_.VisitAll([this](const std::vector<MemoryObject*>& objects) {
    for (const MemoryObject* object : objects) {
      GiveBack(object->info(), object->info().imported);
    }
  });
}

PlacedMapRules Device::placed_map_rules() const {
  return {features_.placed,
          physical_device_->memory().limits.min_placed_memory_map_alignment};
}

bool Device::evicts_at_random() const {
  return physical_device_->instance().options().eviction.kind ==
         EvictionPolicy::Kind::kRandom;
}

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
    if (const auto exported = exported_payloads_.Find(import->fd)) {
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
  info.has_host_cache = physical_device_->HasHostCache(request.type_index);
  info.write_back = physical_device_->instance().profile().write_back;
  info.preserves_contents = request.origin == PayloadOrigin::kOpaqueFd ||
                            request.origin == PayloadOrigin::kOtherImport ||
                            request.flags.zero_initialize;
  if (info.has_host_cache && info.memory.imported_from_host_pointer) {
    info.application_pages = reinterpret_cast<uint8_t*>(request.host_pointer);
  }
  info.placeable = features_.placed.memory_map_placed &&
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
  const absl::optional<uint32_t> type =
      physical_device_->type_map().ToDownstream(request.type_index);
  VkResult result = VK_ERROR_OUT_OF_DEVICE_MEMORY;
  HostPages pages;
  ImportedPages imported;
  if (type.has_value()) {
    DownstreamAllocateInfo downstream(info, *type);
    pages = PlaceablePages(object, request, downstream);
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
  if (object.application_pages != nullptr) {
    made->PublishImportedContents();
  } else if (object.has_host_cache && !object.preserves_contents &&
             !object.memory.multi_instance) {
    result = made->MakeContentsUndefined();
  }
  *memory = object.handle;
  if (result != VK_SUCCESS) FreeMemory(object.handle, allocator);
  return result;
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
  downstream.Remove(VK_STRUCTURE_TYPE_IMPORT_MEMORY_HOST_POINTER_INFO_EXT);
  downstream.ImportHostPointer(imported.device().data());
  return VK_SUCCESS;
}

// Coherent memory that may be mapped at an address of the application's choice
// rests on pages of ours, which the downstream imports. Where it cannot (an
// export, an import, a resource that wants memory of its own), placing fails.
HostPages Device::PlaceablePages(const MemoryObjectInfo& object,
                                 const AllocateRequest& request,
                                 DownstreamAllocateInfo& downstream) const {
  const bool wanted = object.placeable && !object.has_host_cache &&
                      !object.memory.imported && !request.exportable;
  const uint64_t alignment = physical_device_->downstream_import_alignment();
  if (!wanted || request.size % alignment != 0) return HostPages();
  absl::StatusOr<HostPages> pages = HostPages::Shareable(request.size);
  if (!pages.ok() ||
      reinterpret_cast<uint64_t>(pages->bytes().data()) % alignment != 0) {
    return HostPages();
  }
  downstream.Remove(VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO);
  downstream.ImportHostPointer(pages->bytes().data());
  return *std::move(pages);
}

void Device::FreeMemory(VkDeviceMemory memory,
                        const VkAllocationCallbacks* allocator) {
  const std::unique_ptr<MemoryObject> object = memory_.Take(memory);
  dispatch_.FreeMemory(handle_, memory, allocator);
  if (object != nullptr) GiveBack(object->info(), object->info().imported);
}

VkResult Device::HostPointerTypeBits(
    VkExternalMemoryHandleTypeFlagBits handle_type, const void* pointer,
    uint32_t* bits) const {
  *bits = 0;
  if (dispatch_.GetMemoryHostPointerPropertiesEXT == nullptr) {
    return VK_ERROR_INVALID_EXTERNAL_HANDLE;
  }
  VkMemoryHostPointerPropertiesEXT properties = {
      VK_STRUCTURE_TYPE_MEMORY_HOST_POINTER_PROPERTIES_EXT};
  const VkResult result = dispatch_.GetMemoryHostPointerPropertiesEXT(
      handle_, handle_type, pointer, &properties);
  if (result != VK_SUCCESS) return result;
  const uint32_t importable = physical_device_->memory().host_pointer_types;
  const uint32_t direct = ToProfileBits(properties.memoryTypeBits);
  for (uint32_t i = 0; i < physical_device_->memory().types.size(); ++i) {
    const uint32_t bit = uint32_t{1} << i;
    // Behind a host cache, the device's bytes are an allocation of their own.
    const bool possible =
        (direct & bit) != 0 || physical_device_->HasHostCache(i);
    if (possible && (importable & bit) != 0) *bits |= bit;
  }
  return VK_SUCCESS;
}

uint32_t Device::ToProfileBits(uint32_t downstream_bits,
                               bool transient_image) const {
  return physical_device_->type_map().ToProfileBits(downstream_bits,
                                                    transient_image);
}

void Device::RememberTransientImage(VkImage image) {
  absl::MutexLock lock(&images_mutex_);
  transient_images_.insert(image);
}

void Device::ForgetImage(VkImage image) {
  absl::MutexLock lock(&images_mutex_);
  transient_images_.erase(image);
}

bool Device::IsTransientImage(VkImage image) const {
  absl::MutexLock lock(&images_mutex_);
  return transient_images_.contains(image);
}

void Device::RunEvictions() {
  memory_.VisitAll([this](std::vector<MemoryObject*>& objects) {
    std::sort(objects.begin(), objects.end(),
              [](const MemoryObject* a, const MemoryObject* b) {
                return a->serial() < b->serial();
              });
    absl::MutexLock lock(&eviction_mutex_);
    Evictor evictor(physical_device_->instance().options().eviction, coins_);
    for (MemoryObject* object : objects) object->Evict(evictor);
  });
}

HandleTable<VkDevice, Device>& Devices() {
  static auto* const devices = new HandleTable<VkDevice, Device>;
  return *devices;
}

Device* FindQueue(VkQueue queue) {
  const QueueOwner* owner = Queues().Find(queue);
  return owner == nullptr ? nullptr : owner->device;
}

void RememberQueue(VkQueue queue, Device* device) {
  Queues().Insert(queue, std::make_unique<QueueOwner>(QueueOwner{device}));
}

std::vector<ByteRange> MappedAddressesOfAllMemory() {
  std::vector<ByteRange> addresses;
  const auto add = [&addresses](const std::vector<MemoryObject*>& objects) {
    for (const MemoryObject* object : objects) {
      const absl::optional<ByteRange> mapped = object->MappedAddresses();
      if (mapped.has_value()) addresses.push_back(*mapped);
    }
  };
  Devices().VisitAll([&add](const std::vector<Device*>& devices) {
    for (Device* device : devices) device->memory().VisitAll(add);
  });
  return addresses;
}

}  // namespace incoherent
