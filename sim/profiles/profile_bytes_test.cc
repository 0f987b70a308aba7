// Any bytes at all: a Profile or one line that says why not.

#include <random>
#include <string>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "sim/profiles/profile.h"
#include "sim/profiles/sample_profile.h"

namespace incoherent {
namespace {

void ExpectProfileOrOneLine(const std::string& bytes) {
  const absl::StatusOr<Profile> profile = ParseProfile(bytes, "my.json");
  if (profile.ok()) {
    EXPECT_EQ(CheckMemoryProperties(profile->memory), absl::OkStatus());
    return;
  }
  const std::string message(profile.status().message());
  EXPECT_EQ(profile.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(absl::StartsWith(message, "my.json:")) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  EXPECT_LT(message.size(), 1200u) << message;
}

TEST(AnyBytes, EveryPrefix) {
  const std::string whole(kSampleProfile);
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ParseProfile(whole.substr(0, size), "my.json").ok());
    ExpectProfileOrOneLine(whole.substr(0, size));
  }
}

TEST(AnyBytes, EveryByteChanged) {
  const std::string whole(kSampleProfile);
  for (size_t at = 0; at < whole.size(); ++at) {
    for (char other :
         {'\0', '\n', '"', '{', ']', ',', '9', '-', '\x7f', '\x80', '\xff'}) {
      std::string changed = whole;
      changed[at] = other;
      ExpectProfileOrOneLine(changed);
    }
  }
}

TEST(AnyBytes, EveryByteMissing) {
  const std::string whole(kSampleProfile);
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed.erase(at, 1);
    ExpectProfileOrOneLine(changed);
  }
}

// Pieces of the format in any order reach deeper than plain noise does.
TEST(AnyBytes, PiecesInAnyOrder) {
  const std::string pieces[] = {
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      "1",
      "-1",
      "1e400",
      "0.5",
      "null",
      "true",
      "\"a\"",
      "\"0x",
      "\"0x7\"",
      "\"",
      "\\u0000",
      "\\ud800",
      "\"limits\"",
      "\"memoryTypes\"",
      "\"memoryHeaps\"",
      "\"propertyFlags\"",
      "\"heapIndex\"",
      "\"hostPointerTypes\"",
      "\"nonCoherentAtomSize\"",
      "18446744073709551616",
  };
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = round % 2 == 0 ? "{" : "";
    for (uint32_t count = random() % 24; count > 0; --count) {
      bytes += pieces[random() % std::size(pieces)];
    }
    ExpectProfileOrOneLine(bytes);
  }
}

TEST(AnyBytes, WideAndDeep) {
  std::string types = "{\"memoryTypes\": [";
  for (int i = 0; i < 20000; ++i) {
    types += "{\"heapIndex\": 0, \"propertyFlags\": []},";
  }
  types.back() = ']';
  ExpectProfileOrOneLine(types +
                         ", \"memoryHeaps\": [], \"limits\": "
                         "{\"nonCoherentAtomSize\": 1}}");
  ExpectProfileOrOneLine(std::string(1 << 20, '['));
  ExpectProfileOrOneLine("{\"" + std::string(1 << 20, 'a') + "\": 1}");
  ExpectProfileOrOneLine("{\"limits\": " + std::string(1 << 20, '9') + "}");
  ExpectProfileOrOneLine("{\"writeBack\": \"" + std::string(1 << 20, 'a'));
}

}  // namespace
}  // namespace incoherent
