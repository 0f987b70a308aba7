#ifndef INCOHERENT_SIM_PROFILES_PROFILE_FILE_H_
#define INCOHERENT_SIM_PROFILES_PROFILE_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace incoherent {

// A profile takes a few kilobytes; whoever names a disk image is told so.
inline constexpr size_t kMaxProfileBytes = size_t{1} << 20;

// The bytes of the file; pipes are read too. What the system refuses comes back
// in its words ("my.json: cannot be read ...: Is a directory") with a fitting
// code (NotFound, PermissionDenied, ...); more than kMaxProfileBytes is
// InvalidArgument.
absl::StatusOr<std::string> ReadProfileFile(absl::string_view path);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_PROFILES_PROFILE_FILE_H_
