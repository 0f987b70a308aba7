// On every program of tests/litmus, the explorer ends in the same outcomes with
// pruning and without.

#include <fstream>
#include <iterator>
#include <string>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "sim/litmus/explorer/explorer.h"
#include "sim/litmus/explorer/outcome_text.h"
#include "sim/litmus/language/parser.h"

namespace incoherent::litmus {
namespace {

constexpr int kFewestFiles = 60;

int file_count = 0;
char** files = nullptr;

Exploration ExploreWith(const Program& program, bool prune) {
  ExploreOptions options;
  options.prune = prune;
  const absl::StatusOr<Exploration> exploration = Explore(program, options);
  EXPECT_TRUE(exploration.ok()) << exploration.status();
  return exploration.value_or(Exploration());
}

TEST(CorpusPruningTest, ChangesNoOutcome) {
  for (int i = 0; i < file_count; ++i) {
    SCOPED_TRACE(files[i]);
    std::ifstream stream(files[i]);
    ASSERT_TRUE(stream);
    const std::string text((std::istreambuf_iterator<char>(stream)),
                           std::istreambuf_iterator<char>());
    const absl::StatusOr<Program> program = ParseProgram(text, files[i]);
    ASSERT_TRUE(program.ok()) << program.status();
    const Exploration all = ExploreWith(*program, /*prune=*/false);
    const Exploration pruned = ExploreWith(*program, /*prune=*/true);
    ASSERT_FALSE(all.bounded);
    EXPECT_FALSE(pruned.bounded);
    EXPECT_LE(pruned.states, all.states);
    EXPECT_FALSE(all.finals.empty() && all.blocked == 0);
    EXPECT_EQ(OutcomesOf(*program, pruned), OutcomesOf(*program, all));
    EXPECT_EQ(pruned.blocked > 0, all.blocked > 0);
  }
}

TEST(CorpusPruningTest, TheFilesAreThere) {
  EXPECT_GE(file_count, kFewestFiles);
}

}  // namespace
}  // namespace incoherent::litmus

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  incoherent::litmus::file_count = argc - 1;
  incoherent::litmus::files = argv + 1;
  return RUN_ALL_TESTS();
}
