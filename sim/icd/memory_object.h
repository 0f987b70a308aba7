#ifndef INCOHERENT_SIM_ICD_MEMORY_OBJECT_H_
#define INCOHERENT_SIM_ICD_MEMORY_OBJECT_H_

// MemoryObject: one VkDeviceMemory: the downstream's object, the model's rules
// for it, and the bytes that the host sees through its mapping.
//
//   the mapping of memory that is ...     shows
//   not coherent                          a HostView over pages of ours
//   not coherent, imported host pointer   a HostView over the app's own pages
//   coherent, while the host domain is    a HostView that never loses a byte
//     strict
//   coherent otherwise, and any if        pages of ours that the downstream
//     eviction is eager                   imported as this memory
//   the same, where it cannot import      the downstream's bytes themselves
//
// A host view is made at the first map (at once for an import) and lives until
// the memory is freed: unmapping and mapping again neither flush, nor
// invalidate, nor lose a byte.
//
// What the host does through its mapping can be asked for (except where it
// shows the downstream's bytes): TakeHostWrites, TakeAccesses. What the device
// does is told with DeviceWrites and Absorb, so that the two can be told apart.
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
#include "absl/types/span.h"
#include "sim/findings/finding.h"
#include "sim/icd/app_pages.h"
#include "sim/icd/dispatch.h"
#include "sim/icd/host_pages.h"
#include "sim/icd/imported_pages.h"
#include "sim/icd/resources/debug_names.h"
#include "sim/icd/silent_stores.h"
#include "sim/memory/device_memory.h"
#include "sim/memory/eviction.h"
#include "sim/memory/host_view.h"
#include "sim/memory/journey.h"
#include "sim/memory/placed_map.h"
#include "sim/memory/range_set.h"

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
  // Of the device; null: none.
  const DebugNames* names = nullptr;
  // Reads through the mapping are to be seen.
  bool traps_reads = false;
};

class MemoryObject {
 public:
  // Pages of ours that the downstream imported as this memory: `device_pages`
  // of coherent memory, `imported_pages` of an import with a host cache. Both
  // may be empty.
  MemoryObject(const MemoryObjectInfo& info, HostPages device_pages,
               ImportedPages imported_pages);
  ~MemoryObject();

  const DeviceMemoryInfo& info() const { return rules_.info(); }
  const AtomGrid& atoms() const { return rules_.atoms(); }
  VkDeviceMemory handle() const { return info_.handle; }
  uint64_t serial() const { return info_.serial; }
  FindingMemory ForFinding() const;

  // As which payload, through which reference, a journey knows this memory;
  // none if it follows memory that the host cannot see.
  struct Tracking {
    Journey::PayloadId payload;
    Journey::ReferenceId reference;
  };
  void Track(const Tracking& tracking) { tracking_ = tracking; }
  const absl::optional<Tracking>& tracking() const { return tracking_; }
  absl::optional<Journey::PayloadId> payload() const {
    if (!tracking_.has_value()) return absl::nullopt;
    return tracking_->payload;
  }

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

  // Both return the bytes that they acted on, which are empty for a call that
  // breaks the rules too badly. The bytes of `withheld` an invalidate cannot
  // show.
  ByteRange Flush(uint64_t offset, uint64_t size);
  ByteRange Invalidate(uint64_t offset, uint64_t size,
                       absl::Span<const ByteRange> withheld = {});

  // Lets the host cache act on its own.
  void Evict(Evictor& evictor);

  // Where the mapping stands in the address space; none if unmapped.
  absl::optional<ByteRange> MappedAddresses() const;

  // --- memory_object_observation.cc: what was done to the bytes.

  // The bytes that the host stored into, as far as it can be known, since this
  // was last asked; those not that it stored into before and has not flushed.
  std::vector<ByteRange> TakeHostWrites();
  // What the trap saw the host touch.
  std::vector<TrappedAccess> TakeAccesses();
  // The trap saw the host store here, so TakeHostWrites need not tell.
  void NoteHostWrite(const ByteRange& range);
  // The bytes that the trap shall see the host touch.
  void Guard(std::vector<ByteRange> ranges);

  // Device work was submitted that may write here; it is done.
  void DeviceWrites(const ByteRange& range);
  void Absorb(const ByteRange& range);
  // Whether the device's bytes differ there from what the host last had in
  // step.
  bool DeviceChanged(const ByteRange& range) const;
  // The first bytes that the host sees otherwise than the device; none if there
  // are none, or no host view.
  absl::optional<FindingBytes> FirstDifference(const ByteRange& range) const;

  // Coherent memory with a host view: the host's stores reach the device; bytes
  // that got to the host domain reach the host.
  bool is_coherent_view() const {
    return info_.has_host_cache && !info().type.IsNonCoherent();
  }
  void PublishHostWrites();
  void Receive(absl::Span<const ByteRange> withheld);

 private:
  // A second mapping of our pages, for the application.
  struct Placement {
    uint8_t* address;
    uint64_t size;
  };

  VkResult MapRange(const ByteRange& range, void* placed_address)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  VkResult PlaceRange(const ByteRange& range, const HostPages& pages,
                      void* address) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  VkResult MapDeviceBytes() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  VkResult MakeHostView() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Gives the application an address of its own for the pages.
  VkResult MakeAppPages(HostPages& pages) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Invalidates a part of the host view.
  void Refill(const ByteRange& range, absl::Span<const ByteRange> withheld)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<HostView::Bytes> ViewOverNewPages()
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  VkResult RemovePlacements(bool reserve) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  std::vector<ByteRange> WrittenPages() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void GatherHostWrites() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // What is in step again is neither told nor kept from being told anew.
  void ForgetHostWrites(const ByteRange& range)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<ByteRange> ChangedByHost(const std::vector<ByteRange>& pages)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const MemoryObjectInfo info_;
  absl::optional<Tracking> tracking_;
  mutable absl::Mutex mutex_;
  DeviceMemory rules_;
  HostPages device_pages_;
  ImportedPages imported_pages_;
  uint8_t* device_bytes_ ABSL_GUARDED_BY(mutex_) = nullptr;
  HostPages view_pages_ ABSL_GUARDED_BY(mutex_);
  // What host and device last had in step.
  HostPages synced_pages_ ABSL_GUARDED_BY(mutex_);
  AppPages app_pages_ ABSL_GUARDED_BY(mutex_);
  SilentStores silent_stores_ ABSL_GUARDED_BY(mutex_);
  uint8_t* host_base_ ABSL_GUARDED_BY(mutex_) = nullptr;  // of the view
  absl::optional<HostView> host_view_ ABSL_GUARDED_BY(mutex_);
  // Stored by the host and not yet in step: what was noticed, and what of that
  // nobody has asked for yet.
  RangeSet noticed_ ABSL_GUARDED_BY(mutex_);
  RangeSet untold_ ABSL_GUARDED_BY(mutex_);
  // Without a host view: where submitted device work may still write, and where
  // what is done did change something.
  RangeSet device_writes_ ABSL_GUARDED_BY(mutex_);
  RangeSet device_changed_ ABSL_GUARDED_BY(mutex_);
  // Where the application reaches the first byte of the mapping.
  uint8_t* reach_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::vector<Placement> placements_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_MEMORY_OBJECT_H_
