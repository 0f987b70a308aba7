#include "incoherent/testing.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sim/memory/range_set.h"

namespace incoherent {
namespace internal_testing {

std::string ListFindings(const std::vector<DeviceFinding>& findings) {
  if (findings.empty()) return "no findings";
  std::string list = absl::StrCat(
      findings.size(), findings.size() == 1 ? " finding:" : " findings:");
  for (const DeviceFinding& finding : findings) {
    absl::StrAppend(&list, "\n  ", finding.message);
  }
  return list;
}

}  // namespace internal_testing

namespace {

using internal_testing::FindingsMatcher;
using internal_testing::FindingsPredicate;
using internal_testing::PolymorphicFindingsMatcher;
using Findings = std::vector<DeviceFinding>;

// A predicate of two functions.
template <typename Judge>
class Judged : public FindingsPredicate {
 public:
  Judged(std::string what, Judge judge)
      : what_(std::move(what)), judge_(std::move(judge)) {}
  bool Matches(const Findings& findings) const override {
    return judge_(findings);
  }
  std::string Describe() const override { return what_; }

 private:
  std::string what_;
  Judge judge_;
};

template <typename Judge>
PolymorphicFindingsMatcher MatcherOf(std::string what, Judge judge) {
  return testing::MakePolymorphicMatcher(FindingsMatcher(
      std::make_shared<Judged<Judge>>(std::move(what), std::move(judge))));
}

template <typename Wanted>
PolymorphicFindingsMatcher MatcherOfAny(std::string what, Wanted wanted) {
  return MatcherOf(std::move(what), [wanted](const Findings& findings) {
    return std::any_of(findings.begin(), findings.end(), wanted);
  });
}

// Whether what was found of the kind in some memory object has that run, or one
// finding is of just these bytes.
bool HasRun(const Findings& findings, HazardKind kind, const ByteRange& range) {
  std::map<uint32_t, RangeSet> bytes;  // by payload
  for (const DeviceFinding& finding : findings) {
    if (finding.hazard.kind != kind) continue;
    if (finding.hazard.range == range) return true;
    bytes[finding.hazard.payload].Insert(finding.hazard.range);
  }
  for (const auto& entry : bytes) {
    for (const ByteRange& run : entry.second.RunsIn({0, ~uint64_t{0}})) {
      if (run == range) return true;
    }
  }
  return false;
}

std::string NamesOf(const Device& device, const std::vector<MemoryId>& ids) {
  return absl::StrJoin(ids, ", ", [&](std::string* out, MemoryId id) {
    absl::StrAppend(out, device.NameOf(id));
  });
}

}  // namespace

DeviceTest::DeviceTest(const DeviceOptions& options)
    : device_(options), queue_(device_.AddQueue()) {}

void DeviceTest::TearDown() {
  EXPECT_THAT(device_, NothingIsMapped());
  EXPECT_THAT(device_, NothingIsLive());
  EXPECT_THAT(device_.host()->LivePages(), testing::IsEmpty())
      << "these pages of the host are not freed";
  EXPECT_TRUE(device_.IsIdle()) << "submitted commands have yet to run";
}

absl::Status DeviceTest::Run(const CommandBuffer& commands) {
  const FenceId fence = device_.AddFence();
  absl::Status status = device_.Submit(queue_, {{{}, {&commands}, {}}}, fence);
  status.Update(device_.WaitForFence(fence));
  return status;
}

absl::Status DeviceTest::RunCopy(const MemoryRange& source,
                                 const MemoryRange& target) {
  CommandBuffer commands = device_.NewCommandBuffer();
  absl::Status status = commands.Copy(source, target);
  status.Update(commands.PipelineBarrier2({ToHostBarrier()}));
  status.Update(Run(commands));
  return status;
}

absl::Status DeviceTest::RunFill(const MemoryRange& target, uint8_t value) {
  CommandBuffer commands = device_.NewCommandBuffer();
  absl::Status status = commands.Fill(target, value);
  status.Update(commands.PipelineBarrier2({ToHostBarrier()}));
  status.Update(Run(commands));
  return status;
}

std::vector<uint8_t> DeviceTest::DeviceBytes(const MemoryRange& bytes) {
  std::vector<uint8_t> values;
  for (uint64_t at = bytes.range.offset; at < bytes.range.end(); ++at) {
    values.push_back(device_.DeviceDomain(bytes.memory, at).value);
  }
  return values;
}

// What is wrong with them is the matchers' to say.
void PrintTo(const Device&, std::ostream* out) { *out << "a device"; }
void PrintTo(const Host&, std::ostream* out) { *out << "a host"; }

void PrintTo(const DeviceFinding& finding, std::ostream* out) {
  *out << finding.message;
}

PolymorphicFindingsMatcher HasNoFindings() {
  return MatcherOf("no findings",
                   [](const Findings& findings) { return findings.empty(); });
}

PolymorphicFindingsMatcher HasFinding(HazardKind kind) {
  return MatcherOfAny(absl::StrCat("a finding ", HazardKindName(kind)),
                      [kind](const DeviceFinding& finding) {
                        return finding.hazard.kind == kind;
                      });
}

PolymorphicFindingsMatcher HasFinding(HazardKind kind, const ByteRange& range) {
  return MatcherOf(
      absl::StrCat("a finding ", HazardKindName(kind), " at exactly [",
                   range.offset, ", ", range.end(), ")"),
      [kind, range](const Findings& findings) {
        return HasRun(findings, kind, range);
      });
}

PolymorphicFindingsMatcher HasFindingOfRule(absl::string_view vuid) {
  return MatcherOfAny(absl::StrCat("a finding of ", vuid),
                      [vuid = std::string(vuid)](const DeviceFinding& finding) {
                        return !vuid.empty() && finding.vuid == vuid;
                      });
}

PolymorphicFindingsMatcher HasFindingThat(absl::string_view text) {
  return MatcherOfAny(absl::StrCat("a finding that says \"", text, "\""),
                      [text = std::string(text)](const DeviceFinding& finding) {
                        return absl::StrContains(finding.message, text);
                      });
}

PolymorphicFindingsMatcher HasOnlyFindings(std::vector<HazardKind> kinds) {
  const std::set<HazardKind> wanted(kinds.begin(), kinds.end());
  const std::string names =
      absl::StrJoin(wanted, ", ", [](std::string* out, HazardKind kind) {
        absl::StrAppend(out, HazardKindName(kind));
      });
  return MatcherOf(absl::StrCat("findings of the kinds {", names, "}"),
                   [wanted](const Findings& findings) {
                     std::set<HazardKind> found;
                     for (const DeviceFinding& finding : findings) {
                       found.insert(finding.hazard.kind);
                     }
                     return found == wanted;
                   });
}

namespace {

// No object is among those that the device lists.
class NoneOf {
 public:
  using is_gtest_matcher = void;
  NoneOf(const char* what, std::vector<MemoryId> (Device::*list)() const)
      : what_(what), list_(list) {}

  bool MatchAndExplain(const Device& device,
                       testing::MatchResultListener* listener) const {
    const std::vector<MemoryId> ids = (device.*list_)();
    if (ids.empty()) return true;
    if (listener->IsInterested()) {
      *listener << "on which " << NamesOf(device, ids) << " is still " << what_;
    }
    return false;
  }
  void DescribeTo(std::ostream* out) const {
    *out << "has no memory that is " << what_;
  }
  void DescribeNegationTo(std::ostream* out) const {
    *out << "has memory that is " << what_;
  }

 private:
  const char* what_;
  std::vector<MemoryId> (Device::*list_)() const;
};

}  // namespace

testing::Matcher<const Device&> NothingIsMapped() {
  return NoneOf("mapped", &Device::MappedMemory);
}

testing::Matcher<const Device&> NothingIsLive() {
  return NoneOf("allocated", &Device::LiveMemory);
}

}  // namespace incoherent
