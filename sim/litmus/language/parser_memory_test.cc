// memory NAME { ... }

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/litmus/language/parsing.h"

namespace incoherent::litmus {
namespace {

Memory OnlyMemory(const std::string& properties) {
  const Program program = Parsed("litmus t\nmemory buf { " + properties + " }");
  return program.memories.empty() ? Memory() : program.memories[0];
}

// The properties begin in line 2, column 14.
std::string ErrorsOf(const std::string& properties) {
  return ErrorsIn("litmus t\nmemory buf { " + properties + " }");
}

TEST(ParserMemoryTest, Defaults) {
  const Memory memory = OnlyMemory("size 100");
  EXPECT_EQ(memory.size, 100u);
  EXPECT_EQ(memory.atom_size, 64u);
  EXPECT_EQ(memory.type.property_flags, kHostVisible | kHostCached);
  EXPECT_EQ(memory.profile, "");
  EXPECT_EQ(memory.write_back, WriteBack::kWholeAtom);
  EXPECT_TRUE(memory.initially_mapped);
  EXPECT_FALSE(memory.undefined_contents);
  EXPECT_FALSE(memory.shares.has_value());
  EXPECT_EQ(memory.place.line, 2);
  EXPECT_EQ(memory.place.column, 8);
}

TEST(ParserMemoryTest, EveryProperty) {
  const Memory memory = OnlyMemory(
      "size 0x80\n type coherent; atom 1 ; write_back byte\n"
      "contents undefined; unmapped;");
  EXPECT_EQ(memory.size, 128u);
  EXPECT_EQ(memory.atom_size, 1u);
  EXPECT_EQ(memory.type.property_flags, kHostVisible | kHostCoherent);
  EXPECT_EQ(memory.write_back, WriteBack::kDirtyBytes);
  EXPECT_TRUE(memory.undefined_contents);
  EXPECT_FALSE(memory.initially_mapped);
}

TEST(ParserMemoryTest, Types) {
  const auto flags = [](const std::string& type) {
    return OnlyMemory("size 1; type " + type).type.property_flags;
  };
  EXPECT_EQ(flags("noncoherent"), 0xau);
  EXPECT_EQ(flags("coherent"), 0x6u);
  EXPECT_EQ(flags("cached_coherent"), 0xeu);
  EXPECT_EQ(flags("device_local"), 0x1u);
  EXPECT_EQ(flags("device_coherent"), 0x46u);
  EXPECT_EQ(flags("lazy"), 0x11u);
  EXPECT_EQ(flags("protected"), 0x21u);
  EXPECT_FALSE(OnlyMemory("size 1; type device_local").initially_mapped);
  EXPECT_EQ(ErrorsOf("size 1; type coherant"),
            "t.litmus:2:27: unknown memory type 'coherant'; expected "
            "noncoherent, coherent, cached_coherent, device_local, "
            "device_coherent, lazy, protected");
  EXPECT_EQ(ErrorsOf("size 1; type 3"),
            "t.litmus:2:27: type 3 is of no profile; add 'profile NAME', or "
            "name a type");
}

TEST(ParserMemoryTest, AProfileSaysWhatItsTypesAre) {
  const Memory memory = OnlyMemory("size 1; profile strict type 1");
  EXPECT_EQ(memory.profile, "strict");
  EXPECT_EQ(memory.type_index, 1u);
  EXPECT_EQ(memory.type.property_flags,
            kDeviceLocal | kHostVisible | kHostCached);
  EXPECT_EQ(memory.atom_size, 256u);
  EXPECT_EQ(memory.write_back, WriteBack::kWholeAtom);
}

TEST(ParserMemoryTest, AProfilesTypeIsSearchedByName) {
  EXPECT_EQ(OnlyMemory("size 1; profile strict").type_index, 1u);
  EXPECT_EQ(OnlyMemory("size 1; profile strict; type coherent").type_index, 2u);
  EXPECT_EQ(OnlyMemory("type device_local; size 1; profile strict").type_index,
            0u);
  EXPECT_EQ(OnlyMemory("size 1; profile anv-gemini-lake-23.0; type 0").profile,
            "anv-gemini-lake-23.0");
  EXPECT_EQ(ErrorsOf("size 1; profile strict; type protected"),
            "t.litmus:2:43: profile 'strict' has no protected type; choose one "
            "of 0 to 2");
}

TEST(ParserMemoryTest, RefusesWhatAProfileHasNot) {
  EXPECT_EQ(ErrorsOf("size 1; profile strict type 3"),
            "t.litmus:2:42: profile 'strict' has no type 3; its types are 0 to "
            "2");
  EXPECT_EQ(ErrorsOf("size 1; profile stricd type 0"),
            "t.litmus:2:30: no profile is called \"stricd\"; did you mean "
            "strict or strict-last? (`incoherent profiles` lists them; name a "
            "file of your own with its path, as ./mine.json)");
  EXPECT_EQ(ErrorsOf("size 1; profile strict type 1; atom 64"),
            "t.litmus:2:50: the profile says the atom size; drop 'atom'");
  EXPECT_EQ(ErrorsOf("size 1; write_back byte; profile strict type 1"),
            "t.litmus:2:33: the profile says what is written back; drop "
            "'write_back'");
}

TEST(ParserMemoryTest, SharedPayloads) {
  const Program program = Parsed(
      "litmus t\nmemory b { size 8; shares a }\n"
      "memory a { size 8; contents undefined }");
  ASSERT_EQ(program.memories.size(), 2u);
  EXPECT_EQ(program.memories[0].shares, 1);
  EXPECT_TRUE(program.memories[0].undefined_contents);
  EXPECT_FALSE(program.memories[1].shares.has_value());
}

TEST(ParserMemoryTest, RefusesSharingThatMeansNothing) {
  EXPECT_EQ(ErrorsOf("size 1; shares bfu"),
            "t.litmus:2:29: unknown memory 'bfu'; did you mean 'buf'?");
  EXPECT_EQ(ErrorsOf("size 1; shares buf"),
            "t.litmus:2:29: 'buf' shares a payload itself; name the memory "
            "that has it");
  EXPECT_EQ(ErrorsOf("size 1; shares a } memory a { size 2"),
            "t.litmus:2:29: 'a' has 2 bytes; a payload has one size, so give "
            "'buf' the same");
  EXPECT_EQ(ErrorsOf("size 1; shares a; contents zero } memory a { size 1"),
            "t.litmus:2:41: the contents are those of 'a'; state them there");
}

TEST(ParserMemoryTest, RefusesNumbersOutOfBounds) {
  EXPECT_EQ(ErrorsOf("type coherent"),
            "t.litmus:2:8: memory 'buf' has no size; add 'size N'");
  EXPECT_EQ(ErrorsOf("size 1099511627777"),
            "t.litmus:2:19: size 1099511627777; a memory has 1 to "
            "1099511627776 bytes");
  EXPECT_EQ(ErrorsOf("size 64; atom 48"),
            "t.litmus:2:28: atom 48; expected a power of two, 1 to 256 "
            "(nonCoherentAtomSize)");
  EXPECT_EQ(ErrorsOf("size 64; atom 512"),
            "t.litmus:2:28: atom 512; expected a power of two, 1 to 256 "
            "(nonCoherentAtomSize)");
  EXPECT_EQ(ErrorsOf("size 18446744073709551616"),
            "t.litmus:2:19: '18446744073709551616' is no number; expected "
            "decimal digits, or 0x and hexadecimal ones, up to 2^64-1");
}

TEST(ParserMemoryTest, RefusesMalformedProperties) {
  EXPECT_EQ(ErrorsOf("size 1 atom 1"),
            "t.litmus:2:21: expected ';', a new line or '}' after the "
            "property, found 'atom'");
  EXPECT_EQ(ErrorsOf("size 1; size 2"),
            "t.litmus:2:22: 'size' stands twice; keep one");
  EXPECT_EQ(ErrorsOf("sice 1"),
            "t.litmus:2:14: expected a property (size, type, atom, profile, "
            "write_back, contents, unmapped, shares), found 'sice'; did you "
            "mean 'size'?");
  EXPECT_EQ(ErrorsOf("size"),
            "t.litmus:2:19: expected a size in bytes, found '}'");
  EXPECT_EQ(ErrorsOf("size 1; write_back line"),
            "t.litmus:2:33: expected 'atom' or 'byte' after 'write_back', "
            "found 'line'");
  EXPECT_EQ(ErrorsOf("size 1; contents noise"),
            "t.litmus:2:31: expected 'zero' or 'undefined' after 'contents', "
            "found 'noise'");
  EXPECT_EQ(ErrorsIn("litmus t\nmemory { size 1 }\n"),
            "t.litmus:2:8: expected a memory's name, found '{'");
  EXPECT_EQ(ErrorsIn("litmus t\nmemory buf size 1\n"),
            "t.litmus:2:12: expected '{' after the memory's name, found "
            "'size'");
}

}  // namespace
}  // namespace incoherent::litmus
