#include "sim/host/allocator/allocator_program.h"

#include <map>

#include "absl/strings/str_cat.h"

namespace incoherent {
namespace {

constexpr uint64_t kHeapSize = 6 * AllocatorProgram::kBlockSize;

DeviceOptions Options(uint64_t atom_size) {
  DeviceOptions options = SmallDevice();
  options.memory.limits.non_coherent_atom_size = atom_size;
  for (MemoryHeap& heap : options.memory.heaps) heap.size = kHeapSize;
  // The bytes are not looked at here.
  options.report_undefined_loads = false;
  return options;
}

AllocatorOptions BlocksOf(bool align_to_atoms) {
  AllocatorOptions options;
  options.block_size = AllocatorProgram::kBlockSize;
  options.align_to_atoms = align_to_atoms;
  return options;
}

bool IsInside(uint64_t offset, uint64_t size, uint64_t limit) {
  if (offset > limit) return false;
  return size == kWholeSize || size <= limit - offset;
}

}  // namespace

AllocatorProgram::AllocatorProgram(uint64_t atom_size, bool align_to_atoms)
    : atom_size_(atom_size),
      align_to_atoms_(align_to_atoms),
      device_(Options(atom_size)),
      allocator_(device_, BlocksOf(align_to_atoms)),
      reference_(device_.memory_properties(), kBlockSize, align_to_atoms) {}

std::string AllocatorProgram::Expect(const char* call,
                                     const absl::Status& status, bool ok,
                                     int findings) {
  const size_t before = misuses_;
  misuses_ = 0;
  for (const DeviceFinding& finding : device_.findings()) {
    misuses_ += finding.hazard.kind == HazardKind::kInvalidUsage ? 1 : 0;
  }
  if (status.ok() == ok && misuses_ == before + findings) return "";
  return absl::StrCat(call, ": ", status.ToString(), " where ",
                      ok ? "OK" : "an error", " is right; ", misuses_ - before,
                      " findings, not ", findings);
}

std::string AllocatorProgram::Run(const AllocatorStep& step) {
  std::string mismatch = Do(step);
  if (mismatch.empty()) mismatch = CheckBlocks();
  if (mismatch.empty()) mismatch = CheckApart();
  for (size_t i = 0; i < allocations_.size() && mismatch.empty(); ++i) {
    if (reference_.records()[i].live) {
      mismatch = CheckAllocation(static_cast<int>(i));
    }
  }
  return mismatch;
}

std::string AllocatorProgram::Do(const AllocatorStep& step) {
  using Kind = AllocatorStep::Kind;
  if (step.kind == Kind::kCreate) return Create(step);
  if (step.kind == Kind::kUsePointer) return UsePointer(step);
  if (step.kind == Kind::kFailNextMap) {
    reference_.FailNextMap();
    return Expect("fail", device_.FailNextMap(ReturnCode::kMemoryMapFailed),
                  true, 0);
  }
  if (allocations_.empty()) return "";
  const int number = step.which % static_cast<int>(allocations_.size());
  switch (step.kind) {
    case Kind::kMap:
      return Map(number);
    case Kind::kUnmap:
      return Unmap(number);
    case Kind::kFree:
      return Free(number);
    default:
      return Synchronize(number, step);
  }
}

std::string AllocatorProgram::Create(const AllocatorStep& step) {
  AllocationCreateInfo info;
  info.size = step.size;
  info.type_index = step.type % 3;
  info.alignment = step.alignment;
  info.mapped = step.mapped;
  info.dedicated = step.dedicated;
  const absl::StatusOr<Allocation> created = allocator_.Create(info);
  bool power_of_two = false;
  for (int bit = 0; bit < 64; ++bit) {
    power_of_two |= step.alignment == uint64_t{1} << bit;
  }
  if (step.size == 0 || !power_of_two) {
    return Expect("create", created.status(), false, 1);
  }
  if (step.size > kHeapSize) {  // the device may have a rule against it, too
    misuses_ = device_.findings().size();
    Expect("", absl::OkStatus(), true, 0);
    return created.ok() ? "create: more than the heap has" : "";
  }
  const absl::optional<int> number = reference_.Create(
      step.size, info.type_index, step.alignment, step.mapped, step.dedicated);
  const std::string mismatch =
      Expect("create", created.status(), number.has_value(), 0);
  if (!created.ok() || !mismatch.empty()) return mismatch;
  allocations_.push_back(*created);
  if (step.mapped && reference_.IsHostVisible(*number)) {
    pointers_.push_back({*number, 1, allocator_.InfoOf(*created)->mapped_data});
  }
  return "";
}

std::string AllocatorProgram::Map(int number) {
  const absl::StatusOr<HostPointer> pointer =
      allocator_.MapMemory(allocations_[number]);
  if (!reference_.records()[number].live) {
    return Expect("map of a freed one", pointer.status(), false, 1);
  }
  const bool ok = reference_.Map(number);
  const int findings = reference_.IsHostVisible(number) ? 0 : 1;
  if (ok && pointer.ok()) {
    pointers_.push_back(
        {number, reference_.records()[number].mapping, *pointer});
  }
  return Expect("map", pointer.status(), ok, findings);
}

std::string AllocatorProgram::Unmap(int number) {
  const absl::Status status = allocator_.UnmapMemory(allocations_[number]);
  const auto& record = reference_.records()[number];
  if (!record.live || record.maps == 0) {
    return Expect("one unmap too many", status, false, 1);
  }
  reference_.Unmap(number);
  return Expect("unmap", status, true, 0);
}

std::string AllocatorProgram::Free(int number) {
  const absl::Status status = allocator_.Free(allocations_[number]);
  const ReferenceAllocator::Record record = reference_.records()[number];
  if (!record.live) return Expect("free of a freed one", status, false, 1);
  reference_.Free(number);
  return Expect("free", status, record.maps == 0, record.maps == 0 ? 0 : 1);
}

std::string AllocatorProgram::Synchronize(int number,
                                          const AllocatorStep& step) {
  const bool flush = step.kind == AllocatorStep::Kind::kFlush;
  const Allocation& allocation = allocations_[number];
  const absl::Status status =
      flush
          ? allocator_.FlushAllocation(allocation, step.offset, step.size)
          : allocator_.InvalidateAllocation(allocation, step.offset, step.size);
  const auto& record = reference_.records()[number];
  bool ok = record.live;
  if (record.live && step.size != 0) {
    const bool nothing = step.size == kWholeSize && step.offset == record.size;
    ok = IsInside(step.offset, step.size, record.size) &&
         (nothing || !reference_.IsNonCoherent(number) ||
          reference_.blocks()[record.block].maps > 0);
  }
  return Expect(flush ? "flush" : "invalidate", status, ok, ok ? 0 : 1);
}

std::string AllocatorProgram::UsePointer(const AllocatorStep& step) {
  if (pointers_.empty()) return "";
  const Pointer& used = pointers_[step.which % pointers_.size()];
  const auto& record = reference_.records()[used.number];
  const uint64_t size = step.size % 64;
  const std::vector<uint8_t> bytes(size, step.which);
  const HostPointer pointer = used.pointer + step.offset;
  const absl::Status status = pointer.Write(bytes);
  const bool ok = record.IsMapped() && record.mapping == used.mapping &&
                  IsInside(step.offset, size, record.size);
  const std::string mismatch = Expect("use", status, ok, ok ? 0 : 1);
  if (!ok || !mismatch.empty()) return mismatch;
  return *pointer.Read(size) == bytes ? "" : "use: other bytes are read";
}

// On the device, exactly the blocks that live are, and those with maps are
// mapped.
std::string AllocatorProgram::CheckBlocks() {
  size_t live = 0;
  size_t mapped = 0;
  for (const auto& block : reference_.blocks()) {
    live += block.live ? 1 : 0;
    mapped += block.live && block.maps > 0 ? 1 : 0;
  }
  if (device_.LiveMemory().size() != live) {
    return absl::StrCat(device_.LiveMemory().size(), " blocks, not ", live);
  }
  if (device_.MappedMemory().size() != mapped) {
    return absl::StrCat(device_.MappedMemory().size(), " mapped, not ", mapped);
  }
  return "";
}

std::string AllocatorProgram::CheckAllocation(int number) {
  const auto& record = reference_.records()[number];
  const auto& block = reference_.blocks()[record.block];
  const AllocationInfo info = allocator_.InfoOf(allocations_[number]).value();
  const std::string who = absl::StrCat("allocation ", number, ": ");
  if (info.offset != record.offset || info.size != record.size) {
    return absl::StrCat(who, "[", info.offset, ", +", info.size, "), not [",
                        record.offset, ", +", record.size, ")");
  }
  if (info.map_count != record.maps) {
    return absl::StrCat(who, info.map_count, " maps, not ", record.maps);
  }
  if (info.mapped_data.is_null() == record.IsMapped()) {
    return absl::StrCat(who, "mapped_data is wrong");
  }
  if (device_.InfoOf(info.memory).size != block.owner.size()) {
    return absl::StrCat(who, "the block has another size");
  }
  if (device_.MappingOf(info.memory).has_value() != (block.maps > 0)) {
    return absl::StrCat(who, "the block's mapping is wrong");
  }
  return "";
}

// Byte by byte: nobody has another one's bytes, or atoms.
std::string AllocatorProgram::CheckApart() const {
  std::map<std::pair<MemoryId, uint64_t>, int> bytes, atoms;
  for (size_t i = 0; i < allocations_.size(); ++i) {
    const int number = static_cast<int>(i);
    if (!reference_.records()[i].live) continue;
    const AllocationInfo info = allocator_.InfoOf(allocations_[i]).value();
    for (uint64_t at = info.offset; at < info.offset + info.size; ++at) {
      if (!bytes.insert({{info.memory, at}, number}).second) {
        return "two allocations overlap";
      }
      if (!align_to_atoms_ || !reference_.IsNonCoherent(number)) continue;
      const auto atom =
          atoms.insert({{info.memory, at / atom_size_}, number}).first;
      if (atom->second != number) return "two allocations share an atom";
    }
  }
  return "";
}

std::string AllocatorProgram::Finish() {
  std::string mismatch;
  for (size_t i = 0; i < allocations_.size() && mismatch.empty(); ++i) {
    if (reference_.records()[i].live) mismatch = Free(static_cast<int>(i));
  }
  if (mismatch.empty()) mismatch = CheckBlocks();
  if (mismatch.empty() && !device_.MappedMemory().empty()) {
    mismatch = "a block is still mapped";
  }
  return mismatch;
}

}  // namespace incoherent
