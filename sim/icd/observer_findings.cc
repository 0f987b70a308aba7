// What the observer makes of the journey's hazards.

#include <algorithm>
#include <utility>

#include "sim/icd/observer.h"
#include "sim/icd/voice.h"

namespace incoherent {
namespace {

// Two loads or stores of one loop are one party.
bool IsSameParty(const OperationLog& operations, OperationId a, OperationId b) {
  if (a == b) return true;
  const Operation* first = operations.Find(a);
  const Operation* second = operations.Find(b);
  return first != nullptr && second != nullptr && !first->is_device() &&
         first->kind == second->kind && PlaceOf(*first) == PlaceOf(*second);
}

bool IsSameHazard(const OperationLog& operations, const Hazard& a,
                  const Hazard& b) {
  return a.kind == b.kind && a.payload == b.payload && a.missing == b.missing &&
         a.by_the_letter == b.by_the_letter &&
         IsSameParty(operations, a.earlier, b.earlier) &&
         IsSameParty(operations, a.later, b.later);
}

}  // namespace

void Observer::OnHazard(const Hazard& hazard) {
  const MemoryObject* object = ObjectOf(hazard.payload);
  if (hazard.kind == HazardKind::kMissingDeviceBarrier || object == nullptr ||
      IsNeighbourOfImport(hazard, *object)) {
    return;
  }
  const Operation* later = operations_.Find(hazard.later);
  Encounter encounter = {hazard};
  if (later != nullptr && later->may_read()) {
    encounter.may_be_sound =
        journey_.HoldsFlushedBytes(hazard.payload, later->range);
  }
  for (Encounter& known : encounters_) {
    if (known.may_be_sound == encounter.may_be_sound &&
        IsSameHazard(operations_, known.hazard, hazard)) {
      ByteRange& range = known.hazard.range;
      range = ByteRange::Between(std::min(range.offset, hazard.range.offset),
                                 std::max(range.end(), hazard.range.end()));
      return;
    }
  }
  encounters_.push_back(encounter);
}

void Observer::JudgeEncounters() {
  for (const Encounter& encounter : encounters_) {
    if (!IsOutweighed(encounter.hazard)) Judge(encounter);
  }
  encounters_.clear();
}

// Whether the same two parties met in earnest as well.
bool Observer::IsOutweighed(const Hazard& hazard) const {
  if (!hazard.by_the_letter) return false;
  Hazard earnest = hazard;
  earnest.by_the_letter = false;
  return std::any_of(encounters_.begin(), encounters_.end(),
                     [&](const Encounter& other) {
                       return IsSameHazard(operations_, earnest, other.hazard);
                     });
}

absl::optional<Severity> Observer::SeverityOf(const Hazard& hazard) const {
  if (hazard.by_the_letter) return Severity::kWarning;
  if (hazard.kind == HazardKind::kUselessSync) return Severity::kWarning;
  if (hazard.kind != HazardKind::kMissingHostBarrier) return Severity::kError;
  switch (world_.options->host_domain) {
    case HostDomain::kReport:
      return Severity::kWarning;
    case HostDomain::kStrict:
      return Severity::kError;
    case HostDomain::kMerged:
      return absl::nullopt;
  }
  return absl::nullopt;
}

// Whether a store to part of an atom is what may clobber the rest.
bool Observer::IsHostPartial(const Hazard& hazard) const {
  const Operation* later = operations_.Find(hazard.later);
  return hazard.kind == HazardKind::kAtomClobber && later != nullptr &&
         !later->is_device();
}

// At a flush: of the neighbours of what the host stored, it may have stored
// into some as well, with the value that they had. Only the trap can tell, if
// it saw all.
void Observer::JudgeClobbers(const MemoryObject& object) {
  const bool seen = world_.options->trap && half_seen_.erase(&object) == 0;
  std::vector<Hazard> others;
  for (Hazard& hazard : std::exchange(clobbers_, {})) {
    if (hazard.payload != object.tracking()->payload) {
      others.push_back(hazard);
      continue;
    }
    const std::vector<ByteRange> left =
        journey_.LastWrittenBy(hazard.payload, hazard.range, hazard.earlier);
    const Operation* store = operations_.Find(hazard.later);
    if (!seen || left.empty() || store == nullptr ||
        store->kind != Operation::Kind::kHostStore) {
      continue;
    }
    hazard.range = ByteRange::Between(left.front().offset, left.back().end());
    Report(hazard, Severity::kError, /*certain=*/true);
  }
  clobbers_ = std::move(others);
}

// Pages that an application imports often hold more than what it means to
// share, such as its heap: what it does beside the bytes in question, it does
// as it would without Vulkan.
bool Observer::IsNeighbourOfImport(const Hazard& hazard,
                                   const MemoryObject& object) const {
  if (!object.info().imported_from_host_pointer) return false;
  for (OperationId id : {hazard.earlier, hazard.later}) {
    const Operation* party = operations_.Find(id);
    if (party != nullptr && Intersect(party->range, hazard.range).empty()) {
      return true;
    }
  }
  return false;
}

void Observer::Judge(const Encounter& encounter) {
  const Hazard& hazard = encounter.hazard;
  const MemoryObject* object = ObjectOf(hazard.payload);
  absl::optional<Severity> severity = SeverityOf(hazard);
  if (object == nullptr || !severity.has_value()) return;
  const Operation* earlier = operations_.Find(hazard.earlier);
  const Operation* later = operations_.Find(hazard.later);
  if (later != nullptr && later->may_write()) return;
  if (earlier != nullptr && earlier->may_write()) {
    if (hazard.kind == HazardKind::kInFlightAccess) {
      suspicions_.push_back(hazard);
      return;
    }
    if (!object->DeviceChanged(hazard.range)) return;
  }
  if (IsHostPartial(hazard)) {
    if (!hazard.by_the_letter) clobbers_.push_back(hazard);
    return;
  }
  bool certain = true;
  if ((later != nullptr && later->may_read() && encounter.may_be_sound) ||
      (earlier != nullptr && earlier->may_read())) {
    certain = false;
  }
  Report(hazard, certain ? *severity : Severity::kWarning, certain);
}

// Of the writes that are done now, those that changed the bytes in question
// were no mere possibility.
void Observer::JudgeSuspicions() {
  std::vector<Hazard> open;
  for (const Hazard& hazard : std::exchange(suspicions_, {})) {
    const Operation* earlier = operations_.Find(hazard.earlier);
    const MemoryObject* object = ObjectOf(hazard.payload);
    if (earlier == nullptr || object == nullptr) continue;
    if (IsRunning(earlier->work->number)) {
      open.push_back(hazard);
    } else if (object->DeviceChanged(hazard.range)) {
      Report(hazard, Severity::kError, /*certain=*/true);
    }
  }
  suspicions_ = std::move(open);
}

bool Observer::IsRunning(uint64_t submission_number) const {
  return std::any_of(running_.begin(), running_.end(), [&](const auto& entry) {
    return entry.second.number == submission_number;
  });
}

void Observer::Report(const Hazard& hazard, Severity severity, bool certain) {
  HazardContext context;
  context.earlier = operations_.Find(hazard.earlier);
  context.later = operations_.Find(hazard.later);
  context.object = ObjectOf(hazard.payload);
  context.resources = world_.resources;
  context.names = world_.names;
  Finding again;
  again.kind = hazard.kind;
  again.severity = severity;
  if (CountIfKnown(again, PlaceOf(context))) return;
  PlacedFinding told = TellHazard(hazard, context);
  told.finding.severity = severity;
  told.finding.certain = certain;
  findings_.push_back(std::move(told));
}

}  // namespace incoherent
