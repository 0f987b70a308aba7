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
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "sim/memory/eviction.h"

namespace incoherent {

// What becomes of a device write that no dependency makes available to the
// host domain, when the host looks at it after a wait.
enum class HostDomain {
  kReport,  // it arrives, as on most hardware; a warning says what is missing
  kStrict,  // it does not arrive, coherent memory included; an error
  kMerged,  // it arrives, and nothing is said
};

// "report"; and back.
const char* HostDomainName(HostDomain mode);
absl::optional<HostDomain> ParseHostDomain(absl::string_view name);

// "1" to "255".
absl::optional<int> ParseErrorExitcode(absl::string_view text);

struct Options {
  // The variables, by name.
  static constexpr char kProfile[] = "INCOHERENT_PROFILE";
  static constexpr char kEviction[] = "INCOHERENT_EVICTION";
  static constexpr char kDownstream[] = "INCOHERENT_DOWNSTREAM";
  static constexpr char kHideExtensions[] = "INCOHERENT_HIDE_EXTENSIONS";
  static constexpr char kQuiet[] = "INCOHERENT_QUIET";
  static constexpr char kHostDomain[] = "INCOHERENT_HOST_DOMAIN";
  static constexpr char kTrap[] = "INCOHERENT_TRAP";
  static constexpr char kLint[] = "INCOHERENT_LINT";
  static constexpr char kReport[] = "INCOHERENT_REPORT";
  static constexpr char kSarif[] = "INCOHERENT_SARIF";
  static constexpr char kSuppressions[] = "INCOHERENT_SUPPRESSIONS";
  static constexpr char kErrorExitcode[] = "INCOHERENT_ERROR_EXITCODE";

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

  // INCOHERENT_HOST_DOMAIN=report|strict|merged.
  HostDomain host_domain = HostDomain::kReport;

  // INCOHERENT_TRAP=on|off: see what the host reads, by protecting pages whose
  // bytes are stale for it.
  bool trap = true;

  // INCOHERENT_LINT=1: also tell of flushes and invalidates that have nothing
  // to do.
  bool lint = false;

  // INCOHERENT_REPORT, INCOHERENT_SARIF: the files that the findings go to, as
  // JSON; empty: none. %p is the number of the process.
  std::string report;
  std::string sarif;

  // INCOHERENT_SUPPRESSIONS: a file of findings that are not told; see
  // sim/findings/suppressions.h. Empty: none.
  std::string suppressions;

  // INCOHERENT_ERROR_EXITCODE, 1 to 255: how a process ends that has errors
  // among its findings; none: as it would have ended.
  absl::optional<int> error_exitcode;

  bool Hides(absl::string_view extension) const;

  // Reads the environment; the error names the variable.
  static absl::StatusOr<Options> FromEnvironment();

  // The variables that make FromEnvironment return this. An option at its
  // default has the empty string, so that it also clears what was set.
  std::map<std::string, std::string> ToEnvironment() const;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_OPTIONS_H_
