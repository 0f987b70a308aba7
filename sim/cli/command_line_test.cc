#include "sim/cli/command_line.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr OptionSpec kOptions[] = {
    {"profile", "NAME", "a value\nin two lines"},
    {"hide", "EXTENSION", "a value, repeatedly"},
    {"quiet", nullptr, "a switch"},
};

constexpr Command MakeCommand(Operands operands) {
  return {"tool run", "[OPTION]... APP", "Runs.", "More.\n",
          kOptions,   operands,          nullptr};
}

constexpr Command kRunsApp = MakeCommand(Operands::kEndOptions);
constexpr Command kTakesOperands = MakeCommand(Operands::kAnywhere);
constexpr Command kTakesNone = MakeCommand(Operands::kNone);

Arguments Parse(const Command& command, std::vector<std::string> words) {
  absl::StatusOr<Arguments> arguments = ParseArguments(command, words);
  EXPECT_TRUE(arguments.ok()) << arguments.status();
  return arguments.ok() ? *arguments : Arguments();
}

std::string Refusal(const Command& command, std::vector<std::string> words) {
  absl::StatusOr<Arguments> arguments = ParseArguments(command, words);
  EXPECT_FALSE(arguments.ok());
  return std::string(arguments.status().message());
}

TEST(ParseArguments, ReadsValuesInBothForms) {
  const Arguments arguments =
      Parse(kRunsApp, {"--profile", "a", "--hide=b", "--quiet", "app"});
  EXPECT_EQ(arguments.Last("profile"), "a");
  EXPECT_EQ(arguments.Last("hide"), "b");
  EXPECT_TRUE(arguments.Has("quiet"));
  EXPECT_THAT(arguments.operands, ElementsAre("app"));
}

TEST(ParseArguments, NothingGivenIsNothingSaid) {
  const Arguments arguments = Parse(kRunsApp, {});
  EXPECT_FALSE(arguments.Has("profile"));
  EXPECT_FALSE(arguments.Has("quiet"));
  EXPECT_EQ(arguments.Last("profile"), std::nullopt);
  EXPECT_THAT(arguments.operands, IsEmpty());
}

TEST(ParseArguments, LastOneWinsAndAllAreThere) {
  const Arguments arguments =
      Parse(kRunsApp, {"--hide", "a", "--profile", "x", "--hide", "b"});
  EXPECT_EQ(arguments.Last("hide"), "b");
  EXPECT_THAT(arguments.All("hide"), ElementsAre("a", "b"));
}

TEST(ParseArguments, AValueMayBeEmptyOrLookLikeAnOption) {
  EXPECT_EQ(Parse(kRunsApp, {"--profile="}).Last("profile"), "");
  EXPECT_EQ(Parse(kRunsApp, {"--profile", "--quiet"}).Last("profile"),
            "--quiet");
}

TEST(ParseArguments, OptionsOfTheApplicationAreItsOwn) {
  const Arguments arguments =
      Parse(kRunsApp, {"--quiet", "app", "--profile", "x", "--", "-z"});
  EXPECT_FALSE(arguments.Has("profile"));
  EXPECT_THAT(arguments.operands,
              ElementsAre("app", "--profile", "x", "--", "-z"));
}

TEST(ParseArguments, TwoDashesEndTheOptions) {
  EXPECT_THAT(Parse(kRunsApp, {"--quiet", "--", "--app", "x"}).operands,
              ElementsAre("--app", "x"));
  EXPECT_THAT(Parse(kRunsApp, {"--", "--", "x"}).operands,
              ElementsAre("--", "x"));
}

TEST(ParseArguments, OptionsMayFollowOperandsWhereThereIsNoApplication) {
  const Arguments arguments = Parse(kTakesOperands, {"strict", "--quiet"});
  EXPECT_TRUE(arguments.Has("quiet"));
  EXPECT_THAT(arguments.operands, ElementsAre("strict"));
}

TEST(ParseArguments, HelpIsAlwaysKnown) {
  EXPECT_TRUE(Parse(kRunsApp, {"--help"}).Has("help"));
  EXPECT_TRUE(Parse(kTakesNone, {"-h"}).Has("help"));
  EXPECT_FALSE(Parse(kRunsApp, {"app", "--help"}).Has("help"));
}

TEST(ParseArguments, NamesAnUnknownOptionAndTheKnownOnes) {
  const std::string known = "; known are --profile, --hide, --quiet, --help";
  EXPECT_EQ(Refusal(kRunsApp, {"--bogus"}), "unknown option '--bogus'" + known);
  EXPECT_EQ(Refusal(kRunsApp, {"--quiet", "--bogus=3", "app"}),
            "unknown option '--bogus'" + known);
  EXPECT_EQ(Refusal(kRunsApp, {"-x"}), "unknown option '-x'" + known);
  EXPECT_EQ(Refusal(kTakesOperands, {"a", "--bogus", "b"}),
            "unknown option '--bogus'" + known);
}

TEST(ParseArguments, NamesAMissingOrNeedlessValue) {
  EXPECT_EQ(Refusal(kRunsApp, {"--profile"}),
            "--profile needs a value: --profile NAME");
  EXPECT_EQ(Refusal(kRunsApp, {"--quiet=1"}), "--quiet takes no value");
}

TEST(ParseArguments, RefusesOperandsWhereThereAreNone) {
  EXPECT_EQ(Refusal(kTakesNone, {"--quiet", "x", "y"}),
            "unexpected 'x'; this command takes options only");
}

TEST(HelpText, IsTheTable) {
  EXPECT_EQ(HelpText(kRunsApp),
            "usage: tool run [OPTION]... APP\n"
            "\n"
            "Runs.\n"
            "\n"
            "options:\n"
            "  --profile NAME    a value\n"
            "                    in two lines\n"
            "  --hide EXTENSION  a value, repeatedly\n"
            "  --quiet           a switch\n"
            "  --help            print this and exit\n"
            "\n"
            "More.\n");
}

}  // namespace
}  // namespace incoherent
