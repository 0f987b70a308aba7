#include "sim/cli/simulation.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace incoherent {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kDriver[] = R"({"ICD": {"library_path": "libdriver.so"}})";

constexpr Command kCommand = {
    "test", "", "", "", kSimulationOptions, Operands::kEndOptions, nullptr,
};

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "(unset)" : value;
}

// Every test begins in an empty folder, with an ICD and without variables.
class SimulationTest : public ::testing::Test {
 protected:
  SimulationTest() : installation_("", "") {
    const fs::path root =
        fs::path(::testing::TempDir()) /
        ::testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(root);
    fs::create_directories(root / "sim/icd");
    fs::current_path(root);
    Write("sim/icd/incoherent_icd.json",
          R"({"ICD": {"library_path": "./libincoherent_icd.so"}})");
    Write("sim/icd/libincoherent_icd.so", "");
    Write("driver.json", kDriver);
    installation_ = Installation((root / "incoherent").string(), "");
    for (const auto& variable : Options().ToEnvironment()) {
      unsetenv(variable.first.c_str());
    }
  }

  static void Write(const std::string& file, const std::string& text) {
    std::ofstream(file) << text;
  }
  static std::string Here(const std::string& file) {
    return (fs::current_path() / file).string();
  }

  static absl::StatusOr<Plan> Read(std::vector<std::string> words) {
    absl::StatusOr<Arguments> arguments = ParseArguments(kCommand, words);
    if (!arguments.ok()) return arguments.status();
    return ReadPlan(*arguments);
  }
  static Options ReadWell(std::vector<std::string> words) {
    absl::StatusOr<Plan> plan = Read(std::move(words));
    EXPECT_TRUE(plan.ok()) << plan.status();
    return plan.ok() ? plan->options : Options();
  }
  absl::StatusOr<Simulation> Prepare(std::vector<std::string> words) const {
    absl::StatusOr<Plan> plan = Read(std::move(words));
    if (!plan.ok()) return plan.status();
    plan->installation = installation_;
    return Simulation::Prepare(*plan);
  }
  std::string Refusal(std::vector<std::string> words) const {
    const absl::StatusOr<Simulation> simulation = Prepare(std::move(words));
    EXPECT_FALSE(simulation.ok());
    return std::string(simulation.status().message());
  }

  Installation installation_;
};

TEST_F(SimulationTest, DefaultsAreThoseOfOptions) {
  EXPECT_EQ(ReadWell({}).ToEnvironment(), Options().ToEnvironment());
}

TEST_F(SimulationTest, ReadsTheCommandLine) {
  const Options options =
      ReadWell({"--profile", "lavapipe", "--eviction", "random:7",
                "--downstream", "driver.json", "--hide-extension", "VK_A",
                "--hide-extension", "VK_B", "--quiet"});
  EXPECT_EQ(options.profile, "lavapipe");
  EXPECT_EQ(options.eviction.ToString(), "random:7");
  EXPECT_EQ(options.downstream, "driver.json");
  EXPECT_THAT(options.hidden_extensions, ElementsAre("VK_A", "VK_B"));
  EXPECT_TRUE(options.quiet);
}

TEST_F(SimulationTest, ReadsWhatIsSaidOfFindings) {
  const Options options = ReadWell(
      {"--host-domain", "strict", "--trap", "off", "--lint", "--report", "r",
       "--sarif", "s", "--suppressions", "k", "--error-exitcode", "7"});
  EXPECT_EQ(options.host_domain, HostDomain::kStrict);
  EXPECT_FALSE(options.trap);
  EXPECT_TRUE(options.lint);
  EXPECT_EQ(options.report, "r");
  EXPECT_EQ(options.sarif, "s");
  EXPECT_EQ(options.suppressions, "k");
  EXPECT_EQ(options.error_exitcode, absl::make_optional(7));
}

