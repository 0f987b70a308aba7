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
  EXPECT_EQ(options->host_domain, HostDomain::kReport);
  EXPECT_TRUE(options->trap);
  EXPECT_FALSE(options->lint);
  EXPECT_EQ(options->report, "");
  EXPECT_EQ(options->sarif, "");
  EXPECT_EQ(options->suppressions, "");
  EXPECT_FALSE(options->error_exitcode.has_value());
}

TEST_F(OptionsTest, AnOptionOfTheFindingsAtItsDefaultIsEmpty) {
  const std::map<std::string, std::string> variables =
      Options().ToEnvironment();
  for (const char* name :
       {Options::kQuiet, Options::kHostDomain, Options::kTrap, Options::kLint,
        Options::kReport, Options::kSarif, Options::kSuppressions,
        Options::kErrorExitcode}) {
    ASSERT_EQ(variables.count(name), 1u) << name;
    EXPECT_EQ(variables.at(name), "") << name;
  }
}

TEST_F(OptionsTest, EveryOptionSurvivesTheEnvironment) {
  Options set;
  set.profile = "arm-mali-g78";
  set.eviction = *EvictionPolicy::Parse("random:7");
  set.downstream = "/some/driver.json";
  set.hidden_extensions = {"VK_A", "VK_B"};
  set.quiet = true;
  set.host_domain = HostDomain::kStrict;
  set.trap = false;
  set.lint = true;
  set.report = "/out/report.json";
  set.sarif = "/out/report.sarif";
  set.suppressions = "/known.supp";
  set.error_exitcode = 7;
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
  EXPECT_EQ(options->host_domain, HostDomain::kStrict);
  EXPECT_FALSE(options->trap);
  EXPECT_TRUE(options->lint);
  EXPECT_EQ(options->report, "/out/report.json");
  EXPECT_EQ(options->sarif, "/out/report.sarif");
  EXPECT_EQ(options->suppressions, "/known.supp");
  EXPECT_EQ(options->error_exitcode, absl::make_optional(7));
}

TEST_F(OptionsTest, HostDomainsHaveNames) {
  for (HostDomain mode :
       {HostDomain::kReport, HostDomain::kStrict, HostDomain::kMerged}) {
    EXPECT_EQ(ParseHostDomain(HostDomainName(mode)), mode);
  }
  EXPECT_FALSE(ParseHostDomain("Strict").has_value());
}

TEST_F(OptionsTest, AnExitcodeIsOneByteAndNotZero) {
  EXPECT_EQ(ParseErrorExitcode("1"), absl::make_optional(1));
  EXPECT_EQ(ParseErrorExitcode("255"), absl::make_optional(255));
  for (const char* text : {"", "0", "256", "-1", "3x", "99999999999"}) {
    EXPECT_FALSE(ParseErrorExitcode(text).has_value()) << text;
  }
}

TEST_F(OptionsTest, NamesTheVariableThatIsWrong) {
  struct Row {
    const char* variable;
    const char* value;
    const char* refusal;
  };
  const Row rows[] = {
      {"INCOHERENT_EVICTION", "sometimes",
       "INCOHERENT_EVICTION: 'sometimes' is no eviction"},
      {"INCOHERENT_QUIET", "yes", "INCOHERENT_QUIET: 'yes' is neither 0 nor 1"},
      {"INCOHERENT_HOST_DOMAIN", "loose",
       "INCOHERENT_HOST_DOMAIN: 'loose' is neither report, strict nor merged"},
      {"INCOHERENT_TRAP", "1", "INCOHERENT_TRAP: '1' is neither off nor on"},
      {"INCOHERENT_LINT", "on", "INCOHERENT_LINT: 'on' is neither 0 nor 1"},
      {"INCOHERENT_ERROR_EXITCODE", "256",
       "INCOHERENT_ERROR_EXITCODE: '256' is no exit status; say a number from "
       "1 to 255"},
  };
  for (const Row& row : rows) {
    Set(Options());
    setenv(row.variable, row.value, 1);
    EXPECT_THAT(std::string(Options::FromEnvironment().status().message()),
                HasSubstr(row.refusal));
  }
}

}  // namespace
}  // namespace incoherent
