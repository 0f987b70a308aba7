// How imports change who sees what of the pages.

#include <algorithm>
#include <utility>

#include "sim/device/device.h"
#include "sim/device/host_allocation.h"
#include "sim/memory/check.h"

namespace incoherent {

// --- The view of the original pointer: cached if some import is not coherent.

DeviceMemoryInfo HostAllocation::ViewInfo() const {
  DeviceMemoryInfo info;
  info.size = info_.size;
  info.type.property_flags = kHostVisible | kHostCoherent;
  for (const Import& import : imports_) {
    if (!import.info.type.IsNonCoherent()) continue;
    info.type.property_flags = kHostVisible | kHostCached;
    info.non_coherent_atom_size = std::max(info.non_coherent_atom_size,
                                           import.info.non_coherent_atom_size);
  }
  return info;
}

WriteBack HostAllocation::ViewWriteBack() const {
  for (const Import& import : imports_) {
    if (import.info.type.IsNonCoherent() &&
        import.write_back == WriteBack::kWholeAtom) {
      return WriteBack::kWholeAtom;
    }
  }
  return WriteBack::kDirtyBytes;
}

void HostAllocation::UpdateView() {
  const DeviceMemoryInfo before = view_->rules().info();
  const DeviceMemoryInfo info = ViewInfo();
  const WriteBack write_back = ViewWriteBack();
  const bool was_cached = before.type.IsNonCoherent();
  const bool is_cached = info.type.IsNonCoherent();
  Journey& journey = host_->JourneyFor(*this);
  journey.SetKind(*payload_, JourneyInfo());
  if (was_cached == is_cached && write_back == view_write_back_ &&
      before.non_coherent_atom_size == info.non_coherent_atom_size) {
    return;
  }
  view_->Flush(pages_->all());
  view_ = std::make_unique<DeviceObjectMemory>(info, pages_, write_back);
  view_write_back_ = write_back;
  journey.SetNonCoherent(reference_, is_cached);
  if (is_cached && !was_cached) {
    journey.BeginCache(host_->thread(), reference_);
  } else if (was_cached && !is_cached) {
    journey.SettleCache(reference_);
  }
}

// What the caches of all imports come to: the original pointer's view has the
// atoms of each.
Journey::PayloadInfo HostAllocation::JourneyInfo() const {
  const DeviceMemoryInfo view = ViewInfo();
  Journey::PayloadInfo info;
  info.size = info_.size;
  info.atom_size = view.non_coherent_atom_size;
  info.non_coherent = view.type.IsNonCoherent();
  info.device_coherent = device_coherence_ != DeviceCoherence::kNone;
  info.whole_atoms = ViewWriteBack() == WriteBack::kWholeAtom;
  return info;
}

// --- Imports.

std::shared_ptr<DevicePayload> HostAllocation::PayloadOf(const Device* device) {
  const auto found = payloads_.find(device->journey_device_);
  return found == payloads_.end() ? nullptr : found->second;
}

bool HostAllocation::IsImportedBy(const Device* device,
                                  const ByteRange& range) const {
  return std::any_of(imports_.begin(), imports_.end(),
                     [&](const Import& import) {
                       return import.device == device &&
                              !Intersect(import.range, range).empty();
                     });
}

HostAllocation::DeviceCoherence HostAllocation::DeviceCoherenceOf(
    const MemoryType& type) {
  if (!type.Has(kDeviceCoherentAmd)) return DeviceCoherence::kNone;
  return type.Has(kHostCoherent) ? DeviceCoherence::kMerged
                                 : DeviceCoherence::kDevice;
}

bool HostAllocation::HasOtherCoherence(const MemoryType& type) const {
  return payload_ && device_coherence_ != DeviceCoherenceOf(type);
}

void HostAllocation::AddImport(const Import& import) {
  Journey& journey = host_->JourneyFor(*this);
  imports_.push_back(import);
  if (!payload_) {
    device_coherence_ = DeviceCoherenceOf(import.info.type);
    payload_ = journey.AddPayload(JourneyInfo());
    reference_ = journey.AddReference(*payload_, /*non_coherent=*/false);
    host_->NamePayload(*payload_, info_.name);
  }
  if (PayloadOf(import.device) == nullptr) {
    auto payload = std::make_shared<DevicePayload>(
        info_.size, device_coherence_ != DeviceCoherence::kNone,
        /*merged=*/device_coherence_ == DeviceCoherence::kMerged);
    payload->JoinHostDomain(pages_);
    payloads_[import.device->journey_device_] = std::move(payload);
  }
  UpdateView();
  if (!import.info.type.IsHostVisible()) MakeUndefined(import.range);
}

void HostAllocation::ForgetDevice(const Device* device) {
  payloads_.erase(device->journey_device_);
}

void HostAllocation::RemoveImport(const Device* device, MemoryId memory) {
  const auto found =
      std::find_if(imports_.begin(), imports_.end(), [&](const Import& import) {
        return import.device == device && import.memory == memory;
      });
  INCOHERENT_CHECK(found != imports_.end(), "an import that was added");
  const Import import = *found;
  imports_.erase(found);
  if (!import.info.type.IsHostVisible()) MakeUndefined(import.range);
  UpdateView();
}

void HostAllocation::MakeUndefined(const ByteRange& range) {
  for (const auto& entry : payloads_) entry.second->MakeUndefined(range);
  pages_->MakeUndefined(range);
  view_->Invalidate(range);
  host_->JourneyFor(*this).MakeUndefined(*payload_, range);
  undefined_.Insert(range);
}

}  // namespace incoherent
