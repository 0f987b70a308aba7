// Any bytes are either a litmus program, which prints and reads back as it is,
// or refused: at most twenty lines that begin with the file and a place.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "sim/litmus/language/parser.h"
#include "sim/litmus/language/printer.h"
#include "sim/litmus/language/same_program.h"
#include "sim/memory/check.h"

namespace incoherent::litmus {
namespace {

constexpr size_t kMostLines = 20;

void CheckReadsBack(const Program& program) {
  const std::string printed = PrintProgram(program);
  const absl::StatusOr<Program> again = ParseProgram(printed, "printed.litmus");
  INCOHERENT_CHECK(again.ok(), "what is printed can be read");
  INCOHERENT_CHECK(SameProgram(*again, program),
                   "what is printed reads the same");
  INCOHERENT_CHECK(PrintProgram(*again) == printed,
                   "what is printed prints the same");
}

void CheckRefusal(absl::string_view message) {
  const std::vector<absl::string_view> lines = absl::StrSplit(message, '\n');
  INCOHERENT_CHECK(lines.size() <= kMostLines, "a refusal is short");
  for (absl::string_view line : lines) {
    INCOHERENT_CHECK(absl::StartsWith(line, "fuzz.litmus:"),
                     "each line begins with the file");
    for (char c : line) {
      INCOHERENT_CHECK(absl::ascii_isprint(c), "a refusal can be shown");
    }
  }
}

}  // namespace
}  // namespace incoherent::litmus

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<incoherent::litmus::Program> program =
      incoherent::litmus::ParseProgram(text, "fuzz.litmus");
  if (program.ok()) {
    incoherent::litmus::CheckReadsBack(*program);
  } else {
    incoherent::litmus::CheckRefusal(program.status().message());
  }
  return 0;
}
