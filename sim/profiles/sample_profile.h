#ifndef INCOHERENT_SIM_PROFILES_SAMPLE_PROFILE_H_
#define INCOHERENT_SIM_PROFILES_SAMPLE_PROFILE_H_

// A short, good profile to take apart in tests.

#include <string>
#include <utility>

#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "sim/memory/check.h"

namespace incoherent {

inline constexpr char kSampleProfile[] = R"({
  "description": "A sample",
  "device": {"deviceName": "Sample", "deviceType": "CPU", "vendorID": 1},
  "source": {"citation": "made up"},
  "memoryTypes": [
    {"heapIndex": 0, "propertyFlags": ["DEVICE_LOCAL"]},
    {"heapIndex": 1, "propertyFlags": ["HOST_VISIBLE", "HOST_CACHED"]},
    {"heapIndex": 1, "propertyFlags": ["HOST_VISIBLE", "HOST_COHERENT"]}
  ],
  "memoryHeaps": [
    {"size": 4096, "flags": ["DEVICE_LOCAL"]},
    {"size": 8192, "flags": []}
  ],
  "limits": {"nonCoherentAtomSize": 64, "bufferImageGranularity": 1},
  "hostPointerTypes": [1],
  "writeBack": "byte"
})";

// The sample with one thing changed; `before` must be in it.
inline std::string SampleWith(absl::string_view before,
                              absl::string_view after) {
  const std::string changed =
      absl::StrReplaceAll(kSampleProfile, {{before, after}});
  INCOHERENT_CHECK(changed != kSampleProfile, "the sample has no such text");
  return changed;
}

}  // namespace incoherent

#endif  // INCOHERENT_SIM_PROFILES_SAMPLE_PROFILE_H_
