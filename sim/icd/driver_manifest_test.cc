#include "sim/icd/driver_manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace incoherent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class DriverManifestTest : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ =
        (std::filesystem::path(::testing::TempDir()) / "manifests").string();
    std::filesystem::create_directories(root_ + "/vulkan/icd.d");
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  std::string Write(const std::string& name, const std::string& text) {
    const std::string file = root_ + "/vulkan/icd.d/" + name;
    std::ofstream(file) << text;
    return file;
  }
  static std::string ErrorOf(const std::string& file) {
    return std::string(DriverManifest::Read(file).status().message());
  }

  std::string root_;
};

TEST_F(DriverManifestTest, ReadsALibraryRelativeToTheManifest) {
  const std::string file = Write("a.json", R"({"ICD": {
      "library_path": "../lib/x.so", "api_version": "1.3.0"}})");
  const absl::StatusOr<DriverManifest> manifest = DriverManifest::Read(file);
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  EXPECT_EQ(manifest->library_path, root_ + "/vulkan/lib/x.so");
  EXPECT_EQ(manifest->api_version, "1.3.0");
}

TEST_F(DriverManifestTest, LeavesBareNamesAndAbsolutePathsAlone) {
  const std::string bare =
      Write("b.json", R"({"ICD": {"library_path": "x.so"}})");
  EXPECT_EQ(DriverManifest::Read(bare)->library_path, "x.so");
  const std::string absolute =
      Write("c.json", R"({"ICD": {"library_path": "/lib/x.so"}})");
  EXPECT_EQ(DriverManifest::Read(absolute)->library_path, "/lib/x.so");
}

TEST_F(DriverManifestTest, SaysWhatIsWrongWithAFile) {
  EXPECT_THAT(ErrorOf(root_ + "/none.json"), HasSubstr("no such file"));
  EXPECT_THAT(ErrorOf(root_), HasSubstr("no such file"));
  EXPECT_THAT(ErrorOf(Write("d.json", "ICD")), HasSubstr("is not JSON"));
  EXPECT_THAT(ErrorOf(Write("e.json", "")), HasSubstr("is not JSON"));
  for (const char* text :
       {"[]", "{}", R"({"ICD": 1})", R"({"ICD": {"library_path": 3}})"}) {
    EXPECT_THAT(ErrorOf(Write("f.json", text)),
                HasSubstr("has no string ICD.library_path"))
        << text;
  }
}

TEST_F(DriverManifestTest, SearchesTheLoadersFolders) {
  setenv("XDG_CONFIG_HOME", "/a", 1);
  setenv("XDG_CONFIG_DIRS", "/b:/c", 1);
  setenv("XDG_DATA_HOME", "/d", 1);
  setenv("XDG_DATA_DIRS", root_.c_str(), 1);
  EXPECT_THAT(DriverManifestFolders(),
              ElementsAre("/a/vulkan/icd.d", "/b/vulkan/icd.d",
                          "/c/vulkan/icd.d", "/etc/vulkan/icd.d",
                          "/d/vulkan/icd.d", root_ + "/vulkan/icd.d"));
  EXPECT_THAT(std::string(FindLavapipe().status().message()),
              HasSubstr("install Debian's mesa-vulkan-drivers"));
  Write("broken.json", "{");
  Write("radeon.json", R"({"ICD": {"library_path": "libvulkan_radeon.so"}})");
  const std::string lavapipe =
      Write("lvp.json", R"({"ICD": {"library_path": "libvulkan_lvp.so"}})");
  const absl::StatusOr<DriverManifest> found = FindDownstream("");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->file, lavapipe);
  EXPECT_EQ(FindDownstream(root_ + "/vulkan/icd.d/radeon.json")->library_path,
            "libvulkan_radeon.so");
}

}  // namespace
}  // namespace incoherent
