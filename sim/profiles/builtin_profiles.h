#ifndef INCOHERENT_SIM_PROFILES_BUILTIN_PROFILES_H_
#define INCOHERENT_SIM_PROFILES_BUILTIN_PROFILES_H_

// The profiles that ship, as text inside the library: one for each file in
// data/, named like the file without ".json". The definition is generated when
// the library is built (embed_profiles.sh).

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace incoherent {

struct BuiltinProfile {
  absl::string_view name;
  absl::string_view json;
};

// In no particular order; lives as long as the program.
absl::Span<const BuiltinProfile> BuiltinProfiles();

}  // namespace incoherent

#endif  // INCOHERENT_SIM_PROFILES_BUILTIN_PROFILES_H_
