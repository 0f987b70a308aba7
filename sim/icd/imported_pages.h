#ifndef INCOHERENT_SIM_ICD_IMPORTED_PAGES_H_
#define INCOHERENT_SIM_ICD_IMPORTED_PAGES_H_

// ImportedPages: the other side of host pages that the application imported
// into memory with a host cache.
//
// The application's pages are the host view. The device's bytes, and the copy
// that tells what the host wrote, are pages of ours. They belong to the
// application's page, not to the import: one payload imported twice, or two
// imports that meet in a page, share them, as they would share the memory.

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace incoherent {

class ImportedPages {
 public:
  ImportedPages() = default;
  ImportedPages(ImportedPages&& other) noexcept;
  ImportedPages& operator=(ImportedPages&& other) noexcept;
  ~ImportedPages();

  // Takes the other side of [pages, pages + size). Pages that no live import
  // has start with the application's contents on both of ours. `pages` and
  // `size` are multiples of the page size; the device's bytes are aligned to
  // `alignment`, a power of two. InvalidArgument if the pages cannot be read,
  // ResourceExhausted if ours cannot be had.
  static absl::StatusOr<ImportedPages> Adopt(const uint8_t* pages,
                                             uint64_t size, uint64_t alignment);

  // Whether the application's pages can be stored into; if not, an invalidate
  // cannot show through them.
  bool is_writable() const { return is_writable_; }

  absl::Span<uint8_t> device() const {
    return {device_, static_cast<size_t>(size_)};
  }
  absl::Span<uint8_t> synced() const {
    return {synced_, static_cast<size_t>(size_)};
  }

 private:
  const uint8_t* pages_ = nullptr;
  uint64_t size_ = 0;
  uint8_t* device_ = nullptr;
  uint8_t* synced_ = nullptr;
  bool is_writable_ = true;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_IMPORTED_PAGES_H_
