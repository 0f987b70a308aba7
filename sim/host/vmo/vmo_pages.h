#ifndef INCOHERENT_SIM_HOST_VMO_VMO_PAGES_H_
#define INCOHERENT_SIM_HOST_VMO_VMO_PAGES_H_

// VmoPages: memory from mmap, given back when its owner goes.

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace incoherent {

class VmoPages {
 public:
  // The bytes [offset, offset + size) of a file, shared with whoever has it.
  // `offset` is a multiple of 4096, `size` not 0.
  static absl::StatusOr<VmoPages> Shared(int fd, uint64_t offset, size_t size,
                                         bool writable);
  // Zeros of our own. They cost nothing until they are touched.
  static absl::StatusOr<VmoPages> Private(size_t size);

  VmoPages() = default;
  VmoPages(VmoPages&& other) noexcept : bytes_(other.Release()) {}
  VmoPages& operator=(VmoPages&& other) noexcept;
  ~VmoPages();

  absl::Span<uint8_t> bytes() const { return bytes_; }

  // Hands the memory over: it stays mapped, and another has to unmap it.
  absl::Span<uint8_t> Release();

 private:
  explicit VmoPages(absl::Span<uint8_t> bytes) : bytes_(bytes) {}

  absl::Span<uint8_t> bytes_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_VMO_VMO_PAGES_H_
