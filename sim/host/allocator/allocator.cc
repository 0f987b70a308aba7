#include "incoherent/allocator.h"

#include <algorithm>
#include <atomic>

#include "absl/strings/str_cat.h"
#include "sim/host/allocator/allocation_window.h"
#include "sim/host/allocator/block_list.h"
#include "sim/host/allocator/memory_block.h"
#include "sim/host/allocator/suballocation.h"
#include "sim/memory/atom_grid.h"

namespace incoherent {
namespace {

uint64_t NextNumber() {
  static std::atomic<uint64_t> next{1};
  return next++;
}

BlockListOptions ListOptions(const MemoryProperties& properties,
                             uint32_t type_index,
                             const AllocatorOptions& options) {
  const uint64_t atom = properties.limits.non_coherent_atom_size;
  // No device has more; this way nothing wraps.
  const uint64_t size = std::min(options.block_size, uint64_t{1} << 62);
  const bool to_atoms =
      options.align_to_atoms && properties.types[type_index].IsNonCoherent();
  return {type_index, (size + atom - 1) & ~(atom - 1), to_atoms ? atom : 1};
}

}  // namespace

Allocator::Allocator(Device& device, const AllocatorOptions& options)
    : device_(device),
      number_(NextNumber()),
      turn_(std::make_shared<std::mutex>()) {
  const MemoryProperties& properties = device.memory_properties();
  for (uint32_t type = 0; type < properties.types.size(); ++type) {
    lists_.push_back(std::make_unique<BlockList>(
        device, ListOptions(properties, type, options)));
  }
}

Allocator::~Allocator() {
  const std::lock_guard<std::mutex> turn(*turn_);
  for (const auto& entry : live_) {
    Suballocation& leaked = *entry.second;
    device_
        .Report(absl::FailedPreconditionError(absl::StrCat(
                    "leak: ", leaked.ToString(),
                    " was not freed; Free it before its allocator goes")),
                "Allocator::~Allocator", leaked.bytes())
        .IgnoreError();
    Suballocation::State freed;
    freed.freed = true;
    leaked.SetState(freed);
  }
  for (const auto& list : lists_) list->FreeAll();
}

absl::Status Allocator::Report(const Allocation& allocation,
                               const absl::Status& broken,
                               absl::string_view call) const {
  return device_.Report(broken, call, allocation.suballocation_->bytes());
}

absl::Status Allocator::CheckLive(const Allocation& allocation,
                                  absl::string_view call) const {
  if (allocation.is_null()) {
    return device_.Report(
        absl::InvalidArgumentError("the Allocation is null; did the Create "
                                   "that should have made it fail?"),
        call);
  }
  const Suballocation& suballocation = *allocation.suballocation_;
  if (suballocation.place().allocator != number_) {
    // Its bytes may be another device's.
    return device_.Report(
        absl::InvalidArgumentError(absl::StrCat(
            suballocation.ToString(),
            " is another allocator's; give it to the one that created it")),
        call);
  }
  if (!suballocation.state().freed) return absl::OkStatus();
  return Report(allocation,
                absl::FailedPreconditionError(absl::StrCat(
                    suballocation.ToString(),
                    " was freed already; nothing may be done with it after "
                    "that")),
                call);
}

absl::Status Allocator::CheckInfo(const AllocationCreateInfo& info) const {
  if (info.size == 0) {
    return absl::InvalidArgumentError("the size is 0; ask for a byte at least");
  }
  if (!IsPowerOfTwo(info.alignment)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the alignment ", info.alignment,
                     " is no power of two; 1 is for bytes anywhere"));
  }
  return absl::OkStatus();
}

absl::StatusOr<Allocation> Allocator::Create(const AllocationCreateInfo& info) {
  const absl::Status status =
      device_.Report(CheckInfo(info), "Allocator::Create");
  if (!status.ok()) return status;
  const std::lock_guard<std::mutex> turn(*turn_);
  if (info.type_index < lists_.size()) return Place(info);
  // The device has its own words for it.
  AllocateRequest request;
  request.size = info.size;
  request.type_index = info.type_index;
  return device_.Allocate(request).status();
}

