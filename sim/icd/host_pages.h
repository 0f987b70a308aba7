#ifndef INCOHERENT_SIM_ICD_HOST_PAGES_H_
#define INCOHERENT_SIM_ICD_HOST_PAGES_H_

// HostPages: page-aligned memory of this process that backs a host view.
//
// A fresh host view holds what a fresh allocation holds: undefined contents.
// They are noise here, and not zeros, for two reasons: a program that reads
// them sees that it should not have, and a program that first stores zeros
// into its memory changes every byte, so that its stores can be told from no
// store at all. The device's bytes start with the same noise: what the host
// then stores over noise of the same value is there already.
//
// Three makes:
//   Noise(size)        private pages over a few shared pages of noise; memory
//                      is taken page by page, as the application writes
//   Zeros(size)        private pages of zeros, taken page by page
//   Shareable(size)    pages that can appear at a second address as well
//                      (placed maps); zeros, all memory taken when touched
//
// All return VK_ERROR_MEMORY_MAP_FAILED's cause as an absl::Status when no
// address range or memory is to be had.

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "sim/memory/byte_range.h"

namespace incoherent {

class HostPages {
 public:
  HostPages() = default;
  HostPages(HostPages&& other) noexcept;
  HostPages& operator=(HostPages&& other) noexcept;
  HostPages(const HostPages&) = delete;
  HostPages& operator=(const HostPages&) = delete;
  ~HostPages();

  static absl::StatusOr<HostPages> Noise(uint64_t size);
  static absl::StatusOr<HostPages> Zeros(uint64_t size);
  static absl::StatusOr<HostPages> Shareable(uint64_t size);

  static uint64_t PageSize();

  // The noise at one offset.
  static uint8_t NoiseAt(uint64_t offset);

  // `size` bytes, as asked for; the pages may extend beyond.
  absl::Span<uint8_t> bytes() const {
    return {address_, static_cast<size_t>(size_)};
  }
  bool is_shareable() const { return file_ >= 0; }

  // Gives the file behind shareable pages back; what is mapped stays.
  void CloseFile();

  // Makes the pages of `range` appear at a second address as well: at
  // `address`, in place of what is mapped there, or at one that the system
  // chooses if null. Returns the address. Requires is_shareable() and a
  // page-aligned offset and address.
  absl::StatusOr<uint8_t*> Place(const ByteRange& range, void* address) const;

 private:
  HostPages(uint8_t* address, uint64_t size, uint64_t mapped_size, int file)
      : address_(address),
        size_(size),
        mapped_size_(mapped_size),
        file_(file) {}

  uint8_t* address_ = nullptr;
  uint64_t size_ = 0;
  uint64_t mapped_size_ = 0;
  int file_ = -1;
};

// Writes noise over bytes that begin at offset 0.
void FillWithNoise(absl::Span<uint8_t> bytes);

// Undoes HostPages::Place: unmaps the address range, or keeps it reserved
// (inaccessible, and never handed out by a later mmap).
absl::Status RemovePlacement(void* address, uint64_t size, bool reserve);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_HOST_PAGES_H_
