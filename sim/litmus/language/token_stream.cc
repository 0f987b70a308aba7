#include "sim/litmus/language/token_stream.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace incoherent::litmus {

const Token& TokenStream::Peek(size_t ahead) const {
  return tokens_[std::min(position_ + ahead, tokens_.size() - 1)];
}

bool TokenStream::At(absl::string_view text) const {
  const Token& token = Peek();
  return (token.kind == Token::Kind::kWord ||
          token.kind == Token::Kind::kSymbol) &&
         token.text == text;
}

const Token& TokenStream::Next() {
  const Token& token = Peek();
  if (!AtEnd()) ++position_;
  return token;
}

bool TokenStream::Accept(absl::string_view text) {
  if (!At(text)) return false;
  Next();
  return true;
}

bool TokenStream::AtStatementEnd() const {
  return AtEnd() || At(";") || At("}") || (Peek().starts_line && AtWord());
}

void TokenStream::SkipStatement(size_t begin) {
  if (position_ == begin && !At("}")) Next();
  while (!AtStatementEnd()) Next();
}

bool TokenStream::SkipToClosingBrace() {
  int depth = 0;
  for (; !AtEnd(); Next()) {
    if (At("{")) ++depth;
    if (At("}") && depth-- == 0) return true;
  }
  return false;
}

std::string TokenStream::TextFrom(size_t begin) const {
  std::string text;
  for (size_t i = begin; i < position_; ++i) {
    if (i > begin && tokens_[i].after_gap) text += ' ';
    absl::StrAppend(&text, tokens_[i].text);
  }
  return text;
}

}  // namespace incoherent::litmus
