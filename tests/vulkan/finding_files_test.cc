// Where a process's findings go besides stderr: its report files, its exit
// status, and nowhere if they are suppressed.

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "nlohmann/json.hpp"
#include "sim/findings/report_json.h"
#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/child_run.h"
#include "tests/vulkan/vulkan_app.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kUnmapped[] = "VUID-vkUnmapMemory-memory-00689";

class FindingFilesTest : public ::testing::Test {
 protected:
  FindingFilesTest()
      : here_(fs::path(::testing::TempDir()) /
              ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    fs::remove_all(here_);
    fs::create_directories(here_);
    environment_.report = Here("report.json");
  }

  std::string Here(const std::string& name) const {
    return (here_ / name).string();
  }
  static std::string TextOf(const std::string& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream),
            std::istreambuf_iterator<char>()};
  }
  // Fails the test if it cannot be read.
  Report ReadReport(const std::string& name = "report.json") const {
    const absl::StatusOr<Report> report = ReportFromJson(TextOf(Here(name)));
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? *report : Report();
  }
  void Suppress(const std::string& text) {
    environment_.suppressions = Here("known.supp");
    std::ofstream(environment_.suppressions) << text;
  }

  // A broken rule, `times` over, from one place.
  static void UnmapWrongly(VulkanApp& app, int times) {
    AppMemory m(app, 4096);
    for (int i = 0; i < times; ++i) m.Unmap();
  }
  ChildRun RunWrongly() const {
    return ChildRun::Of([this] {
      VulkanApp app(environment_);
      UnmapWrongly(app, 2);
      return "";
    });
  }

  fs::path here_;
  IcdEnvironment environment_;
};

TEST_F(FindingFilesTest, TheReportHasTheFinalCounts) {
  const ChildRun run = RunWrongly();
  EXPECT_TRUE(run.ok());
  const Report report = ReadReport();
  EXPECT_EQ(report.profile, "strict");
  EXPECT_THAT(report.downstream, HasSubstr(".json"));
  ASSERT_THAT(report.application, SizeIs(::testing::Ge(1u)));
  EXPECT_THAT(report.application[0], HasSubstr("finding_files_test"));
  ASSERT_THAT(report.findings, SizeIs(1));
  EXPECT_EQ(report.findings[0].vuid, kUnmapped);
  EXPECT_EQ(report.findings[0].count, 2u);
  EXPECT_FALSE(report.findings[0].writer_stack.empty());
}

TEST_F(FindingFilesTest, NothingFoundIsAReport) {
  const ChildRun run = ChildRun::Of([this] {
    VulkanApp app(environment_);
    return "";
  });
  EXPECT_TRUE(run.ok());
  EXPECT_THAT(ReadReport().findings, IsEmpty());
}

TEST_F(FindingFilesTest, TheReportIsThereBeforeTheEnd) {
  const ChildRun run = ChildRun::Of([this] {
    VulkanApp app(environment_);
    UnmapWrongly(app, 1);
    const std::string text = TextOf(environment_.report);
    raise(SIGKILL);
    return text;
  });
  EXPECT_EQ(run.signal, SIGKILL);
  EXPECT_THAT(ReadReport().findings, SizeIs(1));
}

TEST_F(FindingFilesTest, EachProcessHasItsOwn) {
  environment_.report = Here("%p.json");
  RunWrongly();
  RunWrongly();
  EXPECT_EQ(
      std::distance(fs::directory_iterator(here_), fs::directory_iterator()),
      2);
}

// The child has its parent's instance, and none of its findings.
TEST_F(FindingFilesTest, AForkedChildLeavesTheReportAlone) {
  const ChildRun run = ChildRun::Of([this] {
    VulkanApp app(environment_);
    UnmapWrongly(app, 1);
    const pid_t child = fork();
    if (child == 0) std::exit(0);
    int status = 0;
    waitpid(child, &status, 0);
    return std::to_string(WEXITSTATUS(status));
  });
  EXPECT_EQ(run.answer, "0");
  EXPECT_THAT(ReadReport().findings, SizeIs(1));
  EXPECT_THAT(RemarksIn(run.errors), ElementsAre(HasSubstr("1 error from")));
}

TEST_F(FindingFilesTest, AFileThatCannotBeWrittenIsToldOnce) {
  environment_.report = Here("no/report.json");
  const ChildRun run = RunWrongly();
  EXPECT_TRUE(run.ok());
  EXPECT_THAT(RemarksIn(run.errors),
              ElementsAre(HasSubstr("no/report.json: cannot be written"),
                          HasSubstr("2 errors")));
}

