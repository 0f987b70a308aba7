#ifndef INCOHERENT_SIM_HOST_VMO_VMO_FILE_H_
#define INCOHERENT_SIM_HOST_VMO_VMO_FILE_H_

// VmoFile: the memfd of a Vmo (vmo_header.h), as one process has it open.
//
// An operation is put into the log in two steps: Prepare writes it behind the
// last entry, where it does not count; Commit makes it count. Whoever dies
// between them has done nothing, but for bytes that may be published already,
// as a cache may do at any moment.
//
// What another process wrote there is believed by nobody: sizes and counts are
// checked whenever they are read.
//
// Threads: everything between Lock and Unlock is for the thread that locked.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "sim/host/vmo/vmo_header.h"
#include "sim/host/vmo/vmo_log_entry.h"
#include "sim/host/vmo/vmo_pages.h"

namespace incoherent {

class VmoFile {
 public:
  // `identity` has a size that is allowed.
  static absl::StatusOr<std::unique_ptr<VmoFile>> Create(
      const VmoIdentity& identity, std::chrono::milliseconds lock_timeout);
  static absl::StatusOr<std::unique_ptr<VmoFile>> Open(
      int fd, std::chrono::milliseconds lock_timeout);
  ~VmoFile();
  VmoFile(const VmoFile&) = delete;
  VmoFile& operator=(const VmoFile&) = delete;

  int fd() const { return fd_; }
  uint64_t size() const { return identity_.size; }
  bool resizable() const { return identity_.resizable != 0; }
  const std::string& name() const { return name_; }
  // Whether both are of the same memfd.
  bool IsSame(const VmoFile& other) const;

  // The first `size` published bytes.
  absl::StatusOr<VmoPages> MapBytes(size_t size, bool writable) const;

  std::atomic<uint32_t>& signal(int slot) { return header().signals[slot]; }

  absl::Status Lock() { return header().lock.Lock(lock_timeout_); }
  void Unlock() { header().lock.Unlock(); }

  // --- Under the lock.

  absl::StatusOr<uint64_t> EntryCount();
  // `entries` are among those that count.
  absl::Status ReadEntries(uint64_t first, absl::Span<VmoLogEntry> entries);
  absl::Status Prepare(const VmoLogEntry& entry);
  void Commit() { ++header().entries; }

 private:
  // Takes the file descriptor.
  VmoFile(int fd, const VmoIdentity& identity, VmoPages header,
          std::chrono::milliseconds lock_timeout);

  VmoHeader& header() {
    return *reinterpret_cast<VmoHeader*>(header_.bytes().data());
  }
  uint64_t EntryOffset(uint64_t index) const {
    return VmoLogOffset(identity_.size) + index * sizeof(VmoLogEntry);
  }

  int fd_;
  VmoIdentity identity_;
  std::string name_;
  VmoPages header_;
  std::chrono::milliseconds lock_timeout_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_VMO_VMO_FILE_H_
