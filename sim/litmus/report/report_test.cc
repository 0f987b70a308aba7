#include "sim/litmus/report/report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace incoherent::litmus {
namespace {

using Json = nlohmann::json;

constexpr uint64_t kWidest = 8;

Op Load(int reg, uint64_t bytes) {
  Op op;
  op.kind = OpKind::kLoad;
  op.reg = reg;
  op.source_range = Range{0, {0, bytes}};
  return op;
}

Condition MemoryIs(const ByteRange& bytes) {
  Condition condition;
  condition.kind = Condition::Kind::kEquals;
  condition.subject = Condition::Subject::kMemory;
  condition.range = {0, bytes};
  return condition;
}

Question Exists(bool expect_allowed) {
  Question question;
  question.text = "exists (q:r0 == 0)";
  question.place = {9, 1};
  question.expect_allowed = expect_allowed;
  return question;
}

Answer Verdicts(Verdict verdict, uint64_t positive, uint64_t negative) {
  Answer answer;
  answer.verdict = verdict;
  answer.positive = positive;
  answer.negative = negative;
  return answer;
}

// A host with r0 of one byte and a queue with r0 of two.
Program SmallProgram() {
  Program program;
  program.name = "small";
  program.file = "dir/small.litmus";
  Memory memory;
  memory.name = "buf";
  memory.size = 64;
  program.memories = {memory};
  Agent host;
  host.name = "host";
  host.registers = {"r0"};
  host.ops = {Load(0, 1)};
  program.hosts = {host};
  Agent queue;
  queue.name = "q";
  queue.registers = {"r0"};
  program.queues = {queue};
  Submission submission;
  submission.ops = {Load(0, 2)};
  program.submissions = {submission};
  return program;
}

FinalState State(const Value& host, const Value& queue, uint64_t count) {
  FinalState state;
  state.host_registers = {{host}};
  state.queue_registers = {{queue}};
  state.count = count;
  return state;
}

LitmusFinding LostWrite() {
  LitmusFinding finding;
  finding.kind = HazardKind::kLostHostWrite;
  finding.memory = "buf";
  finding.range = {0, 4};
  finding.earlier = {5, 3};
  finding.later = {8, 13};
  finding.earlier_text = "host: buf[0..4) = 1";
  finding.later_text = "q: r0 = buf[0]";
  finding.missing = "flush";
  finding.message = "what it means";
  return finding;
}

Schedule TwoSteps() {
  Schedule schedule;
  schedule.steps = {{"host", "submit q", ""}, {"q", "r0 = buf[0]", "r0 = 0"}};
  schedule.replay = "v1:ab";
  return schedule;
}

TEST(ReportTest, StatesNameEveryRegister) {
  Exploration exploration;
  exploration.finals = {State({0, 0}, {1, 0}, 17),
                        State({3, 0}, {0x201, 0}, 2)};
  exploration.states = 40;
  const Report report = MakeReport(SmallProgram(), exploration);
  EXPECT_EQ(ReportText(report, false),
            "Test small\n"
            "States 2\n"
            "17 > host:r0=0; q:r0=1\n"
            "2 > host:r0=3; q:r0=513\n"
            "Explored 40 states\n");
  EXPECT_TRUE(report.ok());
}

TEST(ReportTest, StatesNameMemoryOfQuestionsOnce) {
  Program program = SmallProgram();
  program.questions = {Exists(true), Exists(true)};
  program.questions[0].condition.kind = Condition::Kind::kAnd;
  program.questions[0].condition.operands = {MemoryIs({4, 1}),
                                             MemoryIs({8, 4})};
  program.questions[1].condition = MemoryIs({4, 1});
  Exploration exploration;
  exploration.finals = {State({0, 0}, {0, 0}, 1)};
  exploration.finals[0].memory = {{7, 0}, {8, 0}};
  exploration.answers = {Verdicts(Verdict::kAllowed, 1, 0),
                         Verdicts(Verdict::kAllowed, 1, 0)};
  const Report report = MakeReport(program, exploration);
  EXPECT_NE(ReportText(report, false)
                .find("1 > host:r0=0; q:r0=0; buf[4]=7; buf[8..12)=8\n"),
            std::string::npos);
}

TEST(ReportTest, UndefinedBytesShow) {
  EXPECT_EQ(ValueText({"r0", {0, 1}, 1}), "undef");
  EXPECT_EQ(ValueText({"r0", {0, 3}, 2}), "undef");
  EXPECT_EQ(ValueText({"r0", {0, 1}, 2}), "0x00??");
  EXPECT_EQ(ValueText({"r0", {0x01, 2}, 2}), "0x??01");
  EXPECT_EQ(ValueText({"r0", {0, 0xff}, kWidest}), "undef");
  EXPECT_EQ(ValueText({"r0", {~uint64_t{0}, 0}, kWidest}),
            "18446744073709551615");
}

TEST(ReportTest, QuestionsTellWhetherTheyAreAsExpected) {
  Program program = SmallProgram();
  program.questions = {Exists(true), Exists(false), Exists(false)};
  program.questions[2].expect_allowed.reset();
  Exploration exploration;
  exploration.answers = {Verdicts(Verdict::kAllowed, 1, 2),
                         Verdicts(Verdict::kAllowed, 1, 2),
                         Verdicts(Verdict::kAllowed, 1, 2)};
  const Report report = MakeReport(program, exploration);
  const std::string text = ReportText(report, false);
  const std::string line =
      "exists (q:r0 == 0): Allowed, 1 positive, 2 negative";
  EXPECT_NE(text.find(line + ": ok\n"), std::string::npos) << text;
  EXPECT_NE(text.find(line + ": FAILED: expected forbidden, got allowed\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(line + "\n"), std::string::npos) << text;
  EXPECT_FALSE(report.ok());
}

TEST(ReportTest, UnknownMeetsNoExpectation) {
  Program program = SmallProgram();
  program.questions = {Exists(false)};
  Exploration exploration;
  exploration.answers = {Verdicts(Verdict::kUnknown, 0, 3)};
  exploration.bounded = true;
  const Report report = MakeReport(program, exploration);
  EXPECT_FALSE(report.ok());
  const std::string text = ReportText(report, false);
  EXPECT_NE(text.find("Unknown (bounded), 0 positive, 3 negative: FAILED: "
                      "expected forbidden, got unknown (bounded)\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("; bounded: "), std::string::npos) << text;
}

TEST(ReportTest, FindingsNameBothPartiesAndWhatIsMissing) {
  Program program = SmallProgram();
  program.expect_reports = {HazardKind::kLostHostWrite};
  Exploration exploration;
  exploration.findings = {LostWrite()};
  const Report report = MakeReport(program, exploration);
  EXPECT_EQ(ReportText(report, false),
            "Test small\n"
            "States 0\n"
            "finding lost-host-write: buf[0..4): dir/small.litmus:5 host: "
            "buf[0..4) = 1, then dir/small.litmus:8 q: r0 = buf[0]; missing: "
            "flush\n"
            "  what it means\n"
            "reports lost-host-write: ok\n"
            "Explored 0 states\n");
}

TEST(ReportTest, FindingOfOnePartyNamesOne) {
  LitmusFinding finding = LostWrite();
  finding.kind = HazardKind::kInvalidUsage;
  finding.earlier = {};
  finding.earlier_text.clear();
  finding.range = {};
  finding.missing = "none";
  Exploration exploration;
  exploration.findings = {finding};
  const std::string text =
      ReportText(MakeReport(SmallProgram(), exploration), false);
  EXPECT_NE(text.find("\nfinding invalid-usage: dir/small.litmus:8 q: r0 = "
                      "buf[0]\n  what it means\n"),
            std::string::npos)
      << text;
}

TEST(ReportTest, ReportsTellTheKindsOnceInOrder) {
  Program program = SmallProgram();
  program.expect_reports = std::vector<HazardKind>();
  Exploration exploration;
  LitmusFinding later = LostWrite();
  later.kind = HazardKind::kInFlightAccess;
  exploration.findings = {later, LostWrite(), LostWrite()};
  exploration.reports_met = false;
  const Report report = MakeReport(program, exploration);
  EXPECT_FALSE(report.ok());
  const std::string text = ReportText(report, false);
  EXPECT_NE(text.find("reports nothing: FAILED: expected nothing, got "
                      "lost-host-write, in-flight-access\n"),
            std::string::npos)
      << text;
}

TEST(ReportTest, WitnessIsATable) {
  Program program = SmallProgram();
  program.questions = {Exists(true)};
  Exploration exploration;
  exploration.answers = {Verdicts(Verdict::kAllowed, 1, 0)};
  exploration.answers[0].witness = TwoSteps();
  const Report report = MakeReport(program, exploration);
  EXPECT_NE(ReportText(report, true)
                .find("\n"
                      "  1  host  submit q\n"
                      "  2  q     r0 = buf[0]  r0 = 0\n"
                      "  replay v1:ab\n"),
            std::string::npos)
      << ReportText(report, true);
  EXPECT_EQ(ReportText(report, false).find("replay"), std::string::npos);
}

TEST(ReportTest, ReplayIsTheScheduleAlone) {
  EXPECT_EQ(ReportText(MakeReplayReport(SmallProgram(), TwoSteps()), false),
            "Test small\n"
            "  1  host  submit q\n"
            "  2  q     r0 = buf[0]  r0 = 0\n"
            "  replay v1:ab\n");
}

TEST(ReportJsonTest, SaysWhatTheTextSays) {
  Program program = SmallProgram();
  program.questions = {Exists(true)};
  program.expect_reports = {HazardKind::kStaleHostRead};
  Exploration exploration;
  exploration.finals = {State({0, 1}, {~uint64_t{0}, 0}, 17)};
  exploration.answers = {Verdicts(Verdict::kAllowed, 1, 0)};
  exploration.answers[0].witness = TwoSteps();
  exploration.findings = {LostWrite()};
  exploration.reports_met = false;
  exploration.states = 40;
  exploration.transitions = 60;
  exploration.blocked = 1;
  const Json document =
      Json::parse(ReportJson({MakeReport(program, exploration)}, true));
  EXPECT_EQ(document["schema"], "incoherent-litmus/1");
  ASSERT_EQ(document["tests"].size(), 1u);
  const Json& test = document["tests"][0];
  const Json expected = R"json({
    "file": "dir/small.litmus", "test": "small", "ok": false, "error": null,
    "states": [{"count": 17, "values": {
        "host:r0": "undef", "q:r0": 18446744073709551615}}],
    "questions": [{"text": "exists (q:r0 == 0)",
             "line" : 9, "verdict" : "allowed",
             "positive" : 1,
             "negative" : 0,
             "expected" : "allowed",
             "ok" : true,
             "witness" : {
    "replay" : "v1:ab", "steps" : [
      {"actor" : "host", "what" : "submit q", "result" : ""},
      {"actor" : "q", "what" : "r0 = buf[0]", "result" : "r0 = 0"}
    ]
  }
}],
    "findings": [{"kind": "lost-host-write", "memory": "buf",
        "range": {"offset": 0, "size": 4},
        "earlier": {"line": 5, "column": 3, "text": "host: buf[0..4) = 1"},
        "later": {"line": 8, "column": 13, "text": "q: r0 = buf[0]"},
        "missing": "flush", "by_the_letter": false,
        "message": "what it means"}],
    "reports": {"expected": ["stale-host-read"], "found": ["lost-host-write"],
        "ok": false},
    "explored": {
  "states" : 40, "transitions" : 60, "blocked" : 1, "bounded" : false
}
})json"_json;
  EXPECT_EQ(test, expected) << test.dump(2);
}

TEST(ReportJsonTest, WithoutWitnessesThereAreNone) {
  Program program = SmallProgram();
  program.questions = {Exists(false)};
  program.questions[0].expect_allowed.reset();
  Exploration exploration;
  exploration.answers = {Verdicts(Verdict::kUnknown, 0, 0)};
  exploration.answers[0].witness = TwoSteps();
  const Json document =
      Json::parse(ReportJson({MakeReport(program, exploration)}, false));
  const Json& question = document["tests"][0]["questions"][0];
  EXPECT_TRUE(question["witness"].is_null());
  EXPECT_TRUE(question["expected"].is_null());
  EXPECT_EQ(question["verdict"], "unknown");
}

TEST(ReportJsonTest, ErrorsAndReplaysHaveTheirOwnMembers) {
  const Json document = Json::parse(ReportJson(
      {MakeErrorReport("gone\xff.litmus", absl::NotFoundError("not here")),
       MakeReplayReport(SmallProgram(), TwoSteps())},
      false));
  ASSERT_EQ(document["tests"].size(), 2u);
  const Json& error = document["tests"][0];
  EXPECT_EQ(error["error"], "not here");
  EXPECT_EQ(error["ok"], false);
  EXPECT_FALSE(error.contains("states"));
  const Json& replay = document["tests"][1];
  EXPECT_EQ(replay["replay"]["replay"], "v1:ab");
  EXPECT_FALSE(replay.contains("states"));
}

}  // namespace
}  // namespace incoherent::litmus