TEST_F(SimulationTest, RefusesWhatIsNoValue) {
  EXPECT_EQ(Refusal({"--host-domain", "loose"}),
            "--host-domain: 'loose' is neither report, strict nor merged");
  EXPECT_EQ(Refusal({"--trap", "1"}), "--trap: '1' is neither on nor off");
  EXPECT_EQ(Refusal({"--error-exitcode", "0"}),
            "--error-exitcode: '0' is no exit status; say a number from 1 to "
            "255");
  EXPECT_EQ(Refusal({"--report", ""}),
            "--report: the name of the file is empty");
}

TEST_F(SimulationTest, RefusesSuppressionsThatCannotBeRead) {
  EXPECT_EQ(Refusal({"--downstream", "driver.json", "--suppressions", "no"}),
            "suppressions no: No such file or directory");
  Write("known.supp", "{\n");
  EXPECT_EQ(
      Refusal({"--downstream", "driver.json", "--suppressions", "known.supp"}),
      "known.supp:2: the block has no end; close it with '}'");
}

TEST_F(SimulationTest, MakesTheFilesOfFindingsAbsolute) {
  Write("known.supp", "");
  const auto simulation =
      Prepare({"--downstream", "driver.json", "--suppressions", "known.supp",
               "--report", "r-%p.json", "--sarif", "s"});
  ASSERT_TRUE(simulation.ok()) << simulation.status();
  EXPECT_EQ(simulation->options.report, Here("r-%p.json"));
  EXPECT_EQ(simulation->options.sarif, Here("s"));
  EXPECT_EQ(simulation->options.suppressions, Here("known.supp"));
}

TEST_F(SimulationTest, TheEnvironmentWinsOverDefaults) {
  setenv("INCOHERENT_PROFILE", "lavapipe", 1);
  setenv("INCOHERENT_EVICTION", "eager", 1);
  setenv("INCOHERENT_HIDE_EXTENSIONS", "VK_A,VK_B", 1);
  setenv("INCOHERENT_QUIET", "1", 1);
  const Options options = ReadWell({});
  EXPECT_EQ(options.profile, "lavapipe");
  EXPECT_EQ(options.eviction.ToString(), "eager");
  EXPECT_THAT(options.hidden_extensions, ElementsAre("VK_A", "VK_B"));
  EXPECT_TRUE(options.quiet);
}

// Values that are wrong show that they were not even read.
TEST_F(SimulationTest, TheCommandLineWinsOverTheEnvironment) {
  setenv("INCOHERENT_PROFILE", "nonsense", 1);
  setenv("INCOHERENT_EVICTION", "nonsense", 1);
  setenv("INCOHERENT_DOWNSTREAM", "nonsense", 1);
  setenv("INCOHERENT_HIDE_EXTENSIONS", "nonsense", 1);
  setenv("INCOHERENT_QUIET", "nonsense", 1);
  setenv("INCOHERENT_HOST_DOMAIN", "nonsense", 1);
  setenv("INCOHERENT_TRAP", "nonsense", 1);
  setenv("INCOHERENT_LINT", "nonsense", 1);
  setenv("INCOHERENT_ERROR_EXITCODE", "nonsense", 1);
  const Options options = ReadWell(
      {"--profile", "lavapipe", "--eviction", "eager", "--downstream",
       "driver.json", "--hide-extension", "VK_A", "--quiet", "--host-domain",
       "merged", "--trap", "on", "--lint", "--error-exitcode", "1"});
  EXPECT_EQ(options.profile, "lavapipe");
  EXPECT_EQ(options.eviction.ToString(), "eager");
  EXPECT_EQ(options.downstream, "driver.json");
  EXPECT_THAT(options.hidden_extensions, ElementsAre("VK_A"));
  EXPECT_TRUE(options.quiet);
}

TEST_F(SimulationTest, NamesTheOptionOrTheVariableThatIsWrong) {
  EXPECT_EQ(Refusal({"--eviction", "sometimes"}),
            "--eviction: 'sometimes' is no eviction policy; say lazy, eager, "
            "random or random:SEED (SEED a number)");
  setenv("INCOHERENT_EVICTION", "sometimes", 1);
  EXPECT_THAT(Refusal({}), HasSubstr("INCOHERENT_EVICTION: 'sometimes'"));
}

