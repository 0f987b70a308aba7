#ifndef INCOHERENT_SIM_MEMORY_JOURNEY_H_
#define INCOHERENT_SIM_MEMORY_JOURNEY_H_

// Journey: how far each byte's last write has got, and who may rely on it.
//
// The axiomatic half of the model: it knows no values. It is told what the host
// and the device do, in the order of the API calls, and names each pair of
// accesses between which the specification demands a step that is missing
// (hazard.h). Whether anything went visibly wrong this time does not matter.
//
// Of each byte it knows (Memory Model, "Availability, Visibility, and Domain
// Operations"):
//
//   the last write    by the host through a reference (a mapping, or another
//                     pointer to the same pages), or by a stage of a queue
//   available         to the host domain, to a device domain: by which event
//   visible           to host references, to (stages, accesses) of the device:
//                     by which event
//   dirty             stored through a non-coherent reference, not flushed
//   the reads since   by whom
//
//   event                  what it does to the bytes it is about
//   HostWrite              new last write; available to the host domain at once
//                          if coherent, dirty otherwise
//   Flush                  dirty bytes: available to the host domain
//   Submit                 host-domain-available host writes: available to the
//                          device domain; what is available there: visible to
//                          every stage and access
//   DeviceAccess           a write: new last write, available nowhere
//   Dependency             1. source HOST_WRITE: host domain -> device domain
//     (barrier, wait       2. writes in the first scope: available to the
//     event)                  device domain
//                          3. what is available there: visible to the second
//                             scope
//                          4. destination HOST_READ or HOST_WRITE: device
//                             domain -> host domain
//   Signal                 device writes before it: available to the device
//     (fence, semaphore)      domain
//   Wait (on a queue)      what is available there: visible to its stages
//   HostWait               order, and nothing else
//   Invalidate             host-domain-available writes: visible to the
//                          reference; dirty bytes: undefined
//
// An event concerns only what is known to have happened before it, by submits,
// signals, waits and barriers, never by luck: all ordering is by vector clocks.
// DEVICE_COHERENT memory makes device writes available and visible on the
// device at once, with HOST_COHERENT also to the host.
//
// One payload may be the memory of several logical devices (an import). Each
// has its own device domain; between two of them a write takes the way through
// the host domain, and the order of a host that waits for the one before it
// submits to the other.
//
// Bytes with equal histories are kept as one run: an object costs what its
// distinct ranges cost, whatever its size.
//
// Device commands are reported when they can run, that is after what their
// batch waits for was signaled; SubmissionOrder (submission_order.h) does that.
// The caller sees to valid usage: ranges lie inside the payload, flushed and
// invalidated ranges are the ones DeviceMemory::ResolveMappedRange gave.
//
// Errors are the caller's bugs and abort (INCOHERENT_CHECK). Copyable; not
// thread-safe.
//
// Example: a forgotten flush.
//
//   std::vector<Hazard> hazards;
//   Journey journey([&](const Hazard& h) { hazards.push_back(h); });
//   auto buffer = journey.AddPayload({128, 64, /*non_coherent=*/true});
//   auto map = journey.AddReference(buffer);
//   auto host = journey.AddThread();
//   auto queue = journey.AddQueue();
//   journey.HostWrite(host, map, {0, 4}, 1);
//   journey.BeginSubmission(queue, journey.Submit(host));
//   journey.DeviceAccess(queue, {kStageCopy, kAccessTransferRead}, buffer,
//                        {0, 4}, Access::kRead, 2);
//   // hazards[0]: lost-host-write, earlier 1, later 2, missing flush

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "absl/types/optional.h"
#include "sim/memory/atom_grid.h"
#include "sim/memory/byte_history.h"
#include "sim/memory/byte_range.h"
#include "sim/memory/hazard.h"
#include "sim/memory/hazard_list.h"
#include "sim/memory/pipeline_scope.h"
#include "sim/memory/run_map.h"
#include "sim/memory/vector_clock.h"

