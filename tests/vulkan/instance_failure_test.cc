// What keeps an instance from being created: one clear line, and an error code.

#include <fstream>
#include <string>

#include "tests/vulkan/profile_file.h"
#include "tests/vulkan/vulkan_instance.h"
#include "tests/vulkan/vulkan_test.h"

namespace incoherent {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Matcher;

// The line is said once per process, so each test has a trouble of its own.
class InstanceFailureTest : public VulkanTest {
 protected:
  void ExpectRefused(const IcdEnvironment& environment,
                     const Matcher<const std::string&>& line) {
    const VulkanInstance instance(environment);
    EXPECT_LT(instance.result(), VK_SUCCESS);
    EXPECT_THAT(Remarks(), ElementsAre(line));
  }

  static std::string FileWith(const std::string& name,
                              const std::string& text) {
    const std::string file = ::testing::TempDir() + "/" + name;
    std::ofstream(file) << text;
    return file;
  }

  static IcdEnvironment Downstream(const std::string& manifest) {
    IcdEnvironment environment;
    environment.downstream = manifest;
    return environment;
  }
};

TEST_F(InstanceFailureTest, UnknownProfile) {
  ExpectRefused(WithProfile("arm-mali-g7800"),
                AllOf(HasSubstr("arm-mali-g7800"), HasSubstr("did you mean")));
}

TEST_F(InstanceFailureTest, ProfileFileThatIsNotThere) {
  ExpectRefused(WithProfile("/nowhere/mine.json"),
                HasSubstr("/nowhere/mine.json"));
}

TEST_F(InstanceFailureTest, ProfileFileThatIsNotJson) {
  const std::string file = FileWith("torn.json", "{ \"memoryTypes\": [");
  ExpectRefused(WithProfile(file), HasSubstr(file));
}

TEST_F(InstanceFailureTest, ProfileThatTheSpecificationForbids) {
  ProfileFile profile;
  profile.atom_size = 48;
  ExpectRefused(WithProfile(profile.Save("atom_of_48")),
                AllOf(HasSubstr("nonCoherentAtomSize"), HasSubstr("48")));
}

TEST_F(InstanceFailureTest, UnknownEviction) {
  ExpectRefused(WithEviction("sometimes"),
                AllOf(HasSubstr("INCOHERENT_EVICTION"), HasSubstr("sometimes"),
                      HasSubstr("random:SEED")));
}

TEST_F(InstanceFailureTest, EvictionWithASeedThatIsNoNumber) {
  ExpectRefused(
      WithEviction("random:dice"),
      AllOf(HasSubstr("INCOHERENT_EVICTION"), HasSubstr("random:dice")));
}

TEST_F(InstanceFailureTest, QuietIsNeitherZeroNorOne) {
  IcdEnvironment environment;
  environment.quiet = "please";
  ExpectRefused(environment,
                AllOf(HasSubstr("INCOHERENT_QUIET"), HasSubstr("please")));
}

TEST_F(InstanceFailureTest, DownstreamThatIsNotThere) {
  ExpectRefused(
      Downstream("/nowhere/driver.json"),
      AllOf(HasSubstr("/nowhere/driver.json"), HasSubstr("no such file")));
}

TEST_F(InstanceFailureTest, DownstreamThatIsNotJson) {
  ExpectRefused(Downstream(FileWith("prose.json", "a driver, please")),
                HasSubstr("is not JSON"));
}

TEST_F(InstanceFailureTest, DownstreamWithoutALibrary) {
  ExpectRefused(Downstream(FileWith("no_library.json",
                                    R"({"ICD": {"api_version": "1.3.0"}})")),
                HasSubstr("library_path"));
}

TEST_F(InstanceFailureTest, DownstreamManifestOfAnOddShape) {
  ExpectRefused(Downstream(FileWith("array.json", R"([{"ICD": 1}])")),
                HasSubstr("library_path"));
}

TEST_F(InstanceFailureTest, DownstreamWithAnIcdThatIsNoObject) {
  ExpectRefused(Downstream(FileWith("icd_is_text.json", R"({"ICD": "x"})")),
                HasSubstr("library_path"));
}

TEST_F(InstanceFailureTest, DownstreamLibraryThatIsNotThere) {
  ExpectRefused(
      Downstream(FileWith("no_file.json",
                          R"({"ICD": {"library_path": "/nowhere/lib.so"}})")),
      AllOf(HasSubstr("/nowhere/lib.so"), HasSubstr("cannot be loaded")));
}

TEST_F(InstanceFailureTest, DownstreamLibraryThatIsNoDriver) {
  ExpectRefused(Downstream(FileWith(
                    "libm.json", R"({"ICD": {"library_path": "libm.so.6"}})")),
                HasSubstr("vk_icdGetInstanceProcAddr"));
}

TEST_F(InstanceFailureTest, DownstreamIsTheIcdItself) {
  ExpectRefused(Downstream(IcdEnvironment::BuiltManifest()),
                HasSubstr("is Incoherent itself"));
}

TEST_F(InstanceFailureTest, NothingIsSaidTwice) {
  ExpectRefused(WithEviction("twice"), HasSubstr("twice"));
  EXPECT_LT(VulkanInstance(WithEviction("twice")).result(), VK_SUCCESS);
  EXPECT_THAT(Remarks(), ::testing::IsEmpty());
}

TEST_F(InstanceFailureTest, AFailureDoesNotSpoilTheNextInstance) {
  EXPECT_LT(VulkanInstance(WithProfile("no-such-device")).result(), VK_SUCCESS);
  EXPECT_EQ(VulkanInstance(WithProfile("strict")).result(), VK_SUCCESS);
  EXPECT_EQ(Remarks().size(), 1u);
}

// Otherwise one line says what is simulated.
TEST_F(InstanceFailureTest, WhatIsSimulatedIsSaidUnlessQuiet) {
  IcdEnvironment environment = WithEviction("random:77");
  EXPECT_EQ(VulkanInstance(environment).result(), VK_SUCCESS);
  EXPECT_THAT(Remarks(), ::testing::IsEmpty());
  environment.quiet = "";
  EXPECT_EQ(VulkanInstance(environment).result(), VK_SUCCESS);
  EXPECT_THAT(Remarks(), ElementsAre(AllOf(HasSubstr("profile strict"),
                                           HasSubstr("nonCoherentAtomSize 256"),
                                           HasSubstr("eviction random:77"),
                                           HasSubstr("lvp_icd"))));
}

}  // namespace
}  // namespace incoherent
