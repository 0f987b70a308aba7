#include "sim/profiles/profile.h"

#include <limits>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "sim/profiles/flag_names.h"
#include "sim/profiles/json_document.h"
#include "sim/profiles/json_field.h"
#include "sim/profiles/one_line.h"

namespace incoherent {
namespace {

constexpr uint32_t kAny32 = std::numeric_limits<uint32_t>::max();
constexpr uint64_t kAny64 = std::numeric_limits<uint64_t>::max();

// In the order of the enumeration.
constexpr absl::string_view kDeviceTypes[] = {
    "OTHER", "INTEGRATED_GPU", "DISCRETE_GPU", "VIRTUAL_GPU", "CPU"};

struct LimitName {
  absl::string_view name;
  uint64_t MemoryLimits::*value;
};

constexpr absl::string_view kAtomSize = "nonCoherentAtomSize";
constexpr absl::string_view kAllocationCount = "maxMemoryAllocationCount";
constexpr LimitName kOtherLimits[] = {
    {"minMemoryMapAlignment", &MemoryLimits::min_memory_map_alignment},
    {"minPlacedMemoryMapAlignment",
     &MemoryLimits::min_placed_memory_map_alignment},
    {"minImportedHostPointerAlignment",
     &MemoryLimits::min_imported_host_pointer_alignment},
    {"bufferImageGranularity", &MemoryLimits::buffer_image_granularity},
    {"maxMemoryAllocationSize", &MemoryLimits::max_memory_allocation_size},
};

std::vector<absl::string_view> LimitNames() {
  std::vector<absl::string_view> names = {kAtomSize};
  for (const LimitName& limit : kOtherLimits) names.push_back(limit.name);
  names.push_back(kAllocationCount);
  return names;
}

ProfiledDevice ReadDevice(const JsonField& field) {
  field.AllowOnly({"deviceName", "deviceType", "vendorID", "deviceID",
                   "apiVersion", "driverName", "driverInfo", "driverVersion",
                   "os"});
  ProfiledDevice device;
  device.name = field.Optional("deviceName").Text();
  device.type = static_cast<DeviceType>(
      field.Optional("deviceType").Choice(kDeviceTypes));
  device.vendor_id =
      static_cast<uint32_t>(field.Optional("vendorID").Integer(kAny32));
  device.device_id =
      static_cast<uint32_t>(field.Optional("deviceID").Integer(kAny32));
  device.api_version = field.Optional("apiVersion").Text();
  device.driver_name = field.Optional("driverName").Text();
  device.driver_info = field.Optional("driverInfo").Text();
  device.driver_version = field.Optional("driverVersion").Text();
  device.os = field.Optional("os").Text();
  return device;
}

ProfileSource ReadSource(const JsonField& field) {
  field.AllowOnly({"citation", "report", "url", "derived"});
  ProfileSource source;
  source.citation = field.Optional("citation").Text();
  source.report = field.Optional("report").Integer(kAny64);
  source.url = field.Optional("url").Text();
  for (const JsonField& name : field.Optional("derived").Elements()) {
    source.derived.push_back(name.Text());
  }
  return source;
}

std::vector<MemoryType> ReadTypes(const JsonField& field) {
  std::vector<MemoryType> types;
  for (const JsonField& element : field.Elements()) {
    element.AllowOnly({"propertyFlags", "heapIndex"});
    MemoryType type;
    type.property_flags = ReadPropertyFlags(element.Required("propertyFlags"));
    type.heap_index =
        static_cast<uint32_t>(element.Required("heapIndex").Integer(kAny32));
    types.push_back(type);
  }
  return types;
}

std::vector<MemoryHeap> ReadHeaps(const JsonField& field) {
  std::vector<MemoryHeap> heaps;
  for (const JsonField& element : field.Elements()) {
    element.AllowOnly({"size", "flags"});
    MemoryHeap heap;
    heap.size = element.Required("size").Integer(kAny64);
    heap.flags = ReadHeapFlags(element.Required("flags"));
    heaps.push_back(heap);
  }
  return heaps;
}

// What is left out keeps MemoryLimits' own value, the required-limits bound.
MemoryLimits ReadLimits(const JsonField& field) {
  field.AllowOnly(LimitNames());
  MemoryLimits limits;
  limits.non_coherent_atom_size = field.Required(kAtomSize).Integer(kAny64);
  for (const LimitName& limit : kOtherLimits) {
    const JsonField member = field.Optional(limit.name);
    if (member.present()) limits.*limit.value = member.Integer(kAny64);
  }
  const JsonField count = field.Optional(kAllocationCount);
  if (count.present()) {
    limits.max_memory_allocation_count =
        static_cast<uint32_t>(count.Integer(kAny32));
  }
  return limits;
}

uint32_t ReadHostPointerTypes(const JsonField& field, size_t type_count) {
  uint32_t bits = 0;
  for (const JsonField& element : field.Elements()) {
    const uint64_t type = element.Integer(kAny32);
    if (type >= type_count) {
      element.Refuse(absl::StrFormat("%d, but there are only %d memory types",
                                     type, type_count));
    } else if (type < kMaxMemoryTypes) {
      bits |= uint32_t{1} << type;
    }
  }
  return bits;
}

MemoryProperties ReadMemory(const JsonField& document) {
  MemoryProperties memory;
  memory.types = ReadTypes(document.Required("memoryTypes"));
  memory.heaps = ReadHeaps(document.Required("memoryHeaps"));
  memory.limits = ReadLimits(document.Required("limits"));
  memory.host_pointer_types = ReadHostPointerTypes(
      document.Optional("hostPointerTypes"), memory.types.size());
  return memory;
}

Profile ReadProfile(const JsonField& document) {
  document.AllowOnly({"description", "device", "source", "memoryTypes",
                      "memoryHeaps", "limits", "hostPointerTypes",
                      "writeBack"});
  Profile profile;
  profile.description = document.Optional("description").Text();
  profile.device = ReadDevice(document.Optional("device"));
  profile.source = ReadSource(document.Optional("source"));
  profile.memory = ReadMemory(document);
  // The first choice is also what an absent member gives.
  profile.write_back = document.Optional("writeBack").Choice({"atom", "byte"})
                           ? WriteBack::kDirtyBytes
                           : WriteBack::kWholeAtom;
  return profile;
}

// CheckMemoryProperties, with the limits under their place in the file.
absl::Status CheckTable(const MemoryProperties& memory) {
  const absl::Status status = CheckMemoryProperties(memory);
  if (status.ok()) return status;
  absl::string_view place;
  for (absl::string_view limit : LimitNames()) {
    if (absl::StartsWith(status.message(), absl::StrCat(limit, ":"))) {
      place = "limits.";
    }
  }
  return absl::InvalidArgumentError(absl::StrCat(
      place, status.message(), "; docs/profiles.md explains the rules"));
}

}  // namespace

const char* DeviceTypeName(DeviceType type) {
  return kDeviceTypes[static_cast<int>(type)].data();
}

absl::StatusOr<Profile> ParseProfile(absl::string_view json,
                                     absl::string_view file) {
  const absl::StatusOr<nlohmann::json> document = ParseJsonDocument(json, file);
  if (!document.ok()) return document.status();
  absl::Status refusal;
  Profile profile = ReadProfile(JsonField(*document, &refusal));
  if (refusal.ok()) refusal = CheckTable(profile.memory);
  if (!refusal.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(OneLine(file), ": ", refusal.message()));
  }
  profile.name = std::string(file);
  return profile;
}

}  // namespace incoherent
