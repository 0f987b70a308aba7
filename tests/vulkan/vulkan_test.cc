#include "tests/vulkan/vulkan_test.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace incoherent {
namespace {

constexpr char kRemark[] = "incoherent: ";
constexpr char kFinding[] = "incoherent: invalid-usage: ";
// More lines of a finding.
constexpr char kDetail[] = "incoherent:   ";

std::vector<std::string> LinesIn(const std::string& text, bool findings) {
  std::vector<std::string> lines;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const bool is_finding = absl::StartsWith(line, kFinding);
    if (absl::StartsWith(line, kDetail)) continue;
    if (absl::StartsWith(line, kRemark) && is_finding == findings) {
      lines.emplace_back(line);
    }
  }
  return lines;
}

template <typename List>
void MoveAll(List from, List& to) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

std::vector<std::string> FindingsIn(const std::string& text) {
  return LinesIn(text, true);
}

std::vector<std::string> RemarksIn(const std::string& text) {
  return LinesIn(text, false);
}

void VulkanTest::SetUp() { ::testing::internal::CaptureStderr(); }

void VulkanTest::TearDown() {
  EXPECT_THAT(Findings(), ::testing::IsEmpty())
      << "a correct call was said to be wrong";
  ::testing::internal::GetCapturedStderr();
}

void VulkanTest::Hear() {
  const std::string text = ::testing::internal::GetCapturedStderr();
  MoveAll(FindingsIn(text), findings_);
  MoveAll(RemarksIn(text), remarks_);
  ::testing::internal::CaptureStderr();
}

std::vector<std::string> VulkanTest::Findings() {
  Hear();
  return std::exchange(findings_, {});
}

std::vector<std::string> VulkanTest::Remarks() {
  Hear();
  return std::exchange(remarks_, {});
}

::testing::Matcher<const std::string&> Reports(const std::string& command,
                                               const std::string& vuid,
                                               const std::string& detail) {
  return ::testing::AllOf(
      ::testing::StartsWith(absl::StrCat(kFinding, command, ": ")),
      ::testing::EndsWith(absl::StrCat(" [", vuid, "]")),
      ::testing::HasSubstr(detail));
}

}  // namespace incoherent
