#include "sim/icd/report_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "sim/findings/report_json.h"

namespace incoherent {
namespace {

namespace fs = std::filesystem;
using ::testing::EndsWith;
using ::testing::HasSubstr;

std::string TextOf(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream),
          std::istreambuf_iterator<char>()};
}

class ReportFilesTest : public ::testing::Test {
 protected:
  ReportFilesTest()
      : here_(fs::path(::testing::TempDir()) /
              ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    fs::remove_all(here_);
    fs::create_directories(here_);
  }

  std::string Here(const std::string& name) const {
    return (here_ / name).string();
  }
  size_t FileCount() const {
    return static_cast<size_t>(
        std::distance(fs::directory_iterator(here_), fs::directory_iterator()));
  }

  fs::path here_;
};

TEST_F(ReportFilesTest, PercentPIsTheProcess) {
  const std::string process = absl::StrCat(getpid());
  EXPECT_EQ(WithProcess("a-%p-%p.json"),
            absl::StrCat("a-", process, "-", process, ".json"));
  EXPECT_EQ(WithProcess("a%d"), "a%d");
}

TEST_F(ReportFilesTest, WritesBothAndLeavesNothingElse) {
  const ReportFiles files(Here("r-%p.json"), Here("r.sarif"));
  Report report;
  report.profile = "strict";
  for (int i = 0; i < 2; ++i) {
    files.Write(report, ReportFiles::kSoFar);
    const absl::StatusOr<Report> written =
        ReportFromJson(TextOf(WithProcess(Here("r-%p.json"))));
    ASSERT_TRUE(written.ok()) << written.status();
    EXPECT_TRUE(*written == report);
    EXPECT_EQ(nlohmann::json::parse(TextOf(Here("r.sarif"))).at("version"),
              "2.1.0");
    EXPECT_EQ(FileCount(), 2u);
    report.findings.emplace_back();
  }
}

TEST_F(ReportFilesTest, NoNamesAreNoFiles) {
  ReportFiles("", "").Write(Report(), ReportFiles::kFinal);
  EXPECT_EQ(FileCount(), 0u);
}

TEST_F(ReportFilesTest, RelativeNamesMeanWhereTheProcessWas) {
  const fs::path before = fs::current_path();
  fs::current_path(here_);
  const ReportFiles files("r.json", "");
  fs::current_path(before);
  files.Write(Report(), ReportFiles::kFinal);
  EXPECT_TRUE(fs::exists(Here("r.json")));
}

TEST_F(ReportFilesTest, ALinkStaysALink) {
  std::ofstream(Here("target")) << "old";
  fs::create_symlink("target", Here("link"));
  ASSERT_TRUE(WriteReportFile(Here("link"), "new", ReportFiles::kSoFar).ok());
  EXPECT_TRUE(fs::is_symlink(Here("link")));
  EXPECT_EQ(TextOf(Here("target")), "new");
}

TEST_F(ReportFilesTest, APipeIsWrittenToAtTheEndAndStays) {
  ASSERT_EQ(mkfifo(Here("pipe").c_str(), 0600), 0);
  // Would wait for a reader.
  ASSERT_TRUE(WriteReportFile(Here("pipe"), "x", ReportFiles::kSoFar).ok());
  std::string read;
  std::thread reader([&] { read = TextOf(Here("pipe")); });
  EXPECT_TRUE(WriteReportFile(Here("pipe"), "all", ReportFiles::kFinal).ok());
  reader.join();
  EXPECT_EQ(read, "all");
  EXPECT_TRUE(fs::is_fifo(Here("pipe")));
}

TEST_F(ReportFilesTest, WhatCannotBeWrittenIsNamed) {
  EXPECT_THAT(
      std::string(
          WriteReportFile(Here("no/r"), "x", ReportFiles::kSoFar).message()),
      EndsWith("/no/r: cannot be written: No such file or directory"));
  EXPECT_THAT(
      std::string(
          WriteReportFile(here_.string(), "x", ReportFiles::kSoFar).message()),
      EndsWith(": cannot be written: Is a directory"));
}

TEST_F(ReportFilesTest, TheComplaintIsHeardOnce) {
  const ReportFiles files(Here("no/r.json"), "");
  ::testing::internal::CaptureStderr();
  files.Write(Report(), ReportFiles::kSoFar);
  files.Write(Report(), ReportFiles::kFinal);
  const std::string said = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, HasSubstr("incoherent: /"));
  EXPECT_EQ(said.find('\n'), said.size() - 1) << said;
}

}  // namespace
}  // namespace incoherent
