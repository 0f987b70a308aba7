#include "sim/device/host_allocation.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/device/device.h"
#include "sim/memory/atom_grid.h"
#include "sim/memory/check.h"
#include "sim/memory/valid_usage.h"

namespace incoherent {

using Lock = std::lock_guard<std::mutex>;

absl::StatusOr<std::shared_ptr<HostAllocation>> HostAllocation::Create(
    const std::shared_ptr<Host>& host, const HostAllocationInfo& info) {
  if (info.size == 0) {
    return absl::InvalidArgumentError("pages of 0 bytes: ask for some");
  }
  if (!IsPowerOfTwo(info.alignment)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "pages aligned to ", info.alignment, ": say a power of two"));
  }
  if (!IsHostPointerHandleType(info.handle_type)) {
    return absl::InvalidArgumentError(
        absl::StrCat("pages of handle type ", info.handle_type,
                     ": say kHandleTypeHostAllocation or "
                     "kHandleTypeHostMappedForeignMemory"));
  }
  Lock lock(host->mutex());
  const auto address = host->addresses().Reserve(info.size, info.alignment);
  // Two domains and their marks.
  if (!address || !ZeroedBytes::Fits(3 * info.size)) {
    if (address) host->addresses().Release(*address);
    return ReturnCodeError(
        ReturnCode::kOutOfHostMemory,
        absl::StrCat("no room for pages of ", info.size, " bytes"));
  }
  std::shared_ptr<HostAllocation> pages(new HostAllocation(host, info));
  pages->addresses_.push_back(*address);
  host->AddPages(*address, pages.get());
  return pages;
}

HostAllocation::HostAllocation(std::shared_ptr<Host> host,
                               const HostAllocationInfo& info)
    : host_(std::move(host)),
      info_(info),
      pages_(std::make_shared<DevicePayload>(info.size,
                                             /*device_coherent=*/false,
                                             /*merged=*/false)) {
  MakeView();
}

HostAllocation::~HostAllocation() {
  Lock lock(host_->mutex());
  for (const uint64_t address : addresses_) {
    host_->RemovePages(address);
    host_->addresses().Release(address);
  }
}

absl::StatusOr<uint64_t> HostAllocation::MapAgain() {
  Lock lock(host_->mutex());
  const auto address = host_->addresses().Reserve(info_.size, info_.alignment);
  if (!address) {
    return ReturnCodeError(ReturnCode::kOutOfHostMemory,
                           "no room to map the pages once more");
  }
  addresses_.push_back(*address);
  host_->AddPages(*address, this);
  return *address;
}

// The view of the original pointer: cached if some import is not coherent.
void HostAllocation::MakeView() {
  DeviceMemoryInfo info;
  info.size = info_.size;
  info.type.property_flags = kHostVisible | kHostCoherent;
  WriteBack write_back = WriteBack::kDirtyBytes;
  for (const Import& import : imports_) {
    if (!import.info.type.IsNonCoherent()) continue;
    info.type.property_flags = kHostVisible | kHostCached;
    info.non_coherent_atom_size = std::max(info.non_coherent_atom_size,
                                           import.info.non_coherent_atom_size);
    if (import.write_back == WriteBack::kWholeAtom) {
      write_back = WriteBack::kWholeAtom;
    }
  }
  if (view_) view_->Flush(pages_->all());
  view_ = std::make_unique<DeviceObjectMemory>(info, pages_, write_back);
  if (payload_) {
    host_->JourneyFor(*this).SetNonCoherent(reference_,
                                            info.type.IsNonCoherent());
  }
}

std::shared_ptr<DevicePayload> HostAllocation::PayloadOf(const Device* device) {
  for (const auto& entry : payloads_) {
    if (entry.first == device) return entry.second;
  }
  return nullptr;
}

bool HostAllocation::IsImportedBy(const Device* device) const {
  return std::any_of(
      imports_.begin(), imports_.end(),
      [device](const Import& import) { return import.device == device; });
}

void HostAllocation::AddImport(const Import& import,
                               const Journey::PayloadInfo& info) {
  Journey& journey = host_->JourneyFor(*this);
  if (!payload_) {
    Journey::PayloadInfo whole = info;
    whole.size = info_.size;
    payload_ = journey.AddPayload(whole);
    reference_ = journey.AddReference(*payload_, /*non_coherent=*/false);
    host_->NamePayload(*payload_, info_.name);
  } else {
    journey.ImportPayload(*payload_, info);
  }
  imports_.push_back(import);
  if (PayloadOf(import.device) == nullptr) {
    auto payload = std::make_shared<DevicePayload>(
        info_.size, info.device_coherent,
        /*merged=*/info.device_coherent && !info.non_coherent);
    payload->JoinHostDomain(pages_);
    payloads_.push_back({import.device, std::move(payload)});
  }
  MakeView();
  if (import.info.type.IsHostVisible()) return;
  pages_->MakeUndefined(import.range);
  undefined_.Insert(import.range);
}

void HostAllocation::RemoveImport(const Device* device, MemoryId memory) {
  const auto found =
      std::find_if(imports_.begin(), imports_.end(), [&](const Import& import) {
        return import.device == device && import.memory == memory;
      });
  INCOHERENT_CHECK(found != imports_.end(), "an import that was added");
  const Import import = *found;
  imports_.erase(found);
  if (!IsImportedBy(device)) {
    // What was in its own domain only is gone.
    payloads_.erase(std::remove_if(payloads_.begin(), payloads_.end(),
                                   [device](const auto& entry) {
                                     return entry.first == device;
                                   }),
                    payloads_.end());
  }
  if (!import.info.type.IsHostVisible()) {
    pages_->MakeUndefined(import.range);
    undefined_.Insert(import.range);
  }
  if (!import.info.type.IsNonCoherent()) return;
  MakeView();
  if (view_->rules().info().type.IsNonCoherent()) return;
  // Nothing is between the host and its own pages any more.
  host_->JourneyFor(*this).Flush(host_->thread(), reference_, pages_->all(),
                                 host_->NewOperation("free of the import"));
}

