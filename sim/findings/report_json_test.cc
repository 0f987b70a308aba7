#include "sim/findings/report_json.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace incoherent {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Finding FullFinding() {
  Finding finding;
  finding.kind = HazardKind::kLostHostWrite;
  finding.rule = "memory-device-hostaccess";
  finding.count = 3;
  finding.memory = FindingMemory{0x55d0, 2, 4096, "staging"};
  finding.range = ByteRange{64, 128};
  finding.resource = FindingResource{"VkBuffer", "vertices", 0, 4096, 0xb0};
  finding.command = "vkCmdCopyBuffer";
  finding.command_place = CommandPlace{12, 4};
  finding.label = "upload";
  finding.bytes = FindingBytes{66, {0x0d, 0xf0}, {0, 0}};
  finding.writer_stack = {"Upload (viewer.cc:40)", "main"};
  finding.reader_stack = {"Draw"};
  finding.missing = MissingStep::kFlush;
  finding.fix = "vkFlushMappedMemoryRanges(...)";
  finding.certain = false;
  finding.message = "never flushed";
  return finding;
}

Report SampleReport() {
  Report report;
  report.profile = "arm-mali-g78";
  report.downstream = "llvmpipe";
  report.application = {"./viewer", "model.gltf"};
  Finding bare;
  bare.severity = Severity::kWarning;
  bare.vuid = "VUID-x";
  report.findings = {FullFinding(), bare};
  return report;
}

constexpr char kSampleText[] = R"json({
  "schema": "incoherent-report/1",
  "profile": "arm-mali-g78",
  "downstream": "llvmpipe",
  "application": [
    "./viewer",
    "model.gltf"
  ],
  "findings": [
    {
      "kind": "lost-host-write",
      "severity": "error",
      "vuid": null,
      "rule": "memory-device-hostaccess",
      "count": 3,
      "memory": {
        "handle": "0x55d0",
        "name": "staging",
        "type_index": 2,
        "size": 4096
      },
      "range": {
        "offset": 64,
        "size": 128
      },
      "resource": {
        "type": "VkBuffer",
        "name": "vertices",
        "offset": 0,
        "size": 4096,
        "handle": "0xb0"
      },
      "command": {
        "name": "vkCmdCopyBuffer",
        "submission": 12,
        "index": 4,
        "label": "upload"
      },
      "bytes": {
        "offset": 66,
        "host": "0d f0",
        "device": "00 00"
      },
      "writer_stack": [
        "Upload (viewer.cc:40)",
        "main"
      ],
      "reader_stack": [
        "Draw"
      ],
      "missing": "flush",
      "fix": "vkFlushMappedMemoryRanges(...)",
      "certain": false,
      "message": "never flushed"
    },
    {
      "kind": "invalid-usage",
      "severity": "warning",
      "vuid": "VUID-x",
      "rule": "",
      "count": 1,
      "memory": null,
      "range": null,
      "resource": null,
      "command": null,
      "bytes": null,
      "writer_stack": [],
      "reader_stack": [],
      "missing": "none",
      "fix": "",
      "certain": true,
      "message": ""
    }
  ],
  "summary": {
    "errors": 3,
    "warnings": 1,
    "by_kind": {
      "lost-host-write": 3,
      "invalid-usage": 1
    }
  }
})json";

TEST(ReportJsonTest, WritesTheSchema) {
  EXPECT_EQ(ReportToJson(SampleReport()), kSampleText);
}

TEST(ReportJsonTest, ReadsWhatItWrites) {
  const absl::StatusOr<Report> report = ReportFromJson(kSampleText);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(*report == SampleReport());
}

TEST(ReportJsonTest, ACallOfTheHostHasNoPlaceInASubmission) {
  Report report;
  report.findings.resize(1);
  report.findings[0].command = "vkUnmapMemory";
  const std::string text = ReportToJson(report);
  EXPECT_THAT(text, HasSubstr("\"submission\": null"));
  EXPECT_TRUE(ReportFromJson(text).value() == report);
}

TEST(ReportJsonTest, NamesThatAreNoUtf8AreReplaced) {
  Report report;
  report.profile = "caf\xe9 \xf0\x9f\x90\xb4 \xe2\x82";
  const std::string text = ReportToJson(report);
  EXPECT_THAT(text, HasSubstr("\"caf\uFFFD \U0001F434 \uFFFD\""));
  EXPECT_EQ(ReportToJson(ReportFromJson(text).value()), text);
}

TEST(ReportJsonTest, SkipsMembersOfLaterReleases) {
  const std::string text = absl::StrReplaceAll(
      kSampleText, {{"\"count\": 3,", "\"count\": 3, \"first\": {\"a\": 1},"}});
  EXPECT_TRUE(ReportFromJson(text).value() == SampleReport());
}

TEST(ReportJsonTest, ReadsReportsThatLackWhatCameLater) {
  const std::string text = absl::StrReplaceAll(
      kSampleText, {{",\n        \"handle\": \"0xb0\"", ""},
                    {",\n        \"label\": \"upload\"", ""},
                    {"\"fix\": \"vkFlushMappedMemoryRanges(...)\",", ""},
                    {"\"fix\": \"\",", ""},
                    {"\"certain\": false,", ""},
                    {"\"certain\": true,", ""}});
  Report expected = SampleReport();
  expected.findings[0].resource->handle = 0;
  expected.findings[0].label.clear();
  expected.findings[0].fix.clear();
  expected.findings[0].certain = true;
  const absl::StatusOr<Report> report = ReportFromJson(text);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(*report == expected);
}

