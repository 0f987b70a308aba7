#include "sim/cli/installation.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace incoherent {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kManifest[] =
    R"({"ICD": {"library_path": "./libincoherent_icd.so",
                "api_version": "1.3.239"}})";

// A folder of files, empty at the start of each test.
class InstallationTest : public ::testing::Test {
 protected:
  InstallationTest() {
    root_ = fs::path(::testing::TempDir()) /
            ::testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(root_);
    Write("bin/incoherent", "");
  }

  std::string Path(const std::string& file) const {
    return (root_ / file).string();
  }

  void Write(const std::string& file, const std::string& text) const {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << text;
  }

  void WriteIcd(const std::string& folder) const {
    Write(folder + "/incoherent_icd.json", kManifest);
    Write(folder + "/libincoherent_icd.so", "");
  }

  Installation WithoutRunfiles() const {
    return Installation(Path("bin/incoherent"), "");
  }
  Installation WithRunfiles() const {
    return Installation(Path("bin/incoherent"), Path("runfiles"));
  }

  fs::path root_;
};

TEST_F(InstallationTest, FindsTheIcdBesideTheCommand) {
  WriteIcd("bin/sim/icd");
  const auto found = WithoutRunfiles().FindIcdManifest();
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(*found, Path("bin/sim/icd/incoherent_icd.json"));
}

TEST_F(InstallationTest, FindsTheIcdInTheRunfilesBeside) {
  const std::string folder = "bin/incoherent.runfiles/incoherent/sim/icd";
  WriteIcd(folder);
  const auto found = WithoutRunfiles().FindIcdManifest();
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(*found, Path(folder + "/incoherent_icd.json"));
}

TEST_F(InstallationTest, FindsTheIcdInRunfilesDir) {
  WriteIcd("runfiles/incoherent/sim/icd");
  EXPECT_FALSE(WithoutRunfiles().FindIcdManifest().ok());
  const auto found = WithRunfiles().FindIcdManifest();
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(*found, Path("runfiles/incoherent/sim/icd/incoherent_icd.json"));
}

TEST_F(InstallationTest, FindsWhatWasInstalled) {
  WriteIcd("lib/incoherent");
  Write("lib/incoherent/incoherent_demo", "");
  const auto icd = WithoutRunfiles().FindIcdManifest();
  ASSERT_TRUE(icd.ok()) << icd.status();
  EXPECT_EQ(*icd, Path("lib/incoherent/incoherent_icd.json"));
  const auto demo = WithoutRunfiles().FindDemo();
  ASSERT_TRUE(demo.ok()) << demo.status();
  EXPECT_EQ(*demo, Path("lib/incoherent/incoherent_demo"));
}

TEST_F(InstallationTest, PrefersWhatIsBesideTheCommand) {
  WriteIcd("bin/sim/icd");
  WriteIcd("bin/incoherent.runfiles/incoherent/sim/icd");
  WriteIcd("runfiles/incoherent/sim/icd");
  WriteIcd("lib/incoherent");
  EXPECT_EQ(*WithRunfiles().FindIcdManifest(),
            Path("bin/sim/icd/incoherent_icd.json"));
}

TEST_F(InstallationTest, TellsWhereItLooked) {
  const auto found = WithRunfiles().FindIcdManifest();
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.status().message(),
            "cannot find sim/icd/incoherent_icd.json, sought as " +
                Path("bin/sim/icd/incoherent_icd.json") + ", " +
                Path("bin/incoherent.runfiles/incoherent/sim/icd/"
                     "incoherent_icd.json") +
                ", " + Path("runfiles/incoherent/sim/icd/incoherent_icd.json") +
                ", " + Path("lib/incoherent/incoherent_icd.json") +
                "; run `bazel build //:incoherent`");
}

TEST_F(InstallationTest, MissesTheLibraryThatTheManifestNames) {
  WriteIcd("bin/sim/icd");
  fs::remove(Path("bin/sim/icd/libincoherent_icd.so"));
  const auto found = WithoutRunfiles().FindIcdManifest();
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.status().message(),
            "driver manifest " + Path("bin/sim/icd/incoherent_icd.json") +
                ": its library " + Path("bin/sim/icd/libincoherent_icd.so") +
                " is missing; run `bazel build //:incoherent`");
}

TEST_F(InstallationTest, RefusesAManifestThatIsNone) {
  Write("bin/sim/icd/incoherent_icd.json", "{}");
  const auto found = WithoutRunfiles().FindIcdManifest();
  ASSERT_FALSE(found.ok());
  EXPECT_THAT(std::string(found.status().message()),
              AllOf(HasSubstr(Path("bin/sim/icd/incoherent_icd.json")),
                    HasSubstr("ICD.library_path")));
}

TEST_F(InstallationTest, AFolderIsNoFile) {
  fs::create_directories(Path("bin/sim/cli/demo/incoherent_demo"));
  EXPECT_FALSE(WithoutRunfiles().FindDemo().ok());
}

}  // namespace
}  // namespace incoherent
