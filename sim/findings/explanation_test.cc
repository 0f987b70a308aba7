#include "sim/findings/explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace incoherent {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back().push_back(c);
    }
  }
  return lines;
}

class ExplanationTest : public ::testing::TestWithParam<int> {
 protected:
  const Explanation& explanation_ =
      ExplanationOf(static_cast<HazardKind>(GetParam()));
};

TEST_P(ExplanationTest, HasAllParts) {
  EXPECT_EQ(static_cast<int>(explanation_.kind), GetParam());
  for (const char* part :
       {explanation_.summary, explanation_.what, explanation_.program,
        explanation_.hidden, explanation_.fix, explanation_.section}) {
    EXPECT_GT(std::string(part).size(), 20u);
    EXPECT_THAT(part, Not(EndsWith("\n")));
  }
  EXPECT_THAT(explanation_.program, HasSubstr("vk"));
  EXPECT_THAT(explanation_.url, StartsWith("https://docs.vulkan.org/spec/"));
  EXPECT_THAT(explanation_.url, HasSubstr("#"));
}

TEST_P(ExplanationTest, FitsATerminal) {
  const std::string text = explanation_.ToText();
  EXPECT_THAT(text, StartsWith(HazardKindName(explanation_.kind)));
  for (const std::string& line : Lines(text)) {
    if (line.find("https://") == std::string::npos) {
      EXPECT_LE(line.size(), 80u) << line;
    }
    EXPECT_THAT(line, Not(EndsWith(" ")));
  }
}

TEST_P(ExplanationTest, TheProgramIsShort) {
  EXPECT_LE(Lines(explanation_.program).size(), 10u);
  EXPECT_GE(Lines(explanation_.program).size(), 3u);
}

INSTANTIATE_TEST_SUITE_P(
    AllKinds, ExplanationTest, ::testing::Range(0, kHazardKinds),
    [](const ::testing::TestParamInfo<int>& info) {
      std::string name = HazardKindName(static_cast<HazardKind>(info.param));
      name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
      return name;
    });

}  // namespace
}  // namespace incoherent
