#ifndef INCOHERENT_SIM_FINDINGS_SUPPRESSIONS_H_
#define INCOHERENT_SIM_FINDINGS_SUPPRESSIONS_H_

// Suppressions: the findings that somebody has looked at and does not want to
// hear of.
//
// A file has blocks, and one line for each thing that a finding must match:
//
//   # the vendor's overlay; reported to them in May
//   {
//     name: overlay reads back without an invalidate
//     kind: stale-host-read
//     memory: overlay*
//     frame: *liboverlay.so*
//   }
//
//   name      what to call it; anything, but something
//   kind      a kind of finding, or *
//   vuid      of a broken valid-usage rule
//   memory    debug name of the memory object
//   resource  debug name of the buffer or image
//   command   the Vulkan command
//   frame     a line of either call stack; several must match in this order,
//             with any others between them
//
// `name` and `kind` must be there, the others may. All but `name` and `kind`
// are patterns over the whole text, in which * stands for any characters and ?
// for one. What a finding lacks is as an empty text. A line that begins with #
// is a comment.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "sim/findings/finding.h"

namespace incoherent {

struct Suppression {
  std::string name;
  absl::optional<HazardKind> kind;  // none: any
  // Empty: anything matches.
  std::string vuid;
  std::string memory;
  std::string resource;
  std::string command;
  std::vector<std::string> frames;

  bool Matches(const Finding& finding) const;
};

class Suppressions {
 public:
  Suppressions() = default;

  // The error is one line, "FILE:LINE: what is wrong, and what would be right".
  // Any bytes may come.
  static absl::StatusOr<Suppressions> Parse(absl::string_view text,
                                            absl::string_view file);
  // An empty name is no file and no suppressions.
  static absl::StatusOr<Suppressions> Read(const std::string& file);

  const std::vector<Suppression>& list() const { return list_; }
  bool Match(const Finding& finding) const;

 private:
  std::vector<Suppression> list_;
};

// Whether `pattern`, with * and ?, describes all of `text`.
bool MatchesPattern(absl::string_view pattern, absl::string_view text);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_FINDINGS_SUPPRESSIONS_H_
