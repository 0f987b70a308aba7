#ifndef INCOHERENT_SIM_ICD_OPTIONS_H_
#define INCOHERENT_SIM_ICD_OPTIONS_H_

// Options: what the ICD can be told, and the environment that tells it.
//
// The command sets the same variables that a person may set by hand, so the
// ICD serves without the command. This struct is the one list of options.

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "sim/memory/eviction.h"

namespace incoherent {

struct Options {
  // The variables, by name.
  static constexpr char kProfile[] = "INCOHERENT_PROFILE";
  static constexpr char kEviction[] = "INCOHERENT_EVICTION";
  static constexpr char kDownstream[] = "INCOHERENT_DOWNSTREAM";
  static constexpr char kHideExtensions[] = "INCOHERENT_HIDE_EXTENSIONS";
  static constexpr char kQuiet[] = "INCOHERENT_QUIET";

  // INCOHERENT_PROFILE: the device whose memory is simulated; the name of a
  // built-in profile, or a JSON file of one's own.
  std::string profile = "strict";

  // INCOHERENT_EVICTION: what the simulated host cache does on its own; see
  // EvictionPolicy.
  EvictionPolicy eviction;

  // INCOHERENT_DOWNSTREAM: manifest of the driver that does the shading;
  // empty: lavapipe, from the usual manifest folders.
  std::string downstream;

  // INCOHERENT_HIDE_EXTENSIONS, comma-separated: instance and device
  // extensions that are not offered, whatever the downstream has.
  std::vector<std::string> hidden_extensions;

  // INCOHERENT_QUIET=1: say nothing but findings and errors.
  bool quiet = false;

  bool Hides(absl::string_view extension) const;

  // Reads the environment; the error names the variable.
  static absl::StatusOr<Options> FromEnvironment();

  // The variables that make FromEnvironment return this. An option at its
  // default has the empty string, so that it also clears what was set.
  std::map<std::string, std::string> ToEnvironment() const;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_OPTIONS_H_
