#include "sim/litmus/language/lexer.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace incoherent::litmus {
namespace {

// Longer ones first where one begins another.
constexpr absl::string_view kSymbols[] = {
    "==", "!=", ">=", "->", "||", "&&", "\\/", "/\\", "..", "{", "}", "[",
    "]",  "(",  ")",  ";",  ",",  "=",  "/",   "|",   "!",  "~", ":",
};

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' ||
         c == '\v';
}

bool IsWordStart(char c) { return absl::ascii_isalpha(c) || c == '_'; }
bool IsWordPart(char c) { return absl::ascii_isalnum(c) || c == '_'; }

class Lexer {
 public:
  Lexer(absl::string_view text, ErrorList* errors)
      : text_(text), errors_(errors) {}

  std::vector<Token> Run() {
    while (!errors_->full()) {
      SkipGap();
      if (At(0) == '\0' && next_ >= text_.size()) break;
      ReadToken();
    }
    Token end;
    end.place = place_;
    end.starts_line = true;
    end.after_gap = true;
    tokens_.push_back(end);
    return std::move(tokens_);
  }

 private:
  char At(size_t ahead) const {
    return next_ + ahead < text_.size() ? text_[next_ + ahead] : '\0';
  }
  bool AtText(absl::string_view symbol) const {
    return absl::StartsWith(text_.substr(next_), symbol);
  }

  void Advance(size_t bytes) {
    for (; bytes > 0; --bytes, ++next_) {
      if (text_[next_] == '\n') {
        ++place_.line;
        place_.column = 1;
        starts_line_ = true;
      } else {
        ++place_.column;
      }
    }
  }

  void SkipGap() {
    after_gap_ = next_ == 0;
    while (next_ < text_.size()) {
      if (IsBlank(At(0))) {
        Advance(1);
      } else if (AtText("//")) {
        const size_t end = text_.find('\n', next_);
        Advance((end == text_.npos ? text_.size() : end) - next_);
      } else if (AtText("/*")) {
        SkipBlockComment();
      } else {
        return;
      }
      after_gap_ = true;
    }
  }

  void SkipBlockComment() {
    const size_t end = text_.find("*/", next_ + 2);
    if (end == text_.npos) {
      errors_->Add(place_, "comment is never closed; expected '*/'");
      Advance(text_.size() - next_);
    } else {
      Advance(end + 2 - next_);
    }
  }

  void ReadToken() {
    if (tokens_.size() == 1 && tokens_[0].text == "litmus" && !starts_line_) {
      ReadTitle();
    } else if (IsWordStart(At(0))) {
      ReadWord();
    } else if (absl::ascii_isdigit(At(0))) {
      ReadNumber();
    } else {
      ReadSymbol();
    }
  }

  void Push(Token::Kind kind, size_t length, uint64_t number = 0) {
    Token token;
    token.kind = kind;
    token.text = text_.substr(next_, length);
    token.number = number;
    token.place = place_;
    token.starts_line = starts_line_;
    token.after_gap = after_gap_;
    tokens_.push_back(token);
    starts_line_ = false;
    Advance(length);
  }

  // To the end of the line, or to a comment.
  void ReadTitle() {
    size_t length = 0;
    while (next_ + length < text_.size() && At(length) != '\n' &&
           !(At(length) == '/' &&
             (At(length + 1) == '/' || At(length + 1) == '*'))) {
      ++length;
    }
    Push(Token::Kind::kTitle, length);
  }

  void ReadWord() {
    size_t length = 1;
    while (IsWordPart(At(length)) ||
           ((At(length) == '-' || At(length) == '.') &&
            IsWordPart(At(length + 1)))) {
      ++length;
    }
    if (length > kLongestWord) {
      errors_->Add(
          place_, absl::StrCat("word of ", length,
                               " characters; expected at most ", kLongestWord));
      Advance(length);
      starts_line_ = false;
      return;
    }
    Push(Token::Kind::kWord, length);
  }

  void ReadNumber() {
    size_t length = 1;
    while (IsWordPart(At(length))) ++length;
    const absl::string_view digits = text_.substr(next_, length);
    uint64_t number = 0;
    const bool hexadecimal =
        absl::StartsWith(digits, "0x") || absl::StartsWith(digits, "0X");
    if (!(hexadecimal ? absl::SimpleHexAtoi(digits, &number)
                      : absl::SimpleAtoi(digits, &number))) {
      errors_->Add(
          place_,
          absl::StrCat("'", digits.substr(0, kLongestWord),
                       "' is no number; expected decimal digits, or 0x and "
                       "hexadecimal ones, up to 2^64-1"));
    }
    Push(Token::Kind::kNumber, length, number);
  }

  void ReadSymbol() {
    for (absl::string_view symbol : kSymbols) {
      if (!AtText(symbol)) continue;
      Push(Token::Kind::kSymbol, symbol.size());
      return;
    }
    const char c = At(0);
    const std::string shown =
        absl::ascii_isprint(c)
            ? absl::StrCat("'", absl::string_view(&c, 1), "'")
            : absl::StrFormat("byte 0x%02x", static_cast<unsigned char>(c));
    errors_->Add(place_, absl::StrCat("unexpected ", shown,
                                      "; expected a word, a number or one of "
                                      "{ } [ ] ( ) .. ; , = == != >= -> / | "
                                      "|| && ! ~ :"));
    Advance(1);
    starts_line_ = false;
  }

  absl::string_view text_;
  ErrorList* errors_;
  std::vector<Token> tokens_;
  size_t next_ = 0;
  Place place_{1, 1};
  bool starts_line_ = true;
  bool after_gap_ = false;
};

}  // namespace

std::string Described(const Token& token) {
  switch (token.kind) {
    case Token::Kind::kEnd:
      return "the end of the file";
    case Token::Kind::kNumber:
      return absl::StrCat("number ", token.text.substr(0, kLongestWord));
    case Token::Kind::kTitle:
      return "a title";
    case Token::Kind::kWord:
    case Token::Kind::kSymbol:
      break;
  }
  return absl::StrCat("'", token.text, "'");
}

std::vector<Token> Tokenize(absl::string_view text, ErrorList* errors) {
  return Lexer(text, errors).Run();
}

}  // namespace incoherent::litmus
