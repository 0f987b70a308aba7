// Every program of tests/litmus prints and reads back as it is.

#include <fstream>
#include <iterator>
#include <string>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "sim/litmus/language/parser.h"
#include "sim/litmus/language/printer.h"
#include "sim/litmus/language/same_program.h"

namespace incoherent::litmus {
namespace {

constexpr int kFewestFiles = 60;

int file_count = 0;
char** files = nullptr;

TEST(CorpusPrintTest, EachFileReadsBackAsItIs) {
  for (int i = 0; i < file_count; ++i) {
    std::ifstream stream(files[i]);
    ASSERT_TRUE(stream) << files[i];
    const std::string text((std::istreambuf_iterator<char>(stream)),
                           std::istreambuf_iterator<char>());
    const absl::StatusOr<Program> program = ParseProgram(text, files[i]);
    ASSERT_TRUE(program.ok()) << program.status().message();
    const std::string printed = PrintProgram(*program);
    const absl::StatusOr<Program> again = ParseProgram(printed, "printed");
    ASSERT_TRUE(again.ok()) << again.status().message() << "\n" << printed;
    EXPECT_TRUE(SameProgram(*again, *program)) << files[i] << "\n" << printed;
  }
}

TEST(CorpusPrintTest, TheFilesAreThere) { EXPECT_GE(file_count, kFewestFiles); }

}  // namespace
}  // namespace incoherent::litmus

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  incoherent::litmus::file_count = argc - 1;
  incoherent::litmus::files = argv + 1;
  return RUN_ALL_TESTS();
}
