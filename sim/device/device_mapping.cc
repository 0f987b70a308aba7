// Mappings, imports, and what the host does with mapped memory.

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "sim/device/device.h"
#include "sim/memory/valid_usage.h"

namespace incoherent {
namespace {

// Of the kind of pointer, before anything is said of this one.
absl::Status CheckImportable(const MemoryProperties& memory,
                             uint32_t handle_type) {
  if (memory.host_pointer_types != 0 || !IsHostPointerHandleType(handle_type)) {
    return absl::OkStatus();
  }
  return ValidUsageError(
      "VUID-VkImportMemoryHostPointerInfoEXT-handleType-01747",
      "this device has no memory type for host pointers; import none",
      ReturnCode::kInvalidExternalHandle);
}

}  // namespace

absl::Status Device::Map(MemoryId memory, const MapRequest& request) {
  Lock lock(host_->mutex());
  DeviceMemory& rules = Object(memory).rules();
  const absl::optional<ByteRange> previous = rules.mapping();
  const auto ruling = rules.Map(request);
  absl::Status status = Told(ruling.usage, "vkMapMemory");
  if (ruling.effect) {
    const absl::Status taken = TakeAddress(memory, *ruling.effect, previous);
    if (!taken.ok()) {
      rules.AbandonMap(previous);
      status = taken;
    }
  }
  schedule_.Pass();
  return status;
}

absl::Status Device::TakeAddress(MemoryId memory, const ByteRange& range,
                                 const absl::optional<ByteRange>& previous) {
  if (next_map_fails_) {
    return ReturnCodeError(*std::exchange(next_map_fails_, absl::nullopt),
                           "this map was told to fail");
  }
  ObjectInfo& info = object_infos_[IndexOf(memory)];
  if (previous == range) return absl::OkStatus();
  const auto address = host_->addresses().Reserve(
      range.size, options_.memory.limits.min_memory_map_alignment,
      range.offset);
  if (!address) {
    return ReturnCodeError(
        ReturnCode::kMemoryMapFailed,
        absl::StrFormat("no contiguous 0x%x bytes of addresses are free (0x%x "
                        "are in use); map less at once, or unmap what is not "
                        "needed",
                        range.size, host_->addresses().ReservedBytes()));
  }
  GiveBackAddress(info);
  info.address = address;
  if (!previous) ++info.mappings;
  return absl::OkStatus();
}

void Device::GiveBackAddress(ObjectInfo& info) {
  if (info.address) host_->addresses().Release(*info.address);
  info.address.reset();
}

absl::optional<HostMapping> Device::MappingOf(MemoryId memory) const {
  Lock lock(host_->mutex());
  if (IndexOf(memory) >= objects_.size()) return absl::nullopt;
  const auto& object = objects_[IndexOf(memory)];
  if (object == nullptr || !object->rules().mapping()) return absl::nullopt;
  const ObjectInfo& info = object_infos_[IndexOf(memory)];
  return HostMapping{*object->rules().mapping(), *info.address, info.mappings};
}

absl::Status Device::FailNextMap(ReturnCode code) {
  Lock lock(host_->mutex());
  switch (code) {
    case ReturnCode::kOutOfHostMemory:
      if (options_.no_dynamic_host_allocations) {
        return absl::InvalidArgumentError(
            "with deviceNoDynamicHostAllocations, vkMapMemory never returns "
            "VK_ERROR_OUT_OF_HOST_MEMORY");
      }
      break;
    case ReturnCode::kOutOfDeviceMemory:
    case ReturnCode::kMemoryMapFailed:
      break;
    default:
      return absl::InvalidArgumentError(
          "vkMapMemory has no such return code; it has "
          "VK_ERROR_OUT_OF_HOST_MEMORY, VK_ERROR_OUT_OF_DEVICE_MEMORY and "
          "VK_ERROR_MEMORY_MAP_FAILED");
  }
  next_map_fails_ = code;
  return absl::OkStatus();
}

absl::Status Device::Unmap(MemoryId memory) {
  Lock lock(host_->mutex());
  DeviceObjectMemory& object = Object(memory);
  const absl::Status status = object.rules().Unmap(CommandForm::kMapMemory);
  if (status.ok()) {
    journey().Abandon(object_infos_[IndexOf(memory)].reference);
    object.Abandon();
  }
  GiveBackAddress(object_infos_[IndexOf(memory)]);
  schedule_.Pass();
  return Told(status, "vkUnmapMemory");
}

absl::Status Device::Flush(MemoryId memory, uint64_t offset, uint64_t size) {
  return Synchronize({"vkFlushMappedMemoryRanges", "flush ", &Journey::Flush,
                      &DeviceObjectMemory::Flush},
                     {memory, {offset, size}});
}

absl::Status Device::Invalidate(MemoryId memory, uint64_t offset,
                                uint64_t size) {
  return Synchronize({"vkInvalidateMappedMemoryRanges", "invalidate ",
                      &Journey::Invalidate, &DeviceObjectMemory::Invalidate},
                     {memory, {offset, size}});
}

absl::Status Device::Synchronize(const HostSynchronization& call,
                                 const MemoryRange& asked) {
  Lock lock(host_->mutex());
  DeviceObjectMemory& object = Object(asked.memory);
  const ObjectInfo& info = object_infos_[IndexOf(asked.memory)];
  const Ruling<ByteRange> ruling =
      object.rules().ResolveMappedRange(asked.range.offset, asked.range.size);
  const MemoryRange effect = {asked.memory, ruling.effect};
  const ByteRange bytes = InPayload(effect);
  const absl::Status pages = CheckPages(info, bytes);
  if (!pages.ok()) return Told(pages, call.command);
  if (!bytes.empty()) {
    (journey().*call.told)(
        thread(), info.reference, bytes,
        host_->NewOperation(absl::StrCat(call.text, TextOf(effect))));
    (object.*call.done)(bytes);
  }
  schedule_.Pass();
  return Told(ruling.usage, call.command);
}

// Of an import: that the host may touch these bytes of the pages.
absl::Status Device::CheckPages(const ObjectInfo& info,
                                const ByteRange& bytes) const {
  if (info.pages == nullptr) return absl::OkStatus();
  if (info.pages->released()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the host has freed the pages of ", info.name,
                     "; keep them until the memory object is freed"));
  }
  const ByteRange taken = info.pages->TakenFromHost(bytes);
  if (taken.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "bytes [", taken.offset, ", ", taken.end(), ") of the pages of ",
      info.name,
      " are imported as memory that is not host-visible; keep off until it is "
      "freed"));
}

