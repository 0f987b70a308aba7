#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_LEXER_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_LEXER_H_

// The words, numbers and symbols of a litmus file.
//
//   word     [A-Za-z_] and then letters, digits, '_'; inside it also '-' and
//            '.', where a letter, a digit or '_' follows: upload-without-flush,
//            but `host->copy` is three tokens. At most kLongestWord characters.
//   number   decimal, or hexadecimal after 0x; up to 2^64-1
//   symbol   { } [ ] ( ) .. ; , = == != >= -> / | || && \/ /\ ! ~ :
//   title    the rest of the line after a first word `litmus`
//
// Comments are `// ...` and `/* ... */`; they and blanks only separate.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "sim/litmus/language/error_list.h"
#include "sim/litmus/program.h"

namespace incoherent::litmus {

inline constexpr size_t kLongestWord = 64;
inline constexpr size_t kLongestTitle = 200;

struct Token {
  enum class Kind { kWord, kNumber, kSymbol, kTitle, kEnd };
  Kind kind = Kind::kEnd;
  absl::string_view text;  // of the file; empty at the end
  uint64_t number = 0;
  Place place;
  bool starts_line = false;  // it is the first token of its line
  bool after_gap = false;    // a blank or a comment stands before it
};

// "'buf'", "number 64", "the end of the file".
std::string Described(const Token& token);

// Always ends in one token of kind kEnd. What is no token is left out and told
// to `errors`. The tokens point into `text`.
std::vector<Token> Tokenize(absl::string_view text, ErrorList* errors);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_LEXER_H_