namespace incoherent {

enum class Access : uint8_t { kRead, kWrite };

// Part of one payload: what a buffer or image barrier is about.
struct PayloadRange {
  uint32_t payload = 0;
  ByteRange range;
};

// Every stage that commands run in, and every access of theirs.
Scope EveryDeviceAccess();

class Journey {
 public:
  using Sink = std::function<void(const Hazard&)>;
  using PayloadId = uint32_t;
  using ReferenceId = uint32_t;
  using ThreadId = uint32_t;
  using QueueId = uint32_t;
  using DeviceId = DeviceDomain;
  // What was known at a submit, signal or post: handed to whoever waits.
  using Moment = VectorClock;

  struct PayloadInfo {
    uint64_t size = 0;
    uint64_t atom_size = 1;
    bool non_coherent = false;     // HOST_VISIBLE without HOST_COHERENT
    bool device_coherent = false;  // DEVICE_COHERENT_AMD
    // A cache that writes back only dirty bytes clobbers no neighbour.
    bool whole_atoms = true;
    // For tests: one run per byte, never joined.
    bool by_bytes = false;
  };

  // What becomes of a device write that the host has waited for, but that no
  // dependency to HOST made available to the host domain:
  enum class HostDomain : uint8_t {
    kStrict,  // it is not available there; whatever else is missing as well
              // comes after, and is not told
    kReport,  // it counts as available; the missing dependency is told, beside
              // whatever else is missing
    kMerged,  // it counts as available, and nobody minds
  };

  struct Options {
    bool report_useless_sync = false;
    HostDomain host_domain = HostDomain::kStrict;
  };

  explicit Journey(Sink sink) : Journey(std::move(sink), Options()) {}
  Journey(Sink sink, const Options& options);

  PayloadId AddPayload(const PayloadInfo& info);
  // vkFreeMemory: whatever still names the payload does nothing from now on.
  // With `reuse`, which asks that nothing does, its id may come again.
  void RemovePayload(PayloadId payload, bool reuse = false);
  // Of imports: the payload is memory of such a kind from now on; its size
  // stays.
  void SetKind(PayloadId payload, const PayloadInfo& info);
  // The contents became undefined, by nobody's access.
  void MakeUndefined(PayloadId payload, const ByteRange& range);
  // Through which the host touches the payload; cached as the payload's own
  // kind says, or as `non_coherent` does.
  ReferenceId AddReference(PayloadId payload);
  ReferenceId AddReference(PayloadId payload, bool non_coherent);
  void SetNonCoherent(ReferenceId reference, bool non_coherent);
  // vkUnmapMemory: what is dirty may be written back, or may not; a flush of
  // the next mapping does not say which.
  void Abandon(ReferenceId reference);
  // A cache that begins has nothing stale in it. Of one that is gone, what was
  // stored and not flushed is lost (LoseCache), or has got out (SettleCache).
  // These are no steps of a program's, and are not reported as useless.
  void BeginCache(ThreadId thread, ReferenceId reference);
  void LoseCache(ReferenceId reference);
  void SettleCache(ReferenceId reference);
  ThreadId AddThread();
  // Besides device 0, which is there.
  DeviceId AddDevice() { return next_device_++; }
  QueueId AddQueue(DeviceId device = 0);

  // --- The host. Each call is one event of the thread.
  void HostWrite(ThreadId thread, ReferenceId reference, const ByteRange& range,
                 OperationId operation);
  void HostRead(ThreadId thread, ReferenceId reference, const ByteRange& range,
                OperationId operation);
  void Flush(ThreadId thread, ReferenceId reference, const ByteRange& range,
             OperationId operation);
  void Invalidate(ThreadId thread, ReferenceId reference,
                  const ByteRange& range, OperationId operation);
  // As Invalidate, for memory that is shared and not mapped by Vulkan: what the
  // reference itself wrote and did not flush stays as it is.
  void Acquire(ThreadId thread, ReferenceId reference, const ByteRange& range,
               OperationId operation);
  // Between threads: what the C++ memory model calls release and acquire.
  Moment Post(ThreadId thread);
  void Await(ThreadId thread, const Moment& moment);

