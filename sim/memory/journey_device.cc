// The device's side of the journey: queues, their dependencies and accesses.

#include <utility>

#include "sim/memory/journey.h"

namespace incoherent {
namespace {

using Writer = ByteHistory::Writer;

// A queue has a line for each stage's commands, for the dependencies that hold
// a stage back, and for the signals that wait for a stage.
constexpr uint32_t kDependencyLines = kStageSlots;
constexpr uint32_t kSignalLines = 2 * kStageSlots;
constexpr uint32_t kQueueLines = 3 * kStageSlots;

// Bit StageIndex(s) for each stage s of the mask, HOST included.
uint32_t Slots(uint64_t stages) {
  uint32_t slots = 0;
  for (uint64_t left = stages & (kCommandStages | kStageHost); left != 0;
       left &= left - 1) {
    slots |= uint32_t{1} << StageIndex(left & -left);
  }
  return slots;
}

template <typename Visit>
void ForEachSlot(uint32_t slots, Visit visit) {
  for (; slots != 0; slots &= slots - 1) visit(__builtin_ctz(slots));
}

}  // namespace

Scope EveryDeviceAccess() {
  return {kCommandStages, SupportedAccesses(kCommandStages)};
}

// One access of a command, to one run of the bytes it names or neighbours.
struct Journey::DeviceVisit {
  const Payload& payload;
  QueueId queue;
  DeviceId device;
  const AccessPoint& point;
  Access access;
  OperationId operation;
  const VectorClock& known;
  ByteRange run;
  const ByteHistory& byte;

