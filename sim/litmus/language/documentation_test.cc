// The programs in docs/litmus.md can be read, and give the answers that stand
// there.

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "sim/litmus/explorer/explorer.h"
#include "sim/litmus/language/parser.h"
#include "sim/litmus/report/report.h"

namespace incoherent::litmus {
namespace {

struct CodeBlock {
  std::string language;
  std::string text;
};

std::vector<CodeBlock> CodeBlocksOf(const char* file) {
  std::ifstream stream(file);
  EXPECT_TRUE(stream) << file;
  std::vector<CodeBlock> blocks;
  bool inside = false;
  for (std::string line; std::getline(stream, line);) {
    if (absl::StartsWith(line, "```")) {
      inside = !inside;
      if (inside) blocks.push_back({line.substr(3), ""});
    } else if (inside) {
      absl::StrAppend(&blocks.back().text, line, "\n");
    }
  }
  EXPECT_FALSE(inside) << "a code block without end";
  return blocks;
}

std::string AnswerTo(const std::string& text, bool witness) {
  absl::StatusOr<Program> program = ParseProgram(text, "unnamed");
  if (!program.ok()) return std::string(program.status().message());
  program->file = absl::StrCat(program->name, ".litmus");
  const absl::StatusOr<Exploration> exploration =
      Explore(*program, ExploreOptions());
  if (!exploration.ok()) return std::string(exploration.status().message());
  const Report report = MakeReport(*program, *exploration);
  EXPECT_TRUE(report.ok()) << text << ReportText(report, true);
  return ReportText(report, witness);
}

// Without what says how the explorer went about it: how many states it met,
// and how it names a schedule.
std::string Stable(const std::string& answer) {
  std::string stable;
  for (absl::string_view line : absl::StrSplit(answer, '\n')) {
    if (absl::StartsWith(line, "Explored ")) continue;
    if (absl::StartsWith(line, "  replay ")) line = "  replay";
    const size_t count = line.find(" > ");
    if (count != line.npos && line.find(' ') == count)
      line.remove_prefix(count);
    absl::StrAppend(&stable, line, "\n");
  }
  return stable;
}

TEST(DocumentationTest, EveryProgramHoldsWhatItExpects) {
  int programs = 0;
  for (const CodeBlock& block : CodeBlocksOf("docs/litmus.md")) {
    if (block.language != "litmus") continue;
    ++programs;
    EXPECT_TRUE(absl::StartsWith(AnswerTo(block.text, false), "Test "))
        << block.text << AnswerTo(block.text, false);
  }
  EXPECT_GE(programs, 3);
}

TEST(DocumentationTest, EveryAnswerIsTheProgramsBeforeIt) {
  int answers = 0;
  std::string program;
  for (const CodeBlock& block : CodeBlocksOf("docs/litmus.md")) {
    if (block.language == "litmus") program = block.text;
    if (block.language != "answer") continue;
    ++answers;
    const bool witness = absl::StrContains(block.text, "  replay ");
    EXPECT_EQ(Stable(AnswerTo(program, witness)), Stable(block.text));
  }
  EXPECT_GE(answers, 2);
}

}  // namespace
}  // namespace incoherent::litmus
