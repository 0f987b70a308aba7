#include "sim/findings/sarif.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "nlohmann/json.hpp"

namespace incoherent {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Finding Stale() {
  Finding finding;
  finding.kind = HazardKind::kStaleHostRead;
  finding.rule = "memory-device-hostaccess";
  finding.count = 3;
  finding.command = "vkCmdCopyBuffer";
  finding.range = ByteRange{64, 128};
  finding.memory = FindingMemory{0x55d0, 1, 4096, "readback"};
  finding.resource = FindingResource{"VkBuffer", "pixels", 0, 4096, 0xb0};
  finding.writer_stack = {"Record() at a.cc:7", "0x11b9 in libengine.so"};
  finding.reader_stack = {"memcpy+0x10 in libc.so.6",
                          "Compare() at /src/my app/b.cc:42", "main+0x1c in x"};
  finding.missing = MissingStep::kInvalidate;
  finding.fix = "vkInvalidateMappedMemoryRanges(...)";
  finding.message = "the host may read the old bytes";
  return finding;
}

Json SarifRun(const std::vector<Finding>& findings) {
  Report report;
  report.profile = "strict";
  report.downstream = "lvp";
  report.application = {"./app", "x y"};
  report.findings = findings;
  const Json document = Json::parse(ReportToSarif(report));
  EXPECT_EQ(document.at("version"), "2.1.0");
  EXPECT_THAT(document.at("$schema").get<std::string>(),
              HasSubstr("sarif-schema-2.1.0.json"));
  EXPECT_EQ(document.at("runs").size(), 1u);
  return document.at("runs").at(0);
}

Json Result(const Finding& finding) {
  return SarifRun({finding}).at("results")[0];
}

TEST(SarifTest, NothingFoundIsARunWithoutResults) {
  const Json run = SarifRun({});
  EXPECT_EQ(run.at("results"), Json::array());
  const Json driver = run.at("tool").at("driver");
  EXPECT_EQ(driver.at("name"), "Incoherent");
  EXPECT_FALSE(driver.at("version").get<std::string>().empty());
  EXPECT_EQ(run.at("invocations")[0].at("executionSuccessful"), true);
  EXPECT_EQ(run.at("invocations")[0].at("arguments"),
            Json::array({"./app", "x y"}));
  EXPECT_EQ(run.at("properties").at("profile"), "strict");
}

TEST(SarifTest, EveryKindIsARuleWithHelp) {
  const Json rules = SarifRun({}).at("tool").at("driver").at("rules");
  ASSERT_EQ(rules.size(), static_cast<size_t>(kHazardKinds));
  for (int i = 0; i < kHazardKinds; ++i) {
    const Json& rule = rules[static_cast<size_t>(i)];
    EXPECT_EQ(rule.at("id"), HazardKindName(static_cast<HazardKind>(i)));
    EXPECT_THAT(rule.at("helpUri").get<std::string>(), StartsWith("https://"));
    EXPECT_FALSE(
        rule.at("shortDescription").at("text").get<std::string>().empty());
  }
}

TEST(SarifTest, AResultNamesItsRule) {
  for (int i = 0; i < kHazardKinds; ++i) {
    Finding finding;
    finding.kind = static_cast<HazardKind>(i);
    const Json run = SarifRun({finding});
    const Json result = run.at("results")[0];
    const size_t index = result.at("ruleIndex").get<size_t>();
    EXPECT_EQ(result.at("ruleId"),
              run.at("tool").at("driver").at("rules")[index].at("id"));
  }
}

TEST(SarifTest, TheLocationIsTheFirstFrameWithALine) {
  const Json result = Result(Stale());
  ASSERT_EQ(result.at("locations").size(), 1u);
  const Json place = result.at("locations")[0].at("physicalLocation");
  EXPECT_EQ(place.at("artifactLocation").at("uri"),
            "file:///src/my%20app/b.cc");
  EXPECT_EQ(place.at("region").at("startLine"), 42);
}

TEST(SarifTest, TheWriterIsAPlaceIfTheReaderIsNone) {
  Finding finding = Stale();
  finding.reader_stack.clear();
  const Json place = Result(finding).at("locations")[0].at("physicalLocation");
  EXPECT_EQ(place.at("artifactLocation").at("uri"), "a.cc");
  EXPECT_EQ(place.at("region").at("startLine"), 7);
}

TEST(SarifTest, LinesOfTheCLibraryAreNoPlace) {
  Finding finding = Stale();
  finding.writer_stack.clear();
  finding.reader_stack = {"__memcpy_avx() at memmove.S:3",
                          "std::copy() at stl_algobase.h:5",
                          "Compare() at b.cc:42", "main() at c.cc:1"};
  const Json place = Result(finding).at("locations")[0].at("physicalLocation");
  EXPECT_EQ(place.at("artifactLocation").at("uri"), "b.cc");
}

TEST(SarifTest, WithoutLinesTheCommandIsThePlace) {
  Finding finding = Stale();
  finding.writer_stack = {"main+0x1c in x", "at :3", "f() at x:", "f() at x:0"};
  finding.reader_stack.clear();
  const Json location = Result(finding).at("locations")[0];
  EXPECT_EQ(location.count("physicalLocation"), 0u);
  EXPECT_EQ(location.at("logicalLocations")[0].at("name"), "vkCmdCopyBuffer");
  finding.command.clear();
  EXPECT_EQ(Result(finding).at("locations"), Json::array());
}

TEST(SarifTest, BothStacksAreThere) {
  const Json stacks = Result(Stale()).at("stacks");
  ASSERT_EQ(stacks.size(), 2u);
  EXPECT_EQ(stacks[0].at("message").at("text"), "the write");
  EXPECT_EQ(stacks[0].at("frames").size(), 2u);
  EXPECT_EQ(stacks[1].at("message").at("text"), "the read");
  EXPECT_EQ(stacks[1].at("frames")[0].at("location").at("message").at("text"),
            "memcpy+0x10 in libc.so.6");
  EXPECT_EQ(Result(Finding()).count("stacks"), 0u);
}

TEST(SarifTest, LevelsFollowSeverityAndCertainty) {
  Finding finding = Stale();
  EXPECT_EQ(Result(finding).at("level"), "error");
  finding.severity = Severity::kWarning;
  EXPECT_EQ(Result(finding).at("level"), "warning");
  finding.certain = false;
  EXPECT_EQ(Result(finding).at("level"), "note");
  Finding lint;
  lint.kind = HazardKind::kUselessSync;
  EXPECT_EQ(Result(lint).at("level"), "note");
}

TEST(SarifTest, PropertiesAndCount) {
  const Json result = Result(Stale());
  EXPECT_EQ(result.at("occurrenceCount"), 3);
  const Json properties = result.at("properties");
  EXPECT_EQ(properties.at("count"), 3);
  EXPECT_EQ(properties.at("range").at("offset"), 64);
  EXPECT_EQ(properties.at("memory"), "readback");
  EXPECT_EQ(properties.at("missing"), "invalidate");
  EXPECT_EQ(properties.count("vuid"), 0u);
  Finding often = Stale();
  often.vuid = "VUID-x";
  often.count = ~uint64_t{0};
  EXPECT_EQ(Result(often).at("occurrenceCount"), 0x7fffffff);
  EXPECT_EQ(Result(often).at("properties").at("vuid"), "VUID-x");
  EXPECT_THAT(Result(often).at("message").at("text").get<std::string>(),
              HasSubstr("fix: vkInvalidateMappedMemoryRanges"));
}

TEST(SarifTest, TheFingerprintIsOfThePlaceNotOfTheRun) {
  const auto print = [](const Finding& finding) {
    return Result(finding).at("partialFingerprints");
  };
  Finding again = Stale();
  again.count = 9;
  again.memory->handle = 1;
  EXPECT_EQ(print(again), print(Stale()));
  again.reader_stack.pop_back();
  EXPECT_NE(print(again), print(Stale()));
}

TEST(SarifTest, AnyBytesAreReadable) {
  Finding finding = Stale();
  finding.message = "caf\xe9";
  finding.reader_stack = {"f() at caf\xe9.cc:1"};
  EXPECT_EQ(Result(finding)
                .at("locations")[0]
                .at("physicalLocation")
                .at("artifactLocation")
                .at("uri"),
            "caf%E9.cc");
}

}  // namespace
}  // namespace incoherent