TEST_F(FindingFilesTest, ErrorsEndWithTheStatus) {
  environment_.error_exitcode = "9";
  EXPECT_EQ(RunWrongly().exit_status, 9);
  // The status of the application itself does not matter.
  const ChildRun run = ChildRun::Of([this]() -> std::string {
    VulkanApp app(environment_);
    UnmapWrongly(app, 1);
    std::exit(3);
  });
  EXPECT_EQ(run.exit_status, 9);
}

TEST_F(FindingFilesTest, WithoutErrorsTheStatusIsTheApplications) {
  environment_.error_exitcode = "9";
  const ChildRun run = ChildRun::Of([this]() -> std::string {
    VulkanApp app(environment_);
    std::exit(3);
  });
  EXPECT_EQ(run.exit_status, 3);
}

TEST_F(FindingFilesTest, ASignalStaysASignal) {
  environment_.error_exitcode = "9";
  const ChildRun run = ChildRun::Of([this] {
    VulkanApp app(environment_);
    UnmapWrongly(app, 1);
    raise(SIGTERM);
    return "";
  });
  EXPECT_EQ(run.signal, SIGTERM);
}

// What an exit handler writes, after and before the ICD was loaded, is kept.
TEST_F(FindingFilesTest, TheStatusKeepsTheOtherExitHandlers) {
  environment_.error_exitcode = "9";
  const ChildRun run = ChildRun::Of([this] {
    std::atexit([] { std::fputs("registered before\n", stderr); });
    VulkanApp app(environment_);
    std::atexit([] { std::fputs("registered after\n", stderr); });
    UnmapWrongly(app, 1);
    return "";
  });
  EXPECT_EQ(run.exit_status, 9);
  EXPECT_THAT(run.errors, HasSubstr("registered before\n"));
  EXPECT_THAT(run.errors, HasSubstr("registered after\n"));
}

// As applications do that keep their device in a static object.
TEST_F(FindingFilesTest, AnErrorInAnExitHandlerCounts) {
  environment_.error_exitcode = "9";
  static VulkanApp* app = nullptr;
  const ChildRun run = ChildRun::Of([this] {
    std::atexit([] { UnmapWrongly(*app, 1); });
    app = new VulkanApp(environment_);
    return "";
  });
  EXPECT_EQ(run.exit_status, 9);
  EXPECT_THAT(RemarksIn(run.errors), ElementsAre(HasSubstr("1 error from")));
  EXPECT_THAT(ReadReport().findings, SizeIs(1));
}

TEST_F(FindingFilesTest, TheSuppressedAreNeitherToldNorErrors) {
  environment_.error_exitcode = "9";
  Suppress("{\n  name: known\n  kind: invalid-usage\n  vuid: VUID-vkUnmap*\n}");
  const ChildRun run = RunWrongly();
  EXPECT_EQ(run.exit_status, 0);
  EXPECT_THAT(FindingsIn(run.errors), IsEmpty());
  EXPECT_THAT(RemarksIn(run.errors), ElementsAre("incoherent: 2 suppressed"));
  EXPECT_THAT(ReadReport().findings, IsEmpty());
}

TEST_F(FindingFilesTest, FramesOfTheCallSuppress) {
  Suppress(
      "{\n  name: ours\n  kind: *\n  frame: *UnmapWrongly*\n"
      "  frame: *RunWrongly*\n}");
  EXPECT_THAT(FindingsIn(RunWrongly().errors), IsEmpty());
  Suppress("{\n  name: another's\n  kind: *\n  frame: *NoSuchFunction*\n}");
  EXPECT_THAT(FindingsIn(RunWrongly().errors), SizeIs(1));
}

TEST_F(FindingFilesTest, SuppressionsThatCannotBeReadAreNoInstance) {
  Suppress("{\n");
  const ChildRun run = ChildRun::Of([this] {
    return std::to_string(VulkanInstance(environment_).result() < VK_SUCCESS);
  });
  EXPECT_EQ(run.answer, "1");
  EXPECT_THAT(RemarksIn(run.errors),
              ElementsAre(HasSubstr("known.supp:2: the block has no end")));
}

TEST_F(FindingFilesTest, SarifHasTheLineOfTheCall) {
  const ChildRun run = ChildRun::Of([this] {
    setenv("INCOHERENT_SARIF", Here("report.sarif").c_str(), 1);
    VulkanApp app(environment_);
    UnmapWrongly(app, 1);
    return "";
  });
  EXPECT_TRUE(run.ok());
  const nlohmann::json sarif =
      nlohmann::json::parse(TextOf(Here("report.sarif")));
  const nlohmann::json result = sarif.at("runs").at(0).at("results").at(0);
  EXPECT_EQ(result.at("ruleId"), "invalid-usage");
  EXPECT_EQ(result.at("properties").at("vuid"), kUnmapped);
  EXPECT_THAT(result.at("locations"), SizeIs(1));
}

}  // namespace
}  // namespace incoherent
