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
  if (host == nullptr) {
    return absl::InvalidArgumentError(
        "pages of no host: say which one, such as Device::host()");
  }
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
  if (!address || !ZeroedBytes::Fits(3, info.size)) {
    if (address) host->addresses().Release(*address);
    return ReturnCodeError(
        ReturnCode::kOutOfHostMemory,
        absl::StrCat("no room for pages of ", info.size, " bytes"));
  }
  std::shared_ptr<HostAllocation> pages(
      new HostAllocation(host, info, *address));
  host->AddPages(*address, pages.get());
  return pages;
}

HostAllocation::HostAllocation(std::shared_ptr<Host> host,
                               const HostAllocationInfo& info, uint64_t address)
    : host_(std::move(host)),
      info_(info),
      address_(address),
      pages_(std::make_shared<DevicePayload>(info.size,
                                             /*device_coherent=*/false,
                                             /*merged=*/false)),
      view_(std::make_unique<DeviceObjectMemory>(ViewInfo(), pages_,
                                                 view_write_back_)) {}

HostAllocation::~HostAllocation() {
  Lock lock(host_->mutex());
  if (!released_) GiveBackAddresses();
}

void HostAllocation::GiveBackAddresses() {
  other_addresses_.push_back(address_);
  for (const uint64_t address : other_addresses_) {
    host_->RemovePages(address);
    host_->addresses().Release(address);
  }
}

absl::StatusOr<uint64_t> HostAllocation::MapAgain() {
  Lock lock(host_->mutex());
  const absl::Status status = CheckRange("second mapping of", 0, 0);
  if (!status.ok()) return status;
  const auto address = host_->addresses().Reserve(info_.size, info_.alignment);
  if (!address) {
    return ReturnCodeError(ReturnCode::kOutOfHostMemory,
                           "no room to map the pages once more");
  }
  other_addresses_.push_back(*address);
  host_->AddPages(*address, this);
  return *address;
}

// --- What is told.

OperationId HostAllocation::Operation(absl::string_view what,
                                      const ByteRange& range) {
  return host_->NewOperation(absl::StrCat(
      what, " ", info_.name, "[", range.offset, ", ", range.end(), ")"));
}

absl::Status HostAllocation::Misused(absl::StatusCode code,
                                     absl::string_view call,
                                     absl::string_view why,
                                     const ByteRange& bytes) {
  DeviceFinding finding;
  finding.hazard.kind = HazardKind::kInvalidUsage;
  finding.hazard.range = bytes;
  finding.hazard.payload = payload_ ? *payload_ : kNoPayload;
  const std::string message = absl::StrCat(call, " ", info_.name, ": ", why);
  finding.message = absl::StrCat("invalid-usage: ", message);
  host_->Tell(std::move(finding), *this);
  return absl::Status(code, message);
}

absl::Status HostAllocation::Report(absl::StatusCode code,
                                    absl::string_view call,
                                    absl::string_view why,
                                    const ByteRange& bytes) {
  Lock lock(host_->mutex());
  return Misused(code, call, why, bytes);
}

absl::Status HostAllocation::CheckRange(absl::string_view call, uint64_t offset,
                                        uint64_t size) {
  if (released_) {
    return Misused(absl::StatusCode::kFailedPrecondition, call,
                   "the pages were freed");
  }
  if (Fits(offset, size, info_.size)) return absl::OkStatus();
  return Misused(
      absl::StatusCode::kOutOfRange, call,
      absl::StrCat(size, " bytes at offset ", offset, " are not in the ",
                   info_.size, " bytes of the pages"));
}

ByteRange HostAllocation::TakenFromHost(const ByteRange& range) const {
  for (const Import& import : imports_) {
    const ByteRange taken = Intersect(import.range, range);
    if (!import.info.type.IsHostVisible() && !taken.empty()) return taken;
  }
  return {};
}

// Pages that are memory which the host cannot see are nobody else's.
absl::Status HostAllocation::CheckAccess(absl::string_view call,
                                         const ByteRange& range) {
  const ByteRange taken = TakenFromHost(range);
  if (taken.empty()) return absl::OkStatus();
  return Misused(absl::StatusCode::kFailedPrecondition, call,
                 absl::StrCat("bytes [", taken.offset, ", ", taken.end(),
                              ") are imported as memory that is not "
                              "host-visible; keep off until it is freed"),
                 taken);
}

