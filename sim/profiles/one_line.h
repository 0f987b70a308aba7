#ifndef INCOHERENT_SIM_PROFILES_ONE_LINE_H_
#define INCOHERENT_SIM_PROFILES_ONE_LINE_H_

// Words of a stranger's file inside our own one-line messages.

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace incoherent {

// Whether the character would break a line, or is otherwise not to be shown.
constexpr bool IsControlCharacter(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// `text` with control characters written as \x0a.
std::string OneLine(absl::string_view text);

// The same in double quotes, cut after some 60 bytes: "a very long na...".
std::string Quoted(absl::string_view text);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_PROFILES_ONE_LINE_H_
