#include "sim/findings/finding_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace incoherent {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

Finding Broken(const std::string& vuid) {
  Finding finding;
  finding.vuid = vuid;
  finding.command = "vkUnmapMemory";
  finding.message = "unmap of memory that is not mapped";
  return finding;
}

class FindingLogTest : public ::testing::Test {
 protected:
  std::vector<std::string> lines_;
  FindingLog log_{
      [this](absl::string_view line) { lines_.emplace_back(line); }};
};

TEST_F(FindingLogTest, TextNamesCommandMemoryAndRule) {
  Finding finding = Broken("VUID-x");
  EXPECT_EQ(ToText(finding),
            "invalid-usage: vkUnmapMemory: unmap of memory that is not mapped "
            "[VUID-x]");
  finding.memory = FindingMemory{0x55d0, 2, 0x1000};
  EXPECT_EQ(ToText(finding),
            "invalid-usage: vkUnmapMemory: unmap of memory that is not mapped "
            "(memory 0x55d0, type 2, 0x1000 bytes) [VUID-x]");
  finding.memory->name = "staging";
  EXPECT_EQ(ToText(finding),
            "invalid-usage: vkUnmapMemory: unmap of memory that is not mapped "
            "(memory 0x55d0 \"staging\", type 2, 0x1000 bytes) [VUID-x]");
}

TEST_F(FindingLogTest, APlaceSpeaksOnceAndIsCounted) {
  for (int i = 0; i < 3; ++i) log_.Add(Broken("VUID-x"), /*place=*/1);
  EXPECT_THAT(lines_, SizeIs(1));
  EXPECT_EQ(log_.Summary(), "3 errors from 1 place (VUID-x x3)");
}

TEST_F(FindingLogTest, OtherPlacesAndOtherRulesSpeakToo) {
  log_.Add(Broken("VUID-x"), 1);
  log_.Add(Broken("VUID-x"), 2);
  log_.Add(Broken("VUID-y"), 1);
  EXPECT_THAT(lines_,
              ElementsAre(ToText(Broken("VUID-x")), ToText(Broken("VUID-x")),
                          ToText(Broken("VUID-y"))));
  EXPECT_EQ(log_.Summary(), "3 errors from 3 places (VUID-x x2, VUID-y x1)");
}

TEST_F(FindingLogTest, NothingFoundIsNothingSaid) {
  EXPECT_EQ(log_.Summary(), "");
}

TEST_F(FindingLogTest, FindingsComeInOrderWithTheirCounts) {
  log_.Add(Broken("VUID-y"), 1);
  log_.Add(Broken("VUID-x"), 1);
  log_.Add(Broken("VUID-y"), 1);
  Finding twice = Broken("VUID-y");
  twice.count = 2;
  EXPECT_EQ(log_.Findings(), (std::vector<Finding>{twice, Broken("VUID-x")}));
}

TEST_F(FindingLogTest, WarningsAreNoErrorsAndKindsStandInForRules) {
  Finding finding;
  finding.kind = HazardKind::kMissingHostBarrier;
  finding.severity = Severity::kWarning;
  finding.rule = "memory-model-availability-visibility";
  finding.message = "no barrier to HOST";
  log_.Add(finding, 1);
  EXPECT_THAT(lines_, ElementsAre("missing-host-barrier: no barrier to HOST "
                                  "[memory-model-availability-visibility]"));
  EXPECT_EQ(log_.Summary(), "1 warning from 1 place (missing-host-barrier x1)");
  log_.Add(Broken("VUID-x"), 2);
  EXPECT_EQ(log_.Summary(),
            "1 error, 1 warning from 2 places (VUID-x x1, "
            "missing-host-barrier x1)");
}

TEST_F(FindingLogTest, ThreadsAreAllCounted) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int j = 0; j < 1000; ++j) log_.Add(Broken("VUID-x"), 1);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(lines_, SizeIs(1));
  EXPECT_EQ(log_.Summary(), "4000 errors from 1 place (VUID-x x4000)");
}

}  // namespace
}  // namespace incoherent