TEST_F(SimulationTest, RefusesWhatIsNoExtensionName) {
  EXPECT_EQ(Refusal({"--hide-extension", "VK_A,VK_B"}),
            "--hide-extension: 'VK_A,VK_B' has a comma; give the option once "
            "for each extension");
  EXPECT_EQ(Refusal({"--hide-extension", ""}),
            "--hide-extension: the name is empty; give one such as "
            "VK_EXT_external_memory_host");
}

TEST_F(SimulationTest, MakesFilesAbsolute) {
  const absl::StatusOr<std::string> json = ProfileJson("lavapipe");
  ASSERT_TRUE(json.ok()) << json.status();
  Write("mine.json", *json);
  const auto simulation =
      Prepare({"--profile", "mine.json", "--downstream", "driver.json"});
  ASSERT_TRUE(simulation.ok()) << simulation.status();
  EXPECT_EQ(simulation->options.profile, Here("mine.json"));
  EXPECT_EQ(simulation->options.downstream, Here("driver.json"));
  EXPECT_EQ(simulation->icd_manifest, Here("sim/icd/incoherent_icd.json"));
}

TEST_F(SimulationTest, LeavesNamesAlone) {
  // A file of that name is not meant.
  Write("lavapipe", "");
  const auto simulation =
      Prepare({"--profile", "lavapipe", "--downstream", "driver.json"});
  ASSERT_TRUE(simulation.ok()) << simulation.status();
  EXPECT_EQ(simulation->options.profile, "lavapipe");
}

TEST_F(SimulationTest, RefusesAProfileThatThereIsNot) {
  EXPECT_THAT(Refusal({"--profile", "nonsense", "--downstream", "driver.json"}),
              HasSubstr("\"nonsense\""));
}

TEST_F(SimulationTest, RefusesADownstreamThatThereIsNot) {
  EXPECT_EQ(Refusal({"--downstream", "nonsense.json"}),
            "driver manifest nonsense.json: no such file; name the JSON file "
            "of a Vulkan driver, as in /usr/share/vulkan/icd.d");
}

TEST_F(SimulationTest, RefusesItselfAsDownstream) {
  EXPECT_EQ(Refusal({"--downstream", "sim/icd/../icd/incoherent_icd.json"}),
            "driver manifest sim/icd/../icd/incoherent_icd.json: is "
            "Incoherent's own; name the driver that is to do the work");
}

TEST_F(SimulationTest, RefusesWithoutTheIcd) {
  fs::remove("sim/icd/incoherent_icd.json");
  EXPECT_THAT(Refusal({"--downstream", "driver.json"}),
              HasSubstr("cannot find sim/icd/incoherent_icd.json"));
}

TEST_F(SimulationTest, EntersTheEnvironment) {
  setenv("INCOHERENT_HIDE_EXTENSIONS", "", 1);
  setenv("VK_DRIVER_FILES", "other.json", 1);
  setenv("VK_LOADER_DEBUG", "error", 1);
  const auto simulation =
      Prepare({"--profile", "lavapipe", "--downstream", "driver.json"});
  ASSERT_TRUE(simulation.ok()) << simulation.status();
  simulation->EnterEnvironment();
  const std::string icd = Here("sim/icd/incoherent_icd.json");
  EXPECT_EQ(Variable("VK_DRIVER_FILES"), icd);
  EXPECT_EQ(Variable("VK_ICD_FILENAMES"), icd);
  EXPECT_EQ(Variable("INCOHERENT_PROFILE"), "lavapipe");
  EXPECT_EQ(Variable("INCOHERENT_EVICTION"), "lazy");
  EXPECT_EQ(Variable("INCOHERENT_DOWNSTREAM"), Here("driver.json"));
  EXPECT_EQ(Variable("INCOHERENT_HIDE_EXTENSIONS"), "(unset)");
  EXPECT_EQ(Variable("INCOHERENT_QUIET"), "(unset)");
  EXPECT_EQ(Variable("VK_LOADER_DEBUG"), "error");
}

}  // namespace
}  // namespace incoherent
