#include "sim/icd/imported_pages.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/mutex.h"
#include "sim/icd/host_pages.h"
#include "sim/memory/check.h"

namespace incoherent {
namespace {

absl::Status OutOfMemory(const char* what) {
  return absl::ResourceExhaustedError(absl::StrFormat(
      "%s for imported pages failed: %s", what, std::strerror(errno)));
}

// Copies pages that the application claims to have; false if it has not. The
// kernel does the copy, so that a wrong pointer is an error and no crash.
bool CopyFromApplication(uint8_t* to, const uint8_t* from, uint64_t size) {
  for (uint64_t copied = 0; copied < size;) {
    iovec local = {to + copied, static_cast<size_t>(size - copied)};
    iovec remote = {const_cast<uint8_t*>(from) + copied, local.iov_len};
    const ssize_t count = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
    if (count <= 0) {
      // A sandbox may forbid the call; then the pointer has to be trusted.
      if (count == 0 || (errno != EPERM && errno != ENOSYS)) return false;
      std::memcpy(to + copied, from + copied, size - copied);
      return true;
    }
    copied += static_cast<uint64_t>(count);
  }
  return true;
}

// MADV_POPULATE_WRITE (Linux 5.14), newer than Debian 12's <sys/mman.h>.
constexpr int kPopulateWrite = 23;

bool CanPopulate(const uint8_t* pages, uint64_t size) {
  return madvise(const_cast<uint8_t*>(pages), size, kPopulateWrite) == 0;
}

// Whether all pages are writable; true where the kernel cannot tell.
bool IsWritable(const uint8_t* pages, uint64_t size) {
  static const bool kernel_can_tell = [] {
    absl::StatusOr<HostPages> own = HostPages::Noise(HostPages::PageSize());
    return own.ok() && CanPopulate(own->bytes().data(), own->bytes().size());
  }();
  return !kernel_can_tell || CanPopulate(pages, size);
}

// An address range of `size` bytes at a multiple of `alignment`.
uint8_t* ReserveAligned(uint64_t size, uint64_t alignment) {
  void* at = mmap(nullptr, size + alignment, PROT_NONE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) return nullptr;
  auto* const base = static_cast<uint8_t*>(at);
  const uint64_t address = reinterpret_cast<uint64_t>(base);
  const uint64_t skip = (alignment - address % alignment) % alignment;
  if (skip > 0) munmap(base, skip);
  munmap(base + skip + size, alignment - skip);
  return base + skip;
}

// Our pages of every imported page of the process. Both files hold them at the
// same offsets, which are never used twice; a page that nobody has any more
// gives its memory back.
class Registry {
 public:
  static Registry& Get() {
    static auto* const registry = new Registry;
    return *registry;
  }

  absl::Status Map(const uint8_t* pages, uint64_t size, uint8_t* device,
                   uint8_t* synced) {
    absl::MutexLock lock(&mutex_);
    if (absl::Status status = OpenFiles(); !status.ok()) return status;
    const std::vector<Run> runs = TakePages(pages, size);
    for (const Run& run : runs) {
      absl::Status status =
          MapRun(run, pages + run.at, device + run.at, synced + run.at);
      if (status.ok()) continue;
      ReleasePages(pages, size);
      return status;
    }
    return absl::OkStatus();
  }

  void Release(const uint8_t* pages, uint64_t size) {
    absl::MutexLock lock(&mutex_);
    ReleasePages(pages, size);
  }

 private:
  struct Entry {
    uint64_t offset = 0;
    uint64_t imports = 0;
  };

  absl::Status OpenFiles() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    for (int* file : {&device_file_, &synced_file_}) {
      if (*file < 0) *file = memfd_create("incoherent-import", MFD_CLOEXEC);
      if (*file < 0) return OutOfMemory("memfd_create");
    }
    return absl::OkStatus();
  }

  // Pages that stand side by side in our files, all new or all known.
  struct Run {
    uint64_t at = 0;  // from the import's first byte
    uint64_t size = 0;
    uint64_t offset = 0;  // in our files
    bool is_new = false;
  };

