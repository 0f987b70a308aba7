#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/findings/finding.h"

namespace incoherent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Finding Broken(const std::string& vuid) {
  Finding finding;
  finding.vuid = vuid;
  finding.command = "vkUnmapMemory";
  finding.message = "unmap of memory that is not mapped";
  return finding;
}

TEST(FindingTextTest, NamesCommandMemoryAndRule) {
  Finding finding = Broken("VUID-x");
  EXPECT_EQ(ToText(finding),
            "invalid-usage: vkUnmapMemory: unmap of memory that is not mapped "
            "[VUID-x]");
  finding.memory = FindingMemory{0x55d0, 2, 0x1000};
  EXPECT_EQ(ToText(finding),
            "invalid-usage: vkUnmapMemory: unmap of memory that is not mapped "
            "(memory 0x55d0, type 2, 0x1000 bytes) [VUID-x]");
  finding.memory->name = "staging";
  EXPECT_EQ(ToText(finding),
            "invalid-usage: vkUnmapMemory: unmap of memory that is not mapped "
            "(memory 0x55d0 \"staging\", type 2, 0x1000 bytes) [VUID-x]");
}

TEST(FindingTextTest, TheRuleStandsInForAVuid) {
  Finding finding = Broken("");
  finding.rule = "memory-device-hostaccess";
  EXPECT_EQ(ToText(finding),
            "invalid-usage: vkUnmapMemory: unmap of memory that is not mapped "
            "[memory-device-hostaccess]");
}

TEST(FindingTextTest, WithoutAnyDetailThereIsNone) {
  EXPECT_THAT(DetailsOf(Broken("VUID-x")), IsEmpty());
}

TEST(FindingTextTest, TellsBothPartiesAndTheFix) {
  Finding finding;
  finding.kind = HazardKind::kLostHostWrite;
  finding.range = ByteRange{0x40, 0x80};
  finding.resource = FindingResource{"VkBuffer", "vertices", 0, 4096, 0xb0};
  finding.command_place = CommandPlace{12, 4};
  finding.label = "shadow pass";
  finding.writer_stack = {"Upload (viewer.cc:40)", "main (viewer.cc:12)"};
  finding.reader_stack = {"Draw (viewer.cc:60)"};
  finding.bytes = FindingBytes{0x42, {0x0d, 0xf0}, {0, 0}};
  finding.certain = false;
  finding.fix = "vkFlushMappedMemoryRanges(memory \"staging\", ...)";
  EXPECT_THAT(
      DetailsOf(finding),
      ElementsAre("at 0x40..0xbf of the memory, in VkBuffer \"vertices\", "
                  "bound at 0x0",
                  "command 4 of submission 12, under \"shadow pass\"",
                  "written by Upload (viewer.cc:40)",
                  "        by main (viewer.cc:12)",
                  "read by Draw (viewer.cc:60)",
                  "first difference at 0x42: host 0d f0 device 00 00",
                  "not certain: the device may have touched less than its "
                  "command says",
                  "fix: vkFlushMappedMemoryRanges(memory \"staging\", ...)"));
}

TEST(FindingTextTest, ACallHasACaller) {
  Finding finding = Broken("VUID-x");
  finding.writer_stack = {"Leave (a.cc:1)"};
  EXPECT_THAT(DetailsOf(finding), ElementsAre("called by Leave (a.cc:1)"));
}

TEST(FindingTextTest, WhatWasSeenAtOneCallIsToldOnce) {
  Finding finding;
  finding.kind = HazardKind::kLostHostWrite;
  finding.writer_stack = {"Submit (a.cc:1)", "main"};
  finding.reader_stack = finding.writer_stack;
  EXPECT_THAT(DetailsOf(finding),
              ElementsAre("called by Submit (a.cc:1)", "       by main"));
}

TEST(FindingTextTest, FoldersAreLeftOut) {
  Finding finding = Broken("VUID-x");
  finding.writer_stack = {"Draw() at /home/a b/viewer.cc:42",
                          "run() at src/viewer.cc:7", "main() at viewer.cc:1",
                          "operator/()+0x1 in /lib/x"};
  EXPECT_THAT(DetailsOf(finding),
              ElementsAre("called by Draw() at viewer.cc:42",
                          "       by run() at viewer.cc:7",
                          "       by main() at viewer.cc:1",
                          "       by operator/()+0x1 in /lib/x"));
}

TEST(FindingTextTest, LongStacksAndBytesAreCut) {
  Finding finding;
  finding.kind = HazardKind::kStaleHostRead;
  finding.reader_stack.assign(20, "Recurse");
  finding.bytes = FindingBytes{0, std::vector<uint8_t>(9, 1), {}};
  const std::vector<std::string> lines = DetailsOf(finding);
  ASSERT_EQ(lines.size(), 14u);
  EXPECT_EQ(lines[11], "     by Recurse");
  EXPECT_EQ(lines[12], "     by 8 more");
  EXPECT_EQ(
      lines[13],
      "first difference at 0x0: host 01 01 01 01 01 01 01 01 .. device (none)");
}

TEST(FindingTextTest, RangesOfEverySize) {
  const auto at = [](uint64_t offset, uint64_t size) {
    Finding finding;
    finding.range = ByteRange{offset, size};
    return DetailsOf(finding).at(0);
  };
  EXPECT_EQ(at(8, 1), "at 0x8..0x8 of the memory");
  EXPECT_EQ(at(8, 0), "at 0x8 (0 bytes) of the memory");
  EXPECT_EQ(at(8, kWholeSize), "at 0x8 to the end of the memory");
  EXPECT_EQ(at(~uint64_t{0}, 2),
            "at 0xffffffffffffffff to the end of the memory");
}

}  // namespace
}  // namespace incoherent
