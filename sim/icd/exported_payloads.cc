#include "sim/icd/exported_payloads.h"

#include <sys/stat.h>

namespace incoherent {

ExportedPayloads& ExportedPayloads::Get() {
  static auto* const payloads = new ExportedPayloads;
  return *payloads;
}

absl::optional<ExportedPayloads::Inode> ExportedPayloads::InodeOf(int fd) {
  struct stat file = {};
  if (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode)) return absl::nullopt;
  return Inode{file.st_dev, file.st_ino};
}

void ExportedPayloads::Remember(int fd, const ExportedPayload& payload) {
  const absl::optional<Inode> inode = InodeOf(fd);
  if (!inode.has_value()) return;
  absl::MutexLock lock(&mutex_);
  payloads_[*inode] = payload;
}

absl::optional<ExportedPayload> ExportedPayloads::Find(int fd) const {
  const absl::optional<Inode> inode = InodeOf(fd);
  if (!inode.has_value()) return absl::nullopt;
  absl::MutexLock lock(&mutex_);
  const auto found = payloads_.find(*inode);
  if (found == payloads_.end()) return absl::nullopt;
  return found->second;
}

}  // namespace incoherent
