#include "sim/icd/host_pages.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"

namespace incoherent {
namespace {

// The period of the noise. Large enough that a view of several gigabytes needs
// few mappings, small enough to cost nothing.
constexpr uint64_t kNoisePeriod = uint64_t{4} << 20;

// Up to this size, noise is written at once instead of when a page is touched.
constexpr uint64_t kSmall = uint64_t{256} << 10;

absl::Status SystemError(const char* what, uint64_t size) {
  return absl::ResourceExhaustedError(absl::StrCat(
      what, " of ", size, " bytes failed: ", std::strerror(errno)));
}

absl::StatusOr<uint64_t> RoundUpToPage(uint64_t size) {
  const uint64_t page = HostPages::PageSize();
  if (size == 0 || size > std::numeric_limits<int64_t>::max() - page) {
    return absl::ResourceExhaustedError(
        absl::StrCat("no address range has ", size, " bytes"));
  }
  return (size + page - 1) / page * page;
}

// SplitMix64: the noise at one 8-byte word.
uint64_t NoiseWord(uint64_t index) {
  uint64_t z = (index + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

uint8_t NoiseByte(uint64_t offset) {
  const uint64_t word = NoiseWord(offset % kNoisePeriod / sizeof(uint64_t));
  return reinterpret_cast<const uint8_t*>(&word)[offset % sizeof(uint64_t)];
}

void WriteNoise(uint8_t* to, uint64_t size) {
  for (uint64_t at = 0; at < size; at += sizeof(uint64_t)) {
    const uint64_t word = NoiseWord(at % kNoisePeriod / sizeof(uint64_t));
    std::memcpy(to + at, &word, std::min<uint64_t>(sizeof word, size - at));
  }
}

int MakeMemoryFile(uint64_t size) {
  const int file = memfd_create("incoherent", MFD_CLOEXEC);
  if (file < 0) return -1;
  if (ftruncate(file, static_cast<off_t>(size)) == 0) return file;
  close(file);
  return -1;
}

// The file that all noise pages are private copies of; -1 if it cannot be had.
int NoiseFile() {
  static const int file = [] {
    const int fd = MakeMemoryFile(kNoisePeriod);
    if (fd < 0) return -1;
    void* at =
        mmap(nullptr, kNoisePeriod, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED) return -1;
    WriteNoise(static_cast<uint8_t*>(at), kNoisePeriod);
    munmap(at, kNoisePeriod);
    return fd;
  }();
  return file;
}

uint8_t* Reserve(uint64_t size) {
  void* at = mmap(nullptr, size, PROT_NONE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return at == MAP_FAILED ? nullptr : static_cast<uint8_t*>(at);
}

}  // namespace

uint64_t HostPages::PageSize() {
  static const uint64_t size = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  return size;
}

HostPages::HostPages(HostPages&& other) noexcept { *this = std::move(other); }

HostPages& HostPages::operator=(HostPages&& other) noexcept {
  std::swap(address_, other.address_);
  std::swap(size_, other.size_);
  std::swap(mapped_size_, other.mapped_size_);
  std::swap(file_, other.file_);
  return *this;
}

HostPages::~HostPages() {
  if (address_ != nullptr) munmap(address_, mapped_size_);
  if (file_ >= 0) close(file_);
}

absl::StatusOr<HostPages> HostPages::Noise(uint64_t size) {
  const absl::StatusOr<uint64_t> mapped_size = RoundUpToPage(size);
  if (!mapped_size.ok()) return mapped_size.status();
  if (*mapped_size <= kSmall) {
    // Neighbouring anonymous mappings are one to the kernel, which limits their
    // number.
    void* at = mmap(nullptr, *mapped_size, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) return SystemError("mmap", *mapped_size);
    HostPages pages(static_cast<uint8_t*>(at), size, *mapped_size, -1);
    FillWithNoise(pages.bytes());
    return pages;
  }
  uint8_t* base = Reserve(*mapped_size);
  if (base == nullptr) return SystemError("mmap", *mapped_size);
  HostPages pages(base, size, *mapped_size, -1);
  for (uint64_t at = 0; at < *mapped_size; at += kNoisePeriod) {
    const uint64_t chunk = std::min(kNoisePeriod, *mapped_size - at);
    if (mmap(base + at, chunk, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED,
             NoiseFile(), 0) == MAP_FAILED) {
      return SystemError("mmap", chunk);
    }
  }
  return pages;
}

absl::StatusOr<HostPages> HostPages::Zeros(uint64_t size) {
  const absl::StatusOr<uint64_t> mapped_size = RoundUpToPage(size);
  if (!mapped_size.ok()) return mapped_size.status();
  void* at = mmap(nullptr, *mapped_size, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) return SystemError("mmap", *mapped_size);
  return HostPages(static_cast<uint8_t*>(at), size, *mapped_size, -1);
}

absl::StatusOr<HostPages> HostPages::Shareable(uint64_t size) {
  const absl::StatusOr<uint64_t> mapped_size = RoundUpToPage(size);
  if (!mapped_size.ok()) return mapped_size.status();
  const int file = MakeMemoryFile(*mapped_size);
  if (file < 0) return SystemError("memfd_create", *mapped_size);
  void* at =
      mmap(nullptr, *mapped_size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (at == MAP_FAILED) {
    close(file);
    return SystemError("mmap", *mapped_size);
  }
  return HostPages(static_cast<uint8_t*>(at), size, *mapped_size, file);
}

void HostPages::CloseFile() {
  if (file_ >= 0) close(file_);
  file_ = -1;
}

uint8_t HostPages::NoiseAt(uint64_t offset) { return NoiseByte(offset); }

absl::StatusOr<uint8_t*> HostPages::Place(const ByteRange& range,
                                          void* address) const {
  INCOHERENT_CHECK(is_shareable(), "only shareable pages can be placed");
  const int fixed = address == nullptr ? 0 : MAP_FIXED;
  void* at = mmap(address, range.size, PROT_READ | PROT_WRITE,
                  MAP_SHARED | fixed, file_, static_cast<off_t>(range.offset));
  if (at == MAP_FAILED) return SystemError("mmap of a placed map", range.size);
  return static_cast<uint8_t*>(at);
}

void FillWithNoise(absl::Span<uint8_t> bytes) {
  static const absl::Span<const uint8_t> noise = [] {
    void* at =
        mmap(nullptr, kNoisePeriod, PROT_READ, MAP_SHARED, NoiseFile(), 0);
    return at == MAP_FAILED
               ? absl::Span<const uint8_t>()
               : absl::MakeConstSpan(static_cast<uint8_t*>(at), kNoisePeriod);
  }();
  for (size_t at = 0; at < bytes.size() && !noise.empty(); at += noise.size()) {
    std::memcpy(bytes.data() + at, noise.data(),
                std::min(noise.size(), bytes.size() - at));
  }
}

absl::Status RemovePlacement(void* address, uint64_t size, bool reserve) {
  if (!reserve) {
    munmap(address, size);
    return absl::OkStatus();
  }
  if (mmap(address, size, PROT_NONE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
           0) == MAP_FAILED) {
    return SystemError("reserving", size);
  }
  return absl::OkStatus();
}

}  // namespace incoherent