  // --- Submission. Submit is the vkQueueSubmit call; BeginSubmission is when
  // its first batch comes to the queue.
  Moment Submit(ThreadId thread, DeviceId device = 0);
  DeviceId DeviceOf(QueueId queue) const { return queues_[queue].device; }
  void BeginSubmission(QueueId queue, const Moment& submitted);

  // --- Semaphores, fences and events. `stages` is the first scope of a signal
  // (ALL_COMMANDS for fences and for the older submit) and the second scope of
  // a wait. A moment that the host signaled (HostSignal) also counts as a host
  // operation for barriers whose source has HOST.
  Moment HostSignal(ThreadId thread);
  void HostWait(ThreadId thread, const Moment& signaled);
  Moment Signal(QueueId queue, uint64_t stages);
  void Wait(QueueId queue, const Moment& signaled, uint64_t stages,
            bool by_host);

  // --- Commands, in submission order.
  void DeviceAccess(QueueId queue, const AccessPoint& point, PayloadId payload,
                    const ByteRange& range, Access access,
                    OperationId operation);
  // A barrier; without a range, a global one.
  void Dependency(QueueId queue, const Scope& source, const Scope& destination,
                  const absl::optional<PayloadRange>& range);
  // The two halves of an event: what is before vkCmdSetEvent, and the
  // dependency from there to what follows vkCmdWaitEvents.
  Moment SetEvent(QueueId queue, uint64_t stages);
  void WaitEvent(QueueId queue, const Moment& set, const Scope& source,
                 const Scope& destination,
                 const absl::optional<PayloadRange>& range);

  // Whether device work touched the payload that the thread has not waited for.
  bool IsPending(ThreadId thread, PayloadId payload) const;

  // Whether all that was known at the moment is known to the thread.
  bool HasWaitedFor(ThreadId thread, const Moment& moment) const;

  // Whether some byte of the range holds what was written there last: not if
  // each was never written, or by the host without a flush.
  bool HoldsFlushedBytes(PayloadId payload, const ByteRange& range) const;

  // The bytes of the range that nobody has written since AddPayload.
  std::vector<ByteRange> NeverWritten(PayloadId payload,
                                      const ByteRange& range) const;

  // The bytes of the range whose last write is still that operation's.
  std::vector<ByteRange> LastWrittenBy(PayloadId payload,
                                       const ByteRange& range,
                                       OperationId operation) const;

  // The bytes that the thread could not read through the reference without a
  // hazard, in order. Merged host domains count as in HostRead.
  std::vector<ByteRange> Unreadable(ThreadId thread,
                                    ReferenceId reference) const;

  // The bytes whose last write is the device's and not available to the host
  // domain, as far as the thread knows, in order.
  std::vector<ByteRange> NotHostAvailable(ThreadId thread,
                                          PayloadId payload) const;

  // How many runs the payload is kept as.
  size_t RunCount(PayloadId payload) const;

 private:
  struct Payload {
    PayloadInfo info;
    AtomGrid atoms;
    RunMap<ByteHistory> runs;
    bool removed = false;

