// Whole files: what a program looks like once it is read, and what is said of
// one whose statements do not fit together.

#include "sim/litmus/language/parser.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/litmus/language/error_list.h"
#include "sim/litmus/language/parsing.h"

namespace incoherent::litmus {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr char kUpload[] = R"(litmus upload-without-flush
memory buf { size 128; type noncoherent; atom 64 }
host  { buf[0] = 1; submit q; wait q }
queue q { r0 = buf[0] }
exists (q:r0 == 0)            // allowed here
reports lost-host-write
)";

TEST(ParserTest, ReadsAWholeProgram) {
  const Program program = Parsed(kUpload);
  EXPECT_EQ(program.name, "upload-without-flush");
  EXPECT_EQ(program.file, "t.litmus");
  ASSERT_THAT(program.memories, SizeIs(1));
  EXPECT_EQ(program.memories[0].name, "buf");
  EXPECT_TRUE(program.memories[0].initially_mapped);
  ASSERT_THAT(program.hosts, SizeIs(1));
  EXPECT_EQ(program.hosts[0].name, "host");
  ASSERT_THAT(program.hosts[0].ops, SizeIs(3));
  EXPECT_EQ(program.hosts[0].ops[0].kind, OpKind::kStore);
  EXPECT_EQ(program.hosts[0].ops[0].text, "buf[0] = 1");
  EXPECT_EQ(program.hosts[0].ops[1].kind, OpKind::kSubmit);
  EXPECT_EQ(program.hosts[0].ops[1].place.line, 3);
  EXPECT_EQ(program.hosts[0].ops[1].place.column, 21);
  EXPECT_EQ(program.hosts[0].ops[2].kind, OpKind::kWaitSubmission);
  ASSERT_THAT(program.queues, SizeIs(1));
  EXPECT_THAT(program.queues[0].registers, ElementsAre("r0"));
  ASSERT_THAT(program.submissions, SizeIs(1));
  EXPECT_EQ(program.submissions[0].name, "q");
  ASSERT_THAT(program.submissions[0].ops, SizeIs(1));
  EXPECT_EQ(program.submissions[0].ops[0].kind, OpKind::kLoad);
  ASSERT_THAT(program.questions, SizeIs(1));
  EXPECT_EQ(program.questions[0].text, "exists (q:r0 == 0)");
  ASSERT_TRUE(program.expect_reports.has_value());
  EXPECT_THAT(*program.expect_reports, ElementsAre(HazardKind::kLostHostWrite));
}

TEST(ParserTest, StatementsMayComeInAnyOrder) {
  const Program program = Parsed(
      "litmus t\nexists (q:r0 == 0)\nqueue q { r0 = buf[0] }\n"
      "host { submit q }\nmemory buf { size 1 }\n");
  EXPECT_THAT(program.questions, SizeIs(1));
  EXPECT_THAT(program.submissions[0].ops, SizeIs(1));
}

TEST(ParserTest, TheNameIsTheRestOfTheLine) {
  EXPECT_EQ(Parsed("litmus  MP+flush   v1.2_a // not this\n").name,
            "MP+flush v1.2_a");
  EXPECT_EQ(Parsed("/* first */ litmus a /* nor\n this */").name, "a");
  EXPECT_EQ(ErrorsIn("litmus\nmp\n"),
            "t.litmus:2:1: expected a name after 'litmus', on the same line, "
            "found 'mp'");
  EXPECT_EQ(ErrorsIn("litmus mp {\n"),
            "t.litmus:1:11: a program's name is made of letters, digits, '-', "
            "'_', '+' and '.'; expected it to end with the line");
}

TEST(ParserTest, RefusesWhatIsNoProgram) {
  EXPECT_EQ(ErrorsIn(""),
            "t.litmus:1:1: expected 'litmus NAME' first, found the end of the "
            "file");
  EXPECT_EQ(ErrorsIn("litmus a\nmemroy buf { size 1 }\nhost { }"),
            "t.litmus:2:1: expected memory, semaphore, event, host, queue, "
            "exists, forall, never, reports, found 'memroy'; did you mean "
            "'memory'?");
  EXPECT_EQ(ErrorsIn("litmus a\nhost { buf[0] = 1\n"),
            "t.litmus:2:6: '{' is never closed; expected '}'");
  EXPECT_EQ(ErrorsIn(std::string(kMostProgramBytes + 1, ' ')),
            "t.litmus:1:1: file of 1048577 bytes; a litmus file has at most "
            "1048576");
}

