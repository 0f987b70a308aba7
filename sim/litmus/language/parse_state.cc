#include "sim/litmus/language/parse_state.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace incoherent::litmus {

ParseState::ParseState(absl::string_view text, absl::string_view file)
    : errors(file), tokens(Tokenize(text, &errors)) {
  program.file = std::string(file);
}

bool ParseState::Fail(const Place& place, absl::string_view message) {
  errors.Add(place, message);
  return false;
}

bool ParseState::FailExpected(absl::string_view what) {
  const Token& found = tokens.Peek();
  return Fail(found.place,
              absl::StrCat("expected ", what, ", found ", Described(found)));
}

bool ParseState::Expect(absl::string_view symbol, absl::string_view after) {
  if (tokens.Accept(symbol)) return true;
  return FailExpected(absl::StrCat("'", symbol, "' after ", after));
}

absl::optional<Token> ParseState::ExpectName(absl::string_view what) {
  if (!tokens.AtWord()) {
    FailExpected(what);
    return absl::nullopt;
  }
  const Token& word = tokens.Peek();
  if (IsReservedWord(word.text)) {
    Fail(word.place, absl::StrCat("expected ", what, ", found '", word.text,
                                  "', a word of the language"));
    return absl::nullopt;
  }
  if (absl::StrContains(word.text, '.')) {
    Fail(word.place, absl::StrCat("'", word.text,
                                  "' has a '.'; a name is made of letters, "
                                  "digits, '_' and '-'"));
    return absl::nullopt;
  }
  return tokens.Next();
}

absl::optional<Token> ParseState::ExpectNumber(absl::string_view what) {
  if (!tokens.AtNumber()) {
    FailExpected(what);
    return absl::nullopt;
  }
  return tokens.Next();
}

bool ParseState::ExpectStatementEnd(absl::string_view after) {
  if (tokens.AtStatementEnd()) return true;
  return FailExpected(absl::StrCat("';', a new line or '}' after ", after));
}

bool ParseState::WithinLimit(size_t count, size_t limit, const Place& place,
                             absl::string_view what) {
  if (count < limit) return true;
  return Fail(place,
              absl::StrCat("too many ", what, "; a file has at most ", limit));
}

absl::optional<int> ParseState::Find(NameKind kind, const Token& token,
                                     absl::string_view hint) {
  const absl::optional<int> index = names.Find(kind, token.text);
  if (!index.has_value()) {
    Fail(token.place, names.Unknown({kind}, token.text, hint));
  }
  return index;
}

}  // namespace incoherent::litmus