    // What a device access may meet: whole atoms if some view has them.
    ByteRange Touched(const ByteRange& range) const {
      return info.non_coherent ? atoms.Outward(range) : range;
    }
  };
  struct Thread {
    uint32_t line;
    VectorClock known;
  };
  struct Reference {
    PayloadId payload;
    bool non_coherent;
  };
  struct Queue {
    DeviceId device;
    uint32_t first_line;
    uint32_t time = 0;
    // What is known to have happened before whatever runs next in a stage;
    // HOST's is what barriers from HOST carry on.
    std::array<VectorClock, kStageSlots> known;
  };
  // Visits the runs of a range and of what is touched around it; `outside`
  // tells that a run is of the latter.
  template <typename Visit>
  static void ForEachTouched(const Payload& payload, const ByteRange& touched,
                             const ByteRange& range, Visit visit) {
    const auto part = [&](uint64_t begin, uint64_t end, bool outside) {
      payload.runs.ForEach(ByteRange::Between(begin, end),
                           [&](const ByteRange& run, const ByteHistory& byte) {
                             visit(run, byte, outside);
                           });
    };
    part(touched.offset, range.offset, true);
    part(range.offset, range.end(), false);
    part(range.end(), touched.end(), true);
  }

  // Whether the host may count on the last write's being in the host domain,
  // as the options have it.
  bool ReachedHost(const ByteHistory& byte, const VectorClock& known) const;

  Event Tick(ThreadId thread);
  uint32_t NewLines(uint32_t count);
  Payload& PayloadOf(ReferenceId reference);
  bool IsNonCoherent(ReferenceId reference) const {
    return references_[reference].non_coherent;
  }
  // What a host access may meet: whole atoms through a non-coherent reference.
  ByteRange TouchedThrough(ReferenceId reference,
                           const ByteRange& range) const {
    const Payload& payload = payloads_[references_[reference].payload];
    return IsNonCoherent(reference) ? payload.atoms.Outward(range) : range;
  }

  // journey.cc: the host.
  void Refresh(ThreadId thread, ReferenceId reference, const ByteRange& range,
               OperationId operation, bool discards);
  void FindPending(const Payload& payload, ReferenceId reference,
                   const VectorClock& known, const ByteRange& range,
                   Access access, HazardList& hazards) const;
  void FindOverwritten(const Payload& payload, ReferenceId reference,
                       const VectorClock& known, const ByteRange& range,
                       HazardList& hazards) const;
  void FindClobbered(const Payload& payload, ReferenceId reference,
                     const VectorClock& known, const ByteRange& range,
                     HazardList& hazards) const;
  void FindUnseen(const Payload& payload, ReferenceId reference,
                  const VectorClock& known, const ByteRange& range,
                  HazardList& hazards) const;
  void FindFlushedInFlight(const Payload& payload, ReferenceId reference,
                           const VectorClock& known, const ByteRange& range,
                           HazardList& hazards) const;

  // journey_device.cc: queues.
  struct DeviceVisit;
  VectorClock KnownIn(const Queue& queue, uint64_t stages) const;
  VectorClock Before(Queue& queue, uint64_t stages) const;
  Event DependencyEvent(Queue& queue, uint64_t destination_stages);
  void FindLost(const DeviceVisit& visit, HazardList& hazards) const;
  void FindForeign(const DeviceVisit& visit, HazardList& hazards) const;
  void FindUnordered(const DeviceVisit& visit, HazardList& hazards) const;
  void FindAtomSharing(const DeviceVisit& visit, HazardList& hazards) const;
  bool IsSameQueue(const Event& event, QueueId queue) const;
  bool IsOfDevice(const Event& event, DeviceId device) const;
  void ApplyDependency(QueueId queue, VectorClock before, const Scope& source,
                       const Scope& destination,
                       const absl::optional<PayloadRange>& range);
  template <typename Visit>
  void ForEachHistory(const absl::optional<PayloadRange>& range, Visit visit);

  Sink sink_;
  Options options_;
  uint32_t next_line_ = 0;
  DeviceId next_device_ = 1;
  std::vector<Payload> payloads_;
  std::vector<PayloadId> live_payloads_;
  std::vector<PayloadId> free_payloads_;
  std::vector<Reference> references_;
  std::vector<Thread> threads_;
  std::vector<Queue> queues_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_MEMORY_JOURNEY_H_