absl::StatusOr<Allocation> Allocator::Place(const AllocationCreateInfo& info) {
  SuballocationPlace place;
  place.allocator = number_;
  place.number = created_;
  place.name =
      info.name.empty() ? absl::StrCat("allocation", created_) : info.name;
  place.type_index = info.type_index;
  place.turn = turn_;
  BlockList& list = *lists_[info.type_index];
  const absl::StatusOr<Room> room =
      list.Take({info.size, info.alignment, info.dedicated, place.name});
  if (!room.ok()) return room.status();
  place.block = room->block;
  place.memory = room->block->memory();
  place.memory_name = device_.NameOf(place.memory);
  place.bytes = {room->range.offset, info.size};
  place.room = room->range;
  place.stays_mapped = info.mapped && TypeOf(place).IsHostVisible();

  const auto suballocation = std::make_shared<Suballocation>(place);
  if (place.stays_mapped) {
    const absl::Status status = AddMap(*suballocation, /*counted=*/0);
    if (!status.ok()) {
      list.GiveBack(*room).IgnoreError();  // the first error is the one
      return status;
    }
  }
  ++created_;
  live_[place.number] = suballocation;
  return Allocation(suballocation);
}

const MemoryType& Allocator::TypeOf(const SuballocationPlace& place) const {
  return device_.memory_properties().types[place.type_index];
}

absl::StatusOr<AllocationInfo> Allocator::InfoOf(
    const Allocation& allocation) const {
  const absl::Status status = CheckLive(allocation, "Allocator::InfoOf");
  if (!status.ok()) return status;
  const SuballocationPlace& place = allocation.suballocation_->place();
  const Suballocation::State state = allocation.suballocation_->state();
  AllocationInfo info;
  info.memory = place.memory;
  info.offset = place.bytes.offset;
  info.size = place.bytes.size;
  info.type_index = place.type_index;
  if (state.mapping) {
    info.mapped_data = HostPointer(std::make_shared<AllocationWindow>(
        device_, allocation.suballocation_, state));
  }
  info.map_count = state.map_count;
  info.name = place.name;
  return info;
}

absl::StatusOr<MemoryRange> Allocator::bytes(const Allocation& allocation,
                                             const ByteRange& range) const {
  constexpr char kCall[] = "Allocator::bytes";
  absl::Status status = CheckLive(allocation, kCall);
  if (!status.ok()) return status;
  const absl::StatusOr<ByteRange> inside =
      RangeInside(allocation, range, kCall);
  if (!inside.ok()) return inside.status();
  return MemoryRange{allocation.suballocation_->place().memory, *inside};
}

absl::StatusOr<ByteRange> Allocator::RangeInside(const Allocation& allocation,
                                                 const ByteRange& range,
                                                 absl::string_view call) const {
  const ByteRange bytes = allocation.suballocation_->place().bytes;
  const uint64_t at = range.offset;
  const uint64_t size = range.size == kWholeSize && at <= bytes.size
                            ? bytes.size - at
                            : range.size;
  if (Fits(at, size, bytes.size)) return ByteRange{bytes.offset + at, size};
  const bool offset_added =
      bytes.offset != 0 && at >= bytes.offset &&
      (size == kWholeSize || Fits(at - bytes.offset, size, bytes.size));
  return Report(
      allocation,
      absl::OutOfRangeError(absl::StrCat(
          "offset ", at, ", size ",
          size == kWholeSize ? "kWholeSize" : absl::StrCat(size),
          " is not inside of ", allocation.suballocation_->ToString(),
          offset_added
              ? "; offsets count from the allocation's first byte: do not "
                "add its offset in the memory object"
              : absl::StrCat("; stay within its ", bytes.size, " bytes"))),
      call);
}

