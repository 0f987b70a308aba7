#ifndef INCOHERENT_SIM_ICD_MEMORY_OBJECT_H_
#define INCOHERENT_SIM_ICD_MEMORY_OBJECT_H_

// MemoryObject: one VkDeviceMemory: the downstream's object, the model's rules
// for it, and the bytes that the host sees through its mapping.
//
//   memory of a type that is ...          its mapping shows
//   not coherent                          a HostView over pages of ours
//   not coherent, imported host pointer   a HostView over the app's own pages
//   coherent (or eviction is eager)       the downstream's bytes themselves
//
// A host view is made at the first map (at once for an import) and lives until
// the memory is freed: unmapping and mapping again neither flush, nor
// invalidate, nor lose a byte.
//
// Threads: as the Vulkan commands of the same names. Flush and Invalidate may
// run at once on one object; Map, Unmap and destruction are externally
// synchronized.

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"
#include "sim/findings/finding.h"
#include "sim/icd/dispatch.h"
#include "sim/icd/host_pages.h"
#include "sim/icd/imported_pages.h"
#include "sim/icd/silent_stores.h"
#include "sim/memory/device_memory.h"
#include "sim/memory/eviction.h"
#include "sim/memory/host_view.h"
#include "sim/memory/placed_map.h"

namespace incoherent {

// What a MemoryObject is made of.
struct MemoryObjectInfo {
  DeviceMemoryInfo memory;
  VkDevice device = VK_NULL_HANDLE;
  VkDeviceMemory handle = VK_NULL_HANDLE;
  const DeviceDispatch* dispatch = nullptr;
  uint64_t serial = 0;  // in order of allocation
  // The mapping has a host cache; else it shows the device's bytes.
  bool has_host_cache = false;
  WriteBack write_back = WriteBack::kWholeAtom;
  // The payload has contents (an imported fd, or zeros that were asked for):
  // the view starts with them.
  bool preserves_contents = false;
  // The application's own pages, for an import into a type with a host cache.
  uint8_t* application_pages = nullptr;
  // The device has VK_EXT_map_memory_placed enabled.
  bool placeable = false;
};

class MemoryObject {
 public:
  // Pages of ours that the downstream imported as this memory: `device_pages`
  // of placeable coherent memory, `imported_pages` of an import with a host
  // cache. Both may be empty.
  MemoryObject(const MemoryObjectInfo& info, HostPages device_pages,
               ImportedPages imported_pages);
  ~MemoryObject();

  const DeviceMemoryInfo& info() const { return rules_.info(); }
  uint64_t serial() const { return info_.serial; }
  FindingMemory ForFinding() const;

  // For a fresh payload with a host cache: the device's bytes start with the
  // noise that the host view starts with.
  VkResult MakeContentsUndefined();

  // For an import with a host cache: importing keeps the contents, so what the
  // host wrote since an earlier import of the same pages reaches the device.
  void PublishImportedContents();

  VkResult Map(const MapRequest& request, const char* command, void** data);
  VkResult MapPlaced(const PlacedMapRequest& request,
                     const PlacedMapRules& rules, void** data);
  VkResult Unmap(CommandForm form, const char* command);
  VkResult UnmapReserving(const PlacedMapFeatures& features);

  void Flush(uint64_t offset, uint64_t size);
  void Invalidate(uint64_t offset, uint64_t size);

  // Lets the host cache act on its own.
  void Evict(Evictor& evictor);

  // Where the mapping stands in the address space; none if unmapped.
  absl::optional<ByteRange> MappedAddresses() const;

 private:
  // A second mapping of our pages, for the application.
  struct Placement {
    uint8_t* address;
    uint64_t size;
  };

  VkResult MapRange(const ByteRange& range, void* placed_address)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  VkResult MapDeviceBytes() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  VkResult MakeHostView() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Invalidates a part of the host view.
  void Refill(const ByteRange& range) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<HostView::Bytes> ViewOverNewPages()
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The pages behind the mapping, if they can appear at a second address.
  const HostPages* ShareablePages() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  VkResult RemovePlacements(bool reserve) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const MemoryObjectInfo info_;
  mutable absl::Mutex mutex_;
  DeviceMemory rules_;
  HostPages device_pages_;
  ImportedPages imported_pages_;
  uint8_t* device_bytes_ ABSL_GUARDED_BY(mutex_) = nullptr;
  HostPages view_pages_ ABSL_GUARDED_BY(mutex_);
  HostPages synced_pages_ ABSL_GUARDED_BY(mutex_);
  SilentStores silent_stores_ ABSL_GUARDED_BY(mutex_);
  uint8_t* host_base_ ABSL_GUARDED_BY(mutex_) = nullptr;  // of the view
  absl::optional<HostView> host_view_ ABSL_GUARDED_BY(mutex_);
  // Where the application reaches the first byte of the mapping.
  uint8_t* reach_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::vector<Placement> placements_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_MEMORY_OBJECT_H_
