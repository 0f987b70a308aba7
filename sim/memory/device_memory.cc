#include "sim/memory/device_memory.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace incoherent {
namespace {

struct MapVuids {
  const char* already_mapped;
  const char* offset_in_object;
  const char* size_not_zero;
  const char* size_in_object;
  const char* host_visible;
  const char* single_instance;
  const char* unmap_is_mapped;
};

constexpr MapVuids kMapMemory = {
    "VUID-vkMapMemory-memory-00678",   "VUID-vkMapMemory-offset-00679",
    "VUID-vkMapMemory-size-00680",     "VUID-vkMapMemory-size-00681",
    "VUID-vkMapMemory-memory-00682",   "VUID-vkMapMemory-memory-00683",
    "VUID-vkUnmapMemory-memory-00689",
};

constexpr MapVuids kMapMemory2 = {
    "VUID-VkMemoryMapInfo-memory-07958",   "VUID-VkMemoryMapInfo-offset-07959",
    "VUID-VkMemoryMapInfo-size-07960",     "VUID-VkMemoryMapInfo-size-07961",
    "VUID-VkMemoryMapInfo-memory-07962",   "VUID-VkMemoryMapInfo-memory-07963",
    "VUID-VkMemoryUnmapInfo-memory-07964",
};

const MapVuids& VuidsOf(CommandForm form) {
  return form == CommandForm::kMapMemory ? kMapMemory : kMapMemory2;
}

absl::Status MapError(const char* vuid, absl::string_view message) {
  return ValidUsageError(vuid, message, ReturnCode::kMemoryMapFailed);
}

std::string Show(uint64_t size) {
  return size == kWholeSize ? "VK_WHOLE_SIZE" : absl::StrFormat("0x%x", size);
}

std::string Show(const ByteRange& range) {
  return absl::StrFormat("[0x%x, 0x%x)", range.offset, range.end());
}

absl::Status RangeError(const char* rule, uint64_t offset, uint64_t size,
                        absl::string_view why) {
  return ValidUsageError(absl::StrCat("VUID-VkMappedMemoryRange-", rule),
                         absl::StrFormat("range at offset 0x%x, size %s: %s",
                                         offset, Show(size), why));
}

}  // namespace

DeviceMemory::DeviceMemory(const DeviceMemoryInfo& info)
    : info_(info), atoms_(info.non_coherent_atom_size, info.size) {}

absl::Status DeviceMemory::CheckMapRange(const MapRequest& request) const {
  const MapVuids& vuids = VuidsOf(request.form);
  if (request.offset >= info_.size) {
    return MapError(vuids.offset_in_object,
                    absl::StrFormat("map at offset 0x%x of an object of 0x%x "
                                    "bytes; the offset must lie below the size",
                                    request.offset, info_.size));
  }
  if (request.size == 0) {
    return MapError(vuids.size_not_zero,
                    "map of 0 bytes; say a size or VK_WHOLE_SIZE");
  }
  if (request.size != kWholeSize &&
      !Fits(request.offset, request.size, info_.size)) {
    return MapError(vuids.size_in_object,
                    absl::StrFormat("map of 0x%x bytes at offset 0x%x reaches "
                                    "beyond the object's 0x%x bytes",
                                    request.size, request.offset, info_.size));
  }
  if (!info_.type.IsHostVisible()) {
    return MapError(
        vuids.host_visible,
        absl::StrFormat("memory type %d (%s) cannot be mapped",
                        info_.type_index,
                        PropertyFlagsName(info_.type.property_flags)));
  }
  if (info_.multi_instance) {
    return MapError(vuids.single_instance,
                    "memory with several instances in a device group cannot "
                    "be mapped");
  }
  return absl::OkStatus();
}

