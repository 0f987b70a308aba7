#ifndef INCOHERENT_SIM_ICD_DEVICE_H_
#define INCOHERENT_SIM_ICD_DEVICE_H_

// Device: one VkDevice: its memory objects, and the translation of memory
// types between application and downstream.

#include <atomic>
#include <memory>
#include <random>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "sim/icd/allocate_info.h"
#include "sim/icd/dispatch.h"
#include "sim/icd/enabled_features.h"
#include "sim/icd/handle_table.h"
#include "sim/icd/memory_object.h"
#include "sim/icd/observer.h"
#include "sim/icd/physical_device.h"
#include "sim/icd/resources/debug_names.h"
#include "sim/icd/resources/descriptor_table.h"
#include "sim/icd/resources/framebuffer.h"
#include "sim/icd/resources/pipeline_table.h"
#include "sim/icd/resources/render_pass.h"
#include "sim/icd/resources/resource_table.h"
#include "sim/memory/allocation.h"
#include "sim/memory/eviction.h"
#include "sim/memory/placed_map.h"

namespace incoherent {

class Device {
 public:
  Device(PhysicalDevice& physical_device, VkDevice handle,
         const EnabledFeatures& features);
  ~Device();

  PhysicalDevice& physical_device() const { return *physical_device_; }
  const DeviceDispatch& dispatch() const { return dispatch_; }
  PFN_vkGetDeviceProcAddr get_proc_addr() const { return get_proc_addr_; }
  const EnabledFeatures& features() const { return features_; }
  PlacedMapRules placed_map_rules() const;

  VkResult AllocateMemory(const VkMemoryAllocateInfo& info,
                          const VkAllocationCallbacks* allocator,
                          VkDeviceMemory* memory);
  void FreeMemory(VkDeviceMemory memory,
                  const VkAllocationCallbacks* allocator);
  HandleTable<VkDeviceMemory, MemoryObject>& memory() { return memory_; }

  Observer& observer() { return observer_; }
  ResourceTable& resources() { return resources_; }
  HandleTable<VkFramebuffer, FramebufferInfo>& framebuffers() {
    return framebuffers_;
  }
  HandleTable<VkRenderPass, RenderPassInfo>& render_passes() {
    return render_passes_;
  }
  DebugNames& debug_names() { return debug_names_; }
  DescriptorTable& descriptors() { return descriptors_; }
  PipelineTable& pipelines() { return pipelines_; }

  // The memoryTypeBits of a host pointer, as the application sees them.
  VkResult HostPointerTypeBits(VkExternalMemoryHandleTypeFlagBits handle_type,
                               const void* pointer, uint32_t* bits) const;

  // memoryTypeBits of the downstream as the application sees them.
  uint32_t ToProfileBits(uint32_t downstream_bits,
                         bool transient_image = false) const;

  // Images with TRANSIENT_ATTACHMENT usage, the only ones that may rest on
  // lazily allocated memory.
  void RememberTransientImage(VkImage image);
  void ForgetImage(VkImage image);
  bool IsTransientImage(VkImage image) const;

  // Lets every host cache act on its own, in order of allocation, if the policy
  // is random.
  void RunEvictions();

 private:
  DeviceMemoryState MemoryState() const;
  void CompleteRequest(const VkMemoryAllocateInfo& info,
                       AllocateRequest& request) const;
  // Takes the request's place in its heap if the rules allow the call.
  absl::Status Admit(const AllocateRequest& request);
  void GiveBack(const DeviceMemoryInfo& info, bool import);
  VkResult AllocateAdmitted(const VkMemoryAllocateInfo& info,
                            const AllocateRequest& request,
                            const VkAllocationCallbacks* allocator,
                            VkDeviceMemory* memory);
  MemoryObjectInfo DescribeObject(const AllocateRequest& request);
  VkResult SetFirstContents(const MemoryObjectInfo& info,
                            MemoryObject& object) const;
  bool RequiresDedicated(const VkMemoryAllocateInfo& info) const;
  absl::optional<uint32_t> DownstreamType(const AllocateRequest& request) const;
  absl::optional<uint32_t> ImportingType(
      uint32_t type_index, VkExternalMemoryHandleTypeFlagBits handle_type,
      const void* pages) const;
  VkResult AdoptApplicationPages(const MemoryObjectInfo& object,
                                 DownstreamAllocateInfo& downstream,
                                 ImportedPages& imported) const;
  HostPages DevicePages(const MemoryObjectInfo& object,
                        const AllocateRequest& request,
                        DownstreamAllocateInfo& downstream) const;

  PhysicalDevice* physical_device_;
  VkDevice handle_;
  PFN_vkGetDeviceProcAddr get_proc_addr_;
  DeviceDispatch dispatch_;
  EnabledFeatures features_;
  HandleTable<VkDeviceMemory, MemoryObject> memory_;
  ResourceTable resources_;
  HandleTable<VkFramebuffer, FramebufferInfo> framebuffers_;
  HandleTable<VkRenderPass, RenderPassInfo> render_passes_;
  DebugNames debug_names_;
  Observer observer_;
  DescriptorTable descriptors_;
  PipelineTable pipelines_{descriptors_};
  std::atomic<uint64_t> next_serial_{0};

  mutable absl::Mutex images_mutex_;
  absl::flat_hash_set<VkImage> transient_images_ ABSL_GUARDED_BY(images_mutex_);

  absl::Mutex eviction_mutex_;
  std::mt19937_64 coins_ ABSL_GUARDED_BY(eviction_mutex_);
};

// All live devices.
HandleTable<VkDevice, Device>& Devices();

// Tells what the host did since the last call, on every device: for the end of
// the process.
void LookAtAllDevices();

// Where memory of any device is mapped at this moment.
std::vector<ByteRange> MappedAddressesOfAllMemory();

VkResult ToVkResult(ReturnCode code);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_DEVICE_H_
