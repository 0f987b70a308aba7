#include "sim/icd/memory_object.h"

#include <utility>
#include <vector>

#include "sim/icd/device.h"
#include "sim/icd/messenger.h"
#include "sim/icd/voice.h"

namespace incoherent {

MemoryObject::MemoryObject(const MemoryObjectInfo& info, HostPages device_pages,
                           ImportedPages imported_pages)
    : info_(info),
      rules_(info.memory),
      device_pages_(std::move(device_pages)),
      imported_pages_(std::move(imported_pages)) {
  absl::MutexLock lock(&mutex_);
  if (device_pages_.bytes().empty()) return;
  device_bytes_ = device_pages_.bytes().data();
  // At once, since until then each object holds a file open.
  if (info_.has_host_cache) {
    device_pages_.CloseFile();
  } else if (!info_.placeable) {
    MakeAppPages(device_pages_);
  }
}

MemoryObject::~MemoryObject() {
  absl::MutexLock lock(&mutex_);
  RemovePlacements(/*reserve=*/false);
}

FindingMemory MemoryObject::ForFinding() const {
  FindingMemory memory;
  memory.handle = reinterpret_cast<uint64_t>(info_.handle);
  memory.type_index = info().type_index;
  memory.size = info().size;
  if (info_.names != nullptr) {
    memory.name = info_.names->Of(VK_OBJECT_TYPE_DEVICE_MEMORY, memory.handle);
  }
  return memory;
}

// The downstream's mapping is made once and kept: unmapping it would gain
// nothing, and its address must not change under coherent memory.
VkResult MemoryObject::MapDeviceBytes() {
  if (device_bytes_ != nullptr) return VK_SUCCESS;
  if (!device_pages_.bytes().empty()) {
    device_bytes_ = device_pages_.bytes().data();
    return VK_SUCCESS;
  }
  void* data = nullptr;
  const VkResult result = info_.dispatch->MapMemory(info_.device, info_.handle,
                                                    0, VK_WHOLE_SIZE, 0, &data);
  if (result == VK_SUCCESS) device_bytes_ = static_cast<uint8_t*>(data);
  return result;
}

VkResult MemoryObject::MakeAppPages(HostPages& pages) {
  absl::StatusOr<AppPages> made = AppPages::Of(pages, info_.traps_reads);
  if (!made.ok()) {
    SayOnce(made.status().message());
    return VK_ERROR_MEMORY_MAP_FAILED;
  }
  app_pages_ = *std::move(made);
  pages.CloseFile();
  if (info_.has_host_cache) return VK_SUCCESS;
  absl::StatusOr<HostPages> synced = HostPages::Zeros(info().size);
  if (synced.ok()) synced_pages_ = *std::move(synced);
  return VK_SUCCESS;
}

absl::StatusOr<HostView::Bytes> MemoryObject::ViewOverNewPages() {
  const uint64_t size = info().size;
  if (const VkResult result = MapDeviceBytes(); result != VK_SUCCESS) {
    return absl::ResourceExhaustedError(
        "the downstream cannot map the memory behind a host view");
  }
  absl::StatusOr<HostPages> synced = HostPages::Noise(size);
  if (!synced.ok()) return synced.status();
  absl::StatusOr<HostPages> view = HostPages::Shareable(size);
  if (!view.ok()) return view.status();
  synced_pages_ = *std::move(synced);
  view_pages_ = *std::move(view);
  FillWithNoise(view_pages_.bytes());
  if (!info_.placeable && MakeAppPages(view_pages_) != VK_SUCCESS) {
    return absl::ResourceExhaustedError("no address range for a host view");
  }
  return HostView::Bytes{view_pages_.bytes(),
                         synced_pages_.bytes(),
                         {device_bytes_, static_cast<size_t>(size)}};
}

VkResult MemoryObject::MakeHostView() {
  if (host_view_.has_value()) return VK_SUCCESS;
  absl::StatusOr<HostView::Bytes> bytes;
  if (info_.application_pages == nullptr) {
    bytes = ViewOverNewPages();
  } else {
    device_bytes_ = imported_pages_.device().data();
    bytes = HostView::Bytes{
        {info_.application_pages, static_cast<size_t>(info().size)},
        imported_pages_.synced(),
        imported_pages_.device()};
  }
  if (!bytes.ok()) {
    SayOnce(bytes.status().message());
    return VK_ERROR_MEMORY_MAP_FAILED;
  }
  host_base_ = bytes->view.data();
  host_view_.emplace(*bytes, rules_.atoms(), info_.write_back);
  if (info_.preserves_contents) Refill({0, info().size}, {});
  return VK_SUCCESS;
}

VkResult MemoryObject::MakeContentsUndefined() {
  absl::MutexLock lock(&mutex_);
  const VkResult result = MapDeviceBytes();
  if (result != VK_SUCCESS) return result;
  FillWithNoise({device_bytes_, static_cast<size_t>(info().size)});
  return VK_SUCCESS;
}

void MemoryObject::PublishImportedContents() {
  absl::MutexLock lock(&mutex_);
  MakeHostView();
  host_view_->Flush({0, info().size});
}

// Leaves reach_ at the first byte of the mapping's range.
VkResult MemoryObject::MapRange(const ByteRange& range, void* placed_address) {
  const VkResult result =
      info_.has_host_cache ? MakeHostView() : MapDeviceBytes();
  if (result != VK_SUCCESS) return result;
  const HostPages& pages = info_.has_host_cache ? view_pages_ : device_pages_;
  if (pages.is_shareable()) return PlaceRange(range, pages, placed_address);
  if (placed_address != nullptr) return VK_ERROR_MEMORY_MAP_FAILED;
  uint8_t* base = info_.has_host_cache ? host_base_ : device_bytes_;
  if (app_pages_.exist()) base = app_pages_.address();
  reach_ = base + range.offset;
  return VK_SUCCESS;
}

// Pages that can be placed are reached through a mapping of their own each
// time, so that an unmap gives the address range back, or keeps it reserved.
VkResult MemoryObject::PlaceRange(const ByteRange& range,
                                  const HostPages& pages, void* address) {
  const uint64_t begin =
      range.offset / HostPages::PageSize() * HostPages::PageSize();
  const ByteRange placed = ByteRange::Between(begin, range.end());
  const absl::StatusOr<uint8_t*> at = pages.Place(placed, address);
  if (!at.ok()) {
    SayOnce(at.status().message());
    return VK_ERROR_MEMORY_MAP_FAILED;
  }
  placements_.push_back({*at, placed.size});
  reach_ = *at + (range.offset - begin);
  return VK_SUCCESS;
}

VkResult MemoryObject::RemovePlacements(bool reserve) {
  if (reserve && placements_.empty()) return VK_ERROR_MEMORY_MAP_FAILED;
  for (const Placement& placement : placements_) {
    const absl::Status status =
        RemovePlacement(placement.address, placement.size, reserve);
    if (!status.ok()) return VK_ERROR_MEMORY_MAP_FAILED;
  }
  placements_.clear();
  reach_ = nullptr;
  return VK_SUCCESS;
}

VkResult MemoryObject::Map(const MapRequest& request, const char* command,
                           void** data) {
  const MessengerHold hold;
  absl::MutexLock lock(&mutex_);
  const absl::optional<ByteRange> previous = rules_.mapping();
  const Ruling<absl::optional<ByteRange>> ruling = rules_.Map(request);
  ReportUsage(command, ruling.usage, ForFinding(),
              ByteRange{request.offset, request.size});
  if (!ruling.effect.has_value()) return VK_ERROR_MEMORY_MAP_FAILED;
  const VkResult result = MapRange(*ruling.effect, nullptr);
  if (result != VK_SUCCESS) {
    rules_.AbandonMap(previous);
    return result;
  }
  *data = reach_ + (request.offset - ruling.effect->offset);
  return VK_SUCCESS;
}

VkResult MemoryObject::MapPlaced(const PlacedMapRequest& request,
                                 const PlacedMapRules& rules, void** data) {
  constexpr char kCommand[] = "vkMapMemory2KHR";
  const std::vector<ByteRange> in_use = MappedAddressesOfAllMemory();
  const MessengerHold hold;
  absl::MutexLock lock(&mutex_);
  const ByteRange asked = {request.map.offset, request.map.size};
  const absl::optional<ByteRange> previous = rules_.mapping();
  const Ruling<absl::optional<ByteRange>> ruling = rules_.Map(request.map);
  ReportUsage(kCommand, ruling.usage, ForFinding(), asked);
  if (!ruling.usage.ok()) {
    rules_.AbandonMap(previous);
    return VK_ERROR_MEMORY_MAP_FAILED;
  }
  const absl::Status placed = CheckPlacedMap(rules, info(), request, in_use);
  ReportUsage(kCommand, placed, ForFinding(), asked);
  void* address = reinterpret_cast<void*>(request.address.value_or(0));
  if (!placed.ok() || MapRange(*ruling.effect, address) != VK_SUCCESS) {
    rules_.AbandonMap(absl::nullopt);
    return VK_ERROR_MEMORY_MAP_FAILED;
  }
  *data = reach_;
  return VK_SUCCESS;
}

VkResult MemoryObject::Unmap(CommandForm form, const char* command) {
  const MessengerHold hold;
  absl::MutexLock lock(&mutex_);
  const absl::Status status = rules_.Unmap(form);
  ReportUsage(command, status, ForFinding());
  if (status.ok()) RemovePlacements(/*reserve=*/false);
  return VK_SUCCESS;
}

VkResult MemoryObject::UnmapReserving(const PlacedMapFeatures& features) {
  constexpr char kCommand[] = "vkUnmapMemory2KHR";
  const MessengerHold hold;
  absl::MutexLock lock(&mutex_);
  const absl::Status allowed = CheckReservingUnmap(features, info());
  ReportUsage(kCommand, allowed, ForFinding());
  if (!allowed.ok()) return VK_ERROR_MEMORY_MAP_FAILED;
  const absl::optional<ByteRange> mapping = rules_.mapping();
  const absl::Status status = rules_.Unmap(CommandForm::kMapMemory2);
  ReportUsage(kCommand, status, ForFinding());
  if (!status.ok()) return VK_SUCCESS;
  const VkResult result = RemovePlacements(/*reserve=*/true);
  // An unmap that fails leaves the memory mapped.
  if (result != VK_SUCCESS) rules_.AbandonMap(mapping);
  return result;
}

ByteRange MemoryObject::Flush(uint64_t offset, uint64_t size) {
  const MessengerHold hold;
  absl::MutexLock lock(&mutex_);
  const Ruling<ByteRange> ruling = rules_.ResolveMappedRange(offset, size);
  ReportUsage("vkFlushMappedMemoryRanges", ruling.usage, ForFinding(),
              ByteRange{offset, size});
  const ByteRange range = ruling.effect;
  if (!host_view_.has_value() || is_coherent_view()) return range;
  GatherHostWrites();
  silent_stores_.Mark(*host_view_, range);
  host_view_->Flush(range);
  ForgetHostWrites(range);
  return range;
}

void MemoryObject::Refill(const ByteRange& range,
                          absl::Span<const ByteRange> withheld) {
  if (!imported_pages_.is_writable()) return;
  GatherHostWrites();
  host_view_->Invalidate(range, withheld);
  silent_stores_.Forget(*host_view_, range);
  ForgetHostWrites(range);
}

ByteRange MemoryObject::Invalidate(uint64_t offset, uint64_t size,
                                   absl::Span<const ByteRange> withheld) {
  const MessengerHold hold;
  absl::MutexLock lock(&mutex_);
  const Ruling<ByteRange> ruling = rules_.ResolveMappedRange(offset, size);
  ReportUsage("vkInvalidateMappedMemoryRanges", ruling.usage, ForFinding(),
              ByteRange{offset, size});
  if (host_view_.has_value() && !is_coherent_view()) {
    Refill(ruling.effect, withheld);
  }
  return ruling.effect;
}

void MemoryObject::Evict(Evictor& evictor) {
  absl::MutexLock lock(&mutex_);
  if (!host_view_.has_value() || !imported_pages_.is_writable()) return;
  if (is_coherent_view()) return;
  GatherHostWrites();
  // On the other pages something may be stored that only its flush will show.
  silent_stores_.ForEachOtherPage(*host_view_, [&](const ByteRange& page) {
    evictor.Run(*host_view_, page);
  });
}

absl::optional<ByteRange> MemoryObject::MappedAddresses() const {
  absl::MutexLock lock(&mutex_);
  if (!rules_.mapping().has_value() || reach_ == nullptr) {
    return absl::nullopt;
  }
  return ByteRange{reinterpret_cast<uint64_t>(reach_), rules_.mapping()->size};
}

}  // namespace incoherent
