// Files as large as they may be, of one thing repeated: each ends in time (the
// test's), in a program or in at most twenty lines.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/litmus/language/error_list.h"
#include "sim/litmus/language/parser.h"
#include "sim/litmus/language/parsing.h"

namespace incoherent::litmus {
namespace {

using ::testing::Each;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

std::string Large(const std::string& begin, const std::string& piece,
                  const std::string& end) {
  std::string text = begin;
  while (text.size() + piece.size() + end.size() <= kMostProgramBytes) {
    text += piece;
  }
  return text + end;
}

constexpr char kDeclared[] =
    "litmus t\nmemory buf { size 64 } semaphore s binary event e\n"
    "host { submit q; r = buf[0] }\nqueue q { }\n";

std::vector<std::string> LinesFor(const std::string& text) {
  return absl::StrSplit(ErrorsIn(text), '\n', absl::SkipEmpty());
}

TEST(ParserSizeTest, RefusesManyErrorsInTime) {
  for (const char* piece : {"(",
                            ")",
                            "{",
                            "}",
                            "[",
                            "host {",
                            "queue q { submission a {",
                            "\"",
                            "exists (",
                            "exists (host:x == 0) ",
                            "exists (unknown-name[0] == 0) ",
                            "reports atom-clobbbr, ",
                            "unknown-kind, ",
                            "memory m { ",
                            "event ",
                            "memory ; ",
                            "memory a { size 1 } ",
                            "host { flush unknown-name } ",
                            "host a-name-of-its-own { } ",
                            "never ~exists ",
                            "&& ",
                            "/* ",
                            "a-",
                            "99999999999999999999 "}) {
    const std::vector<std::string> lines =
        LinesFor(Large(kDeclared, piece, ""));
    EXPECT_GE(lines.size(), 1u) << piece;
    EXPECT_LE(lines.size(), kMostErrors) << piece;
    EXPECT_THAT(lines, Each(StartsWith("t.litmus:"))) << piece;
  }
}

TEST(ParserSizeTest, ReadsWhatIsLargeAndRight) {
  EXPECT_THAT(LinesFor(Large(kDeclared, "\n", "")), IsEmpty());
  EXPECT_THAT(LinesFor(Large(kDeclared, ";", "")), IsEmpty());
  EXPECT_THAT(LinesFor(Large(kDeclared, "// a comment\n", "")), IsEmpty());
  EXPECT_THAT(LinesFor(Large("/*", "/", absl::StrCat("*/", kDeclared))),
              IsEmpty());
  EXPECT_THAT(LinesFor(Large(absl::StrCat(kDeclared, "exists (true"),
                             " || host:r != 1 && buf[0..8) == 0", ")")),
              IsEmpty());
}

TEST(ParserSizeTest, KeepsEveryByteOfALargeUpdate) {
  std::string head =
      "litmus t\nmemory buf { size 400000 }\nhost { submit q }\nqueue q { "
      "update buf =";
  for (int i = 0; i < 400000; ++i) head += " 7";
  const Program program = Parsed(head + " }");
  ASSERT_THAT(program.submissions, SizeIs(1));
  EXPECT_THAT(program.submissions[0].ops[0].bytes, SizeIs(400000));
}

}  // namespace
}  // namespace incoherent::litmus
