// What the observer makes of the journey's hazards.

#include <algorithm>
#include <utility>

#include "absl/hash/hash.h"
#include "sim/icd/observer.h"
#include "sim/icd/voice.h"

namespace incoherent {
namespace {

uint64_t PlaceOf(const Operation* operation) {
  return operation == nullptr ? 0 : operation->place;
}

bool Touch(const ByteRange& a, const ByteRange& b) {
  return a.offset <= b.end() && b.offset <= a.end();
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
  // Those of one loop, or of commands in a row, come in the order of the bytes.
  const uint64_t key =
      absl::HashOf(hazard.kind, hazard.payload, hazard.missing,
                   hazard.by_the_letter, encounter.may_be_sound,
                   PlaceOf(operations_.Find(hazard.earlier)), PlaceOf(later));
  const auto [latest, is_new] =
      latest_encounter_.try_emplace(key, encounters_.size());
  if (!is_new) {
    Hazard& known = encounters_[latest->second].hazard;
    const bool same =
        known.earlier == hazard.earlier && known.later == hazard.later;
    if (same || Touch(known.range, hazard.range)) {
      known.range =
          ByteRange::Between(std::min(known.range.offset, hazard.range.offset),
                             std::max(known.range.end(), hazard.range.end()));
      return;
    }
    latest->second = encounters_.size();
  }
  encounters_.push_back(encounter);
}

void Observer::JudgeEncounters() {
  for (const Encounter& encounter : encounters_) {
    if (!IsOutweighed(encounter.hazard)) Judge(encounter);
  }
  encounters_.clear();
  latest_encounter_.clear();
}

// Whether the same two parties met in earnest as well.
bool Observer::IsOutweighed(const Hazard& hazard) const {
  if (!hazard.by_the_letter) return false;
  return std::any_of(encounters_.begin(), encounters_.end(),
                     [&](const Encounter& other) {
                       return !other.hazard.by_the_letter &&
                              other.hazard.kind == hazard.kind &&
                              other.hazard.payload == hazard.payload &&
                              PlaceOf(operations_.Find(other.hazard.earlier)) ==
                                  PlaceOf(operations_.Find(hazard.earlier)) &&
                              PlaceOf(operations_.Find(other.hazard.later)) ==
                                  PlaceOf(operations_.Find(hazard.later));
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
  if (CountIfKnown(again, PlaceOf(hazard, context))) return;
  PlacedFinding told = TellHazard(hazard, context);
  told.finding.severity = severity;
  told.finding.certain = certain;
  findings_.push_back(std::move(told));
}

}  // namespace incoherent