absl::Status Device::CheckHostAccess(MemoryId memory,
                                     const ByteRange& range) const {
  const auto& object = objects_[IndexOf(memory)];
  const absl::optional<ByteRange>& mapping = object->rules().mapping();
  if (!mapping) return absl::InvalidArgumentError("the memory is not mapped");
  if (!mapping->Contains(range)) {
    return absl::InvalidArgumentError(
        absl::StrCat("bytes [", range.offset, ", ", range.end(),
                     ") are not in the mapping [", mapping->offset, ", ",
                     mapping->end(), ")"));
  }
  return CheckPages(object_infos_[IndexOf(memory)], InPayload({memory, range}));
}

absl::Status Device::Store(MemoryId memory, uint64_t offset,
                           absl::Span<const uint8_t> values) {
  Lock lock(host_->mutex());
  DeviceObjectMemory& object = Object(memory);
  const ByteRange range = {offset, values.size()};
  const absl::Status status = CheckHostAccess(memory, range);
  if (!status.ok())
    return Told(status, "host store", MemoryRange{memory, range});
  if (range.empty()) return absl::OkStatus();
  const ByteRange bytes = InPayload({memory, range});
  journey().HostWrite(thread(), object_infos_[IndexOf(memory)].reference, bytes,
                      host_->NewOperation(absl::StrCat(
                          "host store ", TextOf({memory, range}))));
  object.Store(bytes.offset, values);
  schedule_.Pass();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Byte>> Device::Load(MemoryId memory, uint64_t offset,
                                               uint64_t size) {
  Lock lock(host_->mutex());
  DeviceObjectMemory& object = Object(memory);
  const ByteRange range = {offset, size};
  const absl::Status status = CheckHostAccess(memory, range);
  if (!status.ok())
    return Told(status, "host load", MemoryRange{memory, range});
  std::vector<Byte> loaded;
  if (range.empty()) return loaded;
  ReportUndefinedLoad(memory, range);
  const ByteRange bytes = InPayload({memory, range});
  journey().HostRead(
      thread(), object_infos_[IndexOf(memory)].reference, bytes,
      host_->NewOperation(absl::StrCat("host load ", TextOf({memory, range}))));
  for (uint64_t at = bytes.offset; at < bytes.end(); ++at) {
    loaded.push_back(object.Load(at));
  }
  const auto& pages = object_infos_[IndexOf(memory)].pages;
  if (pages) pages->ReportUndefinedLoad("host load", bytes.offset, loaded);
  schedule_.Pass();
  return loaded;
}

// The contents of fresh memory are undefined (vkAllocateMemory).
void Device::ReportUndefinedLoad(MemoryId memory, const ByteRange& range) {
  const ObjectInfo& info = object_infos_[IndexOf(memory)];
  if (!options_.report_undefined_loads || info.defined) return;
  const std::vector<ByteRange> unwritten =
      journey().NeverWritten(info.payload, InPayload({memory, range}));
  if (unwritten.empty()) return;
  DeviceFinding finding;
  finding.hazard.kind = HazardKind::kInvalidUsage;
  finding.hazard.payload = info.payload;
  finding.hazard.range = unwritten.front();
  finding.message = absl::StrCat(
      "invalid-usage: host load ", TextOf({memory, range}),
      ": the contents of ", TextOf({memory, unwritten.front()}),
      " are undefined: nobody has written them since vkAllocateMemory");
  host_->Tell(std::move(finding), *this);
}

absl::StatusOr<uint32_t> Device::HostPointerTypes(uint32_t handle_type,
                                                  uint64_t address) {
  Lock lock(host_->mutex());
  constexpr char kCall[] = "vkGetMemoryHostPointerPropertiesEXT";
  absl::Status status =
      CheckHostPointerQuery(options_.memory.limits, handle_type, address);
  if (!status.ok()) return Told(status, kCall);
  uint64_t offset = 0;
  const auto pages = host_->PagesAt(address, &offset);
  if (pages == nullptr || pages->released() ||
      pages->info().handle_type != handle_type) {
    const bool own = handle_type == kHandleTypeHostAllocation;
    return Told(
        ValidUsageError(
            own ? "VUID-vkGetMemoryHostPointerPropertiesEXT-handleType-01754"
                : "VUID-vkGetMemoryHostPointerPropertiesEXT-handleType-01755",
            own ? "the pointer is not to host memory"
                : "the pointer is not to host-mapped foreign memory",
            ReturnCode::kInvalidExternalHandle),
        kCall);
  }
  if (!pages->info().importable) {
    return ReturnCodeError(ReturnCode::kInvalidExternalHandle,
                           "the platform cannot share these pages");
  }
  return options_.memory.host_pointer_types;
}

absl::StatusOr<std::shared_ptr<HostAllocation>> Device::CheckImport(
    const AllocateRequest& request, uint64_t* offset) {
  const bool own =
      request.host_pointer_handle_type == kHandleTypeHostAllocation;
  const auto not_such_pages = [own](absl::string_view why) {
    return ValidUsageError(
        own ? "VUID-VkImportMemoryHostPointerInfoEXT-handleType-01750"
            : "VUID-VkImportMemoryHostPointerInfoEXT-handleType-01751",
        why, ReturnCode::kInvalidExternalHandle);
  };
  const auto refuse = [](absl::string_view why) {
    return ReturnCodeError(ReturnCode::kInvalidExternalHandle, why);
  };
  const auto pages = host_->PagesAt(request.host_pointer, offset);
  if (pages == nullptr || pages->released()) {
    return not_such_pages(
        "the pointer is to no pages of this device's host; import live "
        "HostPages, and let devices that import the same ones share a "
        "DeviceOptions::host");
  }
  if (pages->info().handle_type != request.host_pointer_handle_type) {
    return not_such_pages(own ? "the pages are a foreign device's memory"
                              : "the pages are the host's own memory");
  }
  if (!Fits(*offset, request.size, pages->size())) {
    return not_such_pages(
        absl::StrFormat("0x%x bytes from the pointer on reach beyond the pages "
                        "(0x%x bytes are left)",
                        request.size, pages->size() - *offset));
  }
  if (!pages->info().importable) {
    return refuse("the platform cannot share these pages");
  }
  if (options_.refuse_second_import &&
      pages->IsImportedBy(this, {*offset, request.size})) {
    return refuse("this device imports the same pages only once");
  }
  const uint64_t atom = options_.memory.limits.non_coherent_atom_size;
  if (!IsMultipleOf(*offset, atom) &&
      options_.memory.types[request.type_index].IsNonCoherent()) {
    return refuse(
        "the pointer is in the middle of an atom of the pages; align it to "
        "nonCoherentAtomSize");
  }
  if (pages->HasOtherCoherence(options_.memory.types[request.type_index])) {
    return refuse(
        "these pages were imported as memory of the other device coherence "
        "(DEVICE_COHERENT_BIT_AMD) before");
  }
  // Two domains, their marks and two views with theirs.
  if (!ZeroedBytes::Fits(7, pages->size())) {
    return ReturnCodeError(ReturnCode::kOutOfHostMemory,
                           "the simulation has no room for so many bytes");
  }
  return pages;
}

absl::StatusOr<MemoryId> Device::Import(AllocateRequest request) {
  Lock lock(host_->mutex());
  request.origin = PayloadOrigin::kHostPointer;
  request.import_count = 1;
  request.host_pointer_type_bits = options_.memory.host_pointer_types;
  absl::Status status =
      CheckImportable(options_.memory, request.host_pointer_handle_type);
  status.Update(CheckAllocation(State(), request));
  if (!status.ok()) return Told(status, "vkAllocateMemory");
  uint64_t offset = 0;
  const auto found = CheckImport(request, &offset);
  if (!found.ok()) return Told(found.status(), "vkAllocateMemory");
  DeviceMemoryInfo info = InfoFor(request);
  info.imported = true;
  info.imported_from_host_pointer = true;
  heaps_.TakeImport(info.type.heap_index, info.size);
  ObjectInfo object;
  object.pages = *found;
  object.base = offset;
  object.defined = true;
  const auto id = MemoryId{static_cast<uint32_t>(objects_.size())};
  const bool is_new = object.pages->PayloadOf(this) == nullptr;
  if (!object.pages->IsImportedBy(this)) pages_.push_back(object.pages);
  object.pages->AddImport(
      {this, id, {offset, info.size}, info, options_.write_back});
  object.payload = object.pages->payload();
  auto payload = object.pages->PayloadOf(this);
  if (is_new) {
    machine_.AddPayload(payload);
    known_pages_.push_back(object.pages);
  }
  AddObject(info, std::move(payload), std::move(object));
  // Contents are preserved: a view that begins now has nothing stale in it.
  journey().BeginCache(thread(), object_infos_.back().reference);
  return id;
}

}  // namespace incoherent
