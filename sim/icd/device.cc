#include "sim/icd/device.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/icd/instance.h"
#include "sim/icd/queue_owners.h"
#include "sim/icd/voice.h"

namespace incoherent {
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
      get_proc_addr_(physical_device.dispatch().GetDeviceProcAddr),
      dispatch_(DeviceDispatch::Load(get_proc_addr_, handle)),
      features_(features),
      resources_([this](VkImage image, const VkImageSubresource& subresource) {
        VkSubresourceLayout layout = {};
        dispatch_.GetImageSubresourceLayout(handle_, image, &subresource,
                                            &layout);
        return layout;
      }),
      observer_({&physical_device.instance().options(), &resources_,
                 &debug_names_,
                 physical_device.instance().profile().write_back ==
                     WriteBack::kWholeAtom}),
      coins_(physical_device.instance().options().eviction.seed) {}

Device::~Device() {
  ForgetQueues(this);
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
  const MemoryProperties& memory = physical_device_->memory();
  const MemoryTypeMap& types = physical_device_->type_map();
  for (uint32_t i = 0; i < memory.types.size(); ++i) {
    const uint32_t bit = uint32_t{1} << i;
    const bool possible =
        types.ToImporting(i, properties.memoryTypeBits).has_value();
    if (possible && (memory.host_pointer_types & bit) != 0) *bits |= bit;
  }
  return VK_SUCCESS;
}

uint32_t Device::ToProfileBits(uint32_t downstream_bits,
                               bool transient_image) const {
  const MemoryTypeMap& types = physical_device_->type_map();
  // memoryTypeBits is never 0 (VkMemoryRequirements), and lazy memory alone is
  // what no program asks for.
  if (types.ToProfileBits(downstream_bits, /*transient=*/false) != 0) {
    return types.ToProfileBits(downstream_bits, transient_image);
  }
  SayOnce(absl::StrCat(
      "profile ", physical_device_->instance().profile().name,
      " has no memory type for a resource that the downstream keeps apart "
      "(type bits 0x",
      absl::Hex(downstream_bits),
      "); binding it may fail. Take a profile with a DEVICE_LOCAL type that is "
      "not HOST_VISIBLE, such as strict"));
  return types.ToProfileBits(~uint32_t{0}, transient_image);
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
  const EvictionPolicy& policy =
      physical_device_->instance().options().eviction;
  if (policy.kind != EvictionPolicy::Kind::kRandom) return;
  memory_.VisitAll([this, &policy](std::vector<MemoryObject*>& objects) {
    std::sort(objects.begin(), objects.end(),
              [](const MemoryObject* a, const MemoryObject* b) {
                return a->serial() < b->serial();
              });
    absl::MutexLock lock(&eviction_mutex_);
    Evictor evictor(policy, coins_);
    for (MemoryObject* object : objects) object->Evict(evictor);
  });
}

HandleTable<VkDevice, Device>& Devices() {
  static auto* const devices = new HandleTable<VkDevice, Device>;
  return *devices;
}

void LookAtAllDevices() {
  Devices().VisitAll([](const std::vector<Device*>& devices) {
    for (Device* device : devices) device->observer().Look("exit");
  });
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
