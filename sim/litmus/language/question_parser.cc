#include "sim/litmus/language/question_parser.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sim/litmus/language/condition_parser.h"
#include "sim/litmus/language/nearest_name.h"

namespace incoherent::litmus {
namespace {

bool ParseKind(ParseState& state, Question* question) {
  if (state.tokens.Accept("~")) {
    question->kind = Question::Kind::kNever;
    return state.Expect("exists", "'~'");
  }
  if (state.tokens.Accept("never")) {
    question->kind = Question::Kind::kNever;
  } else if (state.tokens.Accept("forall")) {
    question->kind = Question::Kind::kForall;
  } else {
    question->kind = Question::Kind::kExists;
    return state.Expect("exists", "the last statement");
  }
  return true;
}

// After `expect`.
bool ParseExpectation(ParseState& state, Question* question) {
  if (question->kind == Question::Kind::kExists) {
    const bool allowed = state.tokens.Accept("allowed");
    if (!allowed && !state.tokens.Accept("forbidden")) {
      return state.FailExpected("'allowed' or 'forbidden' of 'exists'");
    }
    question->expect_allowed = allowed;
    return true;
  }
  const bool holds = state.tokens.Accept("holds");
  if (!holds && !state.tokens.Accept("fails")) {
    return state.FailExpected("'holds' or 'fails' of 'forall' and 'never'");
  }
  question->expect_holds = holds;
  return true;
}

bool ParseQuestionInto(ParseState& state, Question* question) {
  const size_t begin = state.tokens.position();
  question->place = state.tokens.Peek().place;
  if (!ParseKind(state, question) ||
      !state.Expect("(", "the question's first word")) {
    return false;
  }
  absl::optional<Condition> condition = ParseCondition(state);
  if (!condition.has_value() || !state.Expect(")", "the condition")) {
    return false;
  }
  question->condition = *std::move(condition);
  question->text = state.tokens.TextFrom(begin);
  while (state.tokens.Accept(";")) {
  }
  return !state.tokens.Accept("expect") || ParseExpectation(state, question);
}

absl::optional<HazardKind> ParseKindOfHazard(ParseState& state) {
  std::vector<absl::string_view> names;
  for (int kind = 0; kind < kHazardKinds; ++kind) {
    names.push_back(HazardKindName(static_cast<HazardKind>(kind)));
  }
  if (!state.tokens.AtWord() || IsReservedWord(state.tokens.Peek().text)) {
    state.FailExpected("'nothing' or a kind of finding");
    return absl::nullopt;
  }
  const Token& word = state.tokens.Next();
  const absl::optional<HazardKind> kind = ParseHazardKind(word.text);
  if (!kind.has_value()) {
    const std::string near = DidYouMeanName(word.text, names);
    state.Fail(word.place,
               absl::StrCat(
                   "unknown kind of finding '", word.text, "'",
                   near.empty()
                       ? absl::StrCat("; expected ", absl::StrJoin(names, ", "))
                       : near));
  }
  return kind;
}

}  // namespace

void ParseQuestion(ParseState& state, size_t end) {
  Question question;
  const bool parsed = ParseQuestionInto(state, &question);
  while (parsed && state.tokens.Accept(";")) {
  }
  if (parsed && state.tokens.position() < end) {
    state.FailExpected("'expect', or the next statement, after the question");
  } else if (parsed &&
             state.WithinLimit(state.program.questions.size(), kMostQuestions,
                               question.place, "questions")) {
    state.program.questions.push_back(std::move(question));
  }
  state.tokens.Seek(end);
}

void ParseReports(ParseState& state, const Place& place) {
  if (state.program.expect_reports.has_value()) {
    state.Fail(place, "'reports' stands twice; name all kinds in one");
  }
  state.program.reports_place = place;
  std::vector<HazardKind>& kinds = state.program.expect_reports.emplace();
  if (state.tokens.Accept("nothing")) return;
  do {
    const Token& word = state.tokens.Peek();
    const absl::optional<HazardKind> kind = ParseKindOfHazard(state);
    if (!kind.has_value()) continue;
    if (std::find(kinds.begin(), kinds.end(), *kind) != kinds.end()) {
      state.Fail(word.place,
                 absl::StrCat("'", word.text, "' stands twice; keep one"));
      continue;
    }
    kinds.push_back(*kind);
  } while (state.tokens.Accept(",") && !state.errors.full());
}

}  // namespace incoherent::litmus
