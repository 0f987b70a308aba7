#include "sim/host/vmo/vmo_pages.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "sim/host/vmo/zx_error.h"

namespace incoherent {
namespace {

absl::Status MapError(int error, size_t size) {
  const ZxError code =
      error == EACCES ? ZxError::kAccessDenied : ZxError::kNoMemory;
  return ZxStatus(
      code, absl::StrCat(size, " bytes cannot be mapped: ", strerror(error)));
}

}  // namespace

absl::StatusOr<VmoPages> VmoPages::Shared(int fd, uint64_t offset, size_t size,
                                          bool writable) {
  const int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
  void* const at = mmap(nullptr, size, protection, MAP_SHARED, fd,
                        static_cast<off_t>(offset));
  if (at == MAP_FAILED) return MapError(errno, size);
  return VmoPages({static_cast<uint8_t*>(at), size});
}

absl::StatusOr<VmoPages> VmoPages::Private(size_t size) {
  void* const at =
      mmap(nullptr, size, PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, /*fd=*/-1, 0);
  if (at == MAP_FAILED) return MapError(errno, size);
  return VmoPages({static_cast<uint8_t*>(at), size});
}

VmoPages& VmoPages::operator=(VmoPages&& other) noexcept {
  if (this != &other) {
    VmoPages old(Release());
    bytes_ = other.Release();
  }
  return *this;
}

VmoPages::~VmoPages() {
  if (!bytes_.empty()) munmap(bytes_.data(), bytes_.size());
}

absl::Span<uint8_t> VmoPages::Release() {
  const absl::Span<uint8_t> bytes = bytes_;
  bytes_ = {};
  return bytes;
}

}  // namespace incoherent