void HostAllocation::ReportUndefinedLoad(absl::string_view call,
                                         uint64_t offset,
                                         const std::vector<Byte>& loaded) {
  for (const ByteRange& run : undefined_.RunsIn({offset, loaded.size()})) {
    uint64_t end = run.offset;
    while (end < run.end() && loaded[end - offset].undefined) ++end;
    if (end == run.offset) continue;
    Misused(absl::StatusCode::kFailedPrecondition, call,
            absl::StrCat("the contents of bytes [", run.offset, ", ", end,
                         ") are undefined since they were imported as memory "
                         "that is not host-visible; write them first"),
            ByteRange::Between(run.offset, end))
        .IgnoreError();
  }
}

// --- By the original pointer.

absl::Status HostAllocation::Store(uint64_t offset,
                                   absl::Span<const uint8_t> values) {
  Lock lock(host_->mutex());
  constexpr char kCall[] = "host store";
  absl::Status status = CheckRange(kCall, offset, values.size());
  if (!status.ok() || values.empty()) return status;
  const ByteRange range = {offset, values.size()};
  status = CheckAccess(kCall, range);
  if (!status.ok()) return status;
  if (payload_) {
    host_->JourneyFor(*this).HostWrite(host_->thread(), reference_, range,
                                       Operation(kCall, range));
  }
  view_->Store(offset, values);
  undefined_.Erase(range);
  LetDevicesAct();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Byte>> HostAllocation::Load(uint64_t offset,
                                                       uint64_t size) {
  Lock lock(host_->mutex());
  constexpr char kCall[] = "host load";
  absl::Status status = CheckRange(kCall, offset, size);
  if (!status.ok()) return status;
  const ByteRange range = {offset, size};
  if (range.empty()) return std::vector<Byte>();
  status = CheckAccess(kCall, range);
  if (!status.ok()) return status;
  if (payload_) {
    host_->JourneyFor(*this).HostRead(host_->thread(), reference_, range,
                                      Operation(kCall, range));
  }
  std::vector<Byte> bytes;
  bytes.reserve(size);
  for (uint64_t at = offset; at < range.end(); ++at) {
    bytes.push_back(view_->Load(at));
  }
  ReportUndefinedLoad(kCall, offset, bytes);
  LetDevicesAct();
  return bytes;
}

absl::Status HostAllocation::CleanCache(uint64_t offset, uint64_t size) {
  Lock lock(host_->mutex());
  const absl::Status status = CheckRange("cache clean", offset, size);
  if (!status.ok() || !payload_ || size == 0) return status;
  const ByteRange atoms = view_->rules().atoms().Outward({offset, size});
  host_->JourneyFor(*this).Flush(host_->thread(), reference_, atoms,
                                 Operation("cache clean", atoms));
  view_->Flush(atoms);
  LetDevicesAct();
  return absl::OkStatus();
}

absl::Status HostAllocation::InvalidateCache(uint64_t offset, uint64_t size) {
  Lock lock(host_->mutex());
  const absl::Status status = CheckRange("cache invalidate", offset, size);
  if (!status.ok() || !payload_ || size == 0) return status;
  const ByteRange atoms = view_->rules().atoms().Outward({offset, size});
  host_->JourneyFor(*this).Invalidate(host_->thread(), reference_, atoms,
                                      Operation("cache invalidate", atoms));
  view_->Invalidate(atoms);
  LetDevicesAct();
  return absl::OkStatus();
}

absl::Status HostAllocation::Release() {
  Lock lock(host_->mutex());
  constexpr char kCall[] = "free";
  absl::Status status = CheckRange(kCall, 0, 0);
  if (!status.ok()) return status;
  for (const Import& import : imports_) {
    status.Update(Misused(
        absl::StatusCode::kFailedPrecondition, kCall,
        absl::StrCat("bytes [", import.range.offset, ", ", import.range.end(),
                     ") are imported still; free the memory object first"),
        import.range));
  }
  released_ = true;
  GiveBackAddresses();
  // Of pages that nobody else has, nobody can tell.
  for (const Import& import : imports_) pages_->MakeUndefined(import.range);
  return status;
}

// --- The devices that have the pages imported, each once.

std::vector<Device*> HostAllocation::Importers() const {
  std::vector<Device*> devices;
  for (const Import& import : imports_) {
    if (std::find(devices.begin(), devices.end(), import.device) ==
        devices.end()) {
      devices.push_back(import.device);
    }
  }
  return devices;
}

void HostAllocation::LetDevicesAct() {
  for (Device* const device : Importers()) device->LetCachesAct();
}

void HostAllocation::Hear(const DeviceFinding& finding) {
  for (Device* const device : Importers()) device->Hear(finding);
}

}  // namespace incoherent
