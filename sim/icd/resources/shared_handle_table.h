#ifndef INCOHERENT_SIM_ICD_RESOURCES_SHARED_HANDLE_TABLE_H_
#define INCOHERENT_SIM_ICD_RESOURCES_SHARED_HANDLE_TABLE_H_

// SharedHandleTable: as HandleTable (sim/icd/handle_table.h), for states that
// outlive their handle: a layout in the pipelines made with it, a pipeline in
// the command buffers that bound it. From any thread.

#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"

namespace incoherent {

template <typename Handle, typename State>
class SharedHandleTable {
 public:
  void Insert(Handle handle, std::shared_ptr<State> state) {
    absl::WriterMutexLock lock(&mutex_);
    states_[handle] = std::move(state);
  }

  // Null for a handle that is not known.
  std::shared_ptr<State> Find(Handle handle) const {
    absl::ReaderMutexLock lock(&mutex_);
    const auto found = states_.find(handle);
    return found == states_.end() ? nullptr : found->second;
  }

  void Remove(Handle handle) {
    absl::WriterMutexLock lock(&mutex_);
    states_.erase(handle);
  }

 private:
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<Handle, std::shared_ptr<State>> states_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_SHARED_HANDLE_TABLE_H_
