#include "sim/icd/app_pages.h"

#include <utility>

namespace incoherent {

AppPages::AppPages(AppPages&& other) noexcept { *this = std::move(other); }

AppPages& AppPages::operator=(AppPages&& other) noexcept {
  std::swap(address_, other.address_);
  std::swap(size_, other.size_);
  std::swap(watch_, other.watch_);
  std::swap(trap_, other.trap_);
  return *this;
}

AppPages::~AppPages() {
  trap_ = AccessTrap();
  if (address_ != nullptr)
    RemovePlacement(address_, size_, /*reserve=*/false).IgnoreError();
}

absl::StatusOr<AppPages> AppPages::Of(const HostPages& pages, bool trap) {
  AppPages made;
  made.size_ = pages.bytes().size();
  const absl::StatusOr<uint8_t*> address =
      pages.Place({0, made.size_}, /*address=*/nullptr);
  if (!address.ok()) return address.status();
  made.address_ = *address;
  const absl::Span<uint8_t> bytes(made.address_,
                                  static_cast<size_t>(made.size_));
  made.watch_ = WriteWatch(bytes);
  if (trap && AccessTrap::Availability().ok()) {
    absl::StatusOr<AccessTrap> watched = AccessTrap::Watch(bytes);
    if (watched.ok()) made.trap_ = *std::move(watched);
  }
  return made;
}

std::vector<ByteRange> AppPages::TakeWritten(const ByteRange& range) const {
  if (address_ == nullptr) return {};
  if (!watch_.is_watching()) return {range};
  return watch_.TakeWritten(range);
}

}  // namespace incoherent
