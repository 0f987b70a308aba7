// The host's side of the observer.

#include "sim/icd/observer.h"

#include <algorithm>
#include <utility>

#include "sim/icd/observer_call.h"

namespace incoherent {
namespace {

Journey::HostDomain HostDomainOf(HostDomain mode) {
  switch (mode) {
    case HostDomain::kReport:
      return Journey::HostDomain::kReport;
    case HostDomain::kStrict:
      return Journey::HostDomain::kStrict;
    case HostDomain::kMerged:
      return Journey::HostDomain::kMerged;
  }
  return Journey::HostDomain::kReport;
}

Journey::Options JourneyOptions(const Options& options) {
  Journey::Options made;
  made.report_useless_sync = options.lint;
  made.host_domain = HostDomainOf(options.host_domain);
  return made;
}

}  // namespace

Observer::Observer(const World& world)
    : world_(world),
      journey_([this](const Hazard& hazard) { OnHazard(hazard); },
               JourneyOptions(*world.options)),
      host_(journey_.AddThread()) {
  // What dependencies of memory that is not followed are about.
  journey_.AddPayload({1, 1, /*non_coherent=*/false});
}

MemoryObject* Observer::ObjectOf(Journey::PayloadId payload) const {
  const auto found = objects_.find(payload);
  return found == objects_.end() ? nullptr : found->second;
}

void Observer::Add(MemoryObject& object) {
  const DeviceMemoryInfo& info = object.info();
  if (!info.type.IsHostVisible() || info.multi_instance) return;
  absl::MutexLock lock(&mutex_);
  Journey::PayloadInfo payload;
  payload.size = info.size;
  payload.atom_size = info.non_coherent_atom_size;
  payload.non_coherent = info.type.IsNonCoherent();
  payload.device_coherent = info.type.Has(kDeviceCoherentAmd);
  payload.whole_atoms = world_.whole_atoms;
  const Journey::PayloadId id = journey_.AddPayload(payload);
  object.Track({id, journey_.AddReference(id)});
  objects_[id] = &object;
  if (info.imported_from_host_pointer) reachable_.insert(&object);
}

void Observer::Remove(MemoryObject& object) {
  if (!object.tracking().has_value()) return;
  Call call(*this, {&object}, "vkFreeMemory");
  // What it still has to say names the payload.
  JudgeEncounters();
  object.Guard({});
  const Journey::PayloadId payload = object.tracking()->payload;
  journey_.RemovePayload(payload, /*reuse=*/order_.IsIdle());
  operations_.Remove(payload);
  // The payload's number, and those of its operations, may come again.
  const auto is_its = [payload](const Hazard& hazard) {
    return hazard.payload == payload;
  };
  for (std::vector<Hazard>* open : {&clobbers_, &suspicions_}) {
    open->erase(std::remove_if(open->begin(), open->end(), is_its),
                open->end());
  }
  objects_.erase(payload);
  reachable_.erase(&object);
  unsettled_.erase(&object);
  guarded_.erase(&object);
  half_seen_.erase(&object);
}

void Observer::Mapped(MemoryObject& object, const char* command) {
  if (!object.tracking().has_value()) return;
  Call call(*this, {&object}, command);
  unsettled_.insert(&object);
  reachable_.insert(&object);
}

void Observer::Unmapping(MemoryObject& object, const char* command) {
  if (!object.tracking().has_value()) return;
  Call call(*this, {&object}, command);
  if (!object.info().imported_from_host_pointer) reachable_.erase(&object);
}

void Observer::Look(const char* command) { Call call(*this, command); }

OperationId Observer::AddHostOperation(const MemoryObject& object,
                                       Operation::Kind kind,
                                       const char* command,
                                       const ByteRange& range) {
  Operation operation;
  operation.kind = kind;
  operation.command = command;
  operation.range = range;
  operation.stack = operations_.Keep(CallStack::Here());
  operation.place = operation.stack->Place();
  return operations_.Add(object.tracking()->payload, std::move(operation));
}

void Observer::LookAtHost(const char* command) {
  for (MemoryObject* object : reachable_) LookAt(*object, command);
}

// What the trap saw comes first, in its order; whatever else changed was
// stored at some time before this call.
void Observer::LookAt(MemoryObject& object, const char* command) {
  RangeSet stored;
  TellAccesses(object, stored);
  RangeSet writes;
  for (const ByteRange& run : object.TakeHostWrites()) writes.Insert(run);
  const ByteRange all = {0, object.info().size};
  for (const ByteRange& run : stored.RunsIn(all)) writes.Erase(run);
  const std::vector<ByteRange> runs = writes.RunsIn(all);
  if (runs.empty()) return;
  const ByteRange range =
      ByteRange::Between(runs.front().offset, runs.back().end());
  // Of an import's pages, what lies between may be nobody's business.
  const bool each = object.info().imported_from_host_pointer;
  OperationId operation = 0;
  for (const ByteRange& run : runs) {
    if (each || operation == 0) {
      operation = AddHostOperation(object, Operation::Kind::kHostWrite, command,
                                   each ? run : range);
    }
    journey_.HostWrite(host_, object.tracking()->reference, run, operation);
  }
  if (guarded_.contains(&object)) unsettled_.insert(&object);
}

// After the trap's patience is over, the rest of what was guarded may have been
// touched as well.
ByteRange Observer::WidenIfUnseen(const MemoryObject& object,
                                  const TrappedAccess& access) const {
  const ByteRange touched = access.range();
  const auto guarded = guarded_.find(&const_cast<MemoryObject&>(object));
  if (!access.gave_up || !access.is_guilty || guarded == guarded_.end()) {
    return touched;
  }
  for (const ByteRange& run : guarded->second) {
    if (run.offset <= touched.offset && touched.end() <= run.end()) {
      return ByteRange::Between(touched.offset, run.end());
    }
  }
  return touched;
}

void Observer::TellAccesses(MemoryObject& object, RangeSet& stored) {
  const auto [payload, reference] = *object.tracking();
  for (const TrappedAccess& access : object.TakeAccesses()) {
    unsettled_.insert(&object);
    if (access.gave_up) half_seen_.insert(&object);
    Operation operation;
    operation.stack =
        operations_.Keep(CallStack::Of(access.frames, access.depth));
    // A loop touches memory with several instructions.
    operation.place = operation.stack->CallersPlace();
    if (access.is_read && access.is_guilty) {
      operation.kind = Operation::Kind::kHostRead;
      operation.range = WidenIfUnseen(object, access);
      journey_.HostRead(host_, reference, operation.range,
                        operations_.Add(payload, operation));
    }
    if (access.is_write) {
      operation.kind = Operation::Kind::kHostStore;
      operation.range = access.range();
      journey_.HostWrite(host_, reference, operation.range,
                         operations_.Add(payload, operation));
      object.NoteHostWrite(operation.range);
      stored.Insert(operation.range);
    }
  }
}

void Observer::Flush(MemoryObject& object, uint64_t offset, uint64_t size) {
  constexpr char kCommand[] = "vkFlushMappedMemoryRanges";
  Call call(*this, kCommand);
  const ByteRange range = object.Flush(offset, size);
  if (!object.tracking().has_value() || range.empty()) return;
  JudgeEncounters();
  JudgeClobbers(object);
  journey_.Flush(
      host_, object.tracking()->reference, range,
      AddHostOperation(object, Operation::Kind::kFlush, kCommand, range));
}

void Observer::Invalidate(MemoryObject& object, uint64_t offset,
                          uint64_t size) {
  constexpr char kCommand[] = "vkInvalidateMappedMemoryRanges";
  Call call(*this, kCommand);
  std::vector<ByteRange> withheld;
  if (object.tracking().has_value() &&
      world_.options->host_domain == HostDomain::kStrict) {
    withheld = journey_.NotHostAvailable(host_, object.tracking()->payload);
  }
  const ByteRange range = object.Invalidate(offset, size, withheld);
  if (!object.tracking().has_value() || range.empty()) return;
  journey_.Invalidate(
      host_, object.tracking()->reference, range,
      AddHostOperation(object, Operation::Kind::kInvalidate, kCommand, range));
  unsettled_.insert(&object);
}

void Observer::UpdateGuards() {
  if (!world_.options->trap) return;
  for (MemoryObject* object : unsettled_) {
    std::vector<ByteRange> ranges =
        journey_.Unreadable(host_, object->tracking()->reference);
    object->Guard(ranges);
    if (ranges.empty()) {
      guarded_.erase(object);
    } else {
      guarded_[object] = std::move(ranges);
    }
  }
  unsettled_.clear();
}

}  // namespace incoherent
