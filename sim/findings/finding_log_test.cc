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
  void Add(const Finding& finding, uint64_t place) {
    if (log_.Add(finding, place)) lines_.push_back(ToText(finding));
  }

  std::vector<std::string> lines_;
  FindingLog log_;
};

TEST_F(FindingLogTest, APlaceSpeaksOnceAndIsCounted) {
  for (int i = 0; i < 3; ++i) Add(Broken("VUID-x"), /*place=*/1);
  EXPECT_THAT(lines_, SizeIs(1));
  EXPECT_EQ(log_.Summary(), "3 errors from 1 place (VUID-x x3)");
}

TEST_F(FindingLogTest, OtherPlacesAndOtherRulesSpeakToo) {
  Add(Broken("VUID-x"), 1);
  Add(Broken("VUID-x"), 2);
  Add(Broken("VUID-y"), 1);
  EXPECT_THAT(lines_,
              ElementsAre(ToText(Broken("VUID-x")), ToText(Broken("VUID-x")),
                          ToText(Broken("VUID-y"))));
  EXPECT_EQ(log_.Summary(), "3 errors from 3 places (VUID-x x2, VUID-y x1)");
}

TEST_F(FindingLogTest, NothingFoundIsNothingSaid) {
  EXPECT_EQ(log_.Summary(), "");
}

TEST_F(FindingLogTest, FindingsComeInOrderWithTheirCounts) {
  Add(Broken("VUID-y"), 1);
  Add(Broken("VUID-x"), 1);
  Add(Broken("VUID-y"), 1);
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
  Add(finding, 1);
  EXPECT_THAT(lines_, ElementsAre("missing-host-barrier: no barrier to HOST "
                                  "[memory-model-availability-visibility]"));
  EXPECT_EQ(log_.Summary(), "1 warning from 1 place (missing-host-barrier x1)");
  Add(Broken("VUID-x"), 2);
  EXPECT_EQ(log_.Summary(),
            "1 error, 1 warning from 2 places (VUID-x x1, "
            "missing-host-barrier x1)");
}

TEST_F(FindingLogTest, CountsTheKnownOnly) {
  EXPECT_FALSE(log_.CountIfKnown(Broken("VUID-x"), 1));
  EXPECT_EQ(log_.Summary(), "");
  Add(Broken("VUID-x"), 1);
  Finding bare;
  bare.vuid = "VUID-x";
  EXPECT_TRUE(log_.CountIfKnown(bare, 1));
  EXPECT_FALSE(log_.CountIfKnown(bare, 2));
  EXPECT_EQ(log_.Summary(), "2 errors from 1 place (VUID-x x2)");
}

TEST_F(FindingLogTest, OnlyErrorsAreErrors) {
  EXPECT_FALSE(log_.HasErrors());
  Finding warning = Broken("VUID-x");
  warning.severity = Severity::kWarning;
  Add(warning, 1);
  EXPECT_FALSE(log_.HasErrors());
  Add(Broken("VUID-x"), 2);
  EXPECT_TRUE(log_.HasErrors());
}

TEST_F(FindingLogTest, TheSuppressedAreOnlyCounted) {
  const absl::StatusOr<Suppressions> suppressions =
      Suppressions::Parse("{\nname: known\nkind: *\nvuid: VUID-x\n}\n", "f");
  ASSERT_TRUE(suppressions.ok()) << suppressions.status();
  log_.Suppress(*suppressions);
  Add(Broken("VUID-x"), 1);
  Add(Broken("VUID-x"), 1);
  EXPECT_TRUE(log_.CountIfKnown(Broken("VUID-x"), 1));
  EXPECT_THAT(lines_, SizeIs(0));
  EXPECT_THAT(log_.Findings(), SizeIs(0));
  EXPECT_FALSE(log_.HasErrors());
  EXPECT_EQ(log_.Summary(), "3 suppressed");
  Add(Broken("VUID-y"), 1);
  EXPECT_THAT(lines_, SizeIs(1));
  EXPECT_EQ(log_.Summary(), "1 error from 1 place (VUID-y x1); 3 suppressed");
}

TEST_F(FindingLogTest, ThreadsAreAllCounted) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int j = 0; j < 1000; ++j) log_.Add(Broken("VUID-x"), 1);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(log_.Findings(), SizeIs(1));
  EXPECT_EQ(log_.Summary(), "4000 errors from 1 place (VUID-x x4000)");
}

}  // namespace
}  // namespace incoherent
