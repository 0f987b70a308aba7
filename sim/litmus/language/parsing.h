#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_PARSING_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_PARSING_H_

// For tests of the parser: a program that must be read, and what is said of one
// that cannot be.

#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "sim/litmus/language/parser.h"

namespace incoherent::litmus {

inline Program Parsed(absl::string_view text) {
  absl::StatusOr<Program> program = ParseProgram(text, "t.litmus");
  EXPECT_TRUE(program.ok()) << program.status().message() << "\nin\n" << text;
  return program.ok() ? *std::move(program) : Program();
}

// Of "litmus t", a line of declarations (line 2), and `text` from line 3 on.
inline constexpr char kDeclarations[] =
    "litmus t\n"
    "memory buf { size 16 } memory gpu { size 16; type device_local } "
    "memory b1 { size 16; shares buf } semaphore s binary "
    "semaphore t timeline event e\n";

inline Program ParsedAfterDeclarations(const std::string& text) {
  return Parsed(kDeclarations + text);
}

// The lines of errors; empty if there is none.
inline std::string ErrorsIn(absl::string_view text) {
  return std::string(ParseProgram(text, "t.litmus").status().message());
}

inline std::string ErrorsAfterDeclarations(const std::string& text) {
  return ErrorsIn(kDeclarations + text);
}

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_PARSING_H_
