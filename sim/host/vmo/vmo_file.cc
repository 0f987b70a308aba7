#include "sim/host/vmo/vmo_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/host/vmo/zx_error.h"

namespace incoherent {
namespace {

// By how much the log grows when it is full.
constexpr uint64_t kLogStep = 64 * 1024;

// Closes a file descriptor that nobody took.
class OpenFile {
 public:
  explicit OpenFile(int fd) : fd_(fd) {}
  ~OpenFile() {
    if (fd_ >= 0) close(fd_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  int get() const { return fd_; }
  int Take() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

absl::Status SystemError(ZxError error, absl::string_view what) {
  return ZxStatus(error, absl::StrCat(what, ": ", strerror(errno)));
}

absl::Status NoVmo(int fd, absl::string_view why) {
  return ZxStatus(ZxError::kWrongType,
                  absl::StrCat("file descriptor ", fd, " is no Vmo: ", why));
}

absl::StatusOr<uint64_t> FileSize(int fd) {
  struct stat info;
  if (fstat(fd, &info) != 0) return NoVmo(fd, strerror(errno));
  if (!S_ISREG(info.st_mode)) return NoVmo(fd, "it is no memory file");
  return static_cast<uint64_t>(info.st_size);
}

absl::Status CheckIdentity(int fd, const VmoIdentity& identity) {
  const VmoIdentity ours;
  if (identity.magic != ours.magic) return NoVmo(fd, "it begins otherwise");
  if (identity.version != ours.version ||
      identity.entry_size != ours.entry_size ||
      identity.lock_size != ours.lock_size) {
    return ZxStatus(
        ZxError::kWrongType,
        absl::StrCat("file descriptor ", fd, " is a Vmo of layout version ",
                     identity.version, ", entries ", identity.entry_size,
                     ", lock ", identity.lock_size,
                     "; this program's is version ", ours.version, ", entries ",
                     ours.entry_size, ", lock ", ours.lock_size));
  }
  if (identity.size == 0 || identity.size > kVmoMaxSize) {
    return ZxStatus(ZxError::kIoDataIntegrity,
                    absl::StrCat("file descriptor ", fd, ": a Vmo of ",
                                 identity.size, " bytes cannot be"));
  }
  return absl::OkStatus();
}

absl::StatusOr<VmoIdentity> ReadIdentity(int fd) {
  const absl::StatusOr<uint64_t> file_size = FileSize(fd);
  if (!file_size.ok()) return file_size.status();
  VmoIdentity identity;
  if (pread(fd, &identity, sizeof(identity), 0) !=
      static_cast<ssize_t>(sizeof(identity))) {
    return NoVmo(fd, "it is too short, or cannot be read");
  }
  if (absl::Status status = CheckIdentity(fd, identity); !status.ok()) {
    return status;
  }
  if (*file_size < VmoLogOffset(identity.size)) {
    return ZxStatus(
        ZxError::kIoDataIntegrity,
        absl::StrCat("file descriptor ", fd, ": a Vmo of ", identity.size,
                     " bytes is cut to a file of ", *file_size, " bytes"));
  }
  const int seals = fcntl(fd, F_GET_SEALS);
  if (seals < 0 || (seals & F_SEAL_SHRINK) == 0) {
    return NoVmo(fd, "it is not sealed against shrinking");
  }
  return identity;
}

absl::StatusOr<VmoPages> MapHeader(int fd) {
  return VmoPages::Shared(fd, 0, sizeof(VmoHeader), /*writable=*/true);
}

}  // namespace

VmoFile::VmoFile(int fd, const VmoIdentity& identity, VmoPages header,
                 std::chrono::milliseconds lock_timeout)
    : fd_(fd),
      identity_(identity),
      name_(FromVmoName(identity.name)),
      header_(std::move(header)),
      lock_timeout_(lock_timeout) {}

VmoFile::~VmoFile() { close(fd_); }

absl::StatusOr<std::unique_ptr<VmoFile>> VmoFile::Create(
    const VmoIdentity& identity, std::chrono::milliseconds lock_timeout) {
  const std::string name = FromVmoName(identity.name);
  OpenFile file(memfd_create(absl::StrCat("vmo:", name).c_str(),
                             MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (file.get() < 0) return SystemError(ZxError::kNoMemory, "memfd_create");
  if (ftruncate(file.get(), static_cast<off_t>(VmoLogOffset(identity.size) +
                                               kLogStep)) != 0 ||
      fcntl(file.get(), F_ADD_SEALS, F_SEAL_SHRINK) != 0) {
    return SystemError(ZxError::kNoMemory,
                       absl::StrCat("a Vmo of ", identity.size, " bytes"));
  }
  absl::StatusOr<VmoPages> header = MapHeader(file.get());
  if (!header.ok()) return header.status();
  auto* const made = new (header->bytes().data()) VmoHeader;
  made->identity = identity;
  made->lock.Initialize();
  return std::unique_ptr<VmoFile>(
      new VmoFile(file.Take(), identity, *std::move(header), lock_timeout));
}

absl::StatusOr<std::unique_ptr<VmoFile>> VmoFile::Open(
    int fd, std::chrono::milliseconds lock_timeout) {
  OpenFile file(fcntl(fd, F_DUPFD_CLOEXEC, 0));
  if (file.get() < 0) return NoVmo(fd, strerror(errno));
  const absl::StatusOr<VmoIdentity> identity = ReadIdentity(file.get());
  if (!identity.ok()) return identity.status();
  absl::StatusOr<VmoPages> header = MapHeader(file.get());
  if (!header.ok()) return header.status();
  return std::unique_ptr<VmoFile>(
      new VmoFile(file.Take(), *identity, *std::move(header), lock_timeout));
}

bool VmoFile::IsSame(const VmoFile& other) const {
  struct stat a, b;
  return fstat(fd_, &a) == 0 && fstat(other.fd_, &b) == 0 &&
         a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

absl::StatusOr<VmoPages> VmoFile::MapBytes(size_t size, bool writable) const {
  return VmoPages::Shared(fd_, kVmoBytesOffset, size, writable);
}

absl::StatusOr<uint64_t> VmoFile::EntryCount() {
  const uint64_t entries = header().entries;
  const absl::StatusOr<uint64_t> file_size = FileSize(fd_);
  if (!file_size.ok()) return file_size.status();
  const uint64_t room =
      (*file_size - VmoLogOffset(identity_.size)) / sizeof(VmoLogEntry);
  if (entries > room) {
    return ZxStatus(
        ZxError::kIoDataIntegrity,
        absl::StrCat("vmo \"", name_, "\": the log should have ", entries,
                     " entries, but there is room for ", room));
  }
  return entries;
}

absl::Status VmoFile::ReadEntries(uint64_t first,
                                  absl::Span<VmoLogEntry> entries) {
  const size_t size = entries.size() * sizeof(VmoLogEntry);
  if (pread(fd_, entries.data(), size,
            static_cast<off_t>(EntryOffset(first))) !=
      static_cast<ssize_t>(size)) {
    return SystemError(ZxError::kIoDataIntegrity, "the Vmo's log is not read");
  }
  return absl::OkStatus();
}

absl::Status VmoFile::Prepare(const VmoLogEntry& entry) {
  const absl::StatusOr<uint64_t> entries = EntryCount();
  if (!entries.ok()) return entries.status();
  const uint64_t at = EntryOffset(*entries);
  const absl::StatusOr<uint64_t> file_size = FileSize(fd_);
  if (!file_size.ok()) return file_size.status();
  if (at + sizeof(entry) > *file_size &&
      ftruncate(fd_, static_cast<off_t>(*file_size + kLogStep)) != 0) {
    return SystemError(ZxError::kNoMemory, "the Vmo's log cannot grow");
  }
  if (pwrite(fd_, &entry, sizeof(entry), static_cast<off_t>(at)) !=
      static_cast<ssize_t>(sizeof(entry))) {
    return SystemError(ZxError::kNoMemory, "the Vmo's log cannot be written");
  }
  return absl::OkStatus();
}

}  // namespace incoherent
