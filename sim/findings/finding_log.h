#ifndef INCOHERENT_SIM_FINDINGS_FINDING_LOG_H_
#define INCOHERENT_SIM_FINDINGS_FINDING_LOG_H_

// FindingLog: the findings of one process.
//
// A finding is new when it is first seen, and counted from then on: the same
// kind and rule from the same place is one finding with a count. The place is
// the call stack, so a loop speaks once and two different calls speak twice.
//
//   FindingLog log;
//   if (log.Add(finding, place)) Say(ToText(finding));
//   ...
//   Say(log.Summary());
//
// Thread-safe.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "sim/findings/finding.h"
#include "sim/findings/suppressions.h"

namespace incoherent {

class FindingLog {
 public:
  // From now on, findings that match are only counted. What was told stays.
  void Suppress(Suppressions suppressions);

  // `place` identifies the caller. Whether the finding is the first from
  // there, and so is to be told.
  bool Add(const Finding& finding, uint64_t place);
  // Counts it unless it is new, and returns whether it did: then only the kind,
  // the VUID and the count of the finding were looked at.
  bool CountIfKnown(const Finding& finding, uint64_t place);

  // Each finding as it was first seen, with its count; in that order. Without
  // the suppressed ones, as all that follows.
  std::vector<Finding> Findings() const;
  bool HasErrors() const;

  // "2 errors, 1 warning from 3 places (VUID-... x2, stale-host-read x1); 4
  // suppressed", or empty if there is nothing to tell. What has no VUID goes by
  // its kind.
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
  void CountAgain(const Finding& finding, size_t index)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // In place of an index, of what is not told.
  static constexpr size_t kSuppressed = ~size_t{0};

  mutable absl::Mutex mutex_;
  Suppressions suppressions_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<Key, size_t> index_ ABSL_GUARDED_BY(mutex_);
  std::vector<Finding> findings_ ABSL_GUARDED_BY(mutex_);
  uint64_t suppressed_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_FINDINGS_FINDING_LOG_H_
