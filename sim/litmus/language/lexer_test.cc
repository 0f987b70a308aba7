#include "sim/litmus/language/lexer.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/litmus/language/error_list.h"

namespace incoherent::litmus {
namespace {

using ::testing::ElementsAre;

// All but the end.
std::vector<std::string> TextsOf(absl::string_view text) {
  ErrorList errors("t");
  std::vector<std::string> texts;
  for (const Token& token : Tokenize(text, &errors)) {
    texts.emplace_back(token.text);
  }
  EXPECT_TRUE(errors.empty()) << errors.ToStatus();
  EXPECT_EQ(texts.back(), "");
  texts.pop_back();
  return texts;
}

std::string ErrorsIn(absl::string_view text) {
  ErrorList errors("t");
  Tokenize(text, &errors);
  return std::string(errors.ToStatus().message());
}

TEST(LexerTest, WordsHaveDashesAndDotsOnlyInside) {
  EXPECT_THAT(TextsOf("a-b c.0 _x-9 host->copy"),
              ElementsAre("a-b", "c.0", "_x-9", "host", "->", "copy"));
  EXPECT_THAT(TextsOf("q:r0"), ElementsAre("q", ":", "r0"));
  EXPECT_EQ(ErrorsIn("x a- b"),
            "t:1:4: unexpected '-'; expected a word, a number or one of { } [ "
            "] ( ) .. ; , = == != >= -> / | || && ! ~ :");
}

TEST(LexerTest, SymbolsAreAsLongAsTheyCanBe) {
  EXPECT_THAT(TextsOf("a==b=c>=d..]|||/\\\\/&&!=!"),
              ElementsAre("a", "==", "b", "=", "c", ">=", "d", "..", "]", "||",
                          "|", "/\\", "\\/", "&&", "!=", "!"));
}

TEST(LexerTest, NumbersAreDecimalOrHexadecimal) {
  ErrorList errors("t");
  const std::vector<Token> tokens =
      Tokenize("0 010 0x1F 18446744073709551615 4..8", &errors);
  ASSERT_EQ(tokens.size(), 8u);
  EXPECT_EQ(tokens[0].number, 0u);
  EXPECT_EQ(tokens[1].number, 10u);
  EXPECT_EQ(tokens[2].number, 31u);
  EXPECT_EQ(tokens[3].number, 18446744073709551615u);
  EXPECT_EQ(tokens[4].number, 4u);
  EXPECT_EQ(tokens[5].text, "..");
  EXPECT_EQ(tokens[6].number, 8u);
  EXPECT_EQ(ErrorsIn("12ab 0x 18446744073709551616"),
            "t:1:1: '12ab' is no number; expected decimal digits, or 0x and "
            "hexadecimal ones, up to 2^64-1\n"
            "t:1:6: '0x' is no number; expected decimal digits, or 0x and "
            "hexadecimal ones, up to 2^64-1\n"
            "t:1:9: '18446744073709551616' is no number; expected decimal "
            "digits, or 0x and hexadecimal ones, up to 2^64-1");
}

TEST(LexerTest, CommentsAndBlanksSeparate) {
  EXPECT_THAT(TextsOf("a/* b */c // d\r\n\t e /**/ f //"),
              ElementsAre("a", "c", "e", "f"));
  EXPECT_EQ(ErrorsIn("a /* b *\n"),
            "t:1:3: comment is never closed; expected '*/'");
}

TEST(LexerTest, TokensKnowWhereTheyStand) {
  ErrorList errors("t");
  const std::vector<Token> tokens = Tokenize("a b\n\n  c/* \n */ d", &errors);
  ASSERT_EQ(tokens.size(), 5u);
  EXPECT_TRUE(tokens[0].starts_line);
  EXPECT_FALSE(tokens[1].starts_line);
  EXPECT_TRUE(tokens[1].after_gap);
  EXPECT_EQ(tokens[2].place.line, 3);
  EXPECT_EQ(tokens[2].place.column, 3);
  EXPECT_TRUE(tokens[2].starts_line);
  EXPECT_EQ(tokens[3].place.line, 4);
  EXPECT_EQ(tokens[3].place.column, 5);
  EXPECT_TRUE(tokens[3].starts_line);
}

TEST(LexerTest, OnlyTheFirstLineHasATitle) {
  EXPECT_THAT(TextsOf("litmus MP+x y // no\nlitmus z"),
              ElementsAre("litmus", "MP+x y ", "litmus", "z"));
}

TEST(LexerTest, RefusesWhatIsNoToken) {
  EXPECT_EQ(ErrorsIn(absl::string_view("a\0@\x80", 4)),
            "t:1:2: unexpected byte 0x00; expected a word, a number or one of "
            "{ } [ ] ( ) .. ; , = == != >= -> / | || && ! ~ :\n"
            "t:1:3: unexpected '@'; expected a word, a number or one of { } [ "
            "] ( ) .. ; , = == != >= -> / | || && ! ~ :\n"
            "t:1:4: unexpected byte 0x80; expected a word, a number or one of "
            "{ } [ ] ( ) .. ; , = == != >= -> / | || && ! ~ :");
  EXPECT_EQ(ErrorsIn(absl::StrCat("x ", std::string(65, 'a'))),
            "t:1:3: word of 65 characters; expected at most 64");
  EXPECT_EQ(ErrorsIn(std::string(64, 'a')), "");
}

}  // namespace
}  // namespace incoherent::litmus
