#include "sim/cli/text_table.h"

#include "gtest/gtest.h"

namespace incoherent {
namespace {

TEST(TextTable, AlignsColumns) {
  TextTable table;
  table.AddRow({"name", "atom", "device"});
  table.AddRow({"arm-mali-g78", "64", "Mali-G78"});
  EXPECT_EQ(table.ToString(),
            "name          atom  device\n"
            "arm-mali-g78  64    Mali-G78\n");
}

TEST(TextTable, LeavesNoTrailingBlanks) {
  TextTable table;
  table.AddRow({"a", ""});
  table.AddRow({"b"});
  table.AddRow({"c", "long"});
  table.AddRow({});
  EXPECT_EQ(table.ToString(), "a\nb\nc  long\n\n");
}

TEST(TextTable, CountsCodePointsAndNotBytes) {
  TextTable table;
  table.AddRow({"Grafikkarte µ", "x"});
  table.AddRow({"Grafikkarte u", "y"});
  EXPECT_EQ(table.ToString(), "Grafikkarte µ  x\nGrafikkarte u  y\n");
}

TEST(TextTable, EmptyIsEmpty) { EXPECT_EQ(TextTable().ToString(), ""); }

}  // namespace
}  // namespace incoherent
