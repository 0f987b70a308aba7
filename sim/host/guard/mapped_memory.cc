#include "incoherent/mapped_memory.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "sim/memory/atom_grid.h"

namespace incoherent {
namespace {

// No Vulkan call was made, so it is no finding.
absl::Status NotHostVisible(uint32_t type_index) {
  return ValidUsageError(
      "VUID-vkMapMemory-memory-00682",
      absl::StrFormat("memory type %d is not HOST_VISIBLE and cannot be "
                      "mapped; choose one that is (FindMemoryType)",
                      type_index));
}

}  // namespace

absl::StatusOr<MappedMemory> MappedMemory::Allocate(Device& device,
                                                    uint32_t type_index,
                                                    uint64_t size) {
  const std::vector<MemoryType>& types = device.memory_properties().types;
  if (type_index < types.size() && !types[type_index].IsHostVisible()) {
    return NotHostVisible(type_index);
  }
  absl::StatusOr<Memory> memory = Memory::Allocate(device, type_index, size);
  if (!memory.ok()) return memory.status();
  return FromMemory(*std::move(memory));
}

absl::StatusOr<MappedMemory> MappedMemory::FromMemory(Memory&& memory) {
  if (memory.is_live() && !memory.is_host_visible()) {
    return NotHostVisible(memory.type_index());
  }
  absl::StatusOr<HostPointer> pointer = memory.Map();
  if (!pointer.ok()) return pointer.status();
  return MappedMemory(
      std::make_shared<GuardedMemory>(std::move(memory), *std::move(pointer)));
}

// The one that is moved from keeps what it had: to tell of its uses.
MappedMemory::MappedMemory(MappedMemory&& other) noexcept
    : shared_(other.shared_), live_(std::exchange(other.live_, false)) {}

MappedMemory& MappedMemory::operator=(MappedMemory&& other) noexcept {
  if (this == &other) return *this;
  Drop();
  shared_ = other.shared_;
  live_ = std::exchange(other.live_, false);
  return *this;
}

void MappedMemory::Drop() {
  if (std::exchange(live_, false)) shared_->Destroy();
}

absl::Status MappedMemory::CheckLive(absl::string_view call) const {
  if (live_) return absl::OkStatus();
  const ByteRange all = {0, size()};
  return shared_->Refuse(
      call, all,
      absl::FailedPreconditionError(
          absl::StrCat("this MappedMemory (", shared_->TextOf(all),
                       ") was moved from, or unmapped; use what it became")));
}

absl::Status MappedMemory::CheckRange(const ByteRange& range,
                                      const Shape& shape) const {
  if (!Fits(range.offset, range.size, size())) {
    return absl::OutOfRangeError(absl::StrFormat(
        "%d bytes from byte %d on are not inside the memory's %d", range.size,
        range.offset, size()));
  }
  const uint64_t element = shape.element_size;
  if (!shape.is_array && range.size != element) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "the range has %d bytes, and one object of the type has %d; give it as "
        "many, or name an array: T[]",
        range.size, element));
  }
  if (range.empty() || range.size % element != 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("the range has %d bytes; give it a multiple of an "
                        "element's %d, and one at least",
                        range.size, element));
  }
  const uint64_t address = shared_->address() + range.offset;
  if (!IsMultipleOf(address, shape.alignment)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "byte %d of the memory is mapped at 0x%x, and the type is aligned to "
        "%d bytes; begin the range at a multiple of that",
        range.offset, address, shape.alignment));
  }
  return absl::OkStatus();
}

absl::StatusOr<GuardLease> MappedMemory::OpenLease(
    const ByteRange& range, const Shape& shape, GuardAccess access,
    absl::string_view call) const {
  absl::Status status = CheckLive(call);
  if (status.ok()) status = CheckRange(range, shape);
  if (!status.ok()) return status;
  const absl::StatusOr<GuardId> guard = shared_->Open(range, access, call);
  if (!guard.ok()) return guard.status();
  return GuardLease(shared_, *guard);
}

absl::StatusOr<Memory> MappedMemory::Unmap() && {
  const absl::Status status = CheckLive("MappedMemory::Unmap");
  if (!status.ok()) return status;
  absl::StatusOr<Memory> memory = shared_->TakeBack();
  if (memory.ok()) live_ = false;
  return memory;
}

const Memory& MappedMemory::memory() const {
  CheckLive("MappedMemory::memory").IgnoreError();  // a finding
  return shared_->memory();
}

Memory& MappedMemory::memory() {
  CheckLive("MappedMemory::memory").IgnoreError();  // a finding
  return shared_->memory();
}

std::string MappedMemory::DebugString() const {
  if (!live_) return "MappedMemory(moved from, or unmapped)";
  const Memory& memory = shared_->memory();
  const size_t guards = shared_->open_guards();
  return absl::StrFormat("MappedMemory(%s, type %d, %d bytes, %d open guard%s)",
                         device().NameOf(memory.id()), memory.type_index(),
                         memory.size(), guards, guards == 1 ? "" : "s");
}

std::ostream& operator<<(std::ostream& out, const MappedMemory& memory) {
  return out << memory.DebugString();
}

}  // namespace incoherent