TEST(ReportJsonTest, CountsDoNotOverflow) {
  Report report;
  report.findings.resize(2);
  report.findings[0].count = ~uint64_t{0};
  EXPECT_EQ(SummaryOf(report).errors, ~uint64_t{0});
  EXPECT_TRUE(ReportFromJson(ReportToJson(report)).value() == report);
}

// What becomes of the sample when `from` stands as `to` in it.
struct RefusalRow {
  const char* from;
  const char* to;
  const char* message;
};

TEST(ReportJsonTest, RefusalsNameTheField) {
  const RefusalRow rows[] = {
      {"report/1", "report/2",
       "schema: 'incoherent-report/2' is not read here, only "
       "'incoherent-report/1'"},
      {"\"profile\": \"arm-mali-g78\"", "\"other\": 1", "profile: is missing"},
      {"\"./viewer\"", "7", "application[0]: expected a text, found number 7"},
      {"invalid-usage\",", "x\\n\",",
       "findings[1].kind: unknown kind 'x\\n'; known are lost-host-write, "
       "stale-host-read, missing-host-barrier, in-flight-access, "
       "discarded-host-write, atom-clobber, missing-device-barrier, "
       "invalid-usage, useless-sync"},
      {"\"warning\"", "\"fatal\"",
       "findings[1].severity: unknown severity 'fatal'; known are error, "
       "warning"},
      {"\"missing\": \"none\"", "\"missing\": \"luck\"",
       "findings[1].missing: unknown step 'luck'; known are none, flush, "
       "host-write-barrier, device-barrier, semaphore, host-read-barrier, "
       "wait, invalidate, happens-before, atom-alignment"},
      {"\"vuid\": \"VUID-x\"", "\"vuid\": []",
       "findings[1].vuid: expected a text, found array"},
      {"\"count\": 3", "\"count\": -3",
       "findings[0].count: expected a whole number of at most 64 bits, found "
       "number -3"},
      {"\"type_index\": 2", "\"type_index\": 4294967296",
       "findings[0].memory.type_index: 4294967296 is too large; at most "
       "4294967295"},
      {"\"certain\": false", "\"certain\": 1",
       "findings[0].certain: expected true or false, found number 1"},
      {"0x55d0", "0x 55",
       "findings[0].memory.handle: '0x 55' is no handle; write it as "
       "'0x55d0'"},
      {"0d f0", "0df0",
       "findings[0].bytes.host: '0df0' are no bytes; write them as '0d f0'"},
      {"\"submission\": 12", "\"submission\": null",
       "findings[0].command.submission: expected a whole number of at most 64 "
       "bits, found null"},
      {"\"memory\": null", "\"memory\": 1",
       "findings[1].memory: expected an object, found number 1"},
      {"\"errors\": 3", "\"errors\": 2",
       "summary.errors: 2, but the findings come to 3"},
      {"\"invalid-usage\": 1", "\"invalid-usage\": 1, \"atom-clobber\": 1",
       "summary.by_kind.atom-clobber: 1, but the findings come to 0"},
      {"\"invalid-usage\": 1", "\"invalid-usage\": 1, \"y\": 1",
       "summary.by_kind: unknown kind 'y'; known are lost-host-write, "
       "stale-host-read, missing-host-barrier, in-flight-access, "
       "discarded-host-write, atom-clobber, missing-device-barrier, "
       "invalid-usage, useless-sync"},
      {"\"invalid-usage\": 1", "\"atom-clobber\": 0",
       "summary.by_kind.invalid-usage: is missing"},
  };
  for (const RefusalRow& row : rows) {
    ASSERT_THAT(kSampleText, HasSubstr(row.from));
    const absl::StatusOr<Report> report =
        ReportFromJson(absl::StrReplaceAll(kSampleText, {{row.from, row.to}}));
    ASSERT_FALSE(report.ok()) << row.to;
    EXPECT_EQ(report.status().message(), row.message);
  }
}

std::string RefusalOf(absl::string_view text) {
  return std::string(ReportFromJson(text).status().message());
}

TEST(ReportJsonTest, WhatIsNoJsonIsRefusedWithItsPlace) {
  EXPECT_THAT(RefusalOf("{\n  \"a\": }"),
              StartsWith("2:8: not JSON: unexpected '}'"));
  EXPECT_THAT(RefusalOf(""), StartsWith("1:1: not JSON: "));
  EXPECT_EQ(RefusalOf("{\"a\": 1e999}"),
            "1:11: not JSON: a number that is too large");
  EXPECT_EQ(RefusalOf(absl::string_view("{}\0{", 4)),
            "1:3: not JSON: a NUL byte");
  EXPECT_EQ(RefusalOf("[1]"), "expected an object, found array");
  EXPECT_THAT(RefusalOf("{\"a\": \"\xff\n\"}"),
              AllOf(StartsWith("1:8: not JSON: "), Not(HasSubstr("\n"))));
}

TEST(ReportJsonTest, DepthIsNoTrouble) {
  const std::string deep(1 << 17, '[');
  EXPECT_THAT(RefusalOf(deep), StartsWith("1:131073: not JSON: "));
  const std::string closed =
      absl::StrCat("{\"a\": ", deep, std::string(1 << 17, ']'), "}");
  EXPECT_EQ(RefusalOf(closed), "schema: is missing");
}

}  // namespace
}  // namespace incoherent