absl::Status Allocator::Free(const Allocation& allocation) {
  constexpr char kCall[] = "Allocator::Free";
  if (allocation.is_null()) return absl::OkStatus();
  const std::lock_guard<std::mutex> turn(*turn_);
  absl::Status status = CheckLive(allocation, kCall);
  if (!status.ok()) return status;
  Suballocation& suballocation = *allocation.suballocation_;
  const SuballocationPlace& place = suballocation.place();
  const uint64_t maps = suballocation.state().map_count;
  if (maps > 0) {
    status = Report(allocation,
                    absl::FailedPreconditionError(absl::StrCat(
                        suballocation.ToString(), " is mapped still, ", maps,
                        maps == 1 ? " time" : " times",
                        "; call UnmapMemory as often as MapMemory before the "
                        "Free. It is freed, and its maps end")),
                    kCall);
  }
  Suballocation::State freed;
  freed.freed = true;
  suballocation.SetState(freed);
  status.Update(place.block->Unmap(maps + (place.stays_mapped ? 1 : 0)));
  status.Update(lists_[place.type_index]->GiveBack({place.block, place.room}));
  live_.erase(place.number);
  return status;
}

absl::Status Allocator::AddMap(Suballocation& suballocation, uint64_t counted) {
  const absl::StatusOr<HostMapping> mapping =
      suballocation.place().block->Map();
  if (!mapping.ok()) return mapping.status();
  Suballocation::State state = suballocation.state();
  if (!state.mapping) ++state.mapping_number;
  state.mapping = *mapping;
  state.map_count += counted;
  suballocation.SetState(state);
  return absl::OkStatus();
}

absl::StatusOr<HostPointer> Allocator::MapMemory(const Allocation& allocation) {
  const std::lock_guard<std::mutex> turn(*turn_);
  absl::Status status = CheckLive(allocation, "Allocator::MapMemory");
  if (!status.ok()) return status;
  Suballocation& suballocation = *allocation.suballocation_;
  status = AddMap(suballocation, /*counted=*/1);
  if (!status.ok()) return status;
  return HostPointer(std::make_shared<AllocationWindow>(
      device_, allocation.suballocation_, suballocation.state()));
}

absl::Status Allocator::UnmapMemory(const Allocation& allocation) {
  constexpr char kCall[] = "Allocator::UnmapMemory";
  const std::lock_guard<std::mutex> turn(*turn_);
  const absl::Status status = CheckLive(allocation, kCall);
  if (!status.ok()) return status;
  Suballocation& suballocation = *allocation.suballocation_;
  const SuballocationPlace& place = suballocation.place();
  Suballocation::State state = suballocation.state();
  if (state.map_count == 0) {
    return Report(
        allocation,
        absl::FailedPreconditionError(absl::StrCat(
            "one unmap too many: ", suballocation.ToString(),
            place.stays_mapped
                ? " has only the mapping that it was created with left, "
                  "which Free ends"
                : " is not mapped",
            "; call UnmapMemory as often as MapMemory")),
        kCall);
  }
  --state.map_count;
  if (state.map_count == 0 && !place.stays_mapped) state.mapping.reset();
  suballocation.SetState(state);
  return place.block->Unmap(1);
}

absl::Status Allocator::FlushAllocation(const Allocation& allocation,
                                        uint64_t offset, uint64_t size) {
  return Synchronize(allocation, {offset, size}, "Allocator::FlushAllocation",
                     &Device::Flush);
}

absl::Status Allocator::InvalidateAllocation(const Allocation& allocation,
                                             uint64_t offset, uint64_t size) {
  return Synchronize(allocation, {offset, size},
                     "Allocator::InvalidateAllocation", &Device::Invalidate);
}

absl::Status Allocator::Synchronize(const Allocation& allocation,
                                    const ByteRange& range,
                                    absl::string_view call,
                                    Synchronization synchronize) {
  const std::lock_guard<std::mutex> turn(*turn_);
  absl::Status status = CheckLive(allocation, call);
  if (!status.ok() || range.empty()) return status;
  const absl::StatusOr<ByteRange> inside = RangeInside(allocation, range, call);
  if (!inside.ok()) return inside.status();
  const SuballocationPlace& place = allocation.suballocation_->place();
  if (!TypeOf(place).IsNonCoherent() || inside->empty()) return status;
  status = place.block->CheckLive(call);
  if (!status.ok()) return status;
  const uint64_t atom =
      device_.memory_properties().limits.non_coherent_atom_size;
  const ByteRange atoms = AtomGrid(atom, place.block->size()).Outward(*inside);
  return (device_.*synchronize)(place.memory, atoms.offset, atoms.size);
}

}  // namespace incoherent
