#ifndef INCOHERENT_SIM_ICD_OBSERVER_H_
#define INCOHERENT_SIM_ICD_OBSERVER_H_

// Observer: sees to it that the journey of one device's memory is told in the
// order of the API calls, and makes findings of the hazards on it.
//
//   what the host does            is known from
//   stores                        bytes that changed on pages that the kernel
//                                 says were written; at each call
//   loads, stores to guarded      the trap; at each call, with the stack
//     bytes
//   flush, invalidate, submit,    the calls themselves
//     signal, wait
//   what the device does          the recordings of the submitted command
//                                 buffers, in the order in which they can run
//
// All host threads are one to it: it cannot see how they synchronize, and takes
// it that they do.
//
// Of what a command only may do (Certainty::kMay) little is certain either. A
// write counts if bytes changed; a read makes a finding a warning, unless there
// was nothing sound to read in the whole range.
//
// Each public member is one call of the API. Findings are told at its end, when
// no lock is held. Thread-safe.

#include <vulkan/vulkan.h>

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"
#include "sim/icd/hazard_report.h"
#include "sim/icd/memory_object.h"
#include "sim/icd/operation_log.h"
#include "sim/icd/options.h"
#include "sim/icd/resources/debug_names.h"
#include "sim/icd/resources/resource_table.h"
#include "sim/memory/submission_order.h"

namespace incoherent {

// A submission as the application asked for it; binary semaphores have no
// value.
struct SemaphoreRequest {
  VkSemaphore semaphore = VK_NULL_HANDLE;
  uint64_t value = 0;
  uint64_t stages = kStageAllCommands;
};
struct BatchRequest {
  std::vector<SemaphoreRequest> waits;
  std::vector<VkCommandBuffer> buffers;
  std::vector<SemaphoreRequest> signals;
};

class Observer {
 public:
  struct World {
    const Options* options;
    const ResourceTable* resources;
    const DebugNames* names;
    bool whole_atoms;  // what a write-back carries
  };
  explicit Observer(const World& world);

  // --- Memory. Only what the host can map is followed.
  void Add(MemoryObject& object);
  void Remove(MemoryObject& object);
  // After a map: what the host does through it is looked at, and what it must
  // not touch is guarded, from now on; until before its unmap.
  void Mapped(MemoryObject& object, const char* command);
  void Unmapping(MemoryObject& object, const char* command);
  void Flush(MemoryObject& object, uint64_t offset, uint64_t size);
  void Invalidate(MemoryObject& object, uint64_t offset, uint64_t size);

  // A call that says nothing of memory; what the host did before it is told.
  void Look(const char* command);

  // --- Queues (observer_queues.cc).
  void Submit(VkQueue queue, const std::vector<BatchRequest>& batches,
              VkFence fence, const char* command);
  // A wait begins by a look, before which nothing is waited for.
  void FencesSignaled(const std::vector<VkFence>& fences);
  void FencesReset(const std::vector<VkFence>& fences);
  void RemoveFence(VkFence fence);
  void QueueIdle(VkQueue queue);
  void DeviceIdle();

  void AddSemaphore(VkSemaphore semaphore,
                    absl::optional<uint64_t> timeline_value);
  void RemoveSemaphore(VkSemaphore semaphore);
  void SemaphoreReached(VkSemaphore semaphore, uint64_t value);
  void HostSignals(VkSemaphore semaphore, uint64_t value);
  // By the presentation engine.
  void SignaledFromOutside(VkSemaphore semaphore);

  void AddEvent(VkEvent event);
  void RemoveEvent(VkEvent event);
  void HostSetsEvent(VkEvent event);
  void HostResetsEvent(VkEvent event);
  SubmissionOrder::EventId EventOf(VkEvent event);

 private:
  class Call;
  using SubmissionId = SubmissionOrder::SubmissionId;

