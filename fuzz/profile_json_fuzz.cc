// Any bytes are either a profile that the model accepts, or refused in one
// line.

#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "sim/memory/check.h"
#include "sim/memory/memory_properties.h"
#include "sim/profiles/profile.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<incoherent::Profile> profile =
      incoherent::ParseProfile(text, "fuzz.json");
  if (profile.ok()) {
    INCOHERENT_CHECK(
        incoherent::CheckMemoryProperties(profile->memory).ok(),
        "an accepted profile is one that the specification allows");
    return 0;
  }
  const absl::string_view message = profile.status().message();
  INCOHERENT_CHECK(absl::StartsWith(message, "fuzz.json"),
                   "a refusal begins with the file");
  INCOHERENT_CHECK(!absl::StrContains(message, '\n'), "a refusal is one line");
  return 0;
}
