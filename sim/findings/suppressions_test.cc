#include "sim/findings/suppressions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace incoherent {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(MatchesPatternTest, StarsAndQuestionMarks) {
  EXPECT_TRUE(MatchesPattern("", ""));
  EXPECT_TRUE(MatchesPattern("*", ""));
  EXPECT_TRUE(MatchesPattern("**", "ab"));
  EXPECT_TRUE(MatchesPattern("a*b*c", "axxbyyc"));
  EXPECT_TRUE(MatchesPattern("*ab", "aab"));
  EXPECT_TRUE(MatchesPattern("a?c", "abc"));
  EXPECT_TRUE(MatchesPattern("staging*", "staging"));
  EXPECT_FALSE(MatchesPattern("", "a"));
  EXPECT_FALSE(MatchesPattern("?", ""));
  EXPECT_FALSE(MatchesPattern("a*b", "ac"));
  EXPECT_FALSE(MatchesPattern("abc", "ab"));
  EXPECT_FALSE(MatchesPattern("Staging", "staging"));
}

TEST(MatchesPatternTest, ManyStarsTakeNoTime) {
  std::string stars;
  for (int i = 0; i < 2000; ++i) stars += "*a";
  EXPECT_FALSE(MatchesPattern(stars + "b", std::string(4000, 'a')));
}

Finding Stale() {
  Finding finding;
  finding.kind = HazardKind::kStaleHostRead;
  finding.command = "vkCmdCopyBuffer";
  finding.memory = FindingMemory{0x1, 0, 64, "readback 1"};
  finding.resource = FindingResource{"VkBuffer", "pixels", 0, 64, 0x2};
  finding.writer_stack = {"Submit (a.cc:1)", "Frame (a.cc:9)", "main"};
  finding.reader_stack = {"Compare (b.cc:2)", "main"};
  return finding;
}

bool Matches(const std::string& lines, const Finding& finding = Stale()) {
  const absl::StatusOr<Suppressions> suppressions =
      Suppressions::Parse("{\nname: x\n" + lines + "\n}\n", "f");
  EXPECT_TRUE(suppressions.ok()) << suppressions.status();
  return suppressions.ok() && suppressions->Match(finding);
}

TEST(SuppressionsTest, EveryPartMustMatch) {
  EXPECT_TRUE(Matches("kind: *"));
  EXPECT_TRUE(Matches("kind: stale-host-read"));
  EXPECT_FALSE(Matches("kind: lost-host-write"));
  EXPECT_TRUE(Matches("kind: *\nmemory: readback ?"));
  EXPECT_FALSE(Matches("kind: *\nmemory: readback"));
  EXPECT_TRUE(Matches("kind: *\nresource: pix*"));
  EXPECT_FALSE(Matches("kind: *\nresource: pix"));
  EXPECT_TRUE(Matches("kind: *\ncommand: vkCmdCopy*"));
  EXPECT_FALSE(Matches("kind: *\ncommand: vkCmdBlit*"));
  EXPECT_FALSE(Matches("kind: *\nvuid: VUID-*"));
  EXPECT_FALSE(Matches("kind: *\nmemory: readback*\ncommand: vkCmdBlit*"));
}

TEST(SuppressionsTest, FramesMatchInOrderInOneStack) {
  EXPECT_TRUE(Matches("kind: *\nframe: Frame*"));
  EXPECT_TRUE(Matches("kind: *\nframe: Submit*\nframe: main"));
  EXPECT_TRUE(Matches("kind: *\nframe: *(b.cc:*)"));
  EXPECT_FALSE(Matches("kind: *\nframe: main\nframe: Submit*"));
  EXPECT_FALSE(Matches("kind: *\nframe: Submit*\nframe: Compare*"));
}

TEST(SuppressionsTest, WhatAFindingLacksIsEmpty) {
  Finding bare;
  bare.vuid = "VUID-vkUnmapMemory-memory-00689";
  EXPECT_TRUE(Matches("kind: *\nmemory: *\nresource: *\ncommand: *", bare));
  EXPECT_FALSE(Matches("kind: *\nmemory: ?*", bare));
  EXPECT_FALSE(Matches("kind: *\nframe: *", bare));
  EXPECT_TRUE(Matches("kind: invalid-usage\nvuid: VUID-vkUnmapMemory-*", bare));
}

