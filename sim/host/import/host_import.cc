#include "incoherent/host_import.h"

#include <utility>

#include "sim/host/import/page_window.h"

namespace incoherent {

absl::StatusOr<HostPages> HostPages::Create(const std::shared_ptr<Host>& host,
                                            const HostAllocationInfo& info) {
  absl::StatusOr<std::shared_ptr<HostAllocation>> pages =
      HostAllocation::Create(host, info);
  if (!pages.ok()) return pages.status();
  return HostPages(*std::move(pages));
}

HostPages::HostPages(std::shared_ptr<HostAllocation> pages)
    : pages_(std::move(pages)),
      pointer_(std::make_shared<PageWindow>(pages_, pages_->address())) {}

HostPages::HostPages(HostPages&& other) noexcept
    : pages_(other.pages_),
      pointer_(other.pointer_),
      live_(std::exchange(other.live_, false)) {}

HostPages& HostPages::operator=(HostPages&& other) noexcept {
  if (this == &other) return *this;
  Drop();
  pages_ = other.pages_;
  pointer_ = other.pointer_;
  live_ = std::exchange(other.live_, false);
  return *this;
}

HostPages::~HostPages() { Drop(); }

void HostPages::Drop() {
  // What is wrong with it is a finding.
  if (std::exchange(live_, false)) pages_->Release().IgnoreError();
}

absl::Status HostPages::CheckLive(absl::string_view call) const {
  if (live_) return absl::OkStatus();
  return pages_->Report(
      absl::StatusCode::kFailedPrecondition, call,
      "this HostPages was moved from, or freed; it has nothing to work on");
}

absl::StatusOr<HostPointer> HostPages::MapAgain() {
  const absl::Status status = CheckLive("second mapping of");
  if (!status.ok()) return status;
  const absl::StatusOr<uint64_t> address = pages_->MapAgain();
  if (!address.ok()) return address.status();
  return HostPointer(std::make_shared<PageWindow>(pages_, *address));
}

ByteRange HostPages::Resolve(const ByteRange& range) const {
  if (range.size != kWholeSize || range.offset > size()) return range;
  return ByteRange::Between(range.offset, size());
}

absl::Status HostPages::CleanCache(const ByteRange& range) {
  const absl::Status status = CheckLive("cache clean");
  if (!status.ok()) return status;
  const ByteRange bytes = Resolve(range);
  return pages_->CleanCache(bytes.offset, bytes.size);
}

absl::Status HostPages::InvalidateCache(const ByteRange& range) {
  const absl::Status status = CheckLive("cache invalidate");
  if (!status.ok()) return status;
  const ByteRange bytes = Resolve(range);
  return pages_->InvalidateCache(bytes.offset, bytes.size);
}

absl::Status HostPages::Free() {
  const absl::Status status = CheckLive("free");
  if (!status.ok()) return status;
  live_ = false;
  return pages_->Release();
}

absl::StatusOr<uint32_t> HostPointerTypes(Device& device, uint32_t handle_type,
                                          const HostPointer& pointer) {
  return device.HostPointerTypes(handle_type, pointer.address());
}

absl::StatusOr<Memory> ImportHostPointer(Device& device,
                                         const HostPointerImport& import) {
  AllocateRequest request;
  request.size = import.size;
  request.type_index = import.type_index;
  // Without a handle type, nothing is imported.
  if (import.handle_type == 0) return Memory::Allocate(device, request);
  request.host_pointer = import.pointer.address();
  request.host_pointer_handle_type = import.handle_type;
  const absl::StatusOr<MemoryId> id = device.Import(request);
  if (!id.ok()) return id.status();
  return Memory(device, *id);
}

}  // namespace incoherent
