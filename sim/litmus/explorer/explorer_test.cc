// Verdicts, bounds, schedules and limits of the explorer.

#include "sim/litmus/explorer/explorer.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/litmus/explorer/outcome_text.h"
#include "sim/litmus/language/parser.h"

namespace incoherent::litmus {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

// Both 0 and 1 may be read.
constexpr char kUpload[] =
    "litmus upload\n"
    "memory buf { size 128; type noncoherent; atom 64 }\n"
    "host { buf[0] = 1; submit q; wait q }\n"
    "queue q { r0 = buf[0] }\n";

Program Parse(const std::string& text) {
  absl::StatusOr<Program> program = ParseProgram(text, "test.litmus");
  EXPECT_TRUE(program.ok()) << program.status();
  return *std::move(program);
}

Exploration ExploreAll(const Program& program) {
  absl::StatusOr<Exploration> exploration = Explore(program, ExploreOptions());
  EXPECT_TRUE(exploration.ok()) << exploration.status();
  return *std::move(exploration);
}

Answer AnswerTo(const std::string& question) {
  return ExploreAll(Parse(kUpload + question)).answers.at(0);
}

TEST(Verdict, OfEachQuestion) {
  EXPECT_EQ(AnswerTo("exists (q:r0 == 0)").verdict, Verdict::kAllowed);
  EXPECT_EQ(AnswerTo("exists (q:r0 == 2)").verdict, Verdict::kForbidden);
  EXPECT_EQ(AnswerTo("forall (q:r0 == 0 || q:r0 == 1)").verdict,
            Verdict::kHolds);
  EXPECT_EQ(AnswerTo("forall (q:r0 == 1)").verdict, Verdict::kFails);
  EXPECT_EQ(AnswerTo("never (q:r0 == 2)").verdict, Verdict::kHolds);
  EXPECT_EQ(AnswerTo("never (q:r0 == 0)").verdict, Verdict::kFails);
  EXPECT_EQ(AnswerTo("forall (!(q:r0 == undef))").verdict, Verdict::kHolds);
}

TEST(Verdict, CountsFinalStates) {
  const Answer answer = AnswerTo("exists (q:r0 == 0)");
  EXPECT_EQ(answer.positive, 1u);
  EXPECT_EQ(answer.negative, 1u);
}

TEST(Verdict, IsComparedWithWhatTheFileExpects) {
  EXPECT_TRUE(AnswerTo("exists (q:r0 == 0) expect allowed").expectation_met);
  EXPECT_FALSE(AnswerTo("exists (q:r0 == 0) expect forbidden").expectation_met);
  EXPECT_FALSE(AnswerTo("forall (q:r0 == 0) expect holds").expectation_met);
  EXPECT_TRUE(AnswerTo("never (q:r0 == 0) expect fails").expectation_met);
}

TEST(Verdict, ReportsMustBeExactlyThose) {
  const std::string asks = "exists (q:r0 == 0)\n";
  EXPECT_TRUE(ExploreAll(Parse(kUpload + asks + "reports lost-host-write"))
                  .ExpectationsHold());
  EXPECT_FALSE(
      ExploreAll(Parse(kUpload + asks + "reports nothing")).ExpectationsHold());
}

// Registers that nobody loads are not in a program, but unread bytes are: they
// are read as 0.
TEST(Verdict, ComparesWholeValues) {
  const Exploration exploration = ExploreAll(
      Parse("litmus wide\nmemory buf { size 128; type coherent }\n"
            "host { buf[0..2) = 0x0201; submit q; wait q; r0 = buf[0..2) }\n"
            "queue q { r0 = buf[1] }\n"
            "forall (host:r0 == 0x201 && q:r0 == 2 && buf[0..2) == 0x201)\n"
            "exists (host:r0 == 1)"));
  EXPECT_EQ(exploration.answers[0].verdict, Verdict::kHolds);
  EXPECT_EQ(exploration.answers[1].verdict, Verdict::kForbidden);
}

// With any bound that is hit, what was not seen is unknown.
TEST(Bounded, NeverForbidsNorHolds) {
  const Program program =
      Parse(std::string(kUpload) +
            "exists (q:r0 == 2)\nforall (!(q:r0 == 2))\nexists (q:r0 == 1)");
  const uint64_t all = ExploreAll(program).states;
  ASSERT_GT(all, 10u);
  for (uint64_t states = 1; states <= all; ++states) {
    ExploreOptions options;
    options.max_states = states;
    const absl::StatusOr<Exploration> exploration = Explore(program, options);
    ASSERT_TRUE(exploration.ok());
    EXPECT_EQ(exploration->states, states);
    EXPECT_EQ(exploration->bounded, states < all);
    if (!exploration->bounded) continue;
    EXPECT_EQ(exploration->answers[0].verdict, Verdict::kUnknown);
    EXPECT_EQ(exploration->answers[1].verdict, Verdict::kUnknown);
    EXPECT_NE(exploration->answers[2].verdict, Verdict::kForbidden);
  }
}

TEST(Bounded, WhatWasSeenIsAllowed) {
  const Program program =
      Parse(std::string(kUpload) + "exists (q:r0 == 0 || q:r0 == 1)");
  const uint64_t all = ExploreAll(program).states;
  ExploreOptions options;
  options.max_states = all - 1;
  const absl::StatusOr<Exploration> exploration = Explore(program, options);
  ASSERT_TRUE(exploration.ok());
  EXPECT_TRUE(exploration->bounded);
  EXPECT_EQ(exploration->answers[0].verdict, Verdict::kAllowed);
}

TEST(Bounded, ByMemoryToo) {
  const Program program = Parse(
      "litmus wide\nmemory buf { size 128; type noncoherent; atom 64 }\n"
      "host { submit q; buf[0..8) = 0x0807060504030201; wait q }\n"
      "queue q { r0 = buf[0..8) }\nexists (q:r0 == 9)");
  ExploreOptions options;
  options.max_bytes = 100'000;
  const absl::StatusOr<Exploration> exploration = Explore(program, options);
  ASSERT_TRUE(exploration.ok());
  EXPECT_TRUE(exploration->bounded);
  EXPECT_EQ(exploration->answers[0].verdict, Verdict::kUnknown);
}

TEST(Witness, HasNoActThatItDoesNotNeed) {
  const Answer answer = AnswerTo("exists (q:r0 == 0)");
  ASSERT_TRUE(answer.witness.has_value());
  EXPECT_THAT(
      answer.witness->steps,
      ElementsAre(
          AllOf(Field(&Step::actor, "host"), Field(&Step::what, "buf[0] = 1")),
          Field(&Step::what, "submit q"),
          AllOf(Field(&Step::actor, "q"), Field(&Step::what, "r0 = buf[0]"),
                Field(&Step::result, "r0 = 0")),
          Field(&Step::what, "fence of q"), Field(&Step::what, "wait q")));
}

TEST(Witness, NamesTheActs) {
  const Answer answer = AnswerTo("exists (q:r0 == 1)");
  ASSERT_TRUE(answer.witness.has_value());
  ASSERT_EQ(answer.witness->steps.size(), 6u);
  EXPECT_EQ(answer.witness->steps[1].actor, "cache of buf");
  EXPECT_EQ(answer.witness->steps[1].what, "evicts atom [0..64)");
}

TEST(Witness, OfWhatFailsIsACounterExample) {
  const Answer answer = AnswerTo("forall (q:r0 == 0)");
  ASSERT_TRUE(answer.witness.has_value());
  EXPECT_EQ(answer.witness->end.queue_registers[0][0].bits, 1u);
}

TEST(Witness, OfWhatIsForbiddenIsNone) {
  EXPECT_FALSE(AnswerTo("exists (q:r0 == 2)").witness.has_value());
}

TEST(Replay, EndsWhereTheWitnessEnds) {
  const Program program = Parse(std::string(kUpload) + "exists (q:r0 == 1)");
  const Exploration exploration = ExploreAll(program);
  const Schedule& witness = *exploration.answers[0].witness;
  const absl::StatusOr<Schedule> replayed =
      ReplaySchedule(program, witness.replay);
  ASSERT_TRUE(replayed.ok()) << replayed.status();
  EXPECT_EQ(replayed->replay, witness.replay);
  EXPECT_EQ(replayed->steps.size(), witness.steps.size());
  EXPECT_EQ(replayed->end.queue_registers[0][0].bits, 1u);
}

TEST(Replay, RefusesWhatIsNoLineOfThisProgram) {
  const Program program = Parse(std::string(kUpload) + "exists (q:r0 == 1)");
  const Program other = Parse(std::string(kUpload) + "exists (q:r0 == 0)");
  const std::string line = ExploreAll(program).answers[0].witness->replay;
  const std::string head = line.substr(0, line.rfind(':') + 1);
  const struct {
    const Program& program;
    std::string line;
    const char* says;
  } rows[] = {
      {other, line, "another program"},
      {program, "", "is no replay line"},
      {program, "v2" + line.substr(2), "is no replay line"},
      {program, "v1:zz:0:h0", "is no replay line"},
      {program, head + "d0", "step 1 of the replay line ('d0')"},
      {program, head + "h0.x3", "'x3' is no step of this program"},
      {program, head + "h0.h7", "'h7' is no step of this program"},
      {program, head + "h", "'h' is no step of this program"},
      {program, head + "h99999999999999999999", "is no step of this program"},
  };
  for (const auto& row : rows) {
    const absl::StatusOr<Schedule> replayed =
        ReplaySchedule(row.program, row.line);
    EXPECT_EQ(replayed.status().code(), absl::StatusCode::kInvalidArgument)
        << row.line;
    EXPECT_THAT(std::string(replayed.status().message()), HasSubstr(row.says));
  }
}

TEST(Limits, TooManyBytes) {
  std::string text =
      "litmus wide\nmemory buf { size 4096; type coherent }\n"
      "queue q { r0 = buf[0] }\nhost { submit q";
  for (int i = 0; i < 9; ++i) {
    absl::StrAppend(&text, "; r", i, " = buf[", 8 * i, "..", 8 * i + 8, ")");
  }
  const absl::StatusOr<Exploration> exploration =
      Explore(Parse(text + " }"), ExploreOptions());
  EXPECT_EQ(exploration.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(exploration.status().message()),
              HasSubstr("at least 72 bytes"));
}

// Large ranges cost nothing as long as few bytes of them are read.
TEST(Limits, LargeRangesAreFine) {
  const Exploration exploration = ExploreAll(
      Parse("litmus large\nmemory a { size 1000000000; type noncoherent }\n"
            "memory b { size 1000000000; type device_local }\n"
            "host { a = 7; flush a; submit q; wait q }\n"
            "queue q { copy b = a; barrier copy/transfer_write -> "
            "compute_shader/shader_storage_read; r0 = b[999999999] }\n"
            "forall (q:r0 == 7)"));
  EXPECT_EQ(exploration.answers[0].verdict, Verdict::kHolds);
}

TEST(Limits, TooManyDeviceOperations) {
  std::string text =
      "litmus long\nmemory buf { size 64; type coherent }\n"
      "queue q { r0 = buf[0]; r1 = buf[0] }\nhost { ";
  for (int i = 0; i < 22; ++i) absl::StrAppend(&text, "submit q; ");
  const absl::StatusOr<Exploration> exploration =
      Explore(Parse(text + " }"), ExploreOptions());
  EXPECT_EQ(exploration.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(exploration.status().message()),
              HasSubstr("more than 64 device operations"));
}

TEST(Limits, TooManySubmissionOrders) {
  std::string text =
      "litmus many\nmemory buf { size 64; type coherent }\n"
      "queue q { r0 = buf[0] }\n";
  for (int i = 0; i < 7; ++i) {
    absl::StrAppend(&text, "host h", i, " { submit q }\n");
  }
  const absl::StatusOr<Exploration> exploration =
      Explore(Parse(text), ExploreOptions());
  EXPECT_EQ(exploration.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(exploration.status().message()),
              HasSubstr("more than 1000 possible orders"));
}

}  // namespace
}  // namespace incoherent::litmus
