#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_PARSE_STATE_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_PARSE_STATE_H_

// ParseState: what the parsers of the several statements share.
//
// A parser that meets an error tells it here and returns false, or nothing;
// its caller skips to the next statement and goes on.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "sim/litmus/language/error_list.h"
#include "sim/litmus/language/name_table.h"
#include "sim/litmus/language/token_stream.h"
#include "sim/litmus/program.h"

namespace incoherent::litmus {

inline constexpr size_t kMostMemories = 16;
inline constexpr size_t kMostHosts = 8;
inline constexpr size_t kMostQueues = 8;
inline constexpr size_t kMostSubmissions = 64;
inline constexpr size_t kMostOperations = 256;
inline constexpr size_t kMostSemaphores = 64;
inline constexpr size_t kMostEvents = 64;
inline constexpr size_t kMostFlags = 64;
inline constexpr size_t kMostQuestions = 64;
inline constexpr uint64_t kLargestMemory = uint64_t{1} << 40;

// `shares NAME`, until all memories are known.
struct SharedMemory {
  size_t memory = 0;  // the one that says so
  Token with;
};

struct ParseState {
  ParseState(absl::string_view text, absl::string_view file);

  // Tells the error; returns false.
  bool Fail(const Place& place, absl::string_view message);
  // At the next token: "expected WHAT, found 'x'".
  bool FailExpected(absl::string_view what);

  bool Expect(absl::string_view symbol, absl::string_view after);
  // A word that may be a name: no reserved one, and without a '.'.
  absl::optional<Token> ExpectName(absl::string_view what);
  absl::optional<Token> ExpectNumber(absl::string_view what);
  // An operation, or a property, is read: it must end here.
  bool ExpectStatementEnd(absl::string_view after);

  // Whether one more than `count` things is within the limit; says so if not.
  bool WithinLimit(size_t count, size_t limit, const Place& place,
                   absl::string_view what);

  // The name at `token`, which must be one of `kind`.
  absl::optional<int> Find(NameKind kind, const Token& token,
                           absl::string_view hint);

  ErrorList errors;
  TokenStream tokens;
  NameTable names;
  Program program;
  std::vector<SharedMemory> shared_memories;
  size_t operations = 0;
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_PARSE_STATE_H_
