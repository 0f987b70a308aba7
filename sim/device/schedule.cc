#include "sim/device/schedule.h"

#include <iterator>

#include "sim/device/host_allocation.h"

namespace incoherent {
namespace {

using Kind = EvictionPolicy::Kind;

bool Everything(const StoreBuffer&) { return true; }

}  // namespace

void Schedule::Pass() {
  switch (policy_) {
    case Kind::kLazy:
      return;
    case Kind::kEager:
      Settle();
      RunAll();
      return;
    case Kind::kRandom: {
      // Mostly little, sometimes much.
      const uint64_t steps = Below(Below(4) == 0 ? 32 : 4);
      for (uint64_t i = 0; i < steps; ++i) {
        if (Below(3) != 0 || !RunAtRandom()) ActAtRandom();
      }
      return;
    }
  }
}

bool Schedule::RunUntil(DeviceMachine::Number number) {
  if (policy_ == Kind::kLazy) return machine_.Force(number);
  while (machine_.IsPending(number)) {
    if (policy_ == Kind::kEager) {
      // Whatever can run has.
      return false;
    }
    if (Below(2) == 0) ActAtRandom();
    if (!RunAtRandom()) return false;
  }
  return true;
}

void Schedule::RunAll() {
  while (const auto next = machine_.FirstEnabled()) {
    machine_.Execute(*next);
    Settle();
  }
}

void Schedule::Settle() {
  SettleHost();
  for (const auto& payload : machine_.Payloads()) {
    payload->MoveToDevice(payload->all());
  }
  machine_.store_buffers().Drain(Everything);
  for (const auto& payload : machine_.Payloads()) {
    payload->MoveToHost(payload->all());
    payload->RefreshAll();
  }
  SettleHost();
}

void Schedule::SettleHost() {
  for (const auto& object : objects_) {
    if (object) SettleView(*object);
  }
  for (const auto& pages : pages_) SettleView(pages->view());
}

void Schedule::SettleView(DeviceObjectMemory& view) {
  for (const ByteRange& atom : view.DirtyAtoms()) view.Evict(atom);
  for (const ByteRange& atom : view.StaleAtoms()) view.Refill(atom);
}

ByteRange Schedule::SomeOf(const std::vector<ByteRange>& runs) {
  const ByteRange run = runs[Below(runs.size())];
  const uint64_t skip = Below(2) == 0 ? 0 : Below(run.size);
  const uint64_t left = run.size - skip;
  const uint64_t size = Below(2) == 0 ? left : 1 + Below(left);
  return {run.offset + skip, size};
}

bool Schedule::RunAtRandom() {
  const std::vector<DeviceMachine::Number> enabled = machine_.Enabled();
  if (enabled.empty()) return false;
  machine_.Execute(enabled[Below(enabled.size())]);
  return true;
}

void Schedule::ActAtRandom() {
  if (Below(2) == 0) {
    MoveAtRandom();
  } else {
    CacheAtRandom();
  }
}

// Between the domains, and from the device's caches.
void Schedule::MoveAtRandom() {
  StoreBuffers& buffers = machine_.store_buffers();
  if (buffers.size() != 0 && Below(2) == 0) {
    const size_t place = Below(buffers.size());
    const StoreBuffer& buffer = *std::next(buffers.buffers().begin(), place);
    buffers.DrainAt(place, SomeOf(buffer.bytes.HeldIn(buffer.payload->all())));
    return;
  }
  const auto payloads = machine_.Payloads();
  if (payloads.empty()) return;
  DevicePayload& payload = *payloads[Below(payloads.size())];
  const uint64_t kind = Below(2 + payload.reader_count());
  const RangeSet& movable = kind == 0   ? payload.host_ahead()
                            : kind == 1 ? payload.device_ahead()
                                        : payload.KeptFor(kind - 2);
  if (movable.empty()) return;
  const ByteRange range = SomeOf(movable.RunsIn(payload.all()));
  if (kind == 0) {
    payload.MoveToDevice(range);
  } else if (kind == 1) {
    payload.MoveToHost(range);
  } else {
    payload.RefreshReader(kind - 2, range);
  }
}

// In the host's caches.
void Schedule::CacheAtRandom() {
  if (objects_.empty()) return;
  const uint64_t which = Below(objects_.size() + pages_.size());
  DeviceObjectMemory* object = which < objects_.size()
                                   ? objects_[which].get()
                                   : &pages_[which - objects_.size()]->view();
  if (object == nullptr) return;
  const auto one_of = [&](const std::vector<ByteRange>& atoms) {
    return atoms[Below(atoms.size())];
  };
  const uint64_t kind = Below(3);
  if (kind == 0) {
    const std::vector<ByteRange> atoms = object->DirtyAtoms();
    if (!atoms.empty()) object->Evict(one_of(atoms));
  } else if (kind == 1) {
    const std::vector<ByteRange> atoms = object->StaleAtoms();
    if (!atoms.empty()) object->Refill(one_of(atoms));
  } else {
    const std::vector<ByteRange> atoms = object->AbandonedAtoms();
    if (!atoms.empty()) object->Discard(one_of(atoms));
  }
}

}  // namespace incoherent
