#include "sim/device/device_object_memory.h"

#include <utility>

namespace incoherent {

using Domains = DevicePayload::Domains;

DeviceObjectMemory::DeviceObjectMemory(const DeviceMemoryInfo& info,
                                       std::shared_ptr<DevicePayload> payload,
                                       WriteBack write_back, uint64_t base)
    : rules_(info),
      payload_(std::move(payload)),
      atoms_(info.non_coherent_atom_size, payload_->size()) {
  if (!info.type.IsNonCoherent()) return;
  view_ = std::make_unique<View>(*payload_, atoms_, write_back);
  view_->id = payload_->AddView();
  if (!payload_->untouched()) view_->lines.Refill({base, info.size});
}

void DeviceObjectMemory::Store(uint64_t offset,
                               absl::Span<const uint8_t> values) {
  if (!view_) {
    payload_->HostWrite(offset, values);
    return;
  }
  for (size_t i = 0; i < values.size(); ++i) {
    view_->lines.Store(offset + i, Byte{values[i]});
  }
  view_->dirty.Insert({offset, values.size()});
}

Byte DeviceObjectMemory::Load(uint64_t offset) const {
  return view_ ? view_->lines.Load(offset) : payload_->HostLoad(offset);
}

void DeviceObjectMemory::WriteBackAtoms(const ByteRange& range) {
  const ByteRange atoms = atoms_.Outward(range);
  payload_->ChangeByHost(atoms, Domains::kHost,
                         [&] { view_->lines.Flush(atoms); });
  view_->dirty.Erase(atoms);
}

void DeviceObjectMemory::Flush(const ByteRange& range) {
  if (!view_) return;
  const ByteRange atoms = atoms_.Outward(range);
  for (const ByteRange& run : view_->dirty.RunsIn(atoms)) WriteBackAtoms(run);
}

void DeviceObjectMemory::Invalidate(const ByteRange& range) {
  if (!view_ || range.empty()) return;
  const ByteRange atoms = atoms_.Outward(range);
  const std::vector<ByteRange> lost = view_->dirty.RunsIn(atoms);
  for (const ByteRange& run : lost) {
    const ByteRange whole = atoms_.Outward(run);
    payload_->ChangeByHost(whole, Domains::kBoth,
                           [&] { view_->lines.Invalidate(whole); });
  }
  view_->lines.Invalidate(atoms);
  view_->dirty.Erase(atoms);
  payload_->ChangedFor(view_->id).Erase(atoms);
}

void DeviceObjectMemory::Abandon() {
  if (!view_ || view_->dirty.empty()) return;
  view_->lines.Abandon();
  view_->abandoned = true;
}

void DeviceObjectMemory::Evict(const ByteRange& atom) { Flush(atom); }

void DeviceObjectMemory::Refill(const ByteRange& atom) {
  view_->lines.Refill(atom);
  payload_->ChangedFor(view_->id).Erase(atom);
  // Dirty bytes were not refilled: they may be stale when they are clean.
  for (const ByteRange& run : view_->dirty.RunsIn(atom)) {
    payload_->ChangedFor(view_->id).Insert(run);
  }
}

void DeviceObjectMemory::Discard(const ByteRange& atom) {
  view_->lines.Discard(atom);
  for (uint64_t at = atom.offset; at < atom.end(); ++at) {
    if (!view_->lines.IsDirty(at)) view_->dirty.Erase({at, 1});
  }
}

template <typename Wanted>
std::vector<ByteRange> DeviceObjectMemory::AtomsOf(const RangeSet& bytes,
                                                   Wanted wanted) const {
  std::vector<ByteRange> atoms;
  for (const ByteRange& run : bytes.RunsIn(payload_->all())) {
    atoms_.ForEachAtom(run, [&](const ByteRange& atom) {
      if (!atoms.empty() && atoms.back() == atom) return;
      if (wanted(atom)) atoms.push_back(atom);
    });
  }
  return atoms;
}

std::vector<ByteRange> DeviceObjectMemory::DirtyAtoms() const {
  if (!view_) return {};
  return AtomsOf(view_->dirty, [](const ByteRange&) { return true; });
}

std::vector<ByteRange> DeviceObjectMemory::StaleAtoms() const {
  if (!view_) return {};
  return AtomsOf(payload_->ChangedFor(view_->id), [&](const ByteRange& atom) {
    return view_->lines.HasStaleByte(atom);
  });
}

std::vector<ByteRange> DeviceObjectMemory::AbandonedAtoms() const {
  if (!view_ || !view_->abandoned) return {};
  return AtomsOf(view_->dirty, [&](const ByteRange& atom) {
    return view_->lines.HasAbandonedByte(atom);
  });
}

}  // namespace incoherent