TEST(SuppressionsTest, CommentsBlanksAndSeveralBlocks) {
  const absl::StatusOr<Suppressions> suppressions = Suppressions::Parse(
      "# of others\r\n\n  {\r\n\tname :  a: b \n kind:useless-sync\n#x\n}\n"
      "{\nname: c\nkind: atom-clobber\n}",
      "f");
  ASSERT_TRUE(suppressions.ok()) << suppressions.status();
  ASSERT_THAT(suppressions->list(), SizeIs(2));
  EXPECT_EQ(suppressions->list()[0].name, "a: b");
  EXPECT_EQ(suppressions->list()[0].kind, HazardKind::kUselessSync);
  EXPECT_FALSE(suppressions->Match(Stale()));
}

struct RefusalRow {
  std::string text;
  const char* message;
};

TEST(SuppressionsTest, RefusalsNameTheLine) {
  const RefusalRow rows[] = {
      {"kind: *", "f:1: 'kind: *' is outside of a block; begin one with '{'"},
      {"{\n{", "f:2: a block in a block; close the first with '}'"},
      {"{\nname: a\nkind: *\n", "f:4: the block has no end; close it with '}'"},
      {"{\nkind: *\n}", "f:3: the block has no name"},
      {"{\nname: a\n}", "f:3: the block has no kind; 'kind: *' is any"},
      {"{\nname: a\nname: b\n}", "f:3: a second name"},
      {"{\nkind: *\nkind: *\n}", "f:3: a second kind"},
      {"{\nmemory\n}",
       "f:2: 'memory' has no colon; write it as 'kind: stale-host-read'"},
      {"{\nmemory:\n}", "f:2: 'memory' is empty; leave the line out"},
      {"{\nthread: 1\n}",
       "f:2: unknown 'thread'; known are name, kind, vuid, memory, resource, "
       "command, frame"},
      {"{\nkind: \x01\n}",
       "f:2: unknown kind '\\x01'; known are lost-host-write, "
       "stale-host-read, missing-host-barrier, in-flight-access, "
       "discarded-host-write, atom-clobber, missing-device-barrier, "
       "invalid-usage, useless-sync, *"},
  };
  for (const RefusalRow& row : rows) {
    const absl::StatusOr<Suppressions> suppressions =
        Suppressions::Parse(row.text, "f");
    ASSERT_FALSE(suppressions.ok()) << row.text;
    EXPECT_EQ(suppressions.status().message(), row.message);
  }
}

TEST(SuppressionsTest, LongTextIsCutInRefusals) {
  const std::string refusal(
      Suppressions::Parse(std::string(100000, 'x'), "f").status().message());
  EXPECT_LT(refusal.size(), 200u);
}

TEST(SuppressionsTest, ReadsAFile) {
  const std::string file = ::testing::TempDir() + "/known.supp";
  std::FILE* stream = std::fopen(file.c_str(), "w");
  ASSERT_NE(stream, nullptr);
  std::fputs("{\nname: a\nkind: stale-host-read\n}\n", stream);
  std::fclose(stream);
  const absl::StatusOr<Suppressions> suppressions = Suppressions::Read(file);
  ASSERT_TRUE(suppressions.ok()) << suppressions.status();
  EXPECT_TRUE(suppressions->Match(Stale()));

  ASSERT_TRUE(Suppressions::Read("").ok());
  EXPECT_THAT(Suppressions::Read("")->list(), SizeIs(0));
  EXPECT_EQ(Suppressions::Read("/no/such").status().message(),
            "suppressions /no/such: No such file or directory");
  EXPECT_THAT(
      std::string(Suppressions::Read(::testing::TempDir()).status().message()),
      HasSubstr("Is a directory"));
}

}  // namespace
}  // namespace incoherent
