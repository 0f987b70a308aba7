#include "sim/profiles/json_document.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "sim/profiles/one_line.h"

namespace incoherent {
namespace {

using Json = nlohmann::json;

// "3:14", counted from 1, of the last of the first `position` bytes.
std::string LineAndColumn(absl::string_view text, size_t position) {
  const size_t last = std::min(position, text.size()) - (position > 0 ? 1 : 0);
  const absl::string_view before = text.substr(0, last);
  const size_t line = 1 + std::count(before.begin(), before.end(), '\n');
  const size_t newline = before.rfind('\n');
  const size_t begin = newline == absl::string_view::npos ? 0 : newline + 1;
  return absl::StrFormat("%d:%d", line, last - begin + 1);
}

// The part of the parser's message that tells what is wrong. What comes after
// "; last read" repeats the file, of any length and with any bytes.
std::string SyntaxDetail(absl::string_view what) {
  what = what.substr(0, what.find("; last read"));
  const size_t dash = what.find(" - ");
  if (dash == absl::string_view::npos) return "a number that is too large";
  return std::string(what.substr(dash + 3));
}

// Reads a document without keeping it, and stops at the first trouble.
class DocumentCheck : public nlohmann::json_sax<Json> {
 public:
  DocumentCheck(absl::string_view text, absl::string_view file)
      : text_(text), file_(OneLine(file)) {}

  const absl::Status& status() const { return status_; }

  bool null() override { return BeginValue(); }
  bool boolean(bool) override { return BeginValue(); }
  bool number_integer(int64_t) override { return BeginValue(); }
  bool number_unsigned(uint64_t) override { return BeginValue(); }
  bool number_float(double, const std::string&) override {
    return BeginValue();
  }
  bool string(std::string&) override { return BeginValue(); }
  bool binary(Json::binary_t&) override { return BeginValue(); }
  bool start_object(size_t) override { return Enter(/*is_array=*/false); }
  bool end_object() override { return Leave(); }
  bool start_array(size_t) override { return Enter(/*is_array=*/true); }
  bool end_array() override { return Leave(); }

  bool key(std::string& name) override {
    Level& object = levels_.back();
    object.member = name;
    if (object.members.insert(name).second) return true;
    return Refuse(absl::StrCat(": ", Path(), ": stands twice; keep one"));
  }

  bool parse_error(size_t position, const std::string&,
                   const Json::exception& error) override {
    return Refuse(absl::StrCat(":", LineAndColumn(text_, position),
                               ": not JSON: ", SyntaxDetail(error.what())));
  }

 private:
  struct Level {
    bool is_array;
    size_t elements = 0;  // begun so far
    std::string member;   // the latest
    std::set<std::string> members;
  };

  bool BeginValue() {
    if (!levels_.empty()) ++levels_.back().elements;
    return true;
  }

  bool Enter(bool is_array) {
    BeginValue();
    if (levels_.size() == kMaxJsonDepth) {
      return Refuse(absl::StrFormat(
          ": %s: nested deeper than %d levels; a profile needs three", Path(),
          kMaxJsonDepth));
    }
    levels_.push_back({is_array, 0, {}, {}});
    return true;
  }

  bool Leave() {
    levels_.pop_back();
    return true;
  }

  bool Refuse(absl::string_view why) {
    status_ = absl::InvalidArgumentError(absl::StrCat(file_, why));
    return false;
  }

  // Where the parser is: "memoryTypes[1].propertyFlags".
  std::string Path() const {
    std::string path;
    for (const Level& level : levels_) {
      if (level.is_array) {
        absl::StrAppend(&path, "[", level.elements - 1, "]");
      } else {
        const std::string quoted = Quoted(level.member);
        absl::StrAppend(&path, path.empty() ? "" : ".",
                        quoted.substr(1, quoted.size() - 2));
      }
    }
    return path;
  }

  absl::string_view text_;
  std::string file_;
  std::vector<Level> levels_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<Json> ParseJsonDocument(absl::string_view text,
                                       absl::string_view file) {
  if (absl::StripAsciiWhitespace(text).empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(OneLine(file), ": is empty; a profile is a JSON object"));
  }
  // To the parser a NUL is the end, whatever comes after it.
  if (const size_t nul = text.find('\0'); nul != absl::string_view::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat(OneLine(file), ":", LineAndColumn(text, nul + 1),
                     ": not JSON: a NUL byte; save the file as UTF-8 text"));
  }
  DocumentCheck check(text, file);
  Json::sax_parse(text.begin(), text.end(), &check);
  if (!check.status().ok()) return check.status();
  return Json::parse(text.begin(), text.end(), /*cb=*/nullptr,
                     /*allow_exceptions=*/false);
}

}  // namespace incoherent
