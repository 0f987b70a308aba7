#ifndef INCOHERENT_FUZZ_REFERENCE_ALLOCATION_H_
#define INCOHERENT_FUZZ_REFERENCE_ALLOCATION_H_

// ReferenceAllocation: the gold standard for vkAllocateMemory: every rule that
// a request breaks, one after another, where CheckAllocation stops at the
// first.
//
//   ReferenceAllocation reference{properties, features, 1, live, free,
//   request}; reference.BrokenRules();   // {"VUID-vkAllocateMemory-...", ...}

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "sim/memory/allocation.h"
#include "sim/memory/memory_properties.h"

namespace incoherent {

struct ReferenceAllocation {
  const MemoryProperties& properties;
  const MemoryFeatures& features;
  uint32_t physical_device_count;
  uint64_t live_allocations;
  const std::vector<uint64_t>& free_bytes;  // by heap
  const AllocateRequest& request;

  bool HasType() const { return request.type_index < properties.types.size(); }
  const MemoryType& type() const {
    return properties.types[request.type_index];
  }
  bool IsNew() const { return request.origin == PayloadOrigin::kNew; }
  bool IsHostPointer() const {
    return request.origin == PayloadOrigin::kHostPointer;
  }

  // Those after which there is no memory object.
  std::set<std::string> BrokenRulesThatStop() const {
    std::set<std::string> broken;
    const auto require = [&broken](bool kept, const char* rule) {
      if (!kept) broken.insert(std::string("VUID-") + rule);
    };
    require(HasType(), "vkAllocateMemory-pAllocateInfo-01714");
    if (!HasType()) return broken;
    require(!IsNew() || request.size > 0 || request.exportable,
            "VkMemoryAllocateInfo-allocationSize-07897");
    require(!IsNew() || request.size > 0 || !request.exportable,
            "VkMemoryAllocateInfo-allocationSize-07899");
    require(IsHostPointer() ||
                request.size <= properties.heaps[type().heap_index].size,
            "vkAllocateMemory-pAllocateInfo-01713");
    require(live_allocations < properties.limits.max_memory_allocation_count,
            "vkAllocateMemory-maxMemoryAllocationCount-04101");
    require((type().property_flags & kDeviceCoherentAmd) == 0 ||
                features.device_coherent_memory,
            "vkAllocateMemory-deviceCoherentMemory-02790");
    require(
        (type().property_flags & kProtected) == 0 || features.protected_memory,
        "VkMemoryAllocateInfo-memoryTypeIndex-01872");
    if (!IsHostPointer()) return broken;
    const uint64_t alignment =
        properties.limits.min_imported_host_pointer_alignment;
    require(request.host_pointer_handle_type == 0x80 ||
                request.host_pointer_handle_type == 0x100,
            "VkImportMemoryHostPointerInfoEXT-handleType-01748");
    require(request.host_pointer % alignment == 0,
            "VkImportMemoryHostPointerInfoEXT-pHostPointer-01749");
    require(request.size % alignment == 0,
            "VkMemoryAllocateInfo-allocationSize-01745");
    require(request.host_pointer_type_bits & uint32_t{1} << request.type_index,
            "VkMemoryAllocateInfo-memoryTypeIndex-01744");
    return broken;
  }

  // No rule is broken by these; the call fails.
  bool IsOutOfLuck() const {
    if (IsNew()) return request.size > free_bytes[type().heap_index];
    return IsHostPointer() && (request.host_pointer == 0 || request.size == 0);
  }

  // All of them.
  std::set<std::string> BrokenRules() const {
    std::set<std::string> broken = BrokenRulesThatStop();
    if (!HasType()) return broken;
    const auto require = [&broken](bool kept, const char* rule) {
      if (!kept) broken.insert(std::string("VUID-") + rule);
    };
    require(request.import_count <= 1, "VkMemoryAllocateInfo-None-06657");
    require(request.origin != PayloadOrigin::kOpaqueFd ||
                (request.exported_size.value_or(request.size) == request.size &&
                 request.exported_type_index.value_or(request.type_index) ==
                     request.type_index),
            "VkMemoryAllocateInfo-allocationSize-01742");
    AddFlagRules(broken);
    AddDedicatedRules(broken);
    const float priority = request.priority.value_or(0);
    require(priority >= 0 && priority <= 1,
            "VkMemoryPriorityAllocateInfoEXT-priority-02602");
    return broken;
  }

 private:
  void AddFlagRules(std::set<std::string>& broken) const {
    const AllocateFlags& flags = request.flags;
    const auto require = [&broken](bool kept, const char* rule) {
      if (!kept) broken.insert(std::string("VUID-VkMemoryAllocate") + rule);
    };
    const bool address = flags.opaque_capture_address != 0;
    require(!address || !IsHostPointer(), "Info-pNext-03332");
    require(!address || IsNew(), "Info-opaqueCaptureAddress-03333");
    require(!address || flags.capture_replay,
            "Info-opaqueCaptureAddress-03329");
    require(
        !flags.capture_replay || features.buffer_device_address_capture_replay,
        "Info-flags-03330");
    require(!flags.device_address || features.buffer_device_address,
            "Info-flags-03331");
    require(flags.device_mask.value_or(1) != 0, "FlagsInfo-deviceMask-00676");
    for (uint32_t device = physical_device_count; device < 32; ++device) {
      require((flags.device_mask.value_or(0) & uint32_t{1} << device) == 0,
              "FlagsInfo-deviceMask-00675");
    }
    require(!flags.zero_initialize || IsNew(), "FlagsInfo-flags-10760");
    require(!flags.zero_initialize || (type().property_flags & kProtected) == 0,
            "FlagsInfo-flags-10761");
  }

  void AddDedicatedRules(std::set<std::string>& broken) const {
    const DedicatedResource& resource = request.dedicated;
    const auto require = [&broken](bool kept, const char* rule) {
      if (!kept) broken.insert(std::string("VUID-VkMemory") + rule);
    };
    const bool image = resource.names_image;
    const bool buffer = resource.names_buffer;
    if (!image && !buffer) return;
    const bool fits = request.size >= resource.required_size.value_or(0);
    require(!image || !buffer, "DedicatedAllocateInfo-image-01432");
    require(!IsHostPointer(), "AllocateInfo-pNext-02806");
    require(!image || !resource.sparse_binding,
            "DedicatedAllocateInfo-image-01434");
    require(!buffer || !resource.sparse_binding,
            "DedicatedAllocateInfo-buffer-01436");
    require(!resource.disjoint, "DedicatedAllocateInfo-image-01797");
    require(!image || fits, "DedicatedAllocateInfo-image-02964");
    require(!buffer || fits, "DedicatedAllocateInfo-buffer-02965");
  }
};

}  // namespace incoherent

#endif  // INCOHERENT_FUZZ_REFERENCE_ALLOCATION_H_
