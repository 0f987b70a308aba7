#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_PARSER_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_PARSER_H_

// Reads a litmus file. docs/litmus.md has the language.
//
//   absl::StatusOr<Program> program = ParseProgram(text, "mp.litmus");
//   if (!program.ok()) { puts(program.status().message()); return 2; }

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/litmus/program.h"

namespace incoherent::litmus {

inline constexpr size_t kMostProgramBytes = size_t{1} << 20;

// The program in `text`, which may be any bytes; `file` is what to call it.
// Errors are InvalidArgument: up to 20 lines, in file order, each of which says
// where, what, and what was expected:
//
//   mp.litmus:4:12: unknown memory 'bfu'; did you mean 'buf'?
//
// Lines and columns count from 1; a column is a byte.
absl::StatusOr<Program> ParseProgram(absl::string_view text,
                                     absl::string_view file);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_PARSER_H_
