#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "sim/cli/commands.h"
#include "sim/cli/text_table.h"
#include "sim/profiles/profile.h"

namespace incoherent {
namespace {

constexpr char kDetails[] =
    R"(Without an argument: one line for each built-in profile. "host type" is the
first HOST_VISIBLE memory type, which is what most programs take.

With the name of a profile, or a file: all that it says. The lines are called as
the fields of the file are.
)";

const char* CoherenceName(const MemoryType& type) {
  if (!type.IsHostVisible()) return "-";
  return type.IsNonCoherent() ? "noncoherent" : "coherent";
}

std::string FirstHostType(const MemoryProperties& memory) {
  const auto first =
      std::find_if(memory.types.begin(), memory.types.end(),
                   [](const MemoryType& type) { return type.IsHostVisible(); });
  if (first == memory.types.end()) return "none";
  return absl::StrCat(first - memory.types.begin(), " ", CoherenceName(*first));
}

int ListProfiles() {
  TextTable table;
  table.AddRow({"profile", "atom", "types", "host type", "device"});
  for (const std::string& name : ProfileNames()) {
    const absl::StatusOr<Profile> profile = LoadProfile(name);
    if (!profile.ok()) {
      return RefuseUsage(kProfilesCommand, profile.status().message());
    }
    const MemoryProperties& memory = profile->memory;
    table.AddRow({name, absl::StrCat(memory.limits.non_coherent_atom_size),
                  absl::StrCat(memory.types.size()), FirstHostType(memory),
                  profile->device.name});
  }
  std::fputs(table.ToString().c_str(), stdout);
  return kExitOk;
}

// "1835018240 (1.7 GiB)".
std::string Size(uint64_t bytes) {
  constexpr const char* kUnits[] = {"KiB", "MiB", "GiB", "TiB"};
  double amount = static_cast<double>(bytes);
  const char* unit = nullptr;
  for (const char* next : kUnits) {
    if (amount < 1024) break;
    amount /= 1024;
    unit = next;
  }
  if (unit == nullptr) return absl::StrCat(bytes);
  return absl::StrFormat("%d (%.4g %s)", bytes, amount, unit);
}

// A row for each field that the profile has.
class ProfileSheet {
 public:
  void Add(absl::string_view field, absl::string_view value) {
    if (value.empty()) return;
    table_.AddRow({std::string(field), std::string(value)});
  }
  std::string ToString() const { return table_.ToString(); }

