#include "sim/host/allocator/memory_block.h"

#include "absl/strings/str_cat.h"
#include "sim/memory/check.h"
#include "sim/memory/valid_usage.h"

namespace incoherent {

MemoryBlock::MemoryBlock(Device& device, MemoryId memory, uint64_t size)
    : device_(device), memory_(memory), size_(size), room_(size) {}

absl::Status MemoryBlock::CheckLive(absl::string_view call) const {
  if (IsLive()) return absl::OkStatus();
  return device_.Report(
      absl::FailedPreconditionError(absl::StrCat(
          device_.NameOf(memory_), " was freed behind the allocator's back; ",
          "leave its memory objects to it")),
      call);
}

absl::StatusOr<HostMapping> MemoryBlock::Map() {
  constexpr char kCall[] = "Allocator::MapMemory";
  absl::Status status = CheckLive(kCall);
  if (!status.ok()) return status;
  if (map_count_ == 0) {
    status = device_.Map(memory_);
    if (ReturnCodeOf(status)) return status;
  }
  const absl::optional<HostMapping> mapping = device_.MappingOf(memory_);
  if (!mapping) {
    return device_.Report(
        absl::FailedPreconditionError(absl::StrCat(
            device_.NameOf(memory_), " was unmapped behind the allocator's ",
            "back; leave its memory objects to it")),
        kCall);
  }
  ++map_count_;
  return *mapping;
}

absl::Status MemoryBlock::Unmap(uint64_t times) {
  INCOHERENT_CHECK(times <= map_count_, "no more unmaps than maps");
  if (times == 0) return absl::OkStatus();
  map_count_ -= times;
  if (map_count_ != 0 || !IsLive()) return absl::OkStatus();
  return device_.Unmap(memory_);
}

absl::Status MemoryBlock::Free() {
  if (!IsLive()) return absl::OkStatus();
  return device_.Free(memory_);
}

}  // namespace incoherent
