#ifndef INCOHERENT_SIM_ICD_EXPORTED_PAYLOADS_H_
#define INCOHERENT_SIM_ICD_EXPORTED_PAYLOADS_H_

// ExportedPayloads: what the opaque fds of this process were exported from.
//
// An import of an opaque fd must repeat the size and type of the export
// (VUID-VkMemoryAllocateInfo-allocationSize-01742). A payload is recognized by
// its inode, so only where the downstream's fds are files of their own (as
// lavapipe's are); of any other nothing is known, and nothing is told.

#include <cstdint>
#include <map>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"

namespace incoherent {

struct ExportedPayload {
  uint64_t size = 0;
  uint32_t type_index = 0;
};

class ExportedPayloads {
 public:
  // Those of this process.
  static ExportedPayloads& Get();

  void Remember(int fd, const ExportedPayload& payload);
  absl::optional<ExportedPayload> Find(int fd) const;

 private:
  using Inode = std::pair<uint64_t, uint64_t>;  // device, inode
  static absl::optional<Inode> InodeOf(int fd);

  mutable absl::Mutex mutex_;
  std::map<Inode, ExportedPayload> payloads_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_EXPORTED_PAYLOADS_H_
