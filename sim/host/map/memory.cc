#include "incoherent/memory.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "sim/host/map/mapped_window.h"
#include "sim/memory/atom_grid.h"

namespace incoherent {
namespace {

absl::Status CheckFlags(uint32_t flags) {
  if (flags == 0) return absl::OkStatus();
  return ValidUsageError(
      "VUID-vkMapMemory-flags-zerobitmask",
      absl::StrFormat("flags are 0x%x; they are reserved and must be 0; they "
                      "are ignored",
                      flags));
}

absl::Status NoRanges(const char* command) {
  return ValidUsageError(
      absl::StrCat("VUID-", command, "-memoryRangeCount-arraylength"),
      "no range is given; give one at least");
}

// Maps, and makes the pointer to the range that was asked for.
absl::Status MapAt(Device& device, MemoryId memory, uint64_t offset,
                   uint64_t size, HostPointer* data) {
  const absl::Status status =
      device.Map(memory, {CommandForm::kMapMemory, offset, size});
  if (ReturnCodeOf(status)) return status;
  const absl::optional<HostMapping> mapping = device.MappingOf(memory);
  if (!mapping) return status;
  const uint64_t end =
      size == kWholeSize ? mapping->range.end() : offset + size;
  *data = HostPointer(std::make_shared<MappedWindow>(
      device, memory, *mapping, ByteRange::Between(offset, end)));
  return status;
}

}  // namespace

absl::StatusOr<Memory> Memory::Allocate(Device& device, uint32_t type_index,
                                        uint64_t size) {
  AllocateRequest request;
  request.type_index = type_index;
  request.size = size;
  return Allocate(device, request);
}

absl::StatusOr<Memory> Memory::Allocate(Device& device,
                                        const AllocateRequest& request) {
  const absl::StatusOr<MemoryId> id = device.Allocate(request);
  if (!id.ok()) return id.status();
  return Memory(device, *id);
}

Memory::Memory(Device& device, MemoryId id) : device_(&device), id_(id) {
  const DeviceMemoryInfo info = device.InfoOf(id);
  size_ = info.size;
  type_index_ = info.type_index;
  atom_size_ = info.non_coherent_atom_size;
  host_visible_ = info.type.IsHostVisible();
  non_coherent_ = info.type.IsNonCoherent();
}

Memory::Memory(Memory&& other) noexcept
    : device_(other.device_),
      id_(other.id_),
      size_(other.size_),
      type_index_(other.type_index_),
      atom_size_(other.atom_size_),
      host_visible_(other.host_visible_),
      non_coherent_(other.non_coherent_),
      live_(std::exchange(other.live_, false)) {}

Memory& Memory::operator=(Memory&& other) noexcept {
  if (this == &other) return *this;
  Drop();
  device_ = other.device_;
  id_ = other.id_;
  size_ = other.size_;
  type_index_ = other.type_index_;
  atom_size_ = other.atom_size_;
  host_visible_ = other.host_visible_;
  non_coherent_ = other.non_coherent_;
  live_ = std::exchange(other.live_, false);
  return *this;
}

Memory::~Memory() { Drop(); }

void Memory::Drop() {
  // What is wrong with it is a finding.
  if (std::exchange(live_, false) && device_->IsLive(id_)) {
    device_->Free(id_).IgnoreError();
  }
}

absl::Status Memory::CheckLive(absl::string_view call) const {
  if (live_ && device_->IsLive(id_)) return absl::OkStatus();
  return device_->Report(
      absl::FailedPreconditionError(absl::StrCat(
          "this Memory (", device_->NameOf(id_),
          ") was moved from, or freed; it has nothing to ", "work on")),
      call);
}

void Memory::SetName(absl::string_view name) {
  if (CheckLive("Memory::SetName").ok()) device_->SetName(id_, name);
}

absl::StatusOr<HostPointer> Memory::Map(uint64_t offset, uint64_t size,
                                        uint32_t flags) {
  absl::Status status = CheckLive("vkMapMemory");
  if (!status.ok()) return status;
  device_->Report(CheckFlags(flags), "vkMapMemory").IgnoreError();
  HostPointer pointer;
  status = MapAt(*device_, id_, offset, size, &pointer);
  // A second map is a finding, and gives a pointer.
  if (pointer.is_null()) return status;
  return pointer;
}

absl::Status Memory::Unmap() {
  const absl::Status status = CheckLive("vkUnmapMemory");
  return status.ok() ? device_->Unmap(id_) : status;
}

absl::optional<ByteRange> Memory::mapping() const {
  if (!live_) return absl::nullopt;
  const absl::optional<HostMapping> mapping = device_->MappingOf(id_);
  if (!mapping) return absl::nullopt;
  return mapping->range;
}

absl::Status Memory::Flush(const ByteRange& range) {
  return FlushRanges({&range, 1});
}

absl::Status Memory::FlushRanges(absl::Span<const ByteRange> ranges) {
  return Synchronize(ranges, "vkFlushMappedMemoryRanges", &Device::Flush);
}

absl::Status Memory::Invalidate(const ByteRange& range) {
  return InvalidateRanges({&range, 1});
}

absl::Status Memory::InvalidateRanges(absl::Span<const ByteRange> ranges) {
  return Synchronize(ranges, "vkInvalidateMappedMemoryRanges",
                     &Device::Invalidate);
}

absl::Status Memory::Synchronize(
    absl::Span<const ByteRange> ranges, const char* call,
    absl::Status (Device::*synchronize)(MemoryId, uint64_t, uint64_t)) {
  absl::Status status = CheckLive(call);
  if (!status.ok()) return status;
  if (ranges.empty()) return device_->Report(NoRanges(call), call);
  for (const ByteRange& range : ranges) {
    status.Update((device_->*synchronize)(id_, range.offset, range.size));
  }
  return status;
}

ByteRange Memory::HazardRange(const ByteRange& range) const {
  const uint64_t begin = std::min(range.offset, size_);
  const ByteRange inside = {begin, std::min(range.size, size_ - begin)};
  return non_coherent_ ? AtomGrid(atom_size_, size_).Outward(inside) : inside;
}

ByteRange Memory::AtomRange(const ByteRange& range) const {
  const uint64_t begin = std::min(range.offset, size_);
  return AtomGrid(atom_size_, size_)
      .Outward({begin, std::min(range.size, size_ - begin)});
}

absl::Status Memory::Free() {
  const absl::Status status = CheckLive("vkFreeMemory");
  if (!status.ok()) return status;
  live_ = false;
  return device_->Free(id_);
}

absl::Status MapMemory(Device* device, const MemoryHandle& memory,
                       uint64_t offset, uint64_t size, uint32_t flags,
                       HostPointer* data) {
  if (device == nullptr) {
    return ValidUsageError("VUID-vkMapMemory-device-parameter",
                           "the device is null; give a valid one");
  }
  constexpr char kCall[] = "vkMapMemory";
  const auto refuse = [device, kCall](const char* vuid, const char* why) {
    return device->Report(ValidUsageError(vuid, why), kCall);
  };
  if (memory.device == nullptr) {
    return refuse("VUID-vkMapMemory-memory-parameter",
                  "the memory is VK_NULL_HANDLE; give a valid one");
  }
  if (memory.device != device) {
    return refuse("VUID-vkMapMemory-memory-parent",
                  "the memory is another device's");
  }
  if (!device->IsLive(memory.memory)) {
    return refuse("VUID-vkMapMemory-memory-parameter",
                  "the memory was freed; give a valid one");
  }
  if (data == nullptr) {
    return refuse("VUID-vkMapMemory-ppData-parameter",
                  "there is nowhere to put the pointer: ppData is null");
  }
  absl::Status status = device->Report(CheckFlags(flags), kCall);
  const absl::Status mapped = MapAt(*device, memory.memory, offset, size, data);
  if (ReturnCodeOf(mapped)) return mapped;
  status.Update(mapped);
  return status;
}

}  // namespace incoherent
