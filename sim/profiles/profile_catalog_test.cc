// Profiles by name and by file.

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>

#include "gtest/gtest.h"
#include "sim/profiles/profile.h"
#include "sim/profiles/sample_profile.h"

namespace incoherent {
namespace {

constexpr char kUnreadable[] =
    ": cannot be read (a name with '/' or .json is a file; `incoherent "
    "profiles` lists the built-in ones): ";
constexpr char kHowToName[] =
    " (`incoherent profiles` lists them; name a file of your own with its "
    "path, as ./mine.json)";

std::string InTempDir(const std::string& name) {
  return testing::TempDir() + "/" + name;
}

std::string WriteFile(const std::string& name, const std::string& bytes) {
  const std::string path = InTempDir(name);
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

std::string Refusal(const std::string& name_or_file, absl::StatusCode code) {
  const absl::StatusOr<Profile> profile = LoadProfile(name_or_file);
  EXPECT_EQ(profile.status().code(), code) << name_or_file;
  return std::string(profile.status().message());
}

TEST(LoadProfile, ReadsAFile) {
  const std::string path = WriteFile("mine.json", kSampleProfile);
  const absl::StatusOr<Profile> profile = LoadProfile(path);
  ASSERT_TRUE(profile.ok()) << profile.status();
  EXPECT_EQ(profile->name, path);
  EXPECT_EQ(profile->device.name, "Sample");
  EXPECT_EQ(profile->memory.types.size(), 3u);
  EXPECT_EQ(profile->write_back, WriteBack::kDirtyBytes);
}

TEST(LoadProfile, TakesAPathOrAJsonName) {
  const std::string path = WriteFile("extensionless", kSampleProfile);
  EXPECT_TRUE(LoadProfile(path).ok());
  WriteFile("here.json", kSampleProfile);
  ASSERT_EQ(chdir(testing::TempDir().c_str()), 0);
  EXPECT_TRUE(LoadProfile("here.json").ok());
  EXPECT_TRUE(LoadProfile("./extensionless").ok());
  EXPECT_EQ(LoadProfile("extensionless").status().code(),
            absl::StatusCode::kNotFound);
}

TEST(LoadProfile, ReadsAPipe) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const ssize_t size = sizeof(kSampleProfile) - 1;
  ASSERT_EQ(write(ends[1], kSampleProfile, size), size);
  close(ends[1]);
  const absl::StatusOr<Profile> profile =
      LoadProfile("/dev/fd/" + std::to_string(ends[0]));
  close(ends[0]);
  ASSERT_TRUE(profile.ok()) << profile.status();
  EXPECT_EQ(profile->device.name, "Sample");
}

// A built-in profile that is written out comes back the same.
TEST(ProfileJson, RoundTripsThroughAFile) {
  for (const std::string& name : ProfileNames()) {
    const absl::StatusOr<std::string> json = ProfileJson(name);
    ASSERT_TRUE(json.ok()) << name;
    const absl::StatusOr<Profile> before = LoadProfile(name);
    const absl::StatusOr<Profile> after =
        LoadProfile(WriteFile(name + ".json", *json));
    ASSERT_TRUE(before.ok()) << before.status();
    ASSERT_TRUE(after.ok()) << after.status();
    EXPECT_EQ(before->device.name, after->device.name);
    EXPECT_EQ(before->source.report, after->source.report);
    ASSERT_EQ(before->memory.types.size(), after->memory.types.size());
    for (size_t i = 0; i < before->memory.types.size(); ++i) {
      EXPECT_EQ(before->memory.types[i].property_flags,
                after->memory.types[i].property_flags);
    }
    EXPECT_EQ(before->memory.host_pointer_types,
              after->memory.host_pointer_types);
  }
}

TEST(ProfileJson, RefusesUnknownNames) {
  EXPECT_EQ(ProfileJson("stric").status().code(), absl::StatusCode::kNotFound);
}

TEST(LoadProfile, SuggestsTheClosestName) {
  const absl::StatusCode not_found = absl::StatusCode::kNotFound;
  EXPECT_EQ(Refusal("strickt", not_found),
            std::string("no profile is called \"strickt\"; did you mean "
                        "strict or strict-last?") +
                kHowToName);
  EXPECT_EQ(Refusal("Mali-G78", not_found),
            std::string("no profile is called \"Mali-G78\"; did you mean "
                        "arm-mali-g78?") +
                kHowToName);
  EXPECT_EQ(Refusal("immortalis", not_found),
            std::string("no profile is called \"immortalis\"; did you mean "
                        "arm-immortalis-g720 or arm-immortalis-g925?") +
                kHowToName);
  EXPECT_EQ(Refusal("adreno-740", not_found),
            std::string("no profile is called \"adreno-740\"; did you mean "
                        "qcom-adreno-730 or qcom-adreno-750?") +
                kHowToName);
  EXPECT_EQ(Refusal("mali-g7", not_found),
            std::string("no profile is called \"mali-g7\"; did you mean "
                        "arm-mali-g78 or arm-mali-g715 or "
                        "arm-mali-g72-coherent?") +
                kHowToName);
  EXPECT_EQ(Refusal("stxxct", not_found),
            std::string("no profile is called \"stxxct\"") + kHowToName);
  EXPECT_EQ(Refusal("xyzzy-9000", not_found),
            std::string("no profile is called \"xyzzy-9000\"") + kHowToName);
  EXPECT_EQ(Refusal("", not_found),
            std::string("no profile is called \"\"") + kHowToName);
}

TEST(LoadProfile, KeepsAnyNameOnOneShortLine) {
  EXPECT_EQ(Refusal("a\nb", absl::StatusCode::kNotFound),
            std::string("no profile is called \"a\\x0ab\"") + kHowToName);
  EXPECT_EQ(
      Refusal(std::string(100000, 'x'), absl::StatusCode::kNotFound),
      "no profile is called \"" + std::string(60, 'x') + "...\"" + kHowToName);
}

TEST(LoadProfile, CutsNoLetterInHalf) {
  const std::string name = std::string(59, 'x') + "\u00e9\u00e9";
  EXPECT_EQ(
      Refusal(name, absl::StatusCode::kNotFound),
      "no profile is called \"" + std::string(59, 'x') + "...\"" + kHowToName);
}

TEST(LoadProfile, RefusesWhatCannotBeRead) {
  const std::string missing = InTempDir("missing.json");
  EXPECT_EQ(Refusal(missing, absl::StatusCode::kNotFound),
            missing + kUnreadable + "No such file or directory");
  const std::string directory = InTempDir("directory.json");
  ASSERT_TRUE(mkdir(directory.c_str(), 0700) == 0 || errno == EEXIST);
  EXPECT_EQ(Refusal(directory, absl::StatusCode::kFailedPrecondition),
            directory + kUnreadable + "Is a directory");
  const std::string nul("/dev/null\0.json", 15);
  EXPECT_EQ(Refusal(nul, absl::StatusCode::kNotFound),
            std::string("/dev/null\\x00.json") + kUnreadable +
                "No such file or directory");
}

TEST(LoadProfile, RefusesAFileWithoutPermission) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const std::string path = WriteFile("secret.json", kSampleProfile);
  ASSERT_EQ(chmod(path.c_str(), 0), 0);
  EXPECT_EQ(Refusal(path, absl::StatusCode::kPermissionDenied),
            path + kUnreadable + "Permission denied");
}

TEST(LoadProfile, RefusesAnEmptyFile) {
  EXPECT_EQ(Refusal("/dev/null", absl::StatusCode::kInvalidArgument),
            "/dev/null: is empty; a profile is a JSON object");
}

TEST(LoadProfile, RefusesAHugeFile) {
  const std::string huge =
      " is larger than 1048576 bytes; a profile is a JSON "
      "object of a few kilobytes";
  EXPECT_EQ(Refusal("/dev/zero", absl::StatusCode::kInvalidArgument),
            "/dev/zero:" + huge);
  const std::string at_limit =
      WriteFile("limit.json",
                kSampleProfile +
                    std::string((1 << 20) - sizeof(kSampleProfile) + 1, ' '));
  EXPECT_TRUE(LoadProfile(at_limit).ok());
  std::ofstream(at_limit, std::ios::app) << ' ';
  EXPECT_EQ(Refusal(at_limit, absl::StatusCode::kInvalidArgument),
            at_limit + ":" + huge);
}

TEST(LoadProfile, PassesOnWhatTheFileGotWrong) {
  const std::string path = WriteFile("wrong.json", "[]");
  EXPECT_EQ(Refusal(path, absl::StatusCode::kInvalidArgument),
            path + ": expected an object, found an array");
}

}  // namespace
}  // namespace incoherent