Ruling<absl::optional<ByteRange>> DeviceMemory::Map(const MapRequest& request) {
  if (absl::Status status = CheckMapRange(request); !status.ok()) {
    return {status, absl::nullopt};
  }
  const uint64_t end =
      request.size == kWholeSize ? info_.size : request.offset + request.size;
  const ByteRange range = ByteRange::Between(request.offset, end);
  if (!mapping_.has_value()) {
    mapping_ = range;
    return {absl::OkStatus(), mapping_};
  }
  absl::Status status = ValidUsageError(
      VuidsOf(request.form).already_mapped,
      absl::StrFormat("map of %s, but %s is mapped already; unmap it first, or "
                      "map once and keep the pointer",
                      Show(range), Show(*mapping_)));
  mapping_ = Hull(*mapping_, range);
  return {status, mapping_};
}

void DeviceMemory::AbandonMap(const absl::optional<ByteRange>& previous) {
  mapping_ = previous;
}

absl::Status DeviceMemory::Unmap(CommandForm form) {
  if (!mapping_.has_value()) {
    return ValidUsageError(VuidsOf(form).unmap_is_mapped,
                           "unmap of memory that is not mapped");
  }
  mapping_.reset();
  return absl::OkStatus();
}

absl::Status DeviceMemory::CheckMappedRange(uint64_t offset,
                                            uint64_t size) const {
  if (!mapping_.has_value()) {
    return RangeError("memory-00684", offset, size, "the memory is not mapped");
  }
  const absl::Status inside = CheckInsideMapping(offset, size);
  return inside.ok() ? CheckAtomAlignment(offset, size) : inside;
}

absl::Status DeviceMemory::CheckInsideMapping(uint64_t offset,
                                              uint64_t size) const {
  if (size == kWholeSize) {
    if (mapping_->Contains(offset)) return absl::OkStatus();
    return RangeError(
        "size-00686", offset, size,
        absl::StrCat("it begins outside the mapping ", Show(*mapping_)));
  }
  if (offset >= mapping_->offset && Fits(offset, size, mapping_->end())) {
    return absl::OkStatus();
  }
  return RangeError(
      "size-00685", offset, size,
      absl::StrCat("it is not inside the mapping ", Show(*mapping_)));
}

absl::Status DeviceMemory::CheckAtomAlignment(uint64_t offset,
                                              uint64_t size) const {
  const uint64_t atom = atoms_.atom_size();
  if (!IsMultipleOf(offset, atom)) {
    return RangeError("offset-00687", offset, size,
                      absl::StrFormat("the offset is no multiple of "
                                      "nonCoherentAtomSize (%d)",
                                      atom));
  }
  if (size == kWholeSize && !atoms_.IsBoundary(mapping_->end())) {
    return RangeError("size-01389", offset, size,
                      absl::StrFormat("the mapping ends at 0x%x, neither at a "
                                      "multiple of nonCoherentAtomSize (%d) "
                                      "nor at the end of the memory (0x%x)",
                                      mapping_->end(), atom, info_.size));
  }
  if (size != kWholeSize && !IsMultipleOf(size, atom) &&
      offset + size != info_.size) {
    return RangeError("size-01390", offset, size,
                      absl::StrFormat("the size is no multiple of "
                                      "nonCoherentAtomSize (%d), and the range "
                                      "does not end with the memory (0x%x)",
                                      atom, info_.size));
  }
  return absl::OkStatus();
}

Ruling<ByteRange> DeviceMemory::ResolveMappedRange(uint64_t offset,
                                                   uint64_t size) const {
  absl::Status status = CheckMappedRange(offset, size);
  if (!mapping_.has_value() || offset >= mapping_->end()) {
    return {status, ByteRange{0, 0}};
  }
  const bool to_the_end = !Fits(offset, size, mapping_->end());
  const ByteRange asked =
      ByteRange::Between(offset, to_the_end ? mapping_->end() : offset + size);
  if (status.ok()) return {status, asked};
  return {status, atoms_.Inward(Intersect(asked, *mapping_))};
}

}  // namespace incoherent