 private:
  TextTable table_;
};

std::string Hex(uint32_t id) {
  return id == 0 ? "" : absl::StrFormat("0x%04x", id);
}

void AddOrigin(const Profile& profile, ProfileSheet* sheet) {
  const ProfiledDevice& device = profile.device;
  sheet->Add("profile", profile.name);
  sheet->Add("description", profile.description);
  sheet->Add("device.deviceName", device.name);
  sheet->Add("device.deviceType", DeviceTypeName(device.type));
  sheet->Add("device.vendorID", Hex(device.vendor_id));
  sheet->Add("device.deviceID", Hex(device.device_id));
  sheet->Add("device.apiVersion", device.api_version);
  sheet->Add("device.driverName", device.driver_name);
  sheet->Add("device.driverInfo", device.driver_info);
  sheet->Add("device.driverVersion", device.driver_version);
  sheet->Add("device.os", device.os);
  const ProfileSource& source = profile.source;
  sheet->Add("source.citation", source.citation);
  if (source.report != 0) {
    sheet->Add("source.report", absl::StrCat(source.report));
  }
  sheet->Add("source.url", source.url);
  sheet->Add("source.derived", absl::StrJoin(source.derived, ", "));
}

std::string HeapFlagsName(uint32_t flags) {
  std::vector<std::string> names;
  if ((flags & kHeapDeviceLocal) != 0) names.push_back("DEVICE_LOCAL");
  if ((flags & kHeapMultiInstance) != 0) names.push_back("MULTI_INSTANCE");
  if (names.empty()) return "none (0x0)";
  return absl::StrFormat("%s (0x%x)", absl::StrJoin(names, "|"), flags);
}

std::string TypeTable(const MemoryProperties& memory) {
  TextTable table;
  for (size_t i = 0; i < memory.types.size(); ++i) {
    const MemoryType& type = memory.types[i];
    const bool importable = ((memory.host_pointer_types >> i) & 1) != 0;
    table.AddRow({absl::StrFormat("memoryTypes[%d]", i),
                  absl::StrCat("heap ", type.heap_index), CoherenceName(type),
                  importable ? "host-pointer" : "-",
                  PropertyFlagsName(type.property_flags)});
  }
  return table.ToString();
}

std::string HeapTable(const MemoryProperties& memory) {
  TextTable table;
  for (size_t i = 0; i < memory.heaps.size(); ++i) {
    table.AddRow({absl::StrFormat("memoryHeaps[%d]", i),
                  Size(memory.heaps[i].size),
                  HeapFlagsName(memory.heaps[i].flags)});
  }
  return table.ToString();
}

std::string LimitTable(const MemoryLimits& limits) {
  ProfileSheet sheet;
  const auto add = [&sheet](absl::string_view name, const std::string& value) {
    sheet.Add(absl::StrCat("limits.", name), value);
  };
  add("nonCoherentAtomSize", Size(limits.non_coherent_atom_size));
  add("minMemoryMapAlignment", Size(limits.min_memory_map_alignment));
  add("minPlacedMemoryMapAlignment",
      Size(limits.min_placed_memory_map_alignment));
  add("minImportedHostPointerAlignment",
      Size(limits.min_imported_host_pointer_alignment));
  add("bufferImageGranularity", Size(limits.buffer_image_granularity));
  add("maxMemoryAllocationSize", Size(limits.max_memory_allocation_size));
  add("maxMemoryAllocationCount",
      absl::StrCat(limits.max_memory_allocation_count));
  return sheet.ToString();
}

int ShowProfile(const std::string& name) {
  const absl::StatusOr<Profile> profile = LoadProfile(name);
  if (!profile.ok()) {
    return RefuseUsage(kProfilesCommand, profile.status().message());
  }
  ProfileSheet origin;
  AddOrigin(*profile, &origin);
  origin.Add("writeBack",
             profile->write_back == WriteBack::kWholeAtom ? "atom" : "byte");
  absl::PrintF("%s\n%s\n%s\n%s", origin.ToString(), TypeTable(profile->memory),
               HeapTable(profile->memory), LimitTable(profile->memory.limits));
  return kExitOk;
}

int PrintJson(const std::string& name) {
  const absl::StatusOr<std::string> json = ProfileJson(name);
  if (!json.ok()) {
    return RefuseUsage(kProfilesCommand, json.status().message());
  }
  std::fputs(json->c_str(), stdout);
  return kExitOk;
}

int Run(const Arguments& arguments) {
  const std::vector<std::string>& names = arguments.operands;
  if (names.size() > 1) {
    return RefuseUsage(kProfilesCommand, "one profile at a time");
  }
  if (!arguments.Has("json")) {
    return names.empty() ? ListProfiles() : ShowProfile(names[0]);
  }
  if (names.empty()) {
    return RefuseUsage(kProfilesCommand, "--json needs the name of a profile");
  }
  return PrintJson(names[0]);
}

constexpr OptionSpec kOptions[] = {
    {"json", nullptr,
     "print the file of the built-in profile NAME, to begin\n"
     "one of your own with"},
};

}  // namespace

const Command kProfilesCommand = {
    "incoherent profiles",
    "[OPTION]... [NAME|FILE]",
    "Lists the devices that can be simulated, or all about one.",
    kDetails,
    kOptions,
    Operands::kAnywhere,
    Run,
};

}  // namespace incoherent
