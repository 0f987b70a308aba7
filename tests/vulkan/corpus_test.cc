// Every program of the corpus, both builds, on every kind of device.
//
// Each run has a process of its own, so that a finding is told each time.

#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "tests/vulkan/child_run.h"
#include "tests/vulkan/corpus_program.h"
#include "tests/vulkan/host_import.h"
#include "tests/vulkan/same_bytes.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {

void PrintTo(const CorpusProgram& program, std::ostream* stream) {
  *stream << program.link;
}

namespace {

std::vector<CorpusProgram> AllPrograms() {
  std::vector<CorpusProgram> all;
  for (const auto& programs : {UploadPrograms(), ReadbackPrograms(),
                               RangePrograms(), SharingPrograms()}) {
    all.insert(all.end(), programs.begin(), programs.end());
  }
  return all;
}

// How much of the damage of a wrong build a device shows.
enum class Shows { kAll, kSome, kNothing };

// A device to run on.
struct Stage {
  std::string name;
  IcdEnvironment environment;
  Shows damage;
  bool reports_usage = true;  // broken rules are told
  bool imports = true;        // has VK_EXT_external_memory_host
};

void PrintTo(const Stage& stage, std::ostream* stream) {
  *stream << stage.name;
}

std::vector<Stage> Stages() {
  return {
      {"Strict", WithProfile("strict"), Shows::kAll},
      {"StrictLast", WithProfile("strict-last"), Shows::kAll},
      {"Mali", WithProfile("arm-mali-g78"), Shows::kAll, true, false},
      {"Random", WithEviction("random:1"), Shows::kSome},
      {"Eager", WithEviction("eager"), Shows::kNothing},
      {"CoherentProfile", WithProfile("lavapipe"), Shows::kNothing},
      {"PlainLavapipe", PlainLavapipe(), Shows::kNothing, false},
  };
}

class CorpusTest
    : public ::testing::TestWithParam<std::tuple<CorpusProgram, Stage>> {
 protected:
  CorpusTest()
      : program_(std::get<0>(GetParam())), stage_(std::get<1>(GetParam())) {}

  void SetUp() override {
    if (program_.imports_host_pointers && !stage_.imports) {
      GTEST_SKIP() << "this device cannot import host pointers";
    }
  }

  // The answer is how the outcome differs from the wanted one.
  ChildRun Run(Build build) const {
    return ChildRun::Of([this, build] {
      VulkanApp app(stage_.environment, program_.imports_host_pointers
                                            ? HostImportDevice()
                                            : DeviceRequest());
      const Outcome outcome = program_.run(app, build);
      return Difference(outcome.want, outcome.got);
    });
  }

  const CorpusProgram program_;
  const Stage stage_;
};

INSTANTIATE_TEST_SUITE_P(All, CorpusTest,
                         ::testing::Combine(::testing::ValuesIn(AllPrograms()),
                                            ::testing::ValuesIn(Stages())),
                         [](const auto& info) {
                           return std::get<0>(info.param).name + "On" +
                                  std::get<1>(info.param).name;
                         });

TEST_P(CorpusTest, RightBuildIsRightAndSilent) {
  const ChildRun run = Run(Build::kRight);
  ASSERT_TRUE(run.ok()) << run.errors;
  EXPECT_EQ(run.answer, "") << program_.link;
  EXPECT_THAT(FindingsIn(run.errors), ::testing::IsEmpty());
}

TEST_P(CorpusTest, WrongBuildShows) {
  const ChildRun run = Run(Build::kWrong);
  ASSERT_TRUE(run.ok()) << run.errors;
  if (stage_.damage != Shows::kSome) {
    const bool must_differ =
        stage_.damage == Shows::kAll && program_.damage == Damage::kWrongBytes;
    EXPECT_EQ(run.answer != "", must_differ) << program_.link << run.answer;
  }
  const std::vector<std::string> findings = FindingsIn(run.errors);
  const size_t rules = stage_.reports_usage ? program_.broken_rules.size() : 0;
  ASSERT_EQ(findings.size(), rules) << run.errors;
  for (size_t i = 0; i < rules; ++i) {
    EXPECT_THAT(findings[i], ::testing::HasSubstr(program_.broken_rules[i]));
  }
}

}  // namespace
}  // namespace incoherent
