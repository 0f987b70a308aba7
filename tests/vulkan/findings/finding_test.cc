// Every program, both builds: what the report of its run says.
//
// Each run has a process and a report file of its own.

#include <algorithm>
#include <fstream>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/findings/report.h"
#include "sim/findings/report_json.h"
#include "tests/vulkan/child_run.h"
#include "tests/vulkan/findings/finding_program.h"
#include "tests/vulkan/same_bytes.h"

namespace incoherent {

void PrintTo(const FindingProgram& program, std::ostream* stream) {
  *stream << program.link;
}

namespace {

std::vector<FindingProgram> AllPrograms() {
  std::vector<FindingProgram> all;
  for (const auto& programs :
       {MissingFlushPrograms(), MissingInvalidatePrograms(),
        HostBarrierPrograms(), HostWriteBarrierPrograms(), InFlightPrograms(),
        AtomPrograms(), CommandPrograms(), ShaderPrograms(), DrawPrograms(),
        ImagePrograms(), ImportPrograms(), LintPrograms(),
        CorpusFindingPrograms(), PublicUploadPrograms(),
        PublicReadbackPrograms(), PublicRacePrograms(), SilentPrograms(),
        SilentReadbackPrograms()}) {
    all.insert(all.end(), programs.begin(), programs.end());
  }
  return all;
}

std::vector<FindingProgram> WrongPrograms() {
  std::vector<FindingProgram> wrong = AllPrograms();
  wrong.erase(std::remove_if(wrong.begin(), wrong.end(),
                             [](const FindingProgram& program) {
                               return !program.has_wrong_build;
                             }),
              wrong.end());
  return wrong;
}

absl::StatusOr<Report> ReadReport(const std::string& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return ReportFromJson(text.str());
}

class FindingTest : public ::testing::TestWithParam<FindingProgram> {
 protected:
  void Run(Build build) {
    const FindingProgram& program = GetParam();
    const std::string file =
        absl::StrCat(::testing::TempDir(), program.name,
                     build == Build::kWrong ? "-wrong.json" : "-right.json");
    IcdEnvironment environment = WithProfile("strict");
    environment.host_domain = program.host_domain;
    environment.lint = program.lint;
    environment.report = file;
    DeviceRequest request = program.request;
    request.instance_extensions.push_back(VK_EXT_DEBUG_UTILS_EXTENSION_NAME);
    run_ = ChildRun::Of([&] {
      VulkanApp app(environment, request);
      const Outcome outcome = program.run(app, build);
      return Difference(outcome.want, outcome.got);
    });
    ASSERT_TRUE(run_.ok()) << program.link << "\nsignal " << run_.signal << "\n"
                           << run_.errors;
    const absl::StatusOr<Report> report = ReadReport(file);
    ASSERT_TRUE(report.ok()) << file << ": " << report.status();
    EXPECT_EQ(report->profile, "strict");
    findings_ = report->findings;
  }

  std::string Told() const {
    std::string told;
    for (const Finding& finding : findings_) {
      absl::StrAppend(&told, "  ", ToText(finding), "\n");
    }
    return told;
  }

  ChildRun run_;
  std::vector<Finding> findings_;
};

class RightBuildTest : public FindingTest {};
class WrongBuildTest : public FindingTest {};

std::string NameOf(const ::testing::TestParamInfo<FindingProgram>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(All, RightBuildTest,
                         ::testing::ValuesIn(AllPrograms()), NameOf);
INSTANTIATE_TEST_SUITE_P(All, WrongBuildTest,
                         ::testing::ValuesIn(WrongPrograms()), NameOf);

TEST_P(RightBuildTest, IsRightAndSilent) {
  ASSERT_NO_FATAL_FAILURE(Run(Build::kRight));
  EXPECT_EQ(run_.answer, "") << GetParam().link;
  EXPECT_TRUE(findings_.empty()) << GetParam().link << "\n" << Told();
  EXPECT_THAT(run_.errors, ::testing::Not(::testing::HasSubstr("incoherent:")));
}

TEST_P(WrongBuildTest, IsFound) {
  ASSERT_NO_FATAL_FAILURE(Run(Build::kWrong));
  const FindingProgram& program = GetParam();
  if (program.sees != Sees::kAnyBytes) {
    EXPECT_EQ(run_.answer != "", program.sees == Sees::kWrongBytes)
        << program.link << " " << run_.answer;
  }
  // The reasons why no finding is the expected one, or no expected one it.
  for (const ExpectedFinding& expected : program.expected) {
    std::string reasons;
    const bool found = std::any_of(
        findings_.begin(), findings_.end(), [&](const Finding& finding) {
          const std::string reason = expected.Difference(finding);
          absl::StrAppend(&reasons, "  ", ToText(finding), "\n    ", reason,
                          "\n");
          return reason.empty();
        });
    EXPECT_TRUE(found || expected.is_optional())
        << "not found: " << expected.ToText() << "\n"
        << reasons << program.link;
  }
  for (const Finding& finding : findings_) {
    std::string reasons;
    const bool wanted =
        std::any_of(program.expected.begin(), program.expected.end(),
                    [&](const ExpectedFinding& expected) {
                      const std::string reason = expected.Difference(finding);
                      absl::StrAppend(&reasons, "  ", expected.ToText(), ": ",
                                      reason, "\n");
                      return reason.empty();
                    });
    EXPECT_TRUE(wanted) << "not expected: " << ToText(finding) << "\n"
                        << reasons << program.link;
  }
  // What the report says, stderr says as well.
  if (!findings_.empty()) {
    EXPECT_THAT(run_.errors, ::testing::HasSubstr("incoherent: "));
  }
}

}  // namespace
}  // namespace incoherent
