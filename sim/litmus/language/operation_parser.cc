#include "sim/litmus/language/operation_parser.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sim/litmus/language/nearest_name.h"

namespace incoherent::litmus {
namespace {

bool IsAssignment(const ParseState& state) {
  const Token& second = state.tokens.Peek(1);
  return !IsReservedWord(state.tokens.Peek().text) &&
         (state.names.Find(NameKind::kMemory, state.tokens.Peek().text)
              .has_value() ||
          (second.kind == Token::Kind::kSymbol &&
           (second.text == "=" || second.text == "[")));
}

bool FailUnknownOperation(ParseState& state, const OperationLanguage& language,
                          const Token& word) {
  const std::string advice = language.advice(word.text);
  if (!advice.empty()) return state.Fail(word.place, advice);
  std::vector<absl::string_view> names;
  for (const OperationWord& known : language.words) names.push_back(known.word);
  const std::string near = DidYouMeanName(word.text, names);
  return state.Fail(
      word.place,
      absl::StrCat("unknown operation '", word.text, "'",
                   near.empty() ? absl::StrCat("; ", language.block,
                                               " has stores, loads, ",
                                               absl::StrJoin(names, ", "))
                                : near));
}

bool ParseOperation(ParseState& state, const OperationLanguage& language,
                    Agent& agent, Op* op) {
  if (!state.tokens.AtWord()) {
    return state.FailExpected("an operation");
  }
  if (IsAssignment(state)) return language.parse_assignment(state, agent, op);
  const Token word = state.tokens.Next();
  for (const OperationWord& known : language.words) {
    if (known.word == word.text) return known.parse(state, op);
  }
  return FailUnknownOperation(state, language, word);
}

}  // namespace

void ParseOperations(ParseState& state, const OperationLanguage& language,
                     size_t end, Agent& agent, std::vector<Op>* ops) {
  TokenStream& tokens = state.tokens;
  while (tokens.position() < end && !state.errors.full()) {
    if (tokens.Accept(";")) continue;
    const size_t begin = tokens.position();
    Op op;
    op.place = tokens.Peek().place;
    if (state.operations > kMostOperations) return;  // and said so
    if (!state.WithinLimit(state.operations++, kMostOperations, op.place,
                           "operations")) {
      return;
    }
    if (ParseOperation(state, language, agent, &op)) {
      op.text = tokens.TextFrom(begin);
      ops->push_back(std::move(op));
      if (state.ExpectStatementEnd("the operation")) continue;
    }
    tokens.SkipStatement(begin);
    // A '}' before the block's end closes what was skipped.
    if (tokens.position() < end && tokens.At("}")) tokens.Next();
  }
  tokens.Seek(end);
}

}  // namespace incoherent::litmus
