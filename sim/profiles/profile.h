#ifndef INCOHERENT_SIM_PROFILES_PROFILE_H_
#define INCOHERENT_SIM_PROFILES_PROFILE_H_

// Profile: the memory of one device, to be simulated on another.
//
// A profile is a JSON file: memory types, heaps and limits under Vulkan's own
// names, and where they were seen. docs/profiles.md is the reference of the
// format. Some fifty real devices are built in, and two that no vendor sells:
//
//   strict        the default: the least forgiving table that the specification
//                 allows. Whoever asks for HOST_VISIBLE memory without
//                 HOST_COHERENT gets memory that is not coherent.
//   strict-last   the same for programs that search from the last type.
//
// Example:
//
//   absl::StatusOr<Profile> profile = LoadProfile("arm-mali-g78");
//   if (!profile.ok()) { puts(profile.status().message()); return 1; }
//   profile->memory.types[1].IsNonCoherent();   // true: it must be flushed
//
// A Profile that was returned passed CheckMemoryProperties. Whatever bytes a
// file has, loading it ends in a Profile or a Status: nothing throws.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/memory/host_view.h"
#include "sim/memory/memory_properties.h"

namespace incoherent {

inline constexpr char kDefaultProfile[] = "strict";

// VkPhysicalDeviceType.
enum class DeviceType {
  kOther,
  kIntegratedGpu,
  kDiscreteGpu,
  kVirtualGpu,
  kCpu
};

// "INTEGRATED_GPU".
const char* DeviceTypeName(DeviceType type);

// The device that a table was seen on. Texts are one line of at most 255 bytes,
// and empty where the profile says nothing.
struct ProfiledDevice {
  std::string name;
  DeviceType type = DeviceType::kOther;
  uint32_t vendor_id = 0;
  uint32_t device_id = 0;
  std::string api_version;  // "1.3.283"
  std::string driver_name;
  std::string driver_info;
  std::string driver_version;
  std::string os;
};

// Who says so.
struct ProfileSource {
  std::string citation;  // "vulkan.gpuinfo.org report 37913, CC BY 4.0"
  uint64_t report = 0;   // 0: not from a report
  std::string url;
  // Fields that the source does not have and that were concluded or assumed,
  // such as "hostPointerTypes".
  std::vector<std::string> derived;
};

struct Profile {
  // "arm-mali-g78" of a built-in profile; of any other, the file as it was
  // named.
  std::string name;
  std::string description;
  ProfiledDevice device;
  ProfileSource source;
  MemoryProperties memory;
  // What a simulated host cache writes back; no Vulkan property tells it.
  WriteBack write_back = WriteBack::kWholeAtom;
};

// The profile in the text `json`; `file` is what to call it, in `name` and in
// refusals. These are InvalidArgument, one line each, and name the file, the
// field and the rule:
//
//   my.json:3:14: not JSON: unexpected '}'; expected string literal
//   my.json: memoryTypes[1].heapIndex: -1 is negative; write 0 or more
//   my.json: limits.nonCoherentAtomSize: 48 is not a power of two (Required
//     Limits); docs/profiles.md explains the rules
absl::StatusOr<Profile> ParseProfile(absl::string_view json,
                                     absl::string_view file);

// The built-in profile of that name; or what is in the file, if the name has a
// '/' or ends in ".json". Errors: those of ParseProfile; NotFound for a name
// that is not built in ("...; did you mean arm-mali-g78?"); the system's own
// for a file that cannot be read; InvalidArgument for one larger than 1 MiB.
absl::StatusOr<Profile> LoadProfile(absl::string_view name_or_file);

// The names of the built-in profiles, sorted.
std::vector<std::string> ProfileNames();

// The JSON text of a built-in profile, to begin one's own with. NotFound as
// LoadProfile.
absl::StatusOr<std::string> ProfileJson(absl::string_view name);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_PROFILES_PROFILE_H_
