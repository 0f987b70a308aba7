#ifndef INCOHERENT_SIM_CLI_INSTALLATION_H_
#define INCOHERENT_SIM_CLI_INSTALLATION_H_

// Installation: where the files are that belong to the command.
//
// Given their path in the source tree, they are looked for
//
//   beside the command       DIR/sim/icd/x     bazel-bin/incoherent
//   in its runfiles          DIR/incoherent.runfiles/incoherent/sim/icd/x
//   in $RUNFILES_DIR         $RUNFILES_DIR/incoherent/sim/icd/x
//   where it was installed   DIR/../lib/incoherent/x
//
// DIR being the folder of the command itself, its links resolved.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace incoherent {

class Installation {
 public:
  // `runfiles` is $RUNFILES_DIR; empty: none.
  Installation(absl::string_view executable, absl::string_view runfiles);

  // That of the running command.
  static absl::StatusOr<Installation> OfThisProcess();

  // The absolute path of a file; NotFound names every place it was sought in.
  absl::StatusOr<std::string> Find(absl::string_view source_path) const;

  // The driver manifest of the ICD, after making sure that the library that it
  // names is there as well.
  absl::StatusOr<std::string> FindIcdManifest() const;

  // The program that `incoherent demo` runs.
  absl::StatusOr<std::string> FindDemo() const;

 private:
  std::vector<std::string> Candidates(absl::string_view source_path) const;

  std::string executable_;
  std::string runfiles_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_CLI_INSTALLATION_H_
