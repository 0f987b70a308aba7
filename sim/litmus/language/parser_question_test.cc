// exists, forall, never, expect and reports.

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/litmus/language/parsing.h"
#include "sim/litmus/language/same_program.h"

namespace incoherent::litmus {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Kind = Condition::Kind;
using Subject = Condition::Subject;

constexpr char kProgram[] =
    "host { submit q; h0 = buf[0..4) }\nqueue q { r0 = buf[0]; r1 = "
    "buf[8..16); r0 = buf[0..2) }\n";

// The text begins in line 5.
Question OnlyQuestion(const std::string& text) {
  const Program program = ParsedAfterDeclarations(kProgram + text);
  EXPECT_THAT(program.questions, SizeIs(1));
  return program.questions.empty() ? Question() : program.questions[0];
}

Condition OnlyCondition(const std::string& condition) {
  return OnlyQuestion("exists (" + condition + ")").condition;
}

std::string ErrorsOf(const std::string& text) {
  return ErrorsAfterDeclarations(kProgram + text);
}

// At line 5, column 9.
std::string ErrorsOfCondition(const std::string& condition) {
  return ErrorsOf("exists (" + condition + ")");
}

TEST(ParserQuestionTest, Kinds) {
  EXPECT_EQ(OnlyQuestion("exists (q:r0 == 0)").kind, Question::Kind::kExists);
  EXPECT_EQ(OnlyQuestion("forall (q:r0 == 0)").kind, Question::Kind::kForall);
  EXPECT_EQ(OnlyQuestion("never (q:r0 == 0)").kind, Question::Kind::kNever);
  const Question question = OnlyQuestion("~ exists(q:r0   ==\n 0 /* no */ ) ;");
  EXPECT_EQ(question.kind, Question::Kind::kNever);
  EXPECT_EQ(question.text, "~ exists(q:r0 == 0 )");
  EXPECT_EQ(question.place.line, 5);
  EXPECT_EQ(question.place.column, 1);
}

TEST(ParserQuestionTest, Expectations) {
  const Question none = OnlyQuestion("exists (q:r0 == 0)");
  EXPECT_FALSE(none.expect_allowed.has_value());
  EXPECT_FALSE(none.expect_holds.has_value());
  EXPECT_EQ(OnlyQuestion("exists (true) expect allowed").expect_allowed, true);
  EXPECT_EQ(OnlyQuestion("exists (true)\nexpect forbidden").expect_allowed,
            false);
  EXPECT_EQ(OnlyQuestion("forall (true) expect holds").expect_holds, true);
  EXPECT_EQ(OnlyQuestion("never (true); expect fails").expect_holds, false);
  EXPECT_EQ(ErrorsOf("exists (true) expect holds"),
            "t.litmus:5:22: expected 'allowed' or 'forbidden' of 'exists', "
            "found 'holds'");
  EXPECT_EQ(ErrorsOf("forall (true) expect allowed"),
            "t.litmus:5:22: expected 'holds' or 'fails' of 'forall' and "
            "'never', found 'allowed'");
  EXPECT_EQ(ErrorsOf("exists (true) expect allowed expect allowed"),
            "t.litmus:5:30: expected 'expect', or the next statement, after "
            "the question, found 'expect'");
}

TEST(ParserQuestionTest, Comparisons) {
  const Condition of_queue = OnlyCondition("q:r1 == 0xffffffffffffffff");
  EXPECT_EQ(of_queue.kind, Kind::kEquals);
  EXPECT_EQ(of_queue.subject, Subject::kQueueRegister);
  EXPECT_EQ(of_queue.reg, 1);
  EXPECT_EQ(of_queue.value, 0xffffffffffffffffu);
  const Condition of_host = OnlyCondition("host:h0 = undef");
  EXPECT_EQ(of_host.subject, Subject::kHostRegister);
  EXPECT_TRUE(of_host.undefined);
  const Condition of_memory = OnlyCondition("buf[4..8) != 7");
  ASSERT_EQ(of_memory.kind, Kind::kNot);
  EXPECT_EQ(of_memory.operands[0].subject, Subject::kMemory);
  EXPECT_EQ(of_memory.operands[0].range.bytes, (ByteRange{4, 4}));
  EXPECT_EQ(of_memory.operands[0].value, 7u);
  EXPECT_EQ(OnlyCondition("true").kind, Kind::kTrue);
}

TEST(ParserQuestionTest, RangesDoNotCloseParentheses) {
  EXPECT_EQ(OnlyCondition("(buf[0..4) == 1) && (buf[8..] == 2 && host:h0 == 3)")
                .operands.size(),
            2u);
}

TEST(ParserQuestionTest, AndBindsBeforeOr) {
  const Condition either =
      OnlyCondition("q:r0 == 1 || q:r0 == 2 && q:r0 == 3 && true");
  ASSERT_EQ(either.kind, Kind::kOr);
  ASSERT_THAT(either.operands, SizeIs(2));
  EXPECT_EQ(either.operands[1].kind, Kind::kAnd);
  EXPECT_THAT(either.operands[1].operands, SizeIs(3));
  EXPECT_TRUE(SameCondition(
      either, OnlyCondition("q:r0=1 \\/ (((q:r0=2 /\\ q:r0=3 /\\ true)))")));
  EXPECT_FALSE(SameCondition(
      either, OnlyCondition("(q:r0 == 1 || q:r0 == 2) && q:r0 == 3 && true")));
  EXPECT_TRUE(
      SameCondition(OnlyCondition("~(q:r0 = 1)"), OnlyCondition("!q:r0 == 1")));
  EXPECT_TRUE(
      SameCondition(OnlyCondition("q:r0 != 1"), OnlyCondition("!(q:r0 == 1)")));
}

TEST(ParserQuestionTest, RefusesUnknownNames) {
  EXPECT_EQ(ErrorsOfCondition("p:r0 == 0"),
            "t.litmus:5:9: unknown host thread or queue 'p'; a register is "
            "written THREAD:REGISTER");
  EXPECT_EQ(ErrorsOfCondition("hots:h0 == 0"),
            "t.litmus:5:9: unknown host thread or queue 'hots'; did you mean "
            "'host'?");
  EXPECT_EQ(ErrorsOfCondition("q:r2 == 0"),
            "t.litmus:5:11: 'q' loads no register 'r2'; did you mean 'r0'?");
  EXPECT_EQ(ErrorsOfCondition("r0 == 0"),
            "t.litmus:5:9: expected THREAD:REGISTER or a memory, found 'r0'");
  EXPECT_EQ(ErrorsOfCondition("bfu[0] == 0"),
            "t.litmus:5:9: unknown memory 'bfu'; did you mean 'buf'?");
  EXPECT_EQ(ErrorsOfCondition("buf[16] == 0"),
            "t.litmus:5:13: offset 16, but 'buf' has 16 bytes");
}

TEST(ParserQuestionTest, RefusesWhatCanNeverBe) {
  EXPECT_EQ(ErrorsOfCondition("q:r0 == 65536"),
            "t.litmus:5:17: 65536 is never the value of 2 bytes");
  EXPECT_EQ(ErrorsOfCondition("buf[0] == 256"),
            "t.litmus:5:19: 256 is never the value of 1 byte");
  EXPECT_EQ(ErrorsOfCondition("buf == 0"),
            "t.litmus:5:9: comparison of 16 bytes; expected at most 8");
}

TEST(ParserQuestionTest, RefusesMalformedConditions) {
  EXPECT_EQ(ErrorsOf("exists q:r0 == 0"),
            "t.litmus:5:8: expected '(' after the question's first word, found "
            "'q'");
  EXPECT_EQ(ErrorsOfCondition(""),
            "t.litmus:5:9: expected THREAD:REGISTER or a memory, found ')'");
  EXPECT_EQ(ErrorsOfCondition("q:r0"),
            "t.litmus:5:13: expected '==' or '!=', found ')'");
  EXPECT_EQ(ErrorsOfCondition("q:r0 == q:r1"),
            "t.litmus:5:17: expected a number or 'undef', found 'q'");
  EXPECT_EQ(ErrorsOfCondition("q:r0 == 0 &&"),
            "t.litmus:5:21: expected THREAD:REGISTER or a memory, found ')'");
  EXPECT_EQ(ErrorsOf("exists (q:r0 == 0"),
            "t.litmus:5:18: expected ')' after the condition, found the end of "
            "the file");
  EXPECT_EQ(ErrorsOf("exists (q:r0 == 0))"),
            "t.litmus:5:19: expected 'expect', or the next statement, after "
            "the question, found ')'");
}

TEST(ParserQuestionTest, BoundsTheNesting) {
  const auto nested = [](int depth) {
    return std::string(depth, '(') + "true" + std::string(depth, ')');
  };
  EXPECT_EQ(OnlyCondition(nested(64)).kind, Kind::kTrue);
  EXPECT_EQ(ErrorsOfCondition(nested(65)),
            "t.litmus:5:73: condition is nested too deep; expected at most 64 "
            "'(' and '!'");
  EXPECT_EQ(ErrorsOfCondition(std::string(100000, '!') + "true"),
            "t.litmus:5:73: condition is nested too deep; expected at most 64 "
            "'(' and '!'");
}

TEST(ParserQuestionTest, Reports) {
  const auto reports = [](const std::string& text) {
    return ParsedAfterDeclarations(text).expect_reports;
  };
  EXPECT_FALSE(reports("").has_value());
  EXPECT_THAT(*reports("reports nothing"), IsEmpty());
  EXPECT_THAT(
      *reports("reports lost-host-write,\n atom-clobber"),
      ElementsAre(HazardKind::kLostHostWrite, HazardKind::kAtomClobber));
  const auto errors = [](const std::string& text) {
    return ErrorsAfterDeclarations(text);
  };
  EXPECT_EQ(errors("reports lost-host-writ"),
            "t.litmus:3:9: unknown kind of finding 'lost-host-writ'; did you "
            "mean 'lost-host-write'?");
  EXPECT_EQ(errors("reports something"),
            "t.litmus:3:9: unknown kind of finding 'something'; expected "
            "lost-host-write, stale-host-read, missing-host-barrier, "
            "in-flight-access, discarded-host-write, atom-clobber, "
            "missing-device-barrier, invalid-usage, useless-sync");
  EXPECT_EQ(errors("reports"),
            "t.litmus:3:8: expected 'nothing' or a kind of finding, found the "
            "end of the file");
  EXPECT_EQ(errors("reports atom-clobber, atom-clobber"),
            "t.litmus:3:23: 'atom-clobber' stands twice; keep one");
  EXPECT_EQ(errors("reports nothing reports atom-clobber"),
            "t.litmus:3:17: 'reports' stands twice; name all kinds in one");
}

}  // namespace
}  // namespace incoherent::litmus