TEST(ParserTest, NamesStandForOneThing) {
  EXPECT_EQ(ErrorsAfterDeclarations("queue buf { }"),
            "t.litmus:3:7: 'buf' is a memory already; choose another name");
  EXPECT_EQ(ErrorsAfterDeclarations("event s"),
            "t.litmus:3:7: 's' is a semaphore already; choose another name");
  EXPECT_EQ(ErrorsAfterDeclarations("host e { }"),
            "t.litmus:3:6: 'e' is an event already; choose another name");
  EXPECT_EQ(ErrorsAfterDeclarations("host { } host { }"),
            "t.litmus:3:10: host thread 'host' stands twice; give each its own "
            "name: host NAME { ... }");
  EXPECT_EQ(ErrorsAfterDeclarations("event flush"),
            "t.litmus:3:7: expected an event's name, found 'flush', a word of "
            "the language");
}

TEST(ParserTest, ASubmissionMustBeSubmitted) {
  EXPECT_EQ(ErrorsAfterDeclarations("queue q { }"),
            "t.litmus:3:7: submission 'q' is never submitted; add 'submit q' "
            "to a host thread");
}

TEST(ParserTest, WhatIsWaitedForMustComeAbout) {
  EXPECT_EQ(ErrorsAfterDeclarations("host { await f }"),
            "t.litmus:3:8: flag 'f' is awaited, but nobody posts it; add 'post "
            "f' to another host thread");
  EXPECT_EQ(ErrorsAfterDeclarations("host { wait t >= 2; signal t = 1 }"),
            "t.litmus:3:8: semaphore 't' is waited for, but nobody signals it "
            "so far; add 'signal t = 2'");
  EXPECT_EQ(ErrorsAfterDeclarations("host { submit q } queue q { wait s }"),
            "t.litmus:3:29: semaphore 's' is waited for, but nobody signals "
            "it; add 'signal s'");
  EXPECT_EQ(ErrorsAfterDeclarations(
                "host { submit q } queue q { wait e copy -> copy }"),
            "t.litmus:3:29: event 'e' is waited for, but nobody sets it; add "
            "'set e'");
}

TEST(ParserTest, TellsEveryErrorInFileOrder) {
  EXPECT_EQ(ErrorsIn("litmus a\n"
                     "exists (q:r1 == 0)\n"
                     "memory buf { size 0 }\n"
                     "host { bfu[0] = 1; flush buff; submit q }\n"
                     "queue q { r0 = buf[0] }\n"),
            "t.litmus:2:11: 'q' loads no register 'r1'; did you mean 'r0'?\n"
            "t.litmus:3:19: size 0; a memory has 1 to 1099511627776 bytes\n"
            "t.litmus:4:8: unknown memory 'bfu'; did you mean 'buf'?\n"
            "t.litmus:4:26: unknown memory 'buff'; did you mean 'buf'?");
}

TEST(ParserTest, TellsAtMostTwentyErrors) {
  std::string text = "litmus a\nhost {\n";
  for (int i = 0; i < 100; ++i) absl::StrAppend(&text, "flush x", i, "\n");
  const std::string errors = ErrorsIn(text + "}\n");
  const std::vector<std::string> lines = absl::StrSplit(errors, '\n');
  ASSERT_THAT(lines, SizeIs(kMostErrors));
  EXPECT_EQ(lines.front(),
            "t.litmus:3:7: unknown memory 'x0'; declare it: memory NAME { size "
            "N }");
}

TEST(ParserTest, KeepsItsLimits) {
  std::string memories = "litmus a\n";
  for (int i = 0; i < 17; ++i) {
    absl::StrAppend(&memories, "memory m", i, " { size 1 }\n");
  }
  EXPECT_EQ(ErrorsIn(memories),
            "t.litmus:18:8: too many memories; a file has at most 16");
  std::string stores = "litmus a\nmemory m { size 1 }\nhost {\n";
  for (int i = 0; i < 257; ++i) absl::StrAppend(&stores, "m[0] = 1\n");
  EXPECT_EQ(ErrorsIn(stores + "}"),
            "t.litmus:260:1: too many operations; a file has at most 256");
  std::string queues = "litmus a\n";
  for (int i = 0; i < 9; ++i) absl::StrAppend(&queues, "queue q", i, " { }\n");
  EXPECT_EQ(ErrorsIn(queues),
            "t.litmus:10:7: too many queues; a file has at most 8");
  std::string hosts = "litmus a\n";
  for (int i = 0; i < 9; ++i) absl::StrAppend(&hosts, "host h", i, " { }\n");
  EXPECT_EQ(ErrorsIn(hosts),
            "t.litmus:10:6: too many host threads; a file has at most 8");
}

}  // namespace
}  // namespace incoherent::litmus
