#ifndef INCOHERENT_TESTS_VULKAN_FINDINGS_EXPECTED_FINDING_H_
#define INCOHERENT_TESTS_VULKAN_FINDINGS_EXPECTED_FINDING_H_

// ExpectedFinding: what a finding of a report must say. What is not asked for
// is not looked at.
//
//   Lost({0, 4096}).Exactly().Command("vkCmdCopyBuffer").Of("upload")
//
// is met by a lost-host-write, an error whose missing step is the flush, about
// just those bytes of the memory with that debug name and of its buffer.

#include <string>

#include "absl/types/optional.h"
#include "sim/findings/finding.h"
#include "sim/memory/byte_range.h"

namespace incoherent {

class ExpectedFinding {
 public:
  ExpectedFinding(HazardKind kind, MissingStep missing)
      : kind_(kind), missing_(missing) {}

  // The finding's bytes lie in `range`.
  ExpectedFinding Within(ByteRange range) const;
  // They are all of the range.
  ExpectedFinding Exactly() const;
  ExpectedFinding As(Severity severity) const;
  // Where a store of the value that was there before leaves it open.
  ExpectedFinding OfAnySeverity() const;
  ExpectedFinding Missing(MissingStep step) const;
  ExpectedFinding Vuid(const std::string& vuid) const;
  // The recorded command, or the call.
  ExpectedFinding Command(const std::string& name) const;
  // The label regions that the command stands in.
  ExpectedFinding Label(const std::string& label) const;
  // The debug name of the memory; the resource there is called `name` +
  // " buffer", or " image".
  ExpectedFinding Of(const std::string& name) const;
  ExpectedFinding OfImage(const std::string& name) const;
  // Of one of the resources there, by its own debug name.
  ExpectedFinding At(const std::string& resource) const;
  // The host's access happened in `function`, of the file `file`.
  ExpectedFinding ReadIn(const std::string& function,
                         const std::string& file) const;
  ExpectedFinding WrittenIn(const std::string& function,
                            const std::string& file) const;

  // It is no mistake to find it, nor to overlook it: what cannot be seen on
  // every system, or follows from another finding.
  ExpectedFinding IfSeen() const;
  bool is_optional() const { return optional_; }

  // Why the finding is not the expected one; empty if it is.
  std::string Difference(const Finding& finding) const;
  // For a person.
  std::string ToText() const;

 private:
  struct Access {
    std::string function;
    std::string file;
  };

  std::string RangeDifference(const Finding& finding) const;

  HazardKind kind_;
  MissingStep missing_;
  absl::optional<Severity> severity_ = Severity::kError;
  absl::optional<ByteRange> range_;
  bool exactly_ = false;
  bool optional_ = false;
  std::string vuid_;
  std::string command_;
  std::string label_;
  std::string memory_;
  std::string resource_;
  absl::optional<Access> read_;
  absl::optional<Access> write_;
};

// A finding of the kind, whatever else it says.
ExpectedFinding Some(HazardKind kind, MissingStep missing);
// Each kind as it mostly comes.
ExpectedFinding Lost(ByteRange range);       // missing flush
ExpectedFinding Stale(ByteRange range);      // missing invalidate
ExpectedFinding NoBarrier(ByteRange range);  // a warning; host-read-barrier
ExpectedFinding InFlight(ByteRange range);   // missing wait
ExpectedFinding Discarded(ByteRange range);  // missing flush
ExpectedFinding Clobber(ByteRange range, MissingStep missing);
ExpectedFinding BrokenRule(const std::string& vuid);

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_VULKAN_FINDINGS_EXPECTED_FINDING_H_
