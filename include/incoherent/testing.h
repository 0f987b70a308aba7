#ifndef INCOHERENT_TESTING_H_
#define INCOHERENT_TESTING_H_

// For tests with GoogleTest: a fixture with a device, and matchers for what a
// program did wrong.
//
//   matcher                       matches what has findings() ...
//   HasNoFindings()               none
//   HasFinding(kind)              one of the kind at least
//   HasFinding(kind, range)       of the kind, at exactly these bytes
//   HasFindingOfRule(vuid)        that broken rule
//   HasFindingThat(text)          one whose message has the text
//   HasOnlyFindings(kinds)        all of these kinds, and no others
//   matcher                       matches a Device ...
//   NothingIsMapped()             on which no memory object is mapped
//   NothingIsLive()               on which all memory objects are freed
//
// What has findings(): a Device, a Host, a Vmo, a Mapping of one; a
// std::vector<DeviceFinding> does as well. Where a matcher fails, it prints the
// findings that there are.
//
// "Exactly these bytes": one finding of that kind is about that range, or all
// of them, put together where they touch or overlap in one memory object, make
// it up. So an upload of 256 bytes without a flush has a finding at [0, 256),
// however many stores it was. Ranges are of the memory object, or of the host's
// pages if it is an import.
//
// Example:
//
//   using incoherent::HazardKind;
//
//   class UploaderTest : public incoherent::DeviceTest {};
//
//   TEST_F(UploaderTest, FlushesWhatItWrites) {
//     Uploader uploader(device());           // the wrapper under test
//     uploader.Write({1, 2, 3});
//     EXPECT_THAT(device(), incoherent::HasNoFindings());
//   }
//
//   TEST_F(UploaderTest, IsFoundOutIfItDoesNotFlush) {
//     ...
//     EXPECT_THAT(device(), incoherent::HasFinding(HazardKind::kLostHostWrite,
//                                                  {0, 3}));
//   }
//
// In Bazel: testonly; deps = ["@incoherent//include/incoherent:testing"].

#include <memory>
#include <ostream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "incoherent/device.h"

namespace incoherent {

// A device with one queue, for each test. When the test is over, TearDown fails
// it unless nothing is mapped, all memory is freed, all pages of the host are
// freed, and no submitted command has yet to run. (Findings are the test's to
// judge.) Handles that are members of a derived fixture are let go in its own
// TearDown, before it calls this one.
class DeviceTest : public testing::Test {
 protected:
  explicit DeviceTest(const DeviceOptions& options = SmallDevice());
  void TearDown() override;

  Device& device() { return device_; }
  QueueId queue() const { return queue_; }

  // Submits the commands and waits for them.
  absl::Status Run(const CommandBuffer& commands);
  // Runs a copy between memory objects, with a barrier to the host behind it.
  absl::Status RunCopy(const MemoryRange& source, const MemoryRange& target);
  // Runs a fill, with a barrier to the host behind it.
  absl::Status RunFill(const MemoryRange& target, uint8_t value);
  // What the device domain holds; undefined bytes are 0.
  std::vector<uint8_t> DeviceBytes(const MemoryRange& bytes);

 private:
  Device device_;
  QueueId queue_;
};

// For failures.
void PrintTo(const Device& device, std::ostream* out);
void PrintTo(const Host& host, std::ostream* out);
void PrintTo(const DeviceFinding& finding, std::ostream* out);

namespace internal_testing {

// What a matcher asks of a list of findings. It explains itself with all that
// it looked at.
class FindingsPredicate {
 public:
  virtual ~FindingsPredicate() = default;
  virtual bool Matches(const std::vector<DeviceFinding>& findings) const = 0;
  virtual std::string Describe() const = 0;
};

// "2 findings:\n  ...", or "no findings".
std::string ListFindings(const std::vector<DeviceFinding>& findings);

inline const std::vector<DeviceFinding>& FindingsOf(
    const std::vector<DeviceFinding>& findings) {
  return findings;
}
template <typename Subject>
std::vector<DeviceFinding> FindingsOf(const Subject& subject) {
  return subject.findings();
}

class FindingsMatcher {
 public:
  explicit FindingsMatcher(std::shared_ptr<const FindingsPredicate> predicate)
      : predicate_(std::move(predicate)) {}

  template <typename Subject>
  bool MatchAndExplain(const Subject& subject,
                       testing::MatchResultListener* listener) const {
    const std::vector<DeviceFinding> findings = FindingsOf(subject);
    *listener << "which has " << ListFindings(findings);
    return predicate_->Matches(findings);
  }
  void DescribeTo(std::ostream* out) const {
    *out << "has " << predicate_->Describe();
  }
  void DescribeNegationTo(std::ostream* out) const {
    *out << "does not have " << predicate_->Describe();
  }

 private:
  std::shared_ptr<const FindingsPredicate> predicate_;
};

using PolymorphicFindingsMatcher = testing::PolymorphicMatcher<FindingsMatcher>;

}  // namespace internal_testing

internal_testing::PolymorphicFindingsMatcher HasNoFindings();
internal_testing::PolymorphicFindingsMatcher HasFinding(HazardKind kind);
internal_testing::PolymorphicFindingsMatcher HasFinding(HazardKind kind,
                                                        const ByteRange& range);
// "VUID-vkMapMemory-offset-00679".
internal_testing::PolymorphicFindingsMatcher HasFindingOfRule(
    absl::string_view vuid);
internal_testing::PolymorphicFindingsMatcher HasFindingThat(
    absl::string_view text);
internal_testing::PolymorphicFindingsMatcher HasOnlyFindings(
    std::vector<HazardKind> kinds);

testing::Matcher<const Device&> NothingIsMapped();
testing::Matcher<const Device&> NothingIsLive();

}  // namespace incoherent

#endif  // INCOHERENT_TESTING_H_
