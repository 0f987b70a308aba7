#ifndef INCOHERENT_SIM_ICD_HANDLE_TABLE_H_
#define INCOHERENT_SIM_ICD_HANDLE_TABLE_H_

// HandleTable: what the ICD knows of each live Vulkan handle of one kind.
//
// Handles are the downstream's, so nothing of ours fits inside them. Look-ups
// may run at once; a state stays where it is until it is taken, which Vulkan's
// external synchronization rules keep from racing with its use.

#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"

namespace incoherent {

template <typename Handle, typename State>
class HandleTable {
 public:
  constexpr HandleTable() = default;

  // Keeps `state` for `handle`, in place of what a dead handle of the same
  // value may have left.
  State* Insert(Handle handle, std::unique_ptr<State> state) {
    absl::WriterMutexLock lock(&mutex_);
    std::unique_ptr<State>& kept = states_[handle];
    kept = std::move(state);
    return kept.get();
  }

  // Keeps `state` unless the handle has one; returns the one that it has now.
  State* InsertIfAbsent(Handle handle, std::unique_ptr<State> state) {
    absl::WriterMutexLock lock(&mutex_);
    return states_.try_emplace(handle, std::move(state)).first->second.get();
  }

  // Null for a handle that is not known.
  State* Find(Handle handle) const {
    absl::ReaderMutexLock lock(&mutex_);
    const auto found = states_.find(handle);
    return found == states_.end() ? nullptr : found->second.get();
  }

  std::unique_ptr<State> Take(Handle handle) {
    absl::WriterMutexLock lock(&mutex_);
    const auto found = states_.find(handle);
    if (found == states_.end()) return nullptr;
    std::unique_ptr<State> state = std::move(found->second);
    states_.erase(found);
    return state;
  }

  size_t size() const {
    absl::ReaderMutexLock lock(&mutex_);
    return states_.size();
  }

  // Calls visit(states) with all states, in no order; none is taken meanwhile.
  template <typename Visit>
  void VisitAll(Visit visit) const {
    absl::ReaderMutexLock lock(&mutex_);
    std::vector<State*> all;
    for (const auto& entry : states_) all.push_back(entry.second.get());
    visit(all);
  }

 private:
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<Handle, std::unique_ptr<State>> states_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_HANDLE_TABLE_H_
