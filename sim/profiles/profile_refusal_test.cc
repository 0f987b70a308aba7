// What is wrong with a profile, said in one line: file, field, rule, remedy.

#include <ostream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/profiles/profile.h"
#include "sim/profiles/sample_profile.h"

namespace incoherent {
namespace {

struct Refused {
  const char* what;
  std::string json;
  std::string message;  // after "my.json"
};

void PrintTo(const Refused& refused, std::ostream* out) {
  *out << refused.what;
}

class Refusal : public testing::TestWithParam<Refused> {};

TEST_P(Refusal, SaysSo) {
  const absl::StatusOr<Profile> profile =
      ParseProfile(GetParam().json, "my.json");
  EXPECT_EQ(profile.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(profile.status().message()),
            "my.json" + GetParam().message);
}

std::string Name(const testing::TestParamInfo<Refused>& info) {
  return info.param.what;
}

const std::string kRules = "; docs/profiles.md explains the rules";
const std::string kPropertyFlagNames =
    " (known: DEVICE_LOCAL, HOST_VISIBLE, HOST_COHERENT, HOST_CACHED, "
    "LAZILY_ALLOCATED, PROTECTED, DEVICE_COHERENT_AMD, DEVICE_UNCACHED_AMD, "
    "RDMA_CAPABLE_NV)";

const char kCachedType[] =
    R"({"heapIndex": 1, "propertyFlags": ["HOST_VISIBLE", "HOST_CACHED"]})";

std::string Repeated(const char* piece, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += piece;
  return text;
}

const std::vector<Refused> kSyntaxRefusals = {
    {"Empty", "", ": is empty; a profile is a JSON object"},
    {"Blank", " \n\t", ": is empty; a profile is a JSON object"},
    {"Words", "hello", ":1:1: not JSON: invalid literal"},
    {"CutOff", "{\n  \"limits\": {",
     ":2:13: not JSON: unexpected end of input; expected string literal"},
    {"TrailingComma", "{\n  \"description\": \"d\",\n}",
     ":3:1: not JSON: unexpected '}'; expected string literal"},
    {"Comment", "{ // a comment\n}", ":1:3: not JSON: invalid literal"},
    {"SecondDocument", "{} {}",
     ":1:4: not JSON: unexpected '{'; expected end of input"},
    {"NotUtf8", "{\"\xff\": 1}",
     ":1:3: not JSON: invalid string: ill-formed UTF-8 byte"},
    {"NulByte", std::string("{\0}", 3),
     ":1:2: not JSON: a NUL byte; save the file as UTF-8 text"},
    {"AfterANul", kSampleProfile + std::string("\0x", 2),
     ":17:2: not JSON: a NUL byte; save the file as UTF-8 text"},
    {"EndlessNumber", R"({"limits": 1e999})",
     ":1:16: not JSON: a number that is too large"},
    {"NotAnObject", "[1]", ": expected an object, found an array"},
    {"JustNull", "null", ": expected an object, found null"},
    {"TooDeep", R"({"limits": )" + Repeated("[", 100000),
     ": limits" + Repeated("[0]", 15) +
         ": nested deeper than 16 levels; a profile needs three"},
    {"TooDeepByObjects", Repeated("{\"a\":", 5000),
     ": a" + Repeated(".a", 15) +
         ": nested deeper than 16 levels; a profile needs three"},
    {"TwiceTheSame", SampleWith("\"description\"", "\"writeBack\""),
     ": writeBack: stands twice; keep one"},
    {"TwiceInside", SampleWith("{\"size\": 8192", "{\"size\": 1, \"size\": 2"),
     ": memoryHeaps[1].size: stands twice; keep one"},
};

const std::vector<Refused> kMemberRefusals = {
    {"UnknownMember", SampleWith("\"limits\"", "\"limit\""),
     ": unknown member \"limit\"; did you mean limits? (known here: "
     "description, device, source, memoryTypes, memoryHeaps, limits, "
     "hostPointerTypes, writeBack)"},
    {"UnknownTypeMember", SampleWith("\"heapIndex\": 0", "\"heap\": 0"),
     ": memoryTypes[0]: unknown member \"heap\"; did you mean heapIndex? "
     "(known here: propertyFlags, heapIndex)"},
    {"UnknownHeapMember", SampleWith("\"size\": 4096", "\"colour\": 4096"),
     ": memoryHeaps[0]: unknown member \"colour\" (known here: size, flags)"},
    {"UnknownLimit",
     SampleWith("\"nonCoherentAtomSize\"", "\"noncoherentatomsize\""),
     ": limits: unknown member \"noncoherentatomsize\"; did you mean "
     "nonCoherentAtomSize? (known here: nonCoherentAtomSize, "
     "minMemoryMapAlignment, minPlacedMemoryMapAlignment, "
     "minImportedHostPointerAlignment, bufferImageGranularity, "
     "maxMemoryAllocationSize, maxMemoryAllocationCount)"},
    {"UnknownDeviceMember", SampleWith("\"deviceName\"", "\"marketing\""),
     ": device: unknown member \"marketing\" (known here: deviceName, "
     "deviceType, vendorID, deviceID, apiVersion, driverName, driverInfo, "
     "driverVersion, os)"},
    {"UnknownSourceMember", SampleWith("\"citation\"", "\"a\\nb\""),
     ": source: unknown member \"a\\x0ab\" (known here: citation, report, "
     "url, derived)"},
    {"NoTypes", R"({"memoryHeaps": [], "limits": {}})",
     ": memoryTypes: is missing; add it"},
    {"NoHeaps", R"({"memoryTypes": [], "limits": {}})",
     ": memoryHeaps: is missing; add it"},
    {"NoLimits", R"({"memoryTypes": [], "memoryHeaps": []})",
     ": limits: is missing; add it"},
    {"NoAtom", SampleWith("\"nonCoherentAtomSize\": 64, ", ""),
     ": limits.nonCoherentAtomSize: is missing; add it"},
    {"NoHeapIndex", SampleWith("\"heapIndex\": 0, ", ""),
     ": memoryTypes[0].heapIndex: is missing; add it"},
    {"NoPropertyFlags", SampleWith(kCachedType, "{\"heapIndex\": 0}"),
     ": memoryTypes[1].propertyFlags: is missing; add it"},
    {"NoHeapSize", SampleWith("\"size\": 8192, ", ""),
     ": memoryHeaps[1].size: is missing; add it"},
    {"NoHeapFlags", SampleWith("8192, \"flags\": []", "8192"),
     ": memoryHeaps[1].flags: is missing; add it"},
};

const std::vector<Refused> kValueRefusals = {
    {"TypesNoArray", R"({"memoryTypes": 3})",
     ": memoryTypes: expected an array, found the number 3"},
    {"TypeNoObject", R"({"memoryTypes": [true]})",
     ": memoryTypes[0]: expected an object, found true"},
    {"LimitsNoObject",
     SampleWith(R"({"nonCoherentAtomSize": 64, "bufferImageGranularity": 1})",
                "64"),
     ": limits: expected an object, found the number 64"},
    {"DeviceNoObject", R"({"device": "Mali"})",
     ": device: expected an object, found the text \"Mali\""},
    {"DescriptionNoText", SampleWith("\"A sample\"", "-7"),
     ": description: expected a text, found the number -7"},
    {"DescriptionNull", SampleWith("\"A sample\"", "null"),
     ": description: expected a text, found null"},
    {"DescriptionTwoLines", SampleWith("A sample", "A\\nsample"),
     ": description: has a control character; write one line of plain text"},
    {"DescriptionLong", SampleWith("A sample", std::string(256, 'x')),
     ": description: 256 bytes long; at most 255"},
    {"DeviceTypeUnknown", SampleWith("\"CPU\"", "\"GPU\""),
     ": device.deviceType: \"GPU\" is not known; use one of OTHER, "
     "INTEGRATED_GPU, DISCRETE_GPU, VIRTUAL_GPU, CPU"},
    {"VendorTooLarge",
     SampleWith("\"vendorID\": 1", "\"vendorID\": 4294967296"),
     ": device.vendorID: 4294967296 is too large; at most 4294967295"},
    {"WriteBackUnknown", SampleWith("\"byte\"", "\"word\""),
     ": writeBack: \"word\" is not known; use one of atom, byte"},
    {"WriteBackNumber", SampleWith("\"byte\"", "1.5"),
     ": writeBack: expected a text, found the number 1.5"},
    {"DerivedNoTexts", R"({"source": {"derived": [{}]}})",
     ": source.derived[0]: expected a text, found an object"},
};

const std::vector<Refused> kNumberRefusals = {
    {"NegativeIndex", SampleWith("\"heapIndex\": 0", "\"heapIndex\": -1"),
     ": memoryTypes[0].heapIndex: -1 is negative; write 0 or more"},
    {"IndexOf33Bits",
     SampleWith("\"heapIndex\": 0", "\"heapIndex\": 4294967296"),
     ": memoryTypes[0].heapIndex: 4294967296 is too large; at most "
     "4294967295"},
    {"IndexAsText", SampleWith("\"heapIndex\": 0", "\"heapIndex\": \"0\""),
     ": memoryTypes[0].heapIndex: expected a whole number, found the text "
     "\"0\""},
    {"SizeOf65Bits", SampleWith("8192", "18446744073709551616"),
     ": memoryHeaps[1].size: 1.84467e+19 is too large; at most "
     "18446744073709551615"},
    {"SizeWithFraction", SampleWith("8192", "8192.5"),
     ": memoryHeaps[1].size: 8192.5 is not written as a whole number; use "
     "digits only, or a hexadecimal text (\"0x40\")"},
    {"SizeWithExponent", SampleWith("8192", "1e9"),
     ": memoryHeaps[1].size: 1e+09 is not written as a whole number; use "
     "digits only, or a hexadecimal text (\"0x40\")"},
    {"NegativeFraction", SampleWith("8192", "-0.5"),
     ": memoryHeaps[1].size: -0.5 is not written as a whole number; use "
     "digits only, or a hexadecimal text (\"0x40\")"},
    {"SizeWithUnit", SampleWith("8192", "\"16 GiB\""),
     ": memoryHeaps[1].size: expected a whole number, found the text \"16 "
     "GiB\""},
    {"HexWithoutDigits", SampleWith("8192", "\"0x\""),
     ": memoryHeaps[1].size: 0x must be followed by 1 to 16 hexadecimal "
     "digits"},
    {"HexWithSign", SampleWith("8192", "\"0x-1\""),
     ": memoryHeaps[1].size: 0x must be followed by 1 to 16 hexadecimal "
     "digits"},
    {"HexTwice", SampleWith("8192", "\"0x0x7\""),
     ": memoryHeaps[1].size: 0x must be followed by 1 to 16 hexadecimal "
     "digits"},
    {"HexOf68Bits", SampleWith("8192", "\"0x10000000000000000\""),
     ": memoryHeaps[1].size: 0x must be followed by 1 to 16 hexadecimal "
     "digits"},
    {"HostPointerTypeBeyond", SampleWith("[1]", "[1, 3]"),
     ": hostPointerTypes[1]: 3, but there are only 3 memory types"},
    {"HostPointerTypeHuge", SampleWith("[1]", "[4294967295]"),
     ": hostPointerTypes[0]: 4294967295, but there are only 3 memory types"},
};

const std::vector<Refused> kFlagRefusals = {
    {"UnknownFlag", SampleWith("\"HOST_CACHED\"", "\"HOST_CASHED\""),
     ": memoryTypes[1].propertyFlags[1]: unknown flag \"HOST_CASHED\"; did "
     "you mean HOST_CACHED?" +
         kPropertyFlagNames},
    {"StrangeFlag", SampleWith("\"HOST_CACHED\"", "\"XYZZY\""),
     ": memoryTypes[1].propertyFlags[1]: unknown flag \"XYZZY\"" +
         kPropertyFlagNames},
    {"FlagNoText", SampleWith("\"HOST_CACHED\"", "8"),
     ": memoryTypes[1].propertyFlags[1]: expected a text, found the number "
     "8"},
    {"FlagsOneText", SampleWith("[\"DEVICE_LOCAL\"]}", "\"DEVICE_LOCAL\"}"),
     ": memoryTypes[0].propertyFlags: expected an array of flag names "
     "([\"DEVICE_LOCAL\"]) or a number, found the text \"DEVICE_LOCAL\""},
    {"FlagsNegative", SampleWith("[\"HOST_VISIBLE\", \"HOST_CACHED\"]", "-2"),
     ": memoryTypes[1].propertyFlags: -2 is negative; write 0 or more"},
    {"HeapFlagUnknown",
     SampleWith("4096, \"flags\": [\"DEVICE_LOCAL\"]",
                "4096, \"flags\": [\"HOST_VISIBLE\"]"),
     ": memoryHeaps[0].flags[0]: unknown flag \"HOST_VISIBLE\" (known: "
     "DEVICE_LOCAL, MULTI_INSTANCE)"},
    {"HeapFlagBit", SampleWith("8192, \"flags\": []", "8192, \"flags\": 4"),
     ": memoryHeaps[1].flags: 0x4 has an unknown bit" + kRules},
};

// The rules of CheckMemoryProperties, in the words in which they arrive.
const std::vector<Refused> kTableRefusals = {
    {"ForbiddenFlags",
     SampleWith("\"HOST_VISIBLE\", \"HOST_CACHED\"", "\"HOST_VISIBLE\""),
     ": memoryTypes[1].propertyFlags: HOST_VISIBLE (0x2) is not among the "
     "combinations that the specification allows (chapter Device Memory, "
     "propertyFlags bitmask list)" +
         kRules},
    {"UnknownBits",
     SampleWith("[\"HOST_VISIBLE\", \"HOST_CACHED\"]", "\"0x4800007\""),
     ": memoryTypes[1].propertyFlags: "
     "DEVICE_LOCAL|HOST_VISIBLE|HOST_COHERENT|unknown bits 0x4800000 "
     "(0x4800007) is not among the combinations that the specification "
     "allows (chapter Device Memory, propertyFlags bitmask list)" +
         kRules},
    {"NoSuchHeap", SampleWith("\"heapIndex\": 0", "\"heapIndex\": 2"),
     ": memoryTypes[0].heapIndex: 2, but there are only 2 heaps "
     "(VkPhysicalDeviceMemoryProperties)" +
         kRules},
    {"HeapDisagrees", SampleWith("\"heapIndex\": 0", "\"heapIndex\": 1"),
     ": memoryTypes[0].propertyFlags: DEVICE_LOCAL (0x1) on heap 1, which "
     "is not DEVICE_LOCAL; type and heap must agree "
     "(VkMemoryPropertyFlagBits)" +
         kRules},
    {"NoCoherentType",
     SampleWith("\"HOST_VISIBLE\", \"HOST_COHERENT\"",
                "\"HOST_VISIBLE\", \"HOST_CACHED\""),
     ": memoryTypes: no type is HOST_VISIBLE|HOST_COHERENT; the "
     "specification guarantees one (chapter Device Memory)" +
         kRules},
    {"WrongOrder",
     SampleWith("\"HOST_VISIBLE\", \"HOST_COHERENT\"]}",
                "\"HOST_VISIBLE\", \"HOST_COHERENT\"]},\n    "
                "{\"heapIndex\": 1, \"propertyFlags\": []}"),
     ": memoryTypes: type 3 (no flags (0x0)) must come before type 0 "
     "(DEVICE_LOCAL (0x1)): its flags are a strict subset "
     "(chapter Device Memory, order of memory types)" +
         kRules},
    {"AtomNoPowerOfTwo", SampleWith(": 64", ": 48"),
     ": limits.nonCoherentAtomSize: 48 is not a power of two (Required "
     "Limits)" +
         kRules},
    {"AtomZero", SampleWith(": 64", ": 0"),
     ": limits.nonCoherentAtomSize: 0 is not a power of two (Required "
     "Limits)" +
         kRules},
    {"AtomTooLarge", SampleWith(": 64", ": 512"),
     ": limits.nonCoherentAtomSize: 512 is above 256 (Required Limits)" +
         kRules},
    {"CountTooSmall",
     SampleWith("\"bufferImageGranularity\": 1",
                "\"maxMemoryAllocationCount\": 100"),
     ": limits.maxMemoryAllocationCount: 100 is below 4096 (Required "
     "Limits)" +
         kRules},
    {"SizeTooSmall",
     SampleWith("\"bufferImageGranularity\": 1",
                "\"maxMemoryAllocationSize\": 4096"),
     ": limits.maxMemoryAllocationSize: 4096 is below 2^30 (Required "
     "Limits)" +
         kRules},
    {"HostPointerIntoDeviceMemory", SampleWith("[1]", "[0]"),
     ": hostPointerTypes: type 0 is not HOST_VISIBLE; a general-purpose "
     "system does not import into such types "
     "(vkGetMemoryHostPointerPropertiesEXT)" +
         kRules},
    {"NoTypeAtAll",
     R"({"memoryTypes": [], "memoryHeaps": [],
           "limits": {"nonCoherentAtomSize": 1}})",
     ": memoryTypes: 0 types; a device has 1 to 32" + kRules},
    {"NoDeviceLocalHeap",
     SampleWith("4096, \"flags\": [\"DEVICE_LOCAL\"]", "4096, \"flags\": []"),
     ": memoryHeaps: no heap is DEVICE_LOCAL; the specification requires "
     "one (VkPhysicalDeviceMemoryProperties)" +
         kRules},
};

