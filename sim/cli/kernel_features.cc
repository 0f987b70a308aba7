#include "sim/cli/kernel_features.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

namespace incoherent {
namespace {

// Newer than Debian 12's <linux/userfaultfd.h> and <linux/fs.h>.
constexpr uint64_t kUserModeOnly = 1;
constexpr uint64_t kFeatureWriteProtectAsync = uint64_t{1} << 15;
constexpr uint64_t kPageIsWritten = uint64_t{1} << 1;
constexpr uint64_t kScanProtectMatching = uint64_t{1} << 0;

struct PageRegion {
  uint64_t start;
  uint64_t end;
  uint64_t categories;
};

struct PagemapScanArguments {
  uint64_t size;
  uint64_t flags;
  uint64_t start;
  uint64_t end;
  uint64_t walk_end;
  uint64_t regions;
  uint64_t region_count;
  uint64_t max_pages;
  uint64_t category_inverted;
  uint64_t category_mask;
  uint64_t category_anyof_mask;
  uint64_t return_mask;
};

constexpr unsigned long kPagemapScan = _IOWR('f', 16, PagemapScanArguments);

absl::Status SystemError(absl::string_view what) {
  return absl::ErrnoToStatus(errno, what);
}

// A few pages that a userfaultfd watches.
class WatchedPages {
 public:
  WatchedPages() : page_size_(static_cast<size_t>(sysconf(_SC_PAGESIZE))) {}
  WatchedPages(const WatchedPages&) = delete;
  WatchedPages& operator=(const WatchedPages&) = delete;
  ~WatchedPages() {
    if (pagemap_ >= 0) close(pagemap_);
    if (watch_ >= 0) close(watch_);
    if (pages_ != MAP_FAILED) munmap(pages_, size());
  }

  absl::Status Watch();
  absl::Status OpenPagemap();
  void WriteTo(size_t page) {
    static_cast<volatile char*>(pages_)[page * page_size_] = 1;
  }
  // The page numbers [first, second) of the first run that was written since
  // the last scan.
  absl::StatusOr<std::pair<size_t, size_t>> Scan();

  static constexpr size_t kPages = 4;

 private:
  size_t size() const { return kPages * page_size_; }
  uint64_t address() const { return reinterpret_cast<uint64_t>(pages_); }

  size_t page_size_;
  void* pages_ = MAP_FAILED;
  int watch_ = -1;
  int pagemap_ = -1;
};

absl::Status WatchedPages::Watch() {
  pages_ = mmap(nullptr, size(), PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages_ == MAP_FAILED) return SystemError("mmap");
  for (size_t page = 0; page < kPages; ++page) WriteTo(page);
  watch_ =
      static_cast<int>(syscall(SYS_userfaultfd, O_CLOEXEC | kUserModeOnly));
  if (watch_ < 0) return SystemError("userfaultfd");
  uffdio_api api = {};
  api.api = UFFD_API;
  api.features = kFeatureWriteProtectAsync;
  if (ioctl(watch_, UFFDIO_API, &api) != 0) {
    return SystemError("userfaultfd with UFFD_FEATURE_WP_ASYNC");
  }
  uffdio_register area = {};
  area.range = {address(), size()};
  area.mode = UFFDIO_REGISTER_MODE_WP;
  if (ioctl(watch_, UFFDIO_REGISTER, &area) != 0) {
    return SystemError("UFFDIO_REGISTER with UFFDIO_REGISTER_MODE_WP");
  }
  uffdio_writeprotect protection = {};
  protection.range = area.range;
  protection.mode = UFFDIO_WRITEPROTECT_MODE_WP;
  if (ioctl(watch_, UFFDIO_WRITEPROTECT, &protection) != 0) {
    return SystemError("UFFDIO_WRITEPROTECT");
  }
  return absl::OkStatus();
}

absl::Status WatchedPages::OpenPagemap() {
  pagemap_ = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  return pagemap_ < 0 ? SystemError("/proc/self/pagemap") : absl::OkStatus();
}

absl::StatusOr<std::pair<size_t, size_t>> WatchedPages::Scan() {
  PageRegion region = {};
  PagemapScanArguments scan = {};
  scan.size = sizeof(scan);
  scan.flags = kScanProtectMatching;
  scan.start = address();
  scan.end = address() + size();
  scan.regions = reinterpret_cast<uint64_t>(&region);
  scan.region_count = 1;
  scan.category_mask = kPageIsWritten;
  scan.return_mask = kPageIsWritten;
  const int found = ioctl(pagemap_, kPagemapScan, &scan);
  if (found < 0) return SystemError("PAGEMAP_SCAN");
  if (found == 0) return std::make_pair(size_t{0}, size_t{0});
  return std::make_pair(
      static_cast<size_t>(region.start - address()) / page_size_,
      static_cast<size_t>(region.end - address()) / page_size_);
}

}  // namespace

std::string KernelRelease() {
  utsname name = {};
  if (uname(&name) != 0) return "unknown";
  return absl::StrCat(name.sysname, " ", name.release);
}

absl::Status ProbeAsyncWriteProtection() {
  WatchedPages pages;
  absl::Status status = pages.Watch();
  if (status.ok()) pages.WriteTo(1);
  return status;
}

absl::Status ProbePagemapScan() {
  WatchedPages pages;
  absl::Status status = pages.Watch();
  if (status.ok()) status = pages.OpenPagemap();
  if (!status.ok()) return status;
  for (size_t page = 1; page < WatchedPages::kPages; ++page) {
    pages.WriteTo(page);
    const auto written = pages.Scan();
    if (!written.ok()) return written.status();
    if (*written != std::make_pair(page, page + 1)) {
      return absl::InternalError(absl::StrCat(
          "PAGEMAP_SCAN: page ", page, " was written, it found pages ",
          written->first, " to ", written->second));
    }
  }
  return absl::OkStatus();
}

}  // namespace incoherent
