#include "sim/icd/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace incoherent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class OptionsTest : public ::testing::Test {
 protected:
  void SetUp() override { Set(Options()); }
  void TearDown() override { Set(Options()); }

  static void Set(const Options& options) {
    for (const auto& [name, value] : options.ToEnvironment()) {
      setenv(name.c_str(), value.c_str(), /*overwrite=*/1);
    }
  }
};

TEST_F(OptionsTest, DefaultsComeBack) {
  const absl::StatusOr<Options> options = Options::FromEnvironment();
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->profile, "strict");
  EXPECT_EQ(options->eviction.ToString(), "lazy");
  EXPECT_EQ(options->downstream, "");
  EXPECT_TRUE(options->hidden_extensions.empty());
  EXPECT_FALSE(options->quiet);
}

TEST_F(OptionsTest, EveryOptionSurvivesTheEnvironment) {
  Options set;
  set.profile = "arm-mali-g78";
  set.eviction = *EvictionPolicy::Parse("random:7");
  set.downstream = "/some/driver.json";
  set.hidden_extensions = {"VK_A", "VK_B"};
  set.quiet = true;
  Set(set);
  const absl::StatusOr<Options> options = Options::FromEnvironment();
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->profile, "arm-mali-g78");
  EXPECT_EQ(options->eviction.ToString(), "random:7");
  EXPECT_EQ(options->downstream, "/some/driver.json");
  EXPECT_THAT(options->hidden_extensions, ElementsAre("VK_A", "VK_B"));
  EXPECT_TRUE(options->Hides("VK_B"));
  EXPECT_FALSE(options->Hides("VK_"));
  EXPECT_TRUE(options->quiet);
}

TEST_F(OptionsTest, NamesTheVariableThatIsWrong) {
  setenv("INCOHERENT_EVICTION", "sometimes", 1);
  EXPECT_THAT(std::string(Options::FromEnvironment().status().message()),
              HasSubstr("INCOHERENT_EVICTION: 'sometimes' is no eviction"));
  setenv("INCOHERENT_EVICTION", "", 1);
  setenv("INCOHERENT_QUIET", "yes", 1);
  EXPECT_THAT(std::string(Options::FromEnvironment().status().message()),
              HasSubstr("INCOHERENT_QUIET: 'yes' is neither 0 nor 1"));
}

}  // namespace
}  // namespace incoherent
