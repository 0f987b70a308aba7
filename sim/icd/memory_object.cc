#include "sim/icd/memory_object.h"

#include <utility>
#include <vector>

#include "sim/icd/device.h"
#include "sim/icd/voice.h"

namespace incoherent {

MemoryObject::MemoryObject(const MemoryObjectInfo& info, HostPages device_pages,
                           ImportedPages imported_pages)
    : info_(info),
      rules_(info.memory),
      device_pages_(std::move(device_pages)),
      imported_pages_(std::move(imported_pages)) {}

MemoryObject::~MemoryObject() {
  absl::MutexLock lock(&mutex_);
  RemovePlacements(/*reserve=*/false);
}

FindingMemory MemoryObject::ForFinding() const {
  return {reinterpret_cast<uint64_t>(info_.handle), info().type_index,
          info().size};
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

absl::StatusOr<HostView::Bytes> MemoryObject::ViewOverNewPages() {
  const uint64_t size = info().size;
  if (const VkResult result = MapDeviceBytes(); result != VK_SUCCESS) {
    return absl::ResourceExhaustedError(
        "the downstream cannot map the memory behind a host view");
  }
  absl::StatusOr<HostPages> synced = HostPages::Noise(size);
  if (!synced.ok()) return synced.status();
  absl::StatusOr<HostPages> view =
      info_.placeable ? HostPages::Shareable(size) : HostPages::Noise(size);
  if (!view.ok()) return view.status();
  synced_pages_ = *std::move(synced);
  view_pages_ = *std::move(view);
  if (info_.placeable) {
    FillWithNoise(view_pages_.bytes());
  } else {
    // Placeable pages are written through mappings that come and go.
    silent_stores_ = SilentStores(WriteWatch(view_pages_.bytes()));
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
  if (info_.preserves_contents) Refill({0, info().size});
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

const HostPages* MemoryObject::ShareablePages() const {
  const HostPages& pages = info_.has_host_cache ? view_pages_ : device_pages_;
  return pages.is_shareable() ? &pages : nullptr;
}

// Leaves reach_ at the first byte of the mapping's range.
VkResult MemoryObject::MapRange(const ByteRange& range, void* placed_address) {
  const VkResult result =
      info_.has_host_cache ? MakeHostView() : MapDeviceBytes();
  if (result != VK_SUCCESS) return result;
  const HostPages* pages = ShareablePages();
  if (pages == nullptr) {
    if (placed_address != nullptr) return VK_ERROR_MEMORY_MAP_FAILED;
    uint8_t* base = info_.has_host_cache ? host_base_ : device_bytes_;
    reach_ = base + range.offset;
    return VK_SUCCESS;
  }
  // Pages that can be placed are reached through a second mapping only, so
  // that an unmap gives the address range back, or keeps it reserved.
  const uint64_t begin =
      range.offset / HostPages::PageSize() * HostPages::PageSize();
  const ByteRange placed = ByteRange::Between(begin, range.end());
  const absl::StatusOr<uint8_t*> at = pages->Place(placed, placed_address);
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
  absl::MutexLock lock(&mutex_);
  const absl::Status status = rules_.Unmap(form);
  ReportUsage(command, status, ForFinding());
  if (status.ok()) RemovePlacements(/*reserve=*/false);
  return VK_SUCCESS;
}

VkResult MemoryObject::UnmapReserving(const PlacedMapFeatures& features) {
  constexpr char kCommand[] = "vkUnmapMemory2KHR";
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

void MemoryObject::Flush(uint64_t offset, uint64_t size) {
  absl::MutexLock lock(&mutex_);
  const Ruling<ByteRange> ruling = rules_.ResolveMappedRange(offset, size);
  ReportUsage("vkFlushMappedMemoryRanges", ruling.usage, ForFinding(),
              ByteRange{offset, size});
  if (!host_view_.has_value()) return;
  silent_stores_.Mark(*host_view_, ruling.effect);
  host_view_->Flush(ruling.effect);
}

void MemoryObject::Refill(const ByteRange& range) {
  if (!imported_pages_.is_writable()) return;
  silent_stores_.Note(*host_view_, range);
  host_view_->Invalidate(range);
  silent_stores_.ForgetOwnStores(range);
  silent_stores_.Forget(*host_view_, range);
}

void MemoryObject::Invalidate(uint64_t offset, uint64_t size) {
  absl::MutexLock lock(&mutex_);
  const Ruling<ByteRange> ruling = rules_.ResolveMappedRange(offset, size);
  ReportUsage("vkInvalidateMappedMemoryRanges", ruling.usage, ForFinding(),
              ByteRange{offset, size});
  if (host_view_.has_value()) Refill(ruling.effect);
}

void MemoryObject::Evict(Evictor& evictor) {
  absl::MutexLock lock(&mutex_);
  if (!host_view_.has_value() || !imported_pages_.is_writable()) return;
  const ByteRange all = {0, info().size};
  silent_stores_.Note(*host_view_, all);
  // On the other pages something may be stored that only its flush will show.
  silent_stores_.ForEachOtherPage(*host_view_, [&](const ByteRange& page) {
    evictor.Run(*host_view_, page);
  });
  silent_stores_.ForgetOwnStores(all);
}

absl::optional<ByteRange> MemoryObject::MappedAddresses() const {
  absl::MutexLock lock(&mutex_);
  if (!rules_.mapping().has_value() || reach_ == nullptr) {
    return absl::nullopt;
  }
  return ByteRange{reinterpret_cast<uint64_t>(reach_), rules_.mapping()->size};
}

}  // namespace incoherent
