#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_TOKEN_STREAM_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_TOKEN_STREAM_H_

// TokenStream: the tokens of a file, and where in them a reader is.
//
// Newlines count in one way only: an operation, or a property of a memory,
// ends where the next line begins with a word.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "sim/litmus/language/lexer.h"

namespace incoherent::litmus {

class TokenStream {
 public:
  // `tokens` ends in its only kEnd.
  explicit TokenStream(std::vector<Token> tokens)
      : tokens_(std::move(tokens)) {}

  // Beyond the last token is the last one.
  const Token& Peek(size_t ahead = 0) const;
  bool AtEnd() const { return Peek().kind == Token::Kind::kEnd; }
  // Whether the next token is that word or symbol.
  bool At(absl::string_view text) const;
  bool AtWord() const { return Peek().kind == Token::Kind::kWord; }
  bool AtNumber() const { return Peek().kind == Token::Kind::kNumber; }

  // Steps over the token and returns it; stays at the end.
  const Token& Next();
  // Steps over the word or symbol if it is next.
  bool Accept(absl::string_view text);

  size_t position() const { return position_; }
  void Seek(size_t position) { position_ = position; }

  // Whether an operation or property that was read up to here may end here:
  // before ';', before '}', at the end, or where a line begins with a word.
  bool AtStatementEnd() const;
  // From within a statement that began at token `begin` to where it ends; at
  // least one token on, except before '}' and at the end.
  void SkipStatement(size_t begin);
  // From after a '{' to before its '}'. False if there is none: then to the
  // end.
  bool SkipToClosingBrace();

  // The text of the tokens from `begin` to here; gaps are single blanks.
  std::string TextFrom(size_t begin) const;

 private:
  std::vector<Token> tokens_;
  size_t position_ = 0;
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_TOKEN_STREAM_H_
