#ifndef INCOHERENT_SIM_FINDINGS_FINDING_LOG_H_
#define INCOHERENT_SIM_FINDINGS_FINDING_LOG_H_

// FindingLog: the findings of one process.
//
// A finding is told when it is first seen, and counted from then on: the same
// kind and rule from the same place is one finding with a count. The place is
// the call stack, so a loop speaks once and two different calls speak twice.
//
// Thread-safe.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "sim/findings/finding.h"

namespace incoherent {

class FindingLog {
 public:
  using Sink = std::function<void(absl::string_view line)>;

  explicit FindingLog(Sink sink) : sink_(std::move(sink)) {}

  // `place` identifies the caller; the first finding from there goes to the
  // sink.
  void Add(const Finding& finding, uint64_t place);

  // Each finding as it was first seen, with its count; in that order.
  std::vector<Finding> Findings() const;

  // "2 errors from 1 place (VUID-... x2)", or empty without findings. What has
  // no VUID goes by its kind.
  std::string Summary() const;

 private:
  struct Key {
    HazardKind kind;
    std::string vuid;
    uint64_t place;

    bool operator==(const Key& other) const {
      return kind == other.kind && vuid == other.vuid && place == other.place;
    }
    template <typename H>
    friend H AbslHashValue(H state, const Key& key) {
      return H::combine(std::move(state), key.kind, key.vuid, key.place);
    }
  };

  Sink sink_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<Key, size_t> index_ ABSL_GUARDED_BY(mutex_);
  std::vector<Finding> findings_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_FINDINGS_FINDING_LOG_H_