  // Counts one more import of each page; new ones get a place in our files.
  std::vector<Run> TakePages(const uint8_t* pages, uint64_t size)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const uint64_t page = HostPages::PageSize();
    std::vector<Run> runs;
    for (uint64_t at = 0; at < size; at += page) {
      const auto [found, is_new] = entries_.try_emplace(pages + at);
      Entry& entry = found->second;
      ++entry.imports;
      if (is_new) {
        entry.offset = end_;
        end_ += page;
      }
      if (!runs.empty() && runs.back().is_new == is_new &&
          runs.back().offset + runs.back().size == entry.offset) {
        runs.back().size += page;
      } else {
        runs.push_back({at, page, entry.offset, is_new});
      }
    }
    return runs;
  }

  absl::Status MapRun(const Run& run, const uint8_t* pages, uint8_t* device,
                      uint8_t* synced) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    absl::Status status = Attach(device_file_, run, device);
    if (status.ok()) status = Attach(synced_file_, run, synced);
    if (!status.ok() || !run.is_new) return status;
    if (!CopyFromApplication(device, pages, run.size)) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "the host pages at %p cannot be read; import pages that the process "
          "has",
          pages));
    }
    std::memcpy(synced, device, run.size);
    return absl::OkStatus();
  }

  absl::Status Attach(int file, const Run& run, uint8_t* address)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (ftruncate(file, static_cast<off_t>(end_)) != 0) {
      return OutOfMemory("ftruncate");
    }
    void* at =
        mmap(address, run.size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
             file, static_cast<off_t>(run.offset));
    return at == MAP_FAILED ? OutOfMemory("mmap") : absl::OkStatus();
  }

  void ReleasePages(const uint8_t* pages, uint64_t size)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const uint64_t page = HostPages::PageSize();
    for (uint64_t at = 0; at < size; at += page) {
      const auto found = entries_.find(pages + at);
      INCOHERENT_CHECK(found != entries_.end(), "released without import");
      if (--found->second.imports > 0) continue;
      for (const int file : {device_file_, synced_file_}) {
        fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                  static_cast<off_t>(found->second.offset),
                  static_cast<off_t>(page));
      }
      entries_.erase(found);
    }
  }

  absl::Mutex mutex_;
  absl::flat_hash_map<const uint8_t*, Entry> entries_ ABSL_GUARDED_BY(mutex_);
  int device_file_ ABSL_GUARDED_BY(mutex_) = -1;
  int synced_file_ ABSL_GUARDED_BY(mutex_) = -1;
  uint64_t end_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace

ImportedPages::ImportedPages(ImportedPages&& other) noexcept {
  *this = std::move(other);
}

ImportedPages& ImportedPages::operator=(ImportedPages&& other) noexcept {
  std::swap(pages_, other.pages_);
  std::swap(size_, other.size_);
  std::swap(device_, other.device_);
  std::swap(synced_, other.synced_);
  std::swap(is_writable_, other.is_writable_);
  return *this;
}

ImportedPages::~ImportedPages() {
  if (pages_ != nullptr) Registry::Get().Release(pages_, size_);
  if (device_ != nullptr) munmap(device_, size_);
  if (synced_ != nullptr) munmap(synced_, size_);
}

absl::StatusOr<ImportedPages> ImportedPages::Adopt(const uint8_t* pages,
                                                   uint64_t size,
                                                   uint64_t alignment) {
  ImportedPages adopted;
  adopted.size_ = size;
  adopted.device_ = ReserveAligned(size, alignment);
  adopted.synced_ = ReserveAligned(size, HostPages::PageSize());
  if (adopted.device_ == nullptr || adopted.synced_ == nullptr) {
    return OutOfMemory("mmap");
  }
  absl::Status status =
      Registry::Get().Map(pages, size, adopted.device_, adopted.synced_);
  if (!status.ok()) return status;
  adopted.pages_ = pages;
  adopted.is_writable_ = IsWritable(pages, size);
  return adopted;
}

}  // namespace incoherent