INSTANTIATE_TEST_SUITE_P(Syntax, Refusal, testing::ValuesIn(kSyntaxRefusals),
                         Name);
INSTANTIATE_TEST_SUITE_P(Member, Refusal, testing::ValuesIn(kMemberRefusals),
                         Name);
INSTANTIATE_TEST_SUITE_P(Value, Refusal, testing::ValuesIn(kValueRefusals),
                         Name);
INSTANTIATE_TEST_SUITE_P(Number, Refusal, testing::ValuesIn(kNumberRefusals),
                         Name);
INSTANTIATE_TEST_SUITE_P(Flag, Refusal, testing::ValuesIn(kFlagRefusals), Name);
INSTANTIATE_TEST_SUITE_P(Table, Refusal, testing::ValuesIn(kTableRefusals),
                         Name);

// The first thing in the file's order of reading is the one that is told.
TEST(Refusals, TellOneThing) {
  const absl::StatusOr<Profile> profile = ParseProfile(
      R"({"description": 1, "memoryTypes": 2, "limits": 3})", "my.json");
  EXPECT_EQ(profile.status().message(),
            "my.json: description: expected a text, found the number 1");
}

TEST(Refusals, KeepAStrangeFileNameOnOneLine) {
  const absl::StatusOr<Profile> profile = ParseProfile("", "a\nb.json");
  EXPECT_EQ(profile.status().message(),
            "a\\x0ab.json: is empty; a profile is a JSON object");
}

}  // namespace
}  // namespace incoherent
