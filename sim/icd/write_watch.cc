#include "sim/icd/write_watch.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "absl/status/statusor.h"
#include "sim/icd/host_pages.h"

namespace incoherent {
namespace {

// Newer than Debian 12's <linux/userfaultfd.h> and <linux/fs.h>.
constexpr int kUserModeOnly = 1;
constexpr uint64_t kFeatureWriteProtectAsync = uint64_t{1} << 15;
constexpr uint64_t kPageIsWritten = uint64_t{1} << 1;
constexpr uint64_t kScanProtectMatching = uint64_t{1} << 0;

struct PageRegion {
  uint64_t start;
  uint64_t end;
  uint64_t categories;
};

struct PagemapScan {
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

constexpr unsigned long kPagemapScan = _IOWR('f', 16, PagemapScan);

absl::StatusOr<int> OpenUserfault() {
  const int file =
      static_cast<int>(syscall(SYS_userfaultfd, O_CLOEXEC | kUserModeOnly));
  if (file < 0) return absl::ErrnoToStatus(errno, "userfaultfd");
  uffdio_api api = {};
  api.api = UFFD_API;
  api.features = kFeatureWriteProtectAsync;
  if (ioctl(file, UFFDIO_API, &api) == 0) return file;
  const absl::Status status =
      absl::ErrnoToStatus(errno, "userfaultfd with UFFD_FEATURE_WP_ASYNC");
  close(file);
  return status;
}

// The userfaultfd of this process.
const absl::StatusOr<int>& Userfault() {
  static const auto* const file = new absl::StatusOr<int>(OpenUserfault());
  return *file;
}

// The page map of the process that first asked, and that process: a forked
// child inherits the file, but not the pages behind it.
struct PagemapFile {
  pid_t process;
  int file;
};

const PagemapFile& Pagemap() {
  static const PagemapFile pagemap = {
      getpid(), open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC)};
  return pagemap;
}

// Calls visit(PageRegion) for each run of written pages in [begin, end), and
// protects them again.
template <typename Visit>
absl::Status Scan(uint64_t begin, uint64_t end, Visit visit) {
  std::array<PageRegion, 64> regions;
  while (begin < end) {
    PagemapScan scan = {};
    scan.size = sizeof scan;
    scan.flags = kScanProtectMatching;
    scan.start = begin;
    scan.end = end;
    scan.regions = reinterpret_cast<uint64_t>(regions.data());
    scan.region_count = regions.size();
    scan.category_mask = kPageIsWritten;
    scan.return_mask = kPageIsWritten;
    const int found = ioctl(Pagemap().file, kPagemapScan, &scan);
    if (found < 0) return absl::ErrnoToStatus(errno, "PAGEMAP_SCAN");
    for (int i = 0; i < found; ++i) visit(regions[static_cast<size_t>(i)]);
    if (scan.walk_end <= begin) {
      return absl::InternalError("PAGEMAP_SCAN does not get ahead");
    }
    begin = scan.walk_end;
  }
  return absl::OkStatus();
}

absl::Status Protect(uint64_t address, uint64_t size) {
  if (!Userfault().ok()) return Userfault().status();
  uffdio_register area = {};
  area.range = {address, size};
  area.mode = UFFDIO_REGISTER_MODE_WP;
  if (ioctl(*Userfault(), UFFDIO_REGISTER, &area) != 0) {
    return absl::ErrnoToStatus(errno, "UFFDIO_REGISTER");
  }
  // The first scan finds every page, and so protects every one.
  return Scan(address, address + size, [](const PageRegion&) {});
}

// Whether a page that is written, and no other, is found.
absl::Status Probe() {
  absl::StatusOr<HostPages> pages = HostPages::Noise(2 * HostPages::PageSize());
  if (!pages.ok()) return pages.status();
  const uint64_t begin = reinterpret_cast<uint64_t>(pages->bytes().data());
  const uint64_t middle = begin + HostPages::PageSize();
  const uint64_t end = middle + HostPages::PageSize();
  absl::Status status = Protect(begin, end - begin);
  if (!status.ok()) return status;
  volatile uint8_t* written = reinterpret_cast<uint8_t*>(middle);
  *written = *written;
  uint64_t hits = 0;
  uint64_t misses = 0;
  status = Scan(begin, end, [&](const PageRegion& region) {
    ++(region.start == middle && region.end == end ? hits : misses);
  });
  if (!status.ok() || (hits == 1 && misses == 0)) return status;
  return absl::InternalError("PAGEMAP_SCAN does not find the page written");
}

}  // namespace

absl::Status WriteWatch::Availability() {
  static const auto* const status = new absl::Status(Probe());
  return *status;
}

WriteWatch::WriteWatch(absl::Span<uint8_t> bytes) {
  const uint64_t address = reinterpret_cast<uint64_t>(bytes.data());
  const uint64_t page = HostPages::PageSize();
  const uint64_t size = (bytes.size() + page - 1) / page * page;
  if (IsAvailable() && Protect(address, size).ok()) address_ = address;
}

std::vector<ByteRange> WriteWatch::TakeWritten(const ByteRange& range) const {
  std::vector<ByteRange> written;
  if (address_ == 0 || range.empty()) return written;
  if (getpid() != Pagemap().process) return written;
  const uint64_t page = HostPages::PageSize();
  const uint64_t begin = range.offset / page * page;
  const uint64_t end = (range.end() + page - 1) / page * page;
  const absl::Status status =
      Scan(address_ + begin, address_ + end, [&](const PageRegion& region) {
        written.push_back(
            ByteRange::Between(region.start - address_, region.end - address_));
      });
  if (!status.ok()) written.clear();
  return written;
}

}  // namespace incoherent