std::string HostAllocation::NameOf(const ByteRange& range) const {
  return absl::StrCat(info_.name, "[", range.offset, ", ", range.end(), ")");
}

absl::Status HostAllocation::Misused(const char* call, const std::string& why) {
  DeviceFinding finding;
  finding.hazard.kind = HazardKind::kInvalidUsage;
  if (payload_) finding.hazard.payload = *payload_;
  finding.message =
      absl::StrCat("invalid-usage: ", call, " ", info_.name, ": ", why);
  host_->Tell(std::move(finding), *this);
  return absl::FailedPreconditionError(
      absl::StrCat(call, " ", info_.name, ": ", why));
}

absl::Status HostAllocation::CheckRange(const char* call, uint64_t offset,
                                        uint64_t size) {
  if (released_) return Misused(call, "the pages were freed");
  if (Fits(offset, size, info_.size)) return absl::OkStatus();
  return Misused(
      call, absl::StrCat(size, " bytes at offset ", offset, " are not in the ",
                         info_.size, " bytes of the pages"));
}

// Pages that are memory which the host cannot see are nobody else's.
absl::Status HostAllocation::CheckAccess(const char* call,
                                         const ByteRange& range) {
  for (const Import& import : imports_) {
    if (import.info.type.IsHostVisible()) continue;
    if (Intersect(import.range, range).empty()) continue;
    return Misused(
        call,
        absl::StrCat("bytes [", range.offset, ", ", range.end(),
                     ") are imported as memory that is not host-visible, and "
                     "must not be accessed until it is freed"));
  }
  return absl::OkStatus();
}

absl::Status HostAllocation::Store(uint64_t offset,
                                   absl::Span<const uint8_t> values) {
  Lock lock(host_->mutex());
  constexpr char kCall[] = "host store to";
  absl::Status status = CheckRange(kCall, offset, values.size());
  if (!status.ok() || values.empty()) return status;
  const ByteRange range = {offset, values.size()};
  status = CheckAccess(kCall, range);
  if (!status.ok()) return status;
  if (payload_) {
    host_->JourneyFor(*this).HostWrite(
        host_->thread(), reference_, range,
        host_->NewOperation(absl::StrCat("host store ", NameOf(range))));
  }
  view_->Store(offset, values);
  undefined_.Erase(range);
  LetDevicesAct();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Byte>> HostAllocation::Load(uint64_t offset,
                                                       uint64_t size) {
  Lock lock(host_->mutex());
  constexpr char kCall[] = "host load of";
  absl::Status status = CheckRange(kCall, offset, size);
  if (!status.ok()) return status;
  const ByteRange range = {offset, size};
  if (range.empty()) return std::vector<Byte>();
  status = CheckAccess(kCall, range);
  if (!status.ok()) return status;
  if (undefined_.Intersects(range)) {
    Misused(kCall, absl::StrCat("bytes [", offset, ", ", range.end(),
                                ") are undefined since they were memory that "
                                "is not host-visible; write them first"))
        .IgnoreError();
  }
  if (payload_) {
    host_->JourneyFor(*this).HostRead(
        host_->thread(), reference_, range,
        host_->NewOperation(absl::StrCat("host load ", NameOf(range))));
  }
  std::vector<Byte> bytes;
  for (uint64_t at = offset; at < range.end(); ++at) {
    bytes.push_back(view_->Load(at));
  }
  LetDevicesAct();
  return bytes;
}

absl::Status HostAllocation::CleanCache(uint64_t offset, uint64_t size) {
  Lock lock(host_->mutex());
  const absl::Status status = CheckRange("cache clean of", offset, size);
  if (!status.ok() || !payload_ || size == 0) return status;
  const ByteRange atoms = view_->rules().atoms().Outward({offset, size});
  host_->JourneyFor(*this).Flush(
      host_->thread(), reference_, atoms,
      host_->NewOperation(absl::StrCat("cache clean ", NameOf(atoms))));
  view_->Flush(atoms);
  LetDevicesAct();
  return absl::OkStatus();
}

absl::Status HostAllocation::InvalidateCache(uint64_t offset, uint64_t size) {
  Lock lock(host_->mutex());
  const absl::Status status = CheckRange("cache invalidate of", offset, size);
  if (!status.ok() || !payload_ || size == 0) return status;
  const ByteRange atoms = view_->rules().atoms().Outward({offset, size});
  host_->JourneyFor(*this).Invalidate(
      host_->thread(), reference_, atoms,
      host_->NewOperation(absl::StrCat("cache invalidate ", NameOf(atoms))));
  view_->Invalidate(atoms);
  LetDevicesAct();
  return absl::OkStatus();
}

absl::Status HostAllocation::Release() {
  Lock lock(host_->mutex());
  if (released_) return Misused("free of", "the pages were freed already");
  absl::Status status;
  for (const Import& import : imports_) {
    status.Update(Misused(
        "free of",
        absl::StrCat("bytes [", import.range.offset, ", ", import.range.end(),
                     ") are imported still; free the memory object first")));
  }
  released_ = true;
  pages_->MakeUndefined(pages_->all());
  return status;
}

void HostAllocation::LetDevicesAct() {
  for (const auto& entry : payloads_) {
    entry.first->LetCachesAct();
  }
}

// To each device once.
void HostAllocation::Hear(const DeviceFinding& finding) {
  for (const auto& entry : payloads_) {
    entry.first->Hear(finding);
  }
}

}  // namespace incoherent
