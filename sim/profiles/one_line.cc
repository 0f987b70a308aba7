#include "sim/profiles/one_line.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace incoherent {
namespace {

constexpr size_t kQuotedBytes = 60;

// The longest prefix of at most `limit` bytes that cuts no UTF-8 sequence.
absl::string_view Prefix(absl::string_view text, size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (text[limit] & 0xc0) == 0x80) --limit;
  return text.substr(0, limit);
}

}  // namespace

std::string OneLine(absl::string_view text) {
  std::string line;
  for (char c : text) {
    if (IsControlCharacter(c)) {
      absl::StrAppendFormat(&line, "\\x%02x", c);
    } else {
      line.push_back(c);
    }
  }
  return line;
}

std::string Quoted(absl::string_view text) {
  const absl::string_view shown = Prefix(text, kQuotedBytes);
  return absl::StrCat("\"", OneLine(shown),
                      shown.size() < text.size() ? "..." : "", "\"");
}

}  // namespace incoherent