  // Whether the last write got to where the access is.
  bool Reaches() const {
    return access == Access::kWrite
               ? byte.IsDeviceAvailable(device, known)
               : byte.IsDeviceVisible(device, point, known);
  }
};

Journey::QueueId Journey::AddQueue(DeviceId device) {
  INCOHERENT_CHECK(device < next_device_, "no such device");
  Queue queue;
  queue.device = device;
  queue.first_line = NewLines(kQueueLines);
  queues_.push_back(std::move(queue));
  return static_cast<QueueId>(queues_.size() - 1);
}

template <typename Visit>
void Journey::ForEachHistory(const absl::optional<PayloadRange>& range,
                             Visit visit) {
  const auto on_run = [&visit](const ByteRange&, ByteHistory& byte) {
    if (byte.writer != Writer::kNobody) visit(byte);
  };
  if (range) {
    Payload& payload = payloads_[range->payload];
    if (!payload.removed) payload.runs.Update(range->range, on_run);
    return;
  }
  for (PayloadId id : live_payloads_) {
    payloads_[id].runs.Update({0, payloads_[id].info.size}, on_run);
  }
}

Journey::Moment Journey::Submit(ThreadId thread, DeviceId device) {
  const Event event = Tick(thread);
  const VectorClock& known = threads_[thread].known;
  ForEachHistory(absl::nullopt, [&](ByteHistory& byte) {
    if (!byte.IsWrittenBy(device) && byte.IsHostAvailable(known)) {
      byte.MakeDeviceAvailable(device, event, known);
    }
    if (byte.IsDeviceAvailable(device, known)) {
      byte.MakeDeviceVisible(device, EveryDeviceAccess(), event, known);
    }
  });
  return known;
}

bool Journey::IsSameQueue(const Event& event, QueueId queue) const {
  const uint32_t first = queues_[queue].first_line;
  return event.first_line >= first && event.first_line < first + kQueueLines;
}

bool Journey::IsOfDevice(const Event& event, DeviceId device) const {
  for (QueueId queue = 0; queue < queues_.size(); ++queue) {
    if (IsSameQueue(event, queue)) return queues_[queue].device == device;
  }
  return false;
}

// What happened before work that the stages' progress is known to.
VectorClock Journey::KnownIn(const Queue& queue, uint64_t stages) const {
  VectorClock known;
  ForEachSlot(Slots(stages), [&](int slot) { known.Join(queue.known[slot]); });
  return known;
}

// The first scope of a dependency: the stages' commands up to now, and what
// happened before them.
VectorClock Journey::Before(Queue& queue, uint64_t stages) const {
  const uint64_t expanded = ExpandSourceStages(stages);
  VectorClock before = KnownIn(queue, expanded);
  before.Raise({queue.first_line, queue.time, Slots(expanded)});
  return before;
}

Event Journey::DependencyEvent(Queue& queue, uint64_t destination_stages) {
  return {queue.first_line + kDependencyLines, ++queue.time,
          Slots(ExpandDestinationStages(destination_stages))};
}

void Journey::BeginSubmission(QueueId queue, const Moment& submitted) {
  for (VectorClock& known : queues_[queue].known) known.Join(submitted);
}

Journey::Moment Journey::SetEvent(QueueId queue, uint64_t stages) {
  Queue& here = queues_[queue];
  return Before(here, stages);
}

Journey::Moment Journey::Signal(QueueId queue, uint64_t stages) {
  Queue& here = queues_[queue];
  VectorClock before = Before(here, stages);
  const uint32_t slots = Slots(ExpandSourceStages(stages));
  if ((ExpandSourceStages(stages) & kCommandStages) == kCommandStages) {
    // A signal that waits for everything waits for barriers to HOST as well.
    before.Join(here.known[StageIndex(kStageHost)]);
  }
  const Event signal = {here.first_line + kSignalLines, ++here.time, slots};
  ForEachHistory(absl::nullopt, [&](ByteHistory& byte) {
    if (byte.IsWrittenBy(here.device) && before.Knows(byte.written)) {
      byte.MakeDeviceAvailable(here.device, signal, before);
    }
  });
  before.Raise(signal);
  return before;
}

void Journey::Wait(QueueId queue, const Moment& signaled, uint64_t stages,
                   bool by_host) {
  Queue& here = queues_[queue];
  const Event wait = DependencyEvent(here, stages);
  const uint64_t commands = ExpandScope({stages, 0}).stages;
  const Scope seen = {commands, SupportedAccesses(commands)};
  ForEachHistory(absl::nullopt, [&](ByteHistory& byte) {
    if (byte.IsDeviceAvailable(here.device, signaled)) {
      byte.MakeDeviceVisible(here.device, seen, wait, signaled);
    }
  });
  const auto learn = [&](int slot) {
    here.known[slot].Join(signaled);
    here.known[slot].Raise(wait);
  };
  ForEachSlot(wait.lines, learn);
  if (by_host) here.known[StageIndex(kStageHost)].Join(signaled);
}

void Journey::Dependency(QueueId queue, const Scope& source,
                         const Scope& destination,
                         const absl::optional<PayloadRange>& range) {
  ApplyDependency(queue, Before(queues_[queue], source.stages), source,
                  destination, range);
}

void Journey::WaitEvent(QueueId queue, const Moment& set, const Scope& source,
                        const Scope& destination,
                        const absl::optional<PayloadRange>& range) {
  ApplyDependency(queue, set, source, destination, range);
}

// The four steps of a memory dependency, in their order.
void Journey::ApplyDependency(QueueId queue, VectorClock before,
                              const Scope& source, const Scope& destination,
                              const absl::optional<PayloadRange>& range) {
  Queue& here = queues_[queue];
  const Event event = DependencyEvent(here, destination.stages);
  const Scope first = ExpandScope(source);
  const Scope second = ExpandScope(destination);
  const bool from_host = (first.accesses & kAccessHostWrite) != 0;
  const bool to_host =
      (second.accesses & (kAccessHostRead | kAccessHostWrite)) != 0;
  ForEachHistory(range, [&](ByteHistory& byte) {
    bool available = byte.IsDeviceAvailable(here.device, before);
    const bool carried =
        byte.IsWrittenBy(here.device)
            ? first.Includes(byte.point) && before.Knows(byte.written)
            : from_host && byte.IsHostAvailable(before);
    if (!available && carried) {
      byte.MakeDeviceAvailable(here.device, event, before);
      available = true;
    }
    if (!available) return;
    byte.MakeDeviceVisible(here.device, second, event, before);
    if (to_host) byte.MakeHostAvailable(event, before);
  });
  before.Raise(event);
  ForEachSlot(event.lines, [&](int slot) { here.known[slot].Join(before); });
}

// Of a host write: that it never got to the device.
void Journey::FindLost(const DeviceVisit& visit, HazardList& hazards) const {
  const ByteHistory& byte = visit.byte;
  const bool writes = visit.access == Access::kWrite;
  if (writes && byte.dirty) {
    hazards.Add(HazardKind::kAtomClobber, visit.run, byte.dirty->operation,
                MissingStep::kFlush);
    return;
  }
  if (byte.writer != Writer::kHost || visit.Reaches()) return;
  MissingStep missing = MissingStep::kHostWriteBarrier;
  if (byte.dirty || byte.host_available.empty()) {
    missing = MissingStep::kFlush;
  } else if (!byte.IsHostAvailable(visit.known)) {
    missing = MissingStep::kHappensBefore;
  }
  hazards.Add(HazardKind::kLostHostWrite, visit.run, byte.operation, missing);
}

// Of another device's write: that it did not get here by way of the host.
void Journey::FindForeign(const DeviceVisit& visit, HazardList& hazards) const {
  const ByteHistory& byte = visit.byte;
  if (byte.writer != Writer::kDevice || byte.device == visit.device) return;
  if (visit.Reaches()) return;
  if (!visit.known.Knows(byte.written)) {
    hazards.Add(HazardKind::kMissingDeviceBarrier, visit.run, byte.operation,
                MissingStep::kWait);
  } else if (!byte.IsHostAvailable(visit.known)) {
    hazards.Add(HazardKind::kMissingHostBarrier, visit.run, byte.operation,
                MissingStep::kHostReadBarrier);
  } else {
    hazards.Add(HazardKind::kMissingDeviceBarrier, visit.run, byte.operation,
                MissingStep::kHostWriteBarrier);
  }
}

// Of device accesses, and of host reads before a device write.
void Journey::FindUnordered(const DeviceVisit& visit,
                            HazardList& hazards) const {
  const ByteHistory& byte = visit.byte;
  const bool writes = visit.access == Access::kWrite;
  const auto step = [&](const Event& event) {
    if (IsSameQueue(event, visit.queue)) return MissingStep::kDeviceBarrier;
    // A semaphore is one device's.
    return IsOfDevice(event, visit.device) ? MissingStep::kSemaphore
                                           : MissingStep::kWait;
  };
  if (byte.IsWrittenBy(visit.device) && byte.operation != visit.operation) {
    if (!visit.known.Knows(byte.written) || !visit.Reaches()) {
      hazards.Add(HazardKind::kMissingDeviceBarrier, visit.run, byte.operation,
                  step(byte.written));
    }
  }
  if (!writes) return;
  for (const ByteHistory::Read& read : byte.reads) {
    if (visit.known.Knows(read.event) || read.operation == visit.operation) {
      continue;
    }
    hazards.Add(read.by_host ? HazardKind::kInFlightAccess
                             : HazardKind::kMissingDeviceBarrier,
                visit.run, read.operation,
                read.by_host ? MissingStep::kHappensBefore : step(read.event));
  }
}

// Neighbours in the atom: dirty ones are written back over this write, and host
// writes that nothing orders are in flight.
void Journey::FindAtomSharing(const DeviceVisit& visit,
                              HazardList& hazards) const {
  const ByteHistory& byte = visit.byte;
  const bool writes = visit.access == Access::kWrite;
  const bool whole_atoms = visit.payload.info.whole_atoms;
  if (writes && byte.dirty) {
    hazards.Add(HazardKind::kAtomClobber, visit.run, byte.dirty->operation,
                MissingStep::kFlush, !whole_atoms);
  } else if (byte.writer == Writer::kHost && !visit.known.Knows(byte.written)) {
    hazards.Add(HazardKind::kInFlightAccess, visit.run, byte.operation,
                MissingStep::kHappensBefore, !writes || !whole_atoms);
  }
}

void Journey::DeviceAccess(QueueId queue, const AccessPoint& point,
                           PayloadId payload_id, const ByteRange& range,
                           Access access, OperationId operation) {
  INCOHERENT_CHECK(queue < queues_.size(), "no such queue");
  INCOHERENT_CHECK(payload_id < payloads_.size(), "no such payload");
  Payload& payload = payloads_[payload_id];
  if (payload.removed) return;
  Queue& here = queues_[queue];
  const int slot = StageIndex(point.stages);
  const VectorClock& known = here.known[slot];
  const Event event = {here.first_line + slot, ++here.time};
  HazardList hazards(payload_id, operation);
  ForEachTouched(
      payload, payload.Touched(range), range,
      [&](const ByteRange& run, const ByteHistory& byte, bool outside) {
        const DeviceVisit visit = {payload,   queue, here.device, point, access,
                                   operation, known, run,         byte};
        if (outside) {
          FindAtomSharing(visit, hazards);
        } else {
          FindLost(visit, hazards);
          FindForeign(visit, hazards);
          FindUnordered(visit, hazards);
        }
      });
  payload.runs.Update(range, [&](const ByteRange&, ByteHistory& byte) {
    if (access == Access::kRead) {
      byte.AddRead(event, /*by_host=*/false, operation);
      return;
    }
    byte.BeginWrite(Writer::kDevice, event, operation);
    byte.device = here.device;
    byte.point = point;
    if (!payload.info.device_coherent) return;
    byte.device_available = {{here.device, event}};
    byte.device_visible = {{here.device, EveryDeviceAccess(), event}};
    if (!payload.info.non_coherent) byte.host_available = {event};
  });
  hazards.Report(sink_);
}

}  // namespace incoherent
