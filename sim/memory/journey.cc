// The host's side of the journey: what a thread does, and what it may meet.

#include "sim/memory/journey.h"

#include <algorithm>
#include <utility>

#include "sim/memory/range_set.h"

namespace incoherent {
namespace {

using Writer = ByteHistory::Writer;

}  // namespace

Journey::Journey(Sink sink, const Options& options)
    : sink_(std::move(sink)), options_(options) {}

Journey::PayloadId Journey::AddPayload(const PayloadInfo& info) {
  const Grain grain = info.by_bytes ? Grain::kBytes : Grain::kRuns;
  Payload payload = {info, AtomGrid(info.atom_size, info.size),
                     RunMap<ByteHistory>(info.size, ByteHistory(), grain)};
  auto id = static_cast<PayloadId>(payloads_.size());
  if (free_payloads_.empty()) {
    payloads_.push_back(std::move(payload));
  } else {
    id = free_payloads_.back();
    free_payloads_.pop_back();
    payloads_[id] = std::move(payload);
  }
  live_payloads_.push_back(id);
  return id;
}

void Journey::RemovePayload(PayloadId payload, bool reuse) {
  INCOHERENT_CHECK(payload < payloads_.size(), "no such payload");
  payloads_[payload].removed = true;
  payloads_[payload].runs = RunMap<ByteHistory>(0, {}, Grain::kRuns);
  live_payloads_.erase(
      std::remove(live_payloads_.begin(), live_payloads_.end(), payload),
      live_payloads_.end());
  if (reuse) free_payloads_.push_back(payload);
}

void Journey::SetKind(PayloadId payload, const PayloadInfo& info) {
  INCOHERENT_CHECK(payload < payloads_.size(), "no such payload");
  Payload& here = payloads_[payload];
  const uint64_t size = here.info.size;
  here.info = info;
  here.info.size = size;
  here.atoms = AtomGrid(info.atom_size, size);
}

void Journey::MakeUndefined(PayloadId payload, const ByteRange& range) {
  INCOHERENT_CHECK(payload < payloads_.size(), "no such payload");
  payloads_[payload].runs.Update(range,
                                 [](const ByteRange&, ByteHistory& byte) {
                                   byte = ByteHistory();
                                   byte.discarded = true;
                                 });
}

Journey::ReferenceId Journey::AddReference(PayloadId payload) {
  INCOHERENT_CHECK(payload < payloads_.size(), "no such payload");
  return AddReference(payload, payloads_[payload].info.non_coherent);
}

Journey::ReferenceId Journey::AddReference(PayloadId payload,
                                           bool non_coherent) {
  INCOHERENT_CHECK(payload < payloads_.size(), "no such payload");
  references_.push_back({payload, non_coherent});
  return static_cast<ReferenceId>(references_.size() - 1);
}

void Journey::SetNonCoherent(ReferenceId reference, bool non_coherent) {
  INCOHERENT_CHECK(reference < references_.size(), "no such reference");
  references_[reference].non_coherent = non_coherent;
}

void Journey::BeginCache(ThreadId thread, ReferenceId reference) {
  Payload& payload = PayloadOf(reference);
  const Event event = Tick(thread);
  const VectorClock& known = threads_[thread].known;
  payload.runs.Update({0, payload.info.size},
                      [&](const ByteRange&, ByteHistory& byte) {
                        if (!ReachedHost(byte, known)) return;
                        byte.MakeHostVisible(reference, event, known);
                      });
}

Journey::ThreadId Journey::AddThread() {
  threads_.push_back({NewLines(1), VectorClock()});
  return static_cast<ThreadId>(threads_.size() - 1);
}

uint32_t Journey::NewLines(uint32_t count) {
  const uint32_t first = next_line_;
  next_line_ += count;
  return first;
}

Event Journey::Tick(ThreadId thread) {
  INCOHERENT_CHECK(thread < threads_.size(), "no such thread");
  Thread& here = threads_[thread];
  const Event event = {here.line, here.known.TimeOf(here.line) + 1};
  here.known.Raise(event);
  return event;
}

Journey::Payload& Journey::PayloadOf(ReferenceId reference) {
  INCOHERENT_CHECK(reference < references_.size(), "no such reference");
  return payloads_[references_[reference].payload];
}

bool Journey::ReachedHost(const ByteHistory& byte,
                          const VectorClock& known) const {
  if (byte.IsHostAvailable(known)) return true;
  return options_.host_domain != HostDomain::kStrict &&
         byte.writer == Writer::kDevice && known.Knows(byte.written);
}

// Pending device work on the bytes, or on their atoms: the section "Host Access
// to Device Memory Objects" widens non-coherent ranges to atoms.
void Journey::FindPending(const Payload& payload, ReferenceId reference,
                          const VectorClock& known, const ByteRange& range,
                          Access access, HazardList& hazards) const {
  ForEachTouched(
      payload, TouchedThrough(reference, range), range,
      [&](const ByteRange& run, const ByteHistory& byte, bool outside) {
        if (byte.writer == Writer::kDevice && !known.Knows(byte.written)) {
          // A load beside them changes nothing; a store's write-back overwrites
          // them, if it carries whole atoms.
          const bool harmless =
              outside && (access == Access::kRead || !payload.info.whole_atoms);
          hazards.Add(HazardKind::kInFlightAccess, run, byte.operation,
                      MissingStep::kWait, harmless);
        }
        if (access == Access::kRead) return;
        for (const ByteHistory::Read& read : byte.reads) {
          if (!read.IsPending(known)) continue;
          hazards.Add(HazardKind::kInFlightAccess, run, read.operation,
                      MissingStep::kWait, /*by_the_letter=*/outside);
        }
      });
}

// Write after write: the earlier one must be available to the host domain.
void Journey::FindOverwritten(const Payload& payload, ReferenceId reference,
                              const VectorClock& known, const ByteRange& range,
                              HazardList& hazards) const {
  payload.runs.ForEach(
      range, [&](const ByteRange& run, const ByteHistory& byte) {
        if (!known.Knows(byte.written) || byte.IsHostAvailable(known)) return;
        if (byte.writer == Writer::kDevice) {
          if (options_.host_domain == HostDomain::kMerged) return;
          hazards.Add(HazardKind::kMissingHostBarrier, run, byte.operation,
                      MissingStep::kHostReadBarrier);
        } else if (byte.reference != reference) {
          hazards.Add(HazardKind::kAtomClobber, run, byte.operation,
                      MissingStep::kFlush);
        }
      });
}

// A partial store makes its whole atom dirty: what this view has not seen of
// the rest may be overwritten with what it held before.
void Journey::FindClobbered(const Payload& payload, ReferenceId reference,
                            const VectorClock& known, const ByteRange& range,
                            HazardList& hazards) const {
  const bool cached = IsNonCoherent(reference);
  ForEachTouched(
      payload, payload.Touched(range), range,
      [&](const ByteRange& run, const ByteHistory& byte, bool outside) {
        if (!outside) return;
        // What is in no cache is overwritten by another reference's write-back.
        if (!cached && byte.dirty && known.Knows(byte.dirty->event)) {
          hazards.Add(HazardKind::kAtomClobber, run, byte.dirty->operation,
                      MissingStep::kFlush, !payload.info.whole_atoms);
        }
        if (!cached || !known.Knows(byte.written)) return;
        const bool reached = ReachedHost(byte, known);
        if (reached && byte.IsHostVisible(reference, known)) return;
        if (byte.writer == Writer::kHost && byte.reference == reference) return;
        MissingStep missing = MissingStep::kInvalidate;
        if (!reached) {
          missing = byte.writer == Writer::kDevice
                        ? MissingStep::kHostReadBarrier
                        : MissingStep::kFlush;
        }
        hazards.Add(HazardKind::kAtomClobber, run, byte.operation, missing,
                    !payload.info.whole_atoms);
      });
}

void Journey::HostWrite(ThreadId thread, ReferenceId reference,
                        const ByteRange& range, OperationId operation) {
  Payload& payload = PayloadOf(reference);
  const Event event = Tick(thread);
  const VectorClock& known = threads_[thread].known;
  HazardList hazards(references_[reference].payload, operation);
  FindPending(payload, reference, known, range, Access::kWrite, hazards);
  FindOverwritten(payload, reference, known, range, hazards);
  FindClobbered(payload, reference, known, range, hazards);
  payload.runs.Update(range, [&](const ByteRange&, ByteHistory& byte) {
    byte.BeginWrite(Writer::kHost, event, operation);
    byte.reference = reference;
    if (IsNonCoherent(reference)) {
      byte.dirty = ByteHistory::Dirty{reference, event, operation};
      return;
    }
    byte.host_available = {event};
    if (!payload.info.device_coherent) return;
    byte.device_available = {{kEveryDevice, event}};
    byte.device_visible = {{kEveryDevice, EveryDeviceAccess(), event}};
  });
  hazards.Report(sink_);
}

// What a read would miss of the last write. Between host threads without
// order the host language's own rules apply, not these.
void Journey::FindUnseen(const Payload& payload, ReferenceId reference,
                         const VectorClock& known, const ByteRange& range,
                         HazardList& hazards) const {
  payload.runs.ForEach(
      range, [&](const ByteRange& run, const ByteHistory& byte) {
        if (!known.Knows(byte.written)) return;
        if (byte.writer == Writer::kHost && byte.reference == reference &&
            !byte.IsAbandoned()) {
          return;
        }
        if (!byte.IsHostAvailable(known)) {
          const bool device = byte.writer == Writer::kDevice;
          if (!device || options_.host_domain != HostDomain::kMerged) {
            hazards.Add(
                device ? HazardKind::kMissingHostBarrier
                       : HazardKind::kLostHostWrite,
                run, byte.operation,
                device ? MissingStep::kHostReadBarrier : MissingStep::kFlush);
          }
        }
        if (ReachedHost(byte, known) && IsNonCoherent(reference) &&
            !byte.IsHostVisible(reference, known)) {
          hazards.Add(HazardKind::kStaleHostRead, run, byte.operation,
                      MissingStep::kInvalidate);
        }
      });
}

void Journey::HostRead(ThreadId thread, ReferenceId reference,
                       const ByteRange& range, OperationId operation) {
  Payload& payload = PayloadOf(reference);
  const Event event = Tick(thread);
  const VectorClock& known = threads_[thread].known;
  HazardList hazards(references_[reference].payload, operation);
  FindPending(payload, reference, known, range, Access::kRead, hazards);
  FindUnseen(payload, reference, known, range, hazards);
  payload.runs.Update(range, [&](const ByteRange&, ByteHistory& byte) {
    byte.AddRead(event, /*by_host=*/true, operation);
  });
  hazards.Report(sink_);
}

// A flush counts as a host write of each whole atom that has a dirty byte.
void Journey::FindFlushedInFlight(const Payload& payload, ReferenceId reference,
                                  const VectorClock& known,
                                  const ByteRange& range,
                                  HazardList& hazards) const {
  const auto is_dirty = [&](const ByteHistory& byte) {
    return byte.dirty && byte.dirty->reference == reference &&
           known.Knows(byte.dirty->event);
  };
  RangeSet atoms;
  payload.runs.ForEach(range,
                       [&](const ByteRange& run, const ByteHistory& byte) {
                         if (is_dirty(byte))
                           atoms.Insert(payload.atoms.Outward(run));
                       });
  for (const ByteRange& piece : atoms.RunsIn({0, payload.info.size})) {
    payload.runs.ForEach(
        piece, [&](const ByteRange& run, const ByteHistory& byte) {
          if (byte.writer == Writer::kDevice && !known.Knows(byte.written)) {
            hazards.Add(HazardKind::kInFlightAccess, run, byte.operation,
                        MissingStep::kWait,
                        !is_dirty(byte) && !payload.info.whole_atoms);
          }
          for (const ByteHistory::Read& read : byte.reads) {
            if (!read.IsPending(known)) continue;
            hazards.Add(HazardKind::kInFlightAccess, run, read.operation,
                        MissingStep::kWait, !is_dirty(byte));
          }
        });
  }
}

void Journey::Flush(ThreadId thread, ReferenceId reference,
                    const ByteRange& range, OperationId operation) {
  Payload& payload = PayloadOf(reference);
  const Event event = Tick(thread);
  const VectorClock& known = threads_[thread].known;
  HazardList hazards(references_[reference].payload, operation);
  FindFlushedInFlight(payload, reference, known, range, hazards);
  bool useful = false;
  payload.runs.Update(range, [&](const ByteRange&, ByteHistory& byte) {
    if (!byte.dirty || byte.dirty->reference != reference ||
        byte.dirty->abandoned || !known.Knows(byte.dirty->event)) {
      return;
    }
    useful = true;
    if (byte.writer == Writer::kHost && byte.written == byte.dirty->event) {
      byte.MakeHostAvailable(event, known);
    }
    byte.dirty.reset();
  });
  if (!useful && options_.report_useless_sync) {
    hazards.Add(HazardKind::kUselessSync, range, 0, MissingStep::kNone);
  }
  hazards.Report(sink_);
}

void Journey::Invalidate(ThreadId thread, ReferenceId reference,
                         const ByteRange& range, OperationId operation) {
  Refresh(thread, reference, range, operation, /*discards=*/true);
}

void Journey::Acquire(ThreadId thread, ReferenceId reference,
                      const ByteRange& range, OperationId operation) {
  Refresh(thread, reference, range, operation, /*discards=*/false);
}

void Journey::Refresh(ThreadId thread, ReferenceId reference,
                      const ByteRange& range, OperationId operation,
                      bool discards) {
  Payload& payload = PayloadOf(reference);
  const Event event = Tick(thread);
  const VectorClock& known = threads_[thread].known;
  HazardList hazards(references_[reference].payload, operation);
  bool useful = false;
  payload.runs.Update(range, [&](const ByteRange& run, ByteHistory& byte) {
    if (byte.dirty && byte.dirty->reference == reference) {
      if (!discards) return;
      useful = true;
      hazards.Add(HazardKind::kDiscardedHostWrite, run, byte.dirty->operation,
                  MissingStep::kFlush);
      byte = ByteHistory();
      byte.discarded = true;
    } else if (IsNonCoherent(reference) && ReachedHost(byte, known)) {
      useful |= byte.MakeHostVisible(reference, event, known);
    }
  });
  if (!useful && options_.report_useless_sync) {
    hazards.Add(HazardKind::kUselessSync, range, 0, MissingStep::kNone);
  }
  hazards.Report(sink_);
}

Journey::Moment Journey::Post(ThreadId thread) {
  Tick(thread);
  return threads_[thread].known;
}

void Journey::Await(ThreadId thread, const Moment& moment) {
  Tick(thread);
  threads_[thread].known.Join(moment);
}

Journey::Moment Journey::HostSignal(ThreadId thread) { return Post(thread); }

void Journey::HostWait(ThreadId thread, const Moment& signaled) {
  Await(thread, signaled);
}

}  // namespace incoherent