  // What is submitted, and what it may write.
  struct Running {
    uint64_t number = 0;
    std::vector<PayloadRange> writes;
    bool has_fence = false;
  };
  // A hazard of this call, and whether the later party, which may have read
  // other bytes of its range, found sound ones among them.
  struct Encounter {
    Hazard hazard;
    bool may_be_sound = false;
  };

  // observer.cc
  void LookAtHost(const char* command) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void LookAt(MemoryObject& object, const char* command)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TellAccesses(MemoryObject& object, RangeSet& stored)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  ByteRange WidenIfUnseen(const MemoryObject& object,
                          const TrappedAccess& access) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  OperationId AddHostOperation(const MemoryObject& object, Operation::Kind kind,
                               const char* command, const ByteRange& range)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void UpdateGuards() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  MemoryObject* ObjectOf(Journey::PayloadId payload) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // observer_findings.cc
  void OnHazard(const Hazard& hazard) ABSL_NO_THREAD_SAFETY_ANALYSIS;
  void JudgeEncounters() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void JudgeSuspicions() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Judge(const Encounter& encounter) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::optional<Severity> SeverityOf(const Hazard& hazard) const;
  bool IsOutweighed(const Hazard& hazard) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool IsHostPartial(const Hazard& hazard) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void JudgeClobbers(const MemoryObject& object)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool IsNeighbourOfImport(const Hazard& hazard,
                           const MemoryObject& object) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool IsRunning(uint64_t submission_number) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Report(const Hazard& hazard, Severity severity, bool certain)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // observer_queues.cc
  DeviceBatch BatchOf(const BatchRequest& request,
                      const std::shared_ptr<const SubmittedWork>& work,
                      Running& running) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AppendSteps(VkCommandBuffer buffer,
                   const std::shared_ptr<const SubmittedWork>& work,
                   std::vector<DeviceOperation>& operations, Running& running)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  SemaphoreUse UseOf(const SemaphoreRequest& request)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Journey::QueueId QueueOf(VkQueue queue) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WaitFor(SubmissionId submission) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Settle() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Absorb(const Running& running) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DetachFence(VkFence fence) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const World world_;
  absl::Mutex mutex_;
  std::vector<Encounter> encounters_ ABSL_GUARDED_BY(mutex_);
  // By what they have in common.
  absl::flat_hash_map<uint64_t, size_t> latest_encounter_
      ABSL_GUARDED_BY(mutex_);
  std::vector<PlacedFinding> findings_ ABSL_GUARDED_BY(mutex_);
  // Stores to part of an atom whose other bytes the host has not seen, until
  // the atom is flushed: it may store to the others as well before that.
  std::vector<Hazard> clobbers_ ABSL_GUARDED_BY(mutex_);
  // Objects of which the trap has not seen all stores since they were flushed.
  absl::flat_hash_set<const MemoryObject*> half_seen_ ABSL_GUARDED_BY(mutex_);
  // In flight of writes that are not certain, until they are done.
  std::vector<Hazard> suspicions_ ABSL_GUARDED_BY(mutex_);
  Journey journey_ ABSL_GUARDED_BY(mutex_);
  SubmissionOrder order_ ABSL_GUARDED_BY(mutex_);
  OperationLog operations_ ABSL_GUARDED_BY(mutex_);
  const Journey::ThreadId host_;

  absl::flat_hash_map<Journey::PayloadId, MemoryObject*> objects_
      ABSL_GUARDED_BY(mutex_);
  // Those that the host can reach now.
  absl::flat_hash_set<MemoryObject*> reachable_ ABSL_GUARDED_BY(mutex_);
  // Objects whose guarded bytes may have changed.
  absl::flat_hash_set<MemoryObject*> unsettled_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<MemoryObject*, std::vector<ByteRange>> guarded_
      ABSL_GUARDED_BY(mutex_);

  uint64_t submits_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<SubmissionId, Running> running_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<VkQueue, Journey::QueueId> queues_
      ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<VkFence, SubmissionId> fences_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<VkSemaphore, SubmissionOrder::SemaphoreId> semaphores_
      ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<VkEvent, SubmissionOrder::EventId> events_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_OBSERVER_H_
